"""Composed music, heard in part."""

import numpy as np
import pytest

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.render.excerpt import excerpt
from tests.media import level_db


@pytest.mark.parametrize(("mood", "seed"), [("playful", 14), ("ambient", 1), ("electronic", 2)])
def test_an_excerpt_may_begin_anywhere(mood: str, seed: int) -> None:
    recipe = MusicRecipe(mood=mood, seed=seed)
    for start_ms in (0, 7300, 57_500):
        heard = excerpt(recipe, 60_000, (5000, 20_000), start_ms, start_ms + 1000)
        assert heard.shape == (48_000, 2)
        assert 0.01 < np.abs(heard).max() < 1


def test_an_excerpt_is_as_loud_as_it_is_in_the_whole() -> None:
    recipe = MusicRecipe(mood="rock", seed=2)
    whole = perform(compose(recipe, 60_000))
    for start_ms in (0, 7200, 37_200, 57_000):
        in_place = whole[start_ms * 48 :][: 3000 * 48]
        heard = excerpt(recipe, 60_000, (), start_ms, start_ms + 3000)
        assert level_db(heard) == pytest.approx(level_db(in_place), abs=2)


@pytest.mark.parametrize("duration_ms", [40, 333, 2500])
def test_what_is_asked_for_may_be_all_of_it(duration_ms: int) -> None:
    recipe = MusicRecipe(mood="playful", seed=14)
    heard = excerpt(recipe, duration_ms, (), 0, duration_ms)
    assert np.allclose(heard, perform(compose(recipe, duration_ms)), atol=1e-3)
