"""Loudness as ITU-R BS.1770-4 measures it: K-weighted, gated, in LUFS; at 48 kHz."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music.sound import RATE, Sound

_STEP: Final = RATE // 10
_STEPS_IN_BLOCK: Final = 4
_OFFSET: Final = -0.691
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_CHUNK_STEPS: Final = 100
# The slowest of the two filters has died away after this.
_WARM_UP: Final = RATE // 4

# Table 1 and 2 of the recommendation: a head's high shelf, then a high-pass.
_SHELF: Final = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS: Final = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness(sound: Sound) -> float:
    """Integrated loudness of (n, 2) samples; minus infinity for silence."""
    steps = _energies(sound)
    width = min(_STEPS_IN_BLOCK, len(steps))
    blocks = np.convolve(steps, np.full(width, 1 / width), "valid")
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(loud):
        return float("-inf")
    gate = _lufs(loud.mean()) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    return _OFFSET + 10 * np.log10(np.maximum(energy, 1e-12))


def _energies(sound: Sound) -> NDArray[np.float64]:
    """Mean K-weighted energy of every tenth of a second, both channels together."""
    whole = max(1, len(sound) // _STEP)
    energies = [
        _chunk_energies(sound, first, min(first + _CHUNK_STEPS, whole))
        for first in range(0, whole, _CHUNK_STEPS)
    ]
    return np.concatenate(energies)


def _chunk_energies(sound: Sound, first: int, last: int) -> NDArray[np.float64]:
    start = max(0, first * _STEP - _WARM_UP)
    chunk = sound[start : last * _STEP]
    size = 1 << (len(chunk) + _WARM_UP).bit_length()
    weighted = np.fft.irfft(np.fft.rfft(chunk, size, axis=0) * _response(size)[:, None], size, axis=0)
    energy = np.square(weighted[first * _STEP - start : len(chunk)]).sum(axis=1)
    energy = np.pad(energy, (0, (last - first) * _STEP - len(energy)))
    return np.asarray(energy.reshape(last - first, _STEP).mean(axis=1), np.float64)


@lru_cache(maxsize=2)
def _response(size: int) -> NDArray[np.complex128]:
    """What K-weighting does to each bin of a spectrum."""
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(size // 2 + 1, np.complex128)
    for zeros, poles in (_SHELF, _HIGH_PASS):
        response *= np.polyval(zeros[::-1], delay) / np.polyval(poles[::-1], delay)
    return response
