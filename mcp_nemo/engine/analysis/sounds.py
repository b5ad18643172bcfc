"""How loud a file is, and how much of it is silence or sounds like someone speaking."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mcp_nemo.engine.media import audio_stream, sound_frames

Mono = NDArray[np.float32]

RATE: Final = 16_000
HOP: Final = 160
HOPS_A_SECOND: Final = RATE // HOP
# More than this is not listened to.
_LONGEST_S: Final = 20 * 60
_SILENT_DB: Final = -50.0
_FLOOR_DB: Final = -100.0
_GATE_DB: Final = 10.0
_SPAN: Final = 2 * HOPS_A_SECOND
# In speech a good part of every two seconds is quiet, and hisses come between vowels.
_QUIET_BESIDE_MEAN_DB: Final = 6.0
_LEAST_QUIET: Final = 0.22
_LEAST_HISSING: Final = 0.3
# Voices have next to nothing down here, where drums and basses have their strength.
_BELOW_VOICES_HZ: Final = 75.0
_MOST_BASS: Final = 0.08


@dataclass(frozen=True, slots=True)
class Hearing:
    """`level_db` is the power of what is not silent, below full scale; the others are shares of the time.

    `speech` is a guess from rhythm and colour, and takes much singing for speech.
    """

    level_db: float = _FLOOR_DB
    silence: float = 1.0
    speech: float = 0.0


def listen(path: Path) -> Hearing:
    """Silence where there is no sound; av's FFmpegError for what cannot be read."""
    with av.open(str(path)) as container:
        return hear(mono(container))


def mono(container: InputContainer) -> Mono:
    """The beginning of the file's sound, up to twenty minutes, at 16 kHz."""
    pieces = list(_pieces(container))
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _pieces(container: InputContainer) -> Iterator[Mono]:
    stream = audio_stream(container)
    if stream is None:
        return
    resampler = AudioResampler("flt", "stereo", RATE)
    heard = 0
    for frame in sound_frames(container, stream):
        for resampled in resampler.resample(frame):
            piece = resampled.to_ndarray().reshape(-1, 2).mean(axis=1, dtype=np.float32)
            heard += len(piece)
            yield piece
        if heard > _LONGEST_S * RATE:
            return


def hear(sound: Mono) -> Hearing:
    levels = _levels_db(sound)
    loud = levels[levels > _SILENT_DB]
    if not len(loud):
        return Hearing()
    heard = loud[loud > _mean_db(loud) - _GATE_DB]
    return Hearing(
        level_db=round(_mean_db(heard), 1),
        silence=round(1 - len(loud) / len(levels), 3),
        speech=round(_speech(sound, levels), 3),
    )


def hops(sound: Mono) -> Mono:
    return sound[: len(sound) // HOP * HOP].reshape(-1, HOP)


def _levels_db(sound: Mono) -> NDArray[np.float64]:
    energies = np.square(hops(sound)).mean(axis=1, dtype=np.float64)
    return np.asarray(np.maximum(10 * np.log10(energies + 1e-12), _FLOOR_DB))


def _mean_db(levels: NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))


def _speech(sound: Mono, levels: NDArray[np.float64]) -> float:
    """The share of the time that lies in stretches with the ups and downs of speech."""
    if len(levels) < _SPAN:
        return 0.0
    # How often the wave changes its sign tells a hiss from a vowel, at any level.
    turns = (np.diff(np.signbit(hops(sound)), axis=1)).mean(axis=1)
    turns = np.where(levels > _SILENT_DB, turns, np.nan)
    spoken = np.zeros(len(levels), bool)
    for start in range(0, len(levels) - _SPAN + 1, _SPAN // 4):
        span = slice(start, start + _SPAN)
        if _sounds_spoken(levels[span], turns[span]) and not _has_bass(sound[start * HOP : span.stop * HOP]):
            spoken[span] = True
    return float((spoken & (_held(levels) > _SILENT_DB)).mean())


def _has_bass(sound: Mono) -> bool:
    energy = np.abs(np.fft.rfft(sound)) ** 2
    below = round(_BELOW_VOICES_HZ * len(sound) / RATE)
    return float(energy[:below].sum()) > _MOST_BASS * float(energy.sum())


def _sounds_spoken(level: NDArray[np.float64], turn: NDArray[np.float64]) -> bool:
    loud = ~np.isnan(turn)
    if loud.mean() < 0.25:
        return False
    quiet = float((level < _mean_db(level) - _QUIET_BESIDE_MEAN_DB).mean())
    low, high = np.percentile(turn[loud], (25, 90))
    return quiet > _LEAST_QUIET and float(high - low) > _LEAST_HISSING * max(float(low), 0.15)


def _held(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pauses between words belong to the speech around them."""
    width = HOPS_A_SECOND // 2
    padded = np.pad(levels, width // 2, mode="edge")
    return np.asarray(sliding_window_view(padded, width).max(axis=1)[: len(levels)])
