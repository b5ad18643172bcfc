"""Instruments sampled in a SoundFont of the user's, played by `tinysoundfont` where that is installed.

The file is the one `NEMO_SOUNDFONT` names ("none" for our own synthesis whatever there is), else one in the
folders where systems keep them. What a SoundFont has no sound for, and what is electronic by nature, is
synthesised.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from mcp_nemo.engine.music import sound
from mcp_nemo.engine.music.bands import Band, Synthesis
from mcp_nemo.engine.music.sound import RATE, Random, Sound

log = logging.getLogger(__name__)

SETTING: Final = "NEMO_SOUNDFONT"
FOLDERS: Final = (
    Path("/usr/share/sounds/sf2"),
    Path("/usr/share/sounds/sf3"),
    Path("/usr/share/soundfonts"),
    Path("/usr/local/share/soundfonts"),
    Path.home() / ".local/share/soundfonts",
    Path.home() / "Library/Audio/Sounds/Banks",
    Path("/Library/Audio/Sounds/Banks"),
    Path("C:/soundfonts"),
)
_SUFFIXES: Final = (".sf2", ".sf3")

# Programs of General MIDI, counted from 0.
_PROGRAMS: Final[Mapping[str, int]] = {
    "piano": 0,
    "keys": 4,
    "glockenspiel": 9,
    "vibraphone": 11,
    "marimba": 12,
    "bells": 14,
    "organ": 16,
    "nylon guitar": 24,
    "guitar": 25,
    "muted guitar": 28,
    "electric guitar": 30,
    "upright bass": 32,
    "finger bass": 33,
    "pizzicato": 45,
    "strings": 48,
    "low strings": 48,
    "short strings": 48,
    "brass": 61,
}
_DRUM_BANK: Final = 128
_CHANNEL, _DRUM_CHANNEL = 0, 9
_LONGEST_TAIL_S: Final = 2.5
_DRUM_HELD_S: Final = 0.5
_SILENT: Final = 1e-4


class _Player(Protocol):
    """The part of `tinysoundfont.Synth` that is used; it comes without types."""

    def sfload(self, filename_or_bytes: str) -> int: ...
    def sfpreset_name(self, sfid: int, bank: int, preset: int) -> str | None: ...
    def program_select(self, chan: int, sfid: int, bank: int, preset: int, is_drums: bool = ...) -> None: ...
    def noteon(self, chan: int, key: int, velocity: int) -> bool: ...
    def noteoff(self, chan: int, key: int) -> None: ...
    def sounds_off(self) -> None: ...
    def generate(self, samples: int) -> memoryview: ...


class Sampled:
    def __init__(self, path: Path) -> None:
        """ImportError without `tinysoundfont`, RuntimeError for what is no SoundFont."""
        self._player: _Player = import_module("tinysoundfont").Synth(samplerate=RATE)
        self._font = self._player.sfload(str(path))
        self._synthesis = Synthesis()

    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        if instrument == "drums":
            own = self._synthesis.note(instrument, pitch, velocity, held, random)
            sampled = self._played(_DRUM_CHANNEL, _DRUM_BANK, 0, pitch, velocity, _DRUM_HELD_S)
            # As loud as the one it stands for: the grooves are balanced for those.
            return (
                own if sampled is None else sampled * np.float32(sound.loudest(own) / sound.loudest(sampled))
            )
        program = _PROGRAMS.get(instrument)
        sampled = None if program is None else self._played(_CHANNEL, 0, program, pitch, velocity, held)
        return self._synthesis.note(instrument, pitch, velocity, held, random) if sampled is None else sampled

    def _played(
        self, channel: int, bank: int, program: int, pitch: int, velocity: float, held: float
    ) -> Sound | None:
        """None where the SoundFont has no such sound."""
        if self._player.sfpreset_name(self._font, bank, program) is None:
            return None
        self._player.program_select(channel, self._font, bank, program, channel == _DRUM_CHANNEL)
        self._player.noteon(channel, pitch, max(1, round(velocity * 127)))
        struck = self._generated(held)
        self._player.noteoff(channel, pitch)
        note = _without_silence(np.concatenate([struck, self._generated(_LONGEST_TAIL_S)], axis=1))
        self._player.sounds_off()
        self._generated(0.05)
        return None if note is None else sound.fade_edges(note)

    def _generated(self, seconds: float) -> Sound:
        played = self._player.generate(sound.samples(seconds))
        return np.frombuffer(played, np.float32).reshape(-1, 2).T.copy()


def _without_silence(note: Sound) -> Sound | None:
    """The note up to where it is heard no more; None if it is not heard at all."""
    heard = np.flatnonzero(np.abs(note).max(axis=0) > _SILENT)
    return note[:, : heard[-1] + 1] if len(heard) else None


def find(setting: str, folders: Sequence[Path] = FOLDERS) -> Path | None:
    """The file to play from, if any: the one set, else the default of the system, else the largest."""
    if setting:
        return None if setting == "none" else Path(setting).expanduser()
    found = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    fonts = [path for path in found if path.suffix.lower() in _SUFFIXES]
    return max(fonts, key=lambda path: (path.stem == "default", path.stat().st_size), default=None)


def chosen() -> Path | None:
    """The file that plays on this machine."""
    return find(os.environ.get(SETTING, ""))


def band() -> Band:
    """The best there is on this machine."""
    path = chosen()
    return Synthesis() if path is None else _band_of(path)


@lru_cache(maxsize=1)
def _band_of(path: Path) -> Band:
    try:
        return Sampled(path)
    except ImportError:
        log.info("%s is not used: tinysoundfont is not installed", path)
    except (OSError, RuntimeError) as error:
        log.warning("%s cannot be used: %s", path, error)
    return Synthesis()
