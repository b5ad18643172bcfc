"""From a recipe to a score: pure, and the same for the same recipe, length and cuts."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import arrangement, form, harmony
from mcp_nemo.engine.music.arrangement import Bar, Stroke
from mcp_nemo.engine.music.casting import cast
from mcp_nemo.engine.music.feel import Feel
from mcp_nemo.engine.music.form import Span
from mcp_nemo.engine.music.grid import BEATS_IN_BAR, Grid, lay_grid, strength
from mcp_nemo.engine.music.moods import MOODS, STYLES, Mood, Style
from mcp_nemo.engine.music.patterns import GROOVES
from mcp_nemo.engine.music.score import Part, Role, Score, Section, SectionName
from mcp_nemo.engine.music.variations import variation_of, varied

# Which of the mood's progressions a section starts with.
_PROGRESSION: Final[dict[SectionName, int]] = {"intro": 0, "body": 0, "lift": 1, "break": 2}
# Volume and pan.
_PLACES: Final[dict[Role, tuple[float, float]]] = {
    "lead": (1.0, 0.08),
    "echo": (0.5, -0.35),
    "chords": (0.46, -0.15),
    "pad": (0.27, 0.0),
    "bass": (0.75, 0.0),
    "drums": (1.0, 0.0),
}
# Where each lead instrument sings best, as a MIDI key.
_LEAD_CENTRES: Final = {
    "glockenspiel": 84,
    "bells": 79,
    "electric guitar": 69,
    "marimba": 76,
    "vibraphone": 74,
    "strings": 72,
    "nylon guitar": 69,
    "brass": 69,
}
_USUAL_CENTRE: Final = 73


def compose(recipe: MusicRecipe, duration_ms: int, cuts_ms: Sequence[int] = ()) -> Score:
    """Music as long as the picture; KeyError for a mood, a style or an instrument that does not exist."""
    plain = MOODS[recipe.mood]
    mood = varied(plain, variation_of(plain, recipe.seed))
    random = Random(f"{recipe.mood} {recipe.seed}")
    tonic = random.choice(mood.tonics)
    cuts = strength(cuts_ms, duration_ms)
    grid = grid_of(recipe, duration_ms, cuts_ms)
    spans = form.sections(grid, cuts, random)
    bars = _bars(mood, tonic, grid, spans, random)
    feel = Feel(grid, mood.swing, looseness=1 - 0.7 * mood.drive, duration_ms=duration_ms)
    return Score(
        mood=mood.name,
        seed=recipe.seed,
        duration_ms=duration_ms,
        tempo=round(grid.tempo, 2),
        tonic=tonic,
        scale=mood.scale,
        space=mood.space,
        texture=mood.texture,
        pump=GROOVES[mood.groove].pump if mood.groove else 0.0,
        sections=_timed(spans, grid, duration_ms),
        parts=tuple(
            _part(role, instrument, strokes, feel, random)
            for role, instrument, strokes in _written(mood, _asked(recipe), bars, random)
            if strokes
        ),
        landings=tuple(grid.landing(cut.at_ms) for cut in cuts),
    )


def grid_of(recipe: MusicRecipe, duration_ms: int, cuts_ms: Sequence[int] = ()) -> Grid:
    """The beats and bars of what `compose` writes, without writing it."""
    tempo = (recipe.tempo_bpm, recipe.tempo_bpm) if recipe.tempo_bpm else MOODS[recipe.mood].tempo
    preferred = Random(f"tempo of {recipe.mood} {recipe.seed}").uniform(*tempo)
    return lay_grid(duration_ms, strength(cuts_ms, duration_ms), tempo, preferred)


def _bars(mood: Mood, tonic: str, grid: Grid, spans: Sequence[Span], random: Random) -> list[Bar]:
    progressions = [text.split() for text in random.sample(mood.progressions, len(mood.progressions))]
    before_last, last = harmony.CADENCES[mood.scale]
    heard: Counter[SectionName] = Counter()
    bars: list[Bar] = []
    for span in spans[:-1]:
        turn = _PROGRESSION[span.name] + heard[span.name] // 2
        heard[span.name] += 1
        numerals = progressions[turn % len(progressions)]
        for index in range(span.start, span.end):
            closing = index == grid.bars - 1 and index > 0
            numeral = before_last if closing else numerals[(index - span.start) % len(numerals)]
            bars.append(_bar(mood, tonic, numeral, grid, span, index, bars))
    return [*bars, _bar(mood, tonic, last, grid, spans[-1], grid.bars, bars)]


def _bar(
    mood: Mood, tonic: str, numeral: str, grid: Grid, span: Span, index: int, before: Sequence[Bar]
) -> Bar:
    chord = harmony.chord(numeral, tonic, mood.scale, mood.voices)
    start = grid.bar_lines[index]
    beats = grid.ring_beats if index == grid.bars else grid.bar_lines[index + 1] - start
    return Bar(
        start=start,
        beats=beats,
        chord=chord,
        keys=harmony.voicing(chord.upper, before[-1].keys if before else ()),
        span=span,
        closes=index > 0 and (index == span.end - 1 or beats != BEATS_IN_BAR),
        level=span.energy * (0.6 + 0.6 * mood.drive),
    )


def _timed(spans: Sequence[Span], grid: Grid, duration_ms: int) -> tuple[Section, ...]:
    starts = [round(grid.bar_at(span.start)) for span in spans]
    ends = [*starts[1:], duration_ms]
    return tuple(
        Section(span.name, start, end, span.energy)
        for span, start, end in zip(spans, starts, ends, strict=True)
    )


def _asked(recipe: MusicRecipe) -> list[Style]:
    return [STYLES[name] for name in dict.fromkeys((recipe.style, *recipe.instruments)) if name]


def _written(
    mood: Mood, asked: Sequence[Style], bars: list[Bar], random: Random
) -> list[tuple[Role, str, list[Stroke]]]:
    players = cast(mood, asked)
    centre = _LEAD_CENTRES.get(players.lead, _USUAL_CENTRE)
    bass = arrangement.bass_line(mood.bass_figure, bars, is_ground=not players.pad) if mood.bass else []
    tune, echo = arrangement.tune(bars, mood.density, centre, random)
    return [
        ("lead", players.lead, tune),
        ("echo", players.echo, echo),
        ("chords", players.chords, arrangement.comping(mood.figure, bars)),
        ("pad", players.pad, arrangement.padding(bars) if players.pad else []),
        ("bass", mood.bass, bass),
        ("drums", "drums", arrangement.drumming(mood.groove, bars) if mood.groove else []),
    ]


def _part(role: Role, instrument: str, strokes: list[Stroke], feel: Feel, random: Random) -> Part:
    volume, pan = _PLACES[role]
    tight = role in ("bass", "drums")
    return Part(role, instrument, feel.played(strokes, random, tight), volume, pan)


def describe(score: Score) -> str:
    """One line for a person: "Calm, 78 BPM in D minor, 4 sections, ending on the last frame"."""
    label = MOODS[score.mood].label
    sections = f"{len(score.sections)} sections" if len(score.sections) > 1 else "one chord"
    return (
        f"{label}, {score.tempo:.0f} BPM in {score.tonic} {score.scale}, {sections}, ending on the last frame"
    )
