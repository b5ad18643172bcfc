"""A few seconds of a piece, without performing all of it.

The notes and the room are those of the whole, sample by sample. How loud the whole is, and with it the gain
of the excerpt, is guessed from what is written and from one block of the loudest section.
"""

import numpy as np

from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.dynamics import written_energies
from mcp_nemo.engine.music.effects import BLOCK, LEVEL_HOP, Gains
from mcp_nemo.engine.music.mastering import mastered_in_part
from mcp_nemo.engine.music.score import Score, Section
from mcp_nemo.engine.music.sound import RATE, Sound
from mcp_nemo.engine.music.synthesis import Shelf, mixed


def excerpt(score: Score, first: int, end: int, band: Band | None = None) -> Sound:
    """(n, 2) samples, from `first` up to `end` of those of `performed`; a decibel or so louder or softer."""
    shelf = Shelf.of(score, band)
    wanted = range(first // BLOCK, -(-end // BLOCK))
    blocks = dict(zip(wanted, mixed(score, shelf, wanted.start, wanted.stop), strict=True))
    written = written_energies(score)
    loudest = _loudest_block(score, written)
    if loudest not in blocks:
        [blocks[loudest]] = mixed(score, shelf, loudest, loudest + 1)
    finished = mastered_in_part(blocks, loudest, written, score)
    sound = np.concatenate([finished[number] for number in wanted])
    return sound[first - wanted.start * BLOCK :][: end - first]


def _loudest_block(score: Score, written: Gains) -> int:
    """In the middle of the section in which most is going on."""

    def energy(section: Section) -> float:
        start, end = (at_ms * RATE // 1000 // LEVEL_HOP for at_ms in (section.start_ms, section.end_ms))
        return float(written[start : max(end, start + 1)].mean())

    loudest = max(score.sections, key=energy)
    return (loudest.start_ms + loudest.end_ms) // 2 * RATE // 1000 // BLOCK
