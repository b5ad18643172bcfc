"""Composed music, heard in part."""

import numpy as np
import pytest

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.render.excerpt import excerpt


@pytest.mark.parametrize(("mood", "seed"), [("playful", 14), ("ambient", 1), ("electronic", 2)])
def test_an_excerpt_may_begin_anywhere(mood: str, seed: int) -> None:
    recipe = MusicRecipe(mood=mood, seed=seed)
    for start_ms in (0, 7300, 57_500):
        heard = excerpt(recipe, 60_000, (5000, 20_000), start_ms, start_ms + 1000)
        assert heard.shape == (48_000, 2)
        assert 0.01 < np.abs(heard).max() < 1
