from functools import cache
from itertools import pairwise
from random import Random
from statistics import mean, median_high

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.composer import grid_of
from mcp_nemo.engine.music.grid import NEAR_MS, Cut, Grid, lay_grid, strength
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.score import Landing

TEMPO = (96.0, 112.0)


def random_cuts(seed: int) -> tuple[int, list[int]]:
    random = Random(seed)
    duration_ms = random.randint(10_000, 120_000)
    return duration_ms, sorted(random.sample(range(500, duration_ms - 500), random.randint(3, 10)))


@cache
def landed(seed: int) -> list[tuple[Cut, Landing]]:
    """The cuts of a random film, of another mood for each seed."""
    duration_ms, cuts_ms = random_cuts(seed)
    cuts = strength(cuts_ms, duration_ms)
    grid = grid_of(MusicRecipe(mood=sorted(MOODS)[seed % len(MOODS)], seed=seed), duration_ms, cuts_ms)
    return [(cut, grid.landing(cut.at_ms)) for cut in cuts]


def stronger_half(film: list[tuple[Cut, Landing]]) -> list[Landing]:
    half = median_high(cut.weight for cut, _ in film)
    return [landing for cut, landing in film if cut.weight >= half]


def is_met(landing: Landing) -> bool:
    return landing.on_bar and abs(landing.error_ms) <= NEAR_MS


def test_nine_in_ten_strong_cuts_and_nearly_all_far_from_others_fall_on_a_bar() -> None:
    films = [landed(seed) for seed in range(120)]
    assert mean(is_met(landing) for film in films for landing in stronger_half(film)) >= 0.9
    far = [landing for film in films for cut, landing in film if cut.weight > weight_of(2_000)]
    assert mean(map(is_met, far)) >= 0.95


def test_of_two_cuts_too_close_for_both_the_stronger_is_met() -> None:
    films = [landed(seed) for seed in range(240)]
    close = [
        sorted(pair, key=lambda cut: cut[0].weight)
        for film in films
        for pair in pairwise(film)
        if pair[1][0].at_ms - pair[0][0].at_ms < 1600 and abs(pair[1][0].weight - pair[0][0].weight) > 0.02
    ]
    alone = [is_met(strong) for (_, weak), (_, strong) in close if is_met(weak) != is_met(strong)]
    assert len(alone) > 20
    assert mean(alone) >= 0.85


def weight_of(shot_ms: int) -> float:
    (cut,) = strength((shot_ms,), 100_000)
    return cut.weight


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000, 120_000), st.lists(st.integers(0, 120_000), max_size=10))
def test_bars_have_two_to_five_beats_and_others_than_four_lead_to_a_cut(
    duration_ms: int, cuts_ms: list[int]
) -> None:
    grid = lay_grid(duration_ms, strength(cuts_ms, duration_ms), TEMPO, 100)
    *inner, final_beat = grid.bar_lines
    assert inner[0] == 0
    for line, following in pairwise(inner):
        assert following - line in (2, 3, 4, 5)
        if following - line != 4:
            assert min(abs(grid.at(following) - cut) for cut in cuts_ms) <= NEAR_MS
    assert final_beat - inner[-1] in (2, 3, 4, 5)


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000, 120_000), st.lists(st.integers(0, 120_000), max_size=10), st.floats(*TEMPO))
def test_the_tempo_stays_in_its_range(duration_ms: int, cuts_ms: list[int], preferred: float) -> None:
    grid = lay_grid(duration_ms, strength(cuts_ms, duration_ms), TEMPO, preferred)
    assert TEMPO[0] <= grid.tempo <= TEMPO[1]
    for (beat, ms), (next_beat, next_ms) in pairwise(grid.pins):
        here = 60_000 * (next_beat - beat) / (next_ms - ms)
        assert TEMPO[0] - 0.01 <= here <= TEMPO[1] + 0.01
        assert abs(here / grid.tempo - 1) < 0.06


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 120_000), st.lists(st.integers(0, 120_000), max_size=10))
def test_the_last_chord_has_room(duration_ms: int, cuts_ms: list[int]) -> None:
    grid = lay_grid(duration_ms, strength(cuts_ms, duration_ms), TEMPO, 100)
    assert 0 < duration_ms - grid.at(grid.final_beat) <= 9_000


def test_a_tempo_asked_for_is_kept_but_for_a_hair() -> None:
    grid = lay_grid(60_000, strength((13_333, 29_999), 60_000), (101, 101), 101)
    assert grid.tempo == 101
    assert grid.at(0) == 0
    assert all(abs(beat_ms(grid, beat) / (60_000 / 101) - 1) <= 0.026 for beat in range(60))


def beat_ms(grid: Grid, beat: int) -> float:
    return grid.at(beat + 1) - grid.at(beat)


def test_the_last_chord_falls_on_the_last_cut() -> None:
    grid = lay_grid(60_000, strength((56_500,), 60_000), TEMPO, 100)
    assert grid.at(grid.final_beat) == pytest.approx(56_500, abs=NEAR_MS)
