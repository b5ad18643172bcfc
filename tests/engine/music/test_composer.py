from itertools import combinations, pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.composer import compose, describe, grid_of
from mcp_nemo.engine.music.harmony import PITCH_CLASSES, SCALES
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.moods import MOODS, STYLES
from mcp_nemo.engine.music.score import Part, Score

EVERY_MOOD = pytest.mark.parametrize("mood", MOODS)


def recipe(mood: str = "calm", seed: int = 1, style: str = "") -> MusicRecipe:
    return MusicRecipe(mood=mood, seed=seed, style=style)


def part(score: Score, role: str) -> Part:
    return next(part for part in score.parts if part.role == role)


def test_the_same_recipe_gives_the_same_score() -> None:
    assert compose(recipe(), 30_000, (9_000,)) == compose(recipe(), 30_000, (9_000,))


def test_another_seed_gives_another_tune() -> None:
    tunes = {
        tuple(note.pitch for note in part(compose(recipe(seed=seed), 30_000), "lead").notes)
        for seed in range(8)
    }
    assert len(tunes) == 8


@EVERY_MOOD
@pytest.mark.parametrize("duration_ms", [1, 400, 1_000, 3_200, 30_000])
def test_every_mood_fits_every_length(mood: str, duration_ms: int) -> None:
    score = compose(recipe(mood), duration_ms)
    assert score.sections[0].start_ms == 0
    assert score.sections[-1].end_ms == duration_ms
    assert all(before.end_ms == after.start_ms for before, after in pairwise(score.sections))
    assert all(0 <= note.start_ms < duration_ms for part in score.parts for note in part.notes)
    assert all(0 < note.velocity <= 1 for part in score.parts for note in part.notes)
    assert all(part.instrument in INSTRUMENTS or part.role == "drums" for part in score.parts)


def test_twenty_minutes_bring_new_ideas() -> None:
    score = compose(recipe("upbeat"), 1_200_000)
    lifts = [section for section in score.sections if section.name == "lift"]
    openings = {tuple(rhythm(score, lift.start_ms, lift.start_ms + 7_000)) for lift in lifts}
    assert len(lifts) > 8
    assert len(openings) >= len(lifts) // 2


def rhythm(score: Score, start_ms: int, end_ms: int) -> list[int]:
    """When the tune's notes begin, in eighths from the start."""
    notes = [note.start_ms for note in part(score, "lead").notes if start_ms - 50 <= note.start_ms < end_ms]
    return [round((at - start_ms) / (30_000 / score.tempo)) for at in notes]


@EVERY_MOOD
def test_the_tempo_is_the_moods(mood: str) -> None:
    low, high = MOODS[mood].tempo
    assert all(low <= compose(recipe(mood, seed), 60_000, (7_777, 31_234)).tempo <= high for seed in range(5))


@EVERY_MOOD
def test_most_of_the_tune_is_in_the_scale(mood: str) -> None:
    score = compose(recipe(mood), 60_000)
    scale = {(PITCH_CLASSES[score.tonic] + step) % 12 for step in SCALES[score.scale]}
    notes = part(score, "lead").notes
    assert sum(note.pitch % 12 in scale for note in notes) >= 0.9 * len(notes)


@EVERY_MOOD
def test_the_last_chord_is_home_and_lasts_to_the_end(mood: str) -> None:
    score = compose(recipe(mood), 30_000)
    ending = score.sections[-1]
    last = {
        note.pitch % 12
        for played in (part(score, "chords"), part(score, "bass"))
        for note in played.notes
        if note.start_ms >= ending.start_ms - 40
    }
    third = SCALES[score.scale][2]
    assert {PITCH_CLASSES[score.tonic], (PITCH_CLASSES[score.tonic] + third) % 12} <= last
    assert part(score, "lead").notes[-1].pitch % 12 == PITCH_CLASSES[score.tonic]
    assert ending.end_ms - ending.start_ms >= 1_200


def test_the_music_rises() -> None:
    forms = set()
    for seed in range(8):
        sections = compose(recipe("upbeat", seed), 90_000).sections
        forms.add(tuple(section.name for section in sections))
        highest = max(sections, key=lambda section: section.energy)
        assert highest is sections[-2]
        assert highest.energy > sections[0].energy + 0.3
    assert ("intro", "body", "lift", "break", "lift", "ending") in forms
    assert len(forms) == 3


def test_a_motif_comes_back() -> None:
    lead = part(compose(recipe("happy"), 60_000), "lead").notes
    gaps = [round((after.start_ms - before.start_ms) / 125) for before, after in pairwise(lead)]
    cells = [tuple(gaps[index : index + 3]) for index in range(len(gaps) - 2)]
    assert max(map(cells.count, cells)) >= 4


@EVERY_MOOD
def test_a_single_cut_falls_on_a_bar(mood: str) -> None:
    (landing,) = compose(recipe(mood), 40_000, (17_350,)).landings
    assert landing.on_bar
    assert abs(landing.error_ms) <= 40


