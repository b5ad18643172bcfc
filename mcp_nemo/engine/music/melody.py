"""A tune from one idea: a motif of two bars, repeated, varied and brought home."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from mcp_nemo.engine.music import harmony
from mcp_nemo.engine.music.harmony import Chord
from mcp_nemo.engine.music.patterns import RHYTHMS

_PHRASE_BARS: Final = 4
_RANGE: Final = 9
_STEPS: Final = (-1, -1, 1, 1, 1, -2, 2, 0)
_LEAPS: Final = (3, 4, -3, 4)


@dataclass(frozen=True, slots=True)
class Measure:
    """A bar under the tune: where it begins, in beats, and how many it has."""

    chord: Chord
    start: float
    beats: float


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of the tune, in beats from its beginning; `stress` runs from 0 to 1."""

    beat: float
    beats: float
    pitch: int
    stress: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One bar of an idea: where its notes begin, in eighths, and the scale steps from one to the next."""

    starts: tuple[int, ...]
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Idea:
    """The bars of a phrase are question, answer, question again and close."""

    question: Cell
    answer: Cell
    close: Cell

    def cell(self, bar: int) -> Cell:
        return (self.question, self.answer, self.question, self.close)[bar % _PHRASE_BARS]


def invent(random: Random, density: float) -> Idea:
    return Idea(
        question=_cell(random, density, leap=True),
        answer=_cell(random, density * 0.8, leap=False),
        close=_cell(random, density * 0.35, leap=False),
    )


def _cell(random: Random, density: float, leap: bool) -> Cell:
    middle = density * (len(RHYTHMS) - 1)
    rhythm = RHYTHMS[max(0, min(len(RHYTHMS) - 1, round(random.gauss(middle, 1.2))))]
    starts = tuple(index for index, mark in enumerate(rhythm) if mark == "x")
    steps = [random.choice(_STEPS) for _ in starts]
    if leap and len(steps) > 1:
        steps[random.randrange(1, len(steps))] = random.choice(_LEAPS)
    return Cell(starts, tuple(steps))


def sing(idea: Idea, measures: Sequence[Measure], centre: int) -> list[Tone]:
    """The idea over a row of bars, cut off where one is short; every fourth bar comes to rest."""
    tones: list[Tone] = []
    pitch: float = harmony.nearest(centre, measures[0].chord.tones[:3])
    for bar, measure in enumerate(measures):
        tones += _sing_bar(idea.cell(bar), measure, pitch, centre)
        pitch = _turn(tones[-1].pitch, bar, centre)
    return tones


def _turn(pitch: int, bar: int, centre: int) -> float:
    """A new phrase begins nearer to the middle of the voice."""
    return (pitch + centre) / 2 if bar % _PHRASE_BARS == _PHRASE_BARS - 1 else pitch


def _sing_bar(cell: Cell, measure: Measure, before: float, centre: int) -> list[Tone]:
    tones: list[Tone] = []
    chord = measure.chord
    pitch = harmony.nearest(before, chord.scale)
    eighths = 2 * measure.beats
    starts = [start for start in cell.starts if start < eighths]
    ends = (*starts[1:], eighths)
    for start, end, steps in zip(starts, ends, cell.steps, strict=False):
        length = (end - start) / 2
        pitch = harmony.step(pitch, _inward(steps, pitch, centre), chord.scale)
        strong = start % 4 == 0
        if strong or length >= 1 or abs(steps) > 2:
            pitch = harmony.nearest(pitch, chord.tones[:3])
        beat = measure.start + start / 2
        tones.append(Tone(beat, min(length, 3.0), pitch, 1.0 if strong else 0.6))
    return tones


def _inward(steps: int, pitch: int, centre: int) -> int:
    """Turn back at the edge of the voice."""
    return -steps if abs(pitch + 2 * steps - centre) > _RANGE else steps


def harmonise(tones: Sequence[Tone], measures: Sequence[Measure]) -> list[Tone]:
    """A second voice under the long notes of the first: the chord's next tone, a third or more below."""
    starts = [measure.start for measure in measures]
    return [
        replace(tone, pitch=_below(tone.pitch, measures[bisect_right(starts, tone.beat) - 1].chord))
        for tone in tones
        if tone.beats >= 1
    ]


def _below(pitch: int, chord: Chord) -> int:
    return max(key for key in range(pitch - 12, pitch - 2) if key % 12 in chord.tones[:3])
