"""Where a song may begin again so that its beat goes on: its end and its beginning laid over each other."""

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.render.plan import SAMPLE_RATE
from mcp_nemo.engine.render.samples import Samples

# How much of the end and of the beginning is compared: two bars of most music.
COMPARED = 4 * SAMPLE_RATE
_HOP = SAMPLE_RATE // 100
_SHORTEST_SEAM = SAMPLE_RATE // 2
_PLAIN_SEAM = SAMPLE_RATE
# Below this the two have no rhythm in common.
_ALIKE = 0.4


def seam_of(head: Samples, tail: Samples) -> int:
    """For how many samples the end of a song sounds best together with its beginning."""
    begun, ended = _strokes(head), _strokes(tail[len(tail) % _HOP :])
    longest = min(len(begun), len(ended))
    lengths = range(_SHORTEST_SEAM // _HOP, longest + 1)
    likeness = [_likeness(begun[:length], ended[len(ended) - length :]) for length in lengths]
    if not likeness or max(likeness) < _ALIKE:
        return min(_PLAIN_SEAM, len(head), len(tail))
    return lengths[int(np.argmax(likeness))] * _HOP


def _strokes(sound: Samples) -> NDArray[np.float64]:
    """How much louder each hundredth of a second is than the one before it."""
    whole = len(sound) // _HOP * _HOP
    levels = np.sqrt(np.square(sound[:whole]).reshape(-1, _HOP * 2).mean(axis=1))
    return np.asarray(np.maximum(0, np.diff(levels, prepend=levels[:1])), np.float64)


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0
