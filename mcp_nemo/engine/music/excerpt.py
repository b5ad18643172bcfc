"""A few seconds of a piece, without performing all of it.

The notes and the room are those of the whole, sample by sample. How loud the whole is, and with it the gain
of the excerpt, is guessed from what is written and from one block that is among the loudest.
"""

from typing import Final

import numpy as np

from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.dynamics import written_energies
from mcp_nemo.engine.music.effects import BLOCK, LEVEL_HOP, Gains
from mcp_nemo.engine.music.mastering import mastered_in_part
from mcp_nemo.engine.music.score import Score, Section
from mcp_nemo.engine.music.sound import RATE, Sound
from mcp_nemo.engine.music.synthesis import Shelf, mixed

# As a share of the energy; sections that differ by more may be played by others.
_NEAR: Final = 0.5


def excerpt(score: Score, first: int, end: int, band: Band | None = None) -> Sound:
    """(n, 2) samples, from `first` up to `end` of those of `performed`; a decibel or so louder or softer."""
    shelf = Shelf.of(score, band)
    wanted = range(first // BLOCK, -(-end // BLOCK))
    blocks = dict(zip(wanted, mixed(score, shelf, wanted.start, wanted.stop), strict=True))
    written = written_energies(score)
    yardstick = _yardstick(score, written, wanted)
    if yardstick not in blocks:
        [blocks[yardstick]] = mixed(score, shelf, yardstick, yardstick + 1)
    finished = mastered_in_part(blocks, yardstick, written, score)
    sound = np.concatenate([finished[number] for number in wanted])
    return sound[first - wanted.start * BLOCK :][: end - first]


def _yardstick(score: Score, written: Gains, wanted: range) -> int:
    """A block of the section in which most is going on; one that is wanted, if it is near that."""
    hops = BLOCK // LEVEL_HOP
    loudest = max((_hops(section) for section in score.sections), key=lambda span: _mean(written, span))
    energies = {number: _mean(written, range(number * hops, (number + 1) * hops)) for number in wanted}
    near = max(energies, key=lambda number: energies[number])
    return near if energies[near] > _NEAR * _mean(written, loudest) else loudest[len(loudest) // 2] // hops


def _hops(section: Section) -> range:
    start, end = (at_ms * RATE // 1000 // LEVEL_HOP for at_ms in (section.start_ms, section.end_ms))
    return range(start, max(end, start + 1))


def _mean(written: Gains, span: range) -> float:
    return float(written[span.start : span.stop].mean())
