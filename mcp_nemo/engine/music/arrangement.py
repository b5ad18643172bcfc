"""What each player does, bar by bar, in beats, before anybody is human about it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from math import ceil
from random import Random
from typing import Final

from mcp_nemo.engine.music import melody
from mcp_nemo.engine.music.form import Span
from mcp_nemo.engine.music.grid import BEATS_IN_BAR
from mcp_nemo.engine.music.harmony import Chord, nearest
from mcp_nemo.engine.music.melody import Measure, Tone
from mcp_nemo.engine.music.patterns import BASS_FIGURES, DRUM_KEYS, FIGURES, GROOVES, STEP_VELOCITY

_BASS_CENTRE: Final = 38
# A bar's level: from here on there is bass and a light groove, full figures, a full groove.
_AWAKE: Final = 0.38
_FULL: Final = 0.45
_DRIVING: Final = 0.62
_LAST_ROLL_MS: Final = 28.0


@dataclass(frozen=True, slots=True)
class Bar:
    """`keys` voice the chord; `level` is how much is going on; `closes` marks the bar before something new.

    The last bar of all holds the last chord as long as the picture does.
    """

    start: int
    beats: float
    chord: Chord
    keys: tuple[int, ...]
    span: Span
    closes: bool
    level: float

    @property
    def end(self) -> float:
        return self.start + self.beats

    @property
    def final(self) -> bool:
        return self.span.name == "ending"

    @property
    def dynamic(self) -> float:
        return 0.65 + 0.45 * self.span.energy


@dataclass(frozen=True, slots=True)
class Stroke:
    """A note in beats; `late_ms` spreads the tones of a chord."""

    beat: float
    beats: float
    pitch: int
    velocity: float
    late_ms: float = 0.0


def comping(name: str, bars: Sequence[Bar]) -> list[Stroke]:
    figure = FIGURES[name]
    strokes: list[Stroke] = []
    for bar in bars:
        steps = figure.full if bar.level >= _FULL else figure.light
        # With nothing under them, chords ring.
        hold = figure.hold if bar.level >= _AWAKE and not bar.final else 0.0
        roll_ms = _LAST_ROLL_MS if bar.final else figure.roll_ms
        for beat, mark in [(bar.start, "*")] if bar.final else _marks(steps, bar):
            length = _held(hold, beat, bar.end)
            struck = _struck(mark, bar.keys)
            # More fingers, each a little softer.
            velocity = _accent(beat - bar.start) * bar.dynamic * len(struck) ** -0.25
            strokes += [Stroke(beat, length, key, velocity, i * roll_ms) for i, key in enumerate(struck)]
    return strokes


def _marks(steps: str, bar: Bar) -> list[tuple[float, str]]:
    """Cut off where the bar is shorter than the steps, and begun anew where it is longer."""
    a_beat = len(steps) // BEATS_IN_BAR
    return [
        (bar.start + index / a_beat, mark)
        for index, mark in zip(range(ceil(bar.beats * a_beat)), cycle(steps), strict=False)
        if mark != "."
    ]


def _held(hold: float, beat: float, end: float) -> float:
    return min(hold, end - beat) if hold else end - beat


def _struck(mark: str, keys: Sequence[int]) -> tuple[int, ...]:
    if mark == "*":
        return tuple(keys)
    if mark == "b":
        return (keys[0] - 12,)
    octave, index = divmod(int(mark), len(keys))
    return (keys[index] + 12 * octave,)


def _accent(beat: float) -> float:
    if beat == 0:
        return 0.8
    return 0.7 if beat % 1 == 0 else 0.62


def padding(bars: Sequence[Bar]) -> list[Stroke]:
    """Held chords; a tone that the next chord shares is held on, for two bars at most."""
    strokes: list[Stroke] = []
    held: dict[int, Stroke] = {}
    for bar in bars:
        sounding = {}
        for key in bar.keys:
            before = held.get(key)
            if before and before.beats <= BEATS_IN_BAR and not bar.final:
                strokes.remove(before)
                sounding[key] = Stroke(before.beat, before.beats + bar.beats, key, before.velocity)
            else:
                sounding[key] = Stroke(bar.start, bar.beats, key, 0.6 * bar.dynamic)
        strokes += sounding.values()
        held = sounding
    return strokes


def bass_line(name: str, bars: Sequence[Bar], *, is_ground: bool) -> list[Stroke]:
    """A ground is played in the softest bars too: where no pad is, chords would die away into silence."""
    figure = BASS_FIGURES[name]
    strokes: list[Stroke] = []
    for bar, following in zip(bars, (*bars[1:], bars[-1]), strict=True):
        if bar.level < _AWAKE and not bar.final and not is_ground:
            continue
        steps = figure.full if bar.level >= _FULL else figure.light
        marks: list[tuple[float, str]] = [(bar.start, "r")] if bar.final else _marks(steps, bar)
        ends = [*(beat for beat, _ in marks), bar.end][1:]
        for (beat, mark), end in zip(marks, ends, strict=True):
            length = _held(0 if bar.final else figure.hold, beat, end)
            key = _bass_key(mark, bar.chord, following.chord)
            strokes.append(Stroke(beat, length, key, _accent(beat - bar.start) * bar.dynamic))
    return strokes


def _bass_key(mark: str, chord: Chord, following: Chord) -> int:
    root = nearest(_BASS_CENTRE, (chord.root,))
    if mark == "5":
        fifth = root + (chord.tones[2] - chord.root) % 12
        return fifth - 12 if root > _BASS_CENTRE else fifth
    if mark == "o":
        return root + 12
    if mark == "a":
        target = nearest(_BASS_CENTRE, (following.root,))
        return nearest(target + (2 if root > target else -2), chord.scale)
    return root


def drumming(name: str, bars: Sequence[Bar]) -> list[Stroke]:
    groove = GROOVES[name]
    strokes: list[Stroke] = []
    for before, bar in zip((None, *bars), bars, strict=False):
        if bar.final:
            strokes += _last_beat(bar, groove.crash)
        elif bar.level >= _AWAKE:
            steps = groove.full if bar.level >= _DRIVING else groove.light
            strokes += _filled(steps, groove.fill, bar) if bar.closes else _beaten(steps, bar)
            risen = before is not None and before.span is not bar.span and bar.level >= _DRIVING
            if groove.crash and risen:
                strokes.append(Stroke(bar.start, BEATS_IN_BAR, DRUM_KEYS["crash"], 0.8))
    return strokes


def _filled(steps: Mapping[str, str], fill: Mapping[str, str], bar: Bar) -> list[Stroke]:
    """The fill ends with the bar, however long that is."""
    usual = replace(bar, start=round(bar.end) - BEATS_IN_BAR, beats=BEATS_IN_BAR)
    return [
        *(stroke for stroke in _beaten(steps, bar) if stroke.beat < usual.start),
        *(stroke for stroke in _beaten(fill, usual) if stroke.beat >= bar.start),
    ]


def _beaten(rows: Mapping[str, str], bar: Bar) -> list[Stroke]:
    loudness = 0.75 + 0.25 * bar.span.energy
    return [
        Stroke(beat, 0.25, DRUM_KEYS[drum], STEP_VELOCITY[mark] * loudness)
        for drum, row in rows.items()
        for beat, mark in _marks(row, bar)
    ]


def _last_beat(bar: Bar, crash: bool) -> list[Stroke]:
    kick = Stroke(bar.start, 1, DRUM_KEYS["kick"], 0.7)
    return [kick, Stroke(bar.start, bar.beats, DRUM_KEYS["crash"], 0.7)] if crash else [kick]


def tune(
    bars: Sequence[Bar], density: float, centre: int, random: Random
) -> tuple[list[Stroke], list[Stroke]]:
    """The melody, and the second voice that joins it where the music is high.

    An idea is heard in two sections of a name; the third brings a new one.
    """
    ideas: dict[tuple[str, int], melody.Idea] = {}
    heard: Counter[str] = Counter()
    lead: list[Stroke] = []
    echo: list[Stroke] = []
    for section in _by_section(bars):
        first = section[0]
        if first.final:
            lead.append(Stroke(first.start, first.beats, nearest(centre, (first.chord.root,)), 0.7))
        elif first.span.name != "intro":
            lifted = first.span.name == "lift"
            key = (first.span.name, heard[first.span.name] // 2)
            heard[first.span.name] += 1
            if key not in ideas:
                ideas[key] = melody.invent(random, density + 0.12 * lifted)
            measures = [Measure(bar.chord, bar.start - first.start, bar.beats) for bar in section]
            tones = melody.sing(ideas[key], measures, centre + (3 if lifted else 0))
            lead += _sung(tones, section, 1.0)
            if lifted:
                echo += _sung(melody.harmonise(tones, measures), section, 0.7)
    return lead, echo


def _by_section(bars: Sequence[Bar]) -> list[list[Bar]]:
    sections: list[list[Bar]] = []
    for bar in bars:
        if sections and sections[-1][0].span is bar.span:
            sections[-1].append(bar)
        else:
            sections.append([bar])
    return sections


def _sung(tones: Sequence[Tone], section: Sequence[Bar], loudness: float) -> list[Stroke]:
    start, end = section[0].start, section[-1].end
    dynamic = section[0].dynamic * loudness
    return [
        Stroke(
            start + tone.beat,
            min(tone.beats, end - start - tone.beat),
            tone.pitch,
            _sung_velocity(tone) * dynamic,
        )
        for tone in tones
        if start + tone.beat < end
    ]


def _sung_velocity(tone: Tone) -> float:
    return 0.6 + 0.18 * tone.stress
