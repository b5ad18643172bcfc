from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.grid import NEAR_MS, Cut, Grid, lay_grid, strength
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.score import Landing

TEMPO = (96.0, 112.0)


def random_cuts(seed: int) -> tuple[int, list[int]]:
    random = Random(seed)
    duration_ms = random.randint(10_000, 120_000)
    return duration_ms, sorted(random.sample(range(500, duration_ms - 500), random.randint(3, 10)))


def strongest(landings: tuple[Landing, ...], cuts: tuple[Cut, ...]) -> list[Landing]:
    """The stronger half of the cuts."""
    by_weight = sorted(zip(cuts, landings, strict=True), key=lambda pair: -pair[0].weight)
    return [landing for _, landing in by_weight[: (len(by_weight) + 1) // 2]]


def test_nine_in_ten_strong_cuts_fall_on_a_beat_and_most_on_a_bar() -> None:
    strong: list[Landing] = []
    for seed in range(120):
        duration_ms, cuts_ms = random_cuts(seed)
        mood = sorted(MOODS)[seed % len(MOODS)]
        landings = compose(MusicRecipe(mood=mood, seed=seed), duration_ms, cuts_ms).landings
        strong += strongest(landings, strength(cuts_ms, duration_ms))
    met = [landing for landing in strong if abs(landing.error_ms) <= NEAR_MS]
    assert len(met) >= 0.88 * len(strong)
    assert sum(landing.on_bar for landing in met) >= 0.55 * len(strong)


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