@pytest.mark.parametrize("cut_ms", range(20_000, 24_000, 500))
def test_a_chord_is_struck_on_the_cut_whatever_metre_leads_to_it(cut_ms: int) -> None:
    score = compose(recipe("corporate"), 60_000, (13_000, cut_ms))
    assert all(landing.on_bar for landing in score.landings)
    for role in ("chords", "bass", "drums"):
        assert min(abs(note.start_ms - cut_ms) for note in part(score, role).notes) <= 60


def test_a_new_section_begins_on_the_strongest_cut() -> None:
    score = compose(recipe("upbeat"), 30_000, (2_000, 14_300, 24_000))
    strongest = next(landing for landing in score.landings if landing.cut_ms == 14_300)
    assert strongest.on_bar
    assert min(abs(section.start_ms - 14_300) for section in score.sections) <= 40


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(MOODS)),
    st.integers(1_000, 120_000),
    st.lists(st.integers(-1_000, 130_000), max_size=12),
)
def test_any_cuts_will_do(mood: str, duration_ms: int, cuts_ms: list[int]) -> None:
    score = compose(recipe(mood), duration_ms, cuts_ms)
    inside = sorted({cut for cut in cuts_ms if 0 < cut < duration_ms})
    assert [landing.cut_ms for landing in score.landings] == inside
    starts = [section.start_ms for section in score.sections]
    assert starts == sorted(set(starts))
    assert starts[-1] < duration_ms


def test_hundreds_of_cuts_are_met_more_often_than_by_chance() -> None:
    cuts = range(1_900, 590_000, 2_370)
    landings = compose(recipe("corporate"), 600_000, cuts).landings
    by_chance = 80 / (60_000 / 110)
    assert sum(abs(landing.error_ms) <= 40 for landing in landings) > 1.5 * by_chance * len(landings)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_leads(style: str) -> None:
    assert part(compose(recipe(style=style), 20_000), "lead").instrument == STYLES[style].lead


@pytest.mark.parametrize(
    ("asked", "roles"),
    [
        (("piano", "strings"), {"lead": "piano", "chords": "piano", "pad": "strings"}),
        (("strings", "piano"), {"lead": "strings", "chords": "piano"}),
        (("strings", "bells", "guitar"), {"lead": "strings", "chords": "bells", "echo": "nylon guitar"}),
        (("guitar", "synth", "organ"), {"lead": "nylon guitar", "pad": "saw pad", "chords": "organ"}),
    ],
)
def test_the_instruments_asked_for_are_heard(asked: tuple[str, ...], roles: dict[str, str]) -> None:
    score = compose(MusicRecipe(mood="upbeat", seed=1, style=asked[0], instruments=asked), 30_000)
    played = {part.role: part.instrument for part in score.parts}
    assert played | roles == played


@EVERY_MOOD
@pytest.mark.parametrize("tempo", [45.0, 93.5, 180.0])
def test_the_tempo_asked_for_is_played(mood: str, tempo: float) -> None:
    score = compose(MusicRecipe(mood=mood, seed=1, tempo_bpm=tempo), 60_000)
    beats = [section.start_ms / (60_000 / tempo) for section in score.sections]
    assert score.tempo == tempo
    assert beats == pytest.approx([round(beat) for beat in beats], abs=0.01)


def features(score: Score) -> dict[str, object]:
    """What a listener tells two pieces apart by."""
    lead = [note.pitch for note in part(score, "lead").notes]
    chords = part(score, "chords").notes
    return {
        "key": score.tonic,
        "tempo": round(score.tempo / 3),
        "form": tuple(section.name for section in score.sections),
        "players": tuple(played.instrument for played in score.parts),
        "tune": tuple(after - before for before, after in pairwise(lead[:12])),
        "harmony": tuple((note.pitch - PITCH_CLASSES[score.tonic]) % 12 for note in chords[:24]),
        "accompaniment": tuple(round(note.start_ms) // 250 for note in chords[:12]),
    }


@EVERY_MOOD
def test_another_seed_is_heard_as_another_piece(mood: str) -> None:
    pieces = [features(compose(recipe(mood, seed), 40_000)) for seed in range(7)]
    differences = [
        {name for name in one if one[name] != other[name]} for one, other in combinations(pieces, 2)
    ]
    assert all("tune" in different and len(different) >= 2 for different in differences)
    assert mean(map(len, differences)) >= 4.5


def test_beats_are_known_without_composing() -> None:
    score = compose(recipe("happy"), 30_000, (9_000, 17_500))
    grid = grid_of(recipe("happy"), 30_000, (9_000, 17_500))
    assert tuple(map(grid.landing, (9_000, 17_500))) == score.landings
    assert round(grid.tempo, 2) == score.tempo


def test_an_unknown_mood_is_refused() -> None:
    with pytest.raises(KeyError):
        compose(recipe("grumpy"), 10_000)


def test_a_score_says_what_it_is() -> None:
    score = compose(recipe("sad"), 60_000)
    key, parts = f"{score.tonic} minor", f"{len(score.sections)} sections"
    assert describe(score) == f"Sad, {score.tempo:.0f} BPM in {key}, {parts}, ending on the last frame"
