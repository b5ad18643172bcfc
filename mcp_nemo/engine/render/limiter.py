"""A limiter that looks ahead: it turns down before a peak arrives, and slowly up again after it.

It goes by the highest point of each millisecond, so what it does can be told before the sound is at hand.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mcp_nemo.engine.render.samples import Samples, at_volumes

# One decibel below full scale: AAC gives peaks back a little higher than it got them.
CEILING = 0.89
HOP = 48
_SLOPE: Samples = np.arange(HOP, dtype=np.float32) / np.float32(HOP)
_HOPS_AHEAD = 5
_FALL = 1 / _HOPS_AHEAD
_RISE = 1 / 200
# A wave rises higher between samples: three points there tell how high (BS.1770, annex 2).
_POINTS_BETWEEN = 3
_TAPS = 12
_BEFORE, _AFTER = 5, 6
# A larger product would be shared out among threads that are busy with other sound.
_HOPS_MULTIPLIED = 20
# A minute, so that memory stays small.
_HOPS_AT_ONCE = 60_000


class PeakMeter:
    """Tells the highest point of every hop, between the samples too, a little after it was heard."""

    def __init__(self) -> None:
        self._known: Samples = np.zeros((_BEFORE, 2), np.float32)

    def peaks(self, sound: Samples) -> Samples:
        """Of the hops that are known so far and were not told yet; `sound` is (n, 2)."""
        known = np.concatenate((self._known, sound))
        hops = max(0, (len(known) - _BEFORE - _AFTER) // HOP)
        self._known = known[hops * HOP :]
        return _true_peaks(known[: _BEFORE + hops * HOP + _AFTER], hops)

    def rest(self) -> Samples:
        """Of the last hops, with silence after them."""
        missing = -(len(self._known) - _BEFORE) % HOP
        return self.peaks(np.zeros((missing + _AFTER, 2), np.float32))


def envelope(peaks: Samples, ceiling: float) -> Samples:
    """One gain for each edge between hops: what the louder neighbour allows, smoothed downwards."""
    highest = np.maximum(np.pad(peaks, (0, 1)), np.pad(peaks, (1, 0)))
    allowed: Samples = np.divide(ceiling, np.maximum(highest, ceiling), dtype=np.float32)
    edges = allowed.copy()
    for hops in range(1, _HOPS_AHEAD):
        np.minimum(edges[:-hops], allowed[hops:] + np.float32(hops * _FALL), out=edges[:-hops])
    gain = 1.0
    for start in range(0, len(edges), _HOPS_AT_ONCE):
        part = edges[start : start + _HOPS_AT_ONCE]
        part[:] = _rising_slowly(part, gain)
        gain = float(part[-1])
    return edges


def held(sound: Samples, edges: Samples) -> Samples:
    """The gain goes in a straight line from edge to edge, so no sample exceeds what its hop allows."""
    if edges.min() == 1:
        return sound
    each = edges[:-1, None] + (edges[1:] - edges[:-1])[:, None] * _SLOPE
    return at_volumes(sound, each.reshape(-1)[: len(sound)])


def _rising_slowly(edges: Samples, before: float) -> NDArray[np.float64]:
    risen = _RISE * np.arange(1, len(edges) + 1)
    smooth: NDArray[np.float64] = np.minimum(np.minimum.accumulate(edges - risen), before) + risen
    return smooth


def _true_peaks(known: Samples, hops: int) -> Samples:
    """Of so many hops; `known` has a few samples before and after them."""
    padded = np.pad(known, ((0, -hops % _HOPS_MULTIPLIED * HOP), (0, 0)))
    peaks: Samples = np.abs(padded[_BEFORE:-_AFTER]).reshape(-1, HOP * 2).max(axis=1, initial=0)
    for channel in padded.T if hops else ():
        near = sliding_window_view(channel, HOP + _TAPS - 1)[::HOP]
        between = near.reshape(-1, _HOPS_MULTIPLIED, HOP + _TAPS - 1) @ _BETWEEN
        peaks = np.maximum(peaks, np.abs(between, out=between).max(axis=2).reshape(-1))
    return peaks[:hops]


def _interpolation() -> Samples:
    """A windowed sinc for each of the points between the samples of a hop."""
    points = np.arange(1, _POINTS_BETWEEN + 1) / (_POINTS_BETWEEN + 1)
    places = (np.arange(HOP)[:, None] + points).reshape(-1)
    distances = np.arange(-_BEFORE, HOP + _AFTER)[:, None] - places
    sinc = np.sinc(distances) * np.cos(np.pi * distances / (_TAPS + 1)) ** 2
    return np.where(np.abs(distances) < _TAPS / 2, sinc, 0).astype(np.float32)


_BETWEEN = _interpolation()
