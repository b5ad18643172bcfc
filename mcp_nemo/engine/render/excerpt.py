"""A few seconds out of composed music, without performing all of it.

How loud a piece is can be said only when all of it is known. So an abridgement is performed: the excerpt in
its place among samples of the sections, each as long beside the others as its section is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import soundfont
from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.score import Note, Part, Score, Section
from mcp_nemo.engine.music.sound import Random, Sound
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS
from mcp_nemo.engine.render.samples import Samples

# How long notes ring after their end, and rooms after those.
_RINGING_MS = 1500
# Performers count lengths in sixteenths of a second.
_INEXACT_MS = 63
# So much stands for all of a piece, and at least so much for a section.
_SAMPLED_MS = 12_000
_SHORTEST_SAMPLE_MS = 1000


def excerpt(
    recipe: MusicRecipe, duration_ms: int, cuts_ms: tuple[int, ...], start_ms: int, end_ms: int
) -> Samples:
    """From `start_ms` to `end_ms` of music of this length, as stereo at 48 kHz."""
    score = compose(recipe, duration_ms, cuts_ms)
    wanted = _Span(max(0, start_ms - _RINGING_MS), end_ms)
    kept = [*_samples(score, wanted), wanted]
    played = perform(_abridged(score, wanted, kept), _Lasting(soundfont.band()))
    first = _passed(kept, start_ms) * SAMPLES_PER_MS
    return played[first : first + (end_ms - start_ms) * SAMPLES_PER_MS]


class _Lasting:
    """A band whose notes last for as long as they are held, also those that have died away.

    Performers look for every note where it is written to be.
    """

    def __init__(self, band: Band) -> None:
        self._band = band

    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        sound = self._band.note(instrument, pitch, velocity, held, random)
        silent = max(0, round(held * SAMPLE_RATE) - sound.shape[1])
        return np.pad(sound, ((0, 0), (0, silent)))


class _Span(NamedTuple):
    start_ms: int
    end_ms: int


def _samples(score: Score, wanted: _Span) -> Iterator[_Span]:
    """Of every section, as far as it is not wanted anyway; the ending is left whole, as it is faded out."""
    share = min(1.0, _SAMPLED_MS / score.duration_ms)
    *sections, ending = score.sections
    for sample in [*(_middle(section, share) for section in sections), _Span(ending.start_ms, ending.end_ms)]:
        before = _Span(sample.start_ms, min(sample.end_ms, wanted.start_ms))
        after = _Span(max(sample.start_ms, wanted.end_ms), sample.end_ms)
        yield from (span for span in (before, after) if span.start_ms < span.end_ms)


def _middle(section: Section, share: float) -> _Span:
    whole_ms = section.end_ms - section.start_ms
    length_ms = min(whole_ms, max(_SHORTEST_SAMPLE_MS, round(share * whole_ms)))
    start_ms = section.start_ms + (whole_ms - length_ms) // 2
    return _Span(start_ms, start_ms + length_ms)


def _passed(kept: Sequence[_Span], at_ms: int) -> int:
    """How much of what is kept comes before a time."""
    return sum(max(0, min(span.end_ms, at_ms) - span.start_ms) for span in kept)


def _abridged(score: Score, wanted: _Span, kept: Sequence[_Span]) -> Score:
    """What is kept, one after the other."""

    def moved(section: Section) -> Section:
        start_ms, end_ms = (_passed(kept, at_ms) for at_ms in (section.start_ms, section.end_ms))
        return replace(section, start_ms=start_ms, end_ms=end_ms)

    def heard(part: Part) -> Part:
        notes = (
            replace(note, start_ms=note.start_ms - span.start_ms + _passed(kept, span.start_ms))
            for span in kept
            for note in (_during(part, span) if span is wanted else _only_during(part, span))
        )
        return replace(part, notes=tuple(notes))

    return replace(
        score,
        duration_ms=_passed(kept, score.duration_ms),
        sections=tuple(map(moved, score.sections)),
        parts=tuple(map(heard, score.parts)),
    )


def _during(part: Part, span: _Span) -> Iterator[Note]:
    """Drums are struck: what was before is over, however long it is written."""
    is_struck = part.instrument == "drums"
    for note in part.notes:
        lasts_ms = 0 if is_struck else max(0, note.length_ms - _INEXACT_MS)
        if note.start_ms < span.end_ms and note.start_ms + lasts_ms >= span.start_ms:
            yield note


def _only_during(part: Part, span: _Span) -> Iterator[Note]:
    """What begins before or ends after would be heard with what is beside it in an abridgement."""
    for note in _during(part, span):
        start_ms = max(note.start_ms, span.start_ms)
        end_ms = min(note.start_ms + note.length_ms, span.end_ms)
        yield replace(note, start_ms=start_ms, length_ms=end_ms - start_ms)
