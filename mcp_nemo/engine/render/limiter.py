"""A limiter that looks ahead: it turns down before a peak arrives, and slowly up again after it."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

# One decibel below full scale: AAC gives peaks back a little higher than it got them.
CEILING = 0.89
_HOP = 48
_HOPS_AHEAD = 5
_FALL = 1 / _HOPS_AHEAD
_RISE = 1 / 200


class Limiter:
    """Gives back as much as it takes, but holds the last 5 ms until it knows what follows."""

    def __init__(self) -> None:
        self._held: Samples = np.zeros((0, 2), np.float32)
        self._gain = 1.0

    def process(self, block: Samples) -> Samples:
        """`block` is (n, 2), and n a multiple of 48."""
        sound = np.concatenate((self._held, block))
        gains = self._gains(sound)
        done = max(0, len(gains) - 1 - _HOPS_AHEAD)
        self._held, self._gain = sound[done * _HOP :], float(gains[done])
        return _applied(sound[: done * _HOP], gains[: done + 1])

    def finish(self, block: Samples) -> Samples:
        """The last block, of any length, with all that is still held."""
        sound = np.concatenate((self._held, block))
        padded = np.pad(sound, ((0, -len(sound) % _HOP), (0, 0)))
        return _applied(padded, self._gains(padded))[: len(sound)]

    def _gains(self, sound: Samples) -> NDArray[np.float64]:
        """One gain for each edge between hops: what the louder neighbour allows, smoothed downwards."""
        peaks = np.abs(sound).reshape(-1, _HOP * 2).max(axis=1, initial=0)
        allowed = CEILING / np.maximum(peaks, CEILING)
        gains = np.minimum(np.append(allowed, 1.0), np.append(self._gain, allowed))
        edges = np.arange(len(gains))
        falling = np.minimum.accumulate((gains + edges * _FALL)[::-1])[::-1] - edges * _FALL
        smooth: NDArray[np.float64] = np.minimum.accumulate(falling - edges * _RISE) + edges * _RISE
        return smooth


def _applied(sound: Samples, gains: NDArray[np.float64]) -> Samples:
    """The gain goes in a straight line from edge to edge, so no sample exceeds what its hop allows."""
    slopes = np.arange(_HOP) / _HOP
    each = gains[:-1, None] + np.diff(gains)[:, None] * slopes
    return (sound * each.reshape(-1, 1)).astype(np.float32)
