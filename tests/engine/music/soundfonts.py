"""The smallest SoundFont there can be: a sine, as a piano and as a kit of drums."""

from pathlib import Path
from struct import pack

import numpy as np

RATE = 48_000
ROOT_KEY = 69
_PERIODS = 110
_SAMPLE_MODES, _INSTRUMENT, _SAMPLE_ID, _RELEASE = 54, 41, 53, 38
_LOOPED = 1


def write_soundfont(path: Path) -> Path:
    """A sine of 440 Hz at half scale."""
    body = (
        b"sfbk"
        + _list(b"INFO", _info())
        + _list(b"sdta", _chunk(b"smpl", _samples()))
        + _list(b"pdta", _pdta())
    )
    path.write_bytes(_chunk(b"RIFF", body))
    return path


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _list(name: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", name + body)


def _name(text: str) -> bytes:
    return text.encode().ljust(20, b"\0")


def _info() -> bytes:
    return _chunk(b"ifil", pack("<HH", 2, 1)) + _chunk(b"isng", b"EMU8000\0") + _chunk(b"INAM", b"Sine\0\0")


def _samples() -> bytes:
    wave = np.sin(2 * np.pi * 440 * np.arange(_length() + 46) / RATE)
    wave[_length() :] = 0
    return (wave * 16384).astype("<i2").tobytes()


def _length() -> int:
    return _PERIODS * RATE // 440


def _pdta() -> bytes:
    presets = [("Piano", 0, 0, 0), ("Drums", 0, 128, 1), ("EOP", 0, 0, 2)]
    headers = b"".join(
        _name(name) + pack("<HHHIII", program, bank, bag, 0, 0, 0) for name, program, bank, bag in presets
    )
    sample = _name("Sine") + pack("<IIIIIBbHH", 0, _length(), 0, _length() - 1, RATE, ROOT_KEY, 0, 0, 1)
    instrument = [(_RELEASE, -3000), (_SAMPLE_MODES, _LOOPED), (_SAMPLE_ID, 0), (0, 0)]
    return b"".join(
        (
            _chunk(b"phdr", headers),
            _chunk(b"pbag", b"".join(pack("<HH", generator, 0) for generator in (0, 1, 2))),
            _chunk(b"pmod", bytes(10)),
            _chunk(b"pgen", _generators([(_INSTRUMENT, 0), (_INSTRUMENT, 0), (0, 0)])),
            _chunk(b"inst", _name("Sine") + pack("<H", 0) + _name("EOI") + pack("<H", 1)),
            _chunk(b"ibag", pack("<HH", 0, 0) + pack("<HH", len(instrument) - 1, 0)),
            _chunk(b"imod", bytes(10)),
            _chunk(b"igen", _generators(instrument)),
            _chunk(b"shdr", sample + _name("EOS") + bytes(26)),
        )
    )


def _generators(settings: list[tuple[int, int]]) -> bytes:
    return b"".join(pack("<Hh", generator, amount) for generator, amount in settings)
