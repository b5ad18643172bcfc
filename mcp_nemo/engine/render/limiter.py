"""A limiter that looks ahead: it turns down before a peak arrives, and slowly up again after it."""

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.render.samples import Samples

# One decibel below full scale: AAC gives peaks back a little higher than it got them.
CEILING = 0.89
_HOP = 48
_HOPS_AHEAD = 5
_FALL = 1 / _HOPS_AHEAD
_RISE = 1 / 200
# A wave rises higher between samples: three points there tell how high (BS.1770, annex 2).
_POINTS_BETWEEN = 3
_TAPS = 12
# Below this share of the ceiling no wave between two samples reaches it.
_HARMLESS = 0.6


class Limiter:
    """Gives back as much as it takes, but holds the last 5 ms until it knows what follows."""

    def __init__(self, ceiling: float = CEILING) -> None:
        self._ceiling = ceiling
        self._held: Samples = np.zeros((0, 2), np.float32)
        self._past: Samples = np.zeros((_TAPS, 2), np.float32)
        self._gain = 1.0

    def process(self, block: Samples) -> Samples:
        """`block` is (n, 2), and n a multiple of 48."""
        sound = np.concatenate((self._held, block))
        gains = self._gains(sound)
        done = max(0, len(gains) - 1 - _HOPS_AHEAD)
        self._held, self._gain = sound[done * _HOP :], float(gains[done])
        self._past = np.concatenate((self._past, sound[: done * _HOP]))[-_TAPS:]
        return _applied(sound[: done * _HOP], gains[: done + 1])

    def finish(self, block: Samples) -> Samples:
        """The last block, of any length, with all that is still held."""
        sound = np.concatenate((self._held, block))
        padded = np.pad(sound, ((0, -len(sound) % _HOP), (0, 0)))
        return _applied(padded, self._gains(padded))[: len(sound)]

    def _gains(self, sound: Samples) -> NDArray[np.float64]:
        """One gain for each edge between hops: what the louder neighbour allows, smoothed downwards."""
        peaks = _true_peaks(sound, self._past, self._ceiling * _HARMLESS)
        allowed = self._ceiling / np.maximum(peaks, self._ceiling)
        gains = np.minimum(np.append(allowed, 1.0), np.append(self._gain, allowed))
        edges = np.arange(len(gains))
        falling = np.minimum.accumulate((gains + edges * _FALL)[::-1])[::-1] - edges * _FALL
        smooth: NDArray[np.float64] = np.minimum.accumulate(falling - edges * _RISE) + edges * _RISE
        return smooth


def _true_peaks(sound: Samples, past: Samples, harmless: float) -> NDArray[np.float32]:
    """The highest point of every hop, between the samples too, unless it is harmless."""
    peaks: Samples = np.abs(sound).reshape(-1, _HOP * 2).max(axis=1, initial=0)
    if peaks.max(initial=0) <= harmless:
        return peaks
    known = np.concatenate((past, sound))
    for between in _BETWEEN:
        for channel in (0, 1):
            wave = np.convolve(known[:, channel], between)[_TAPS + _TAPS // 2 :][: len(sound)]
            peaks = np.maximum(peaks, np.abs(wave).reshape(-1, _HOP).max(axis=1))
    return peaks


def _interpolators() -> tuple[Samples, ...]:
    """A windowed sinc for each of the points between two samples."""
    taps = np.arange(_TAPS) - (_TAPS // 2 - 1)
    offsets = (taps - point / (_POINTS_BETWEEN + 1) for point in range(1, _POINTS_BETWEEN + 1))
    return tuple(
        (np.sinc(offset) * np.cos(np.pi * offset / (_TAPS + 1)) ** 2).astype(np.float32) for offset in offsets
    )


_BETWEEN = _interpolators()


def _applied(sound: Samples, gains: NDArray[np.float64]) -> Samples:
    """The gain goes in a straight line from edge to edge, so no sample exceeds what its hop allows."""
    slopes = np.arange(_HOP) / _HOP
    each = gains[:-1, None] + np.diff(gains)[:, None] * slopes
    return (sound * each.reshape(-1, 1)).astype(np.float32)
