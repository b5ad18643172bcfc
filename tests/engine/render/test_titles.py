from fractions import Fraction

import numpy as np
import pytest

from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.render.plan import Canvas, Caption
from mcp_nemo.engine.render.titles import letter, opacity

LANDSCAPE = Canvas(1280, 720, Fraction(30))
PORTRAIT = Canvas(720, 1280, Fraction(30))
# Beyond all scripts: reserved for no character, so no typeface draws it.
UNDRAWABLE = "\U000efffd"


@pytest.mark.parametrize("canvas", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("place", ["top", "center", "bottom"])
@pytest.mark.parametrize(
    "text", ["Hi", "One\n\nTwo", "A long title of many words " * 4, "W" * 80, "word " * 60, " "]
)
def test_stays_in_the_safe_area(canvas: Canvas, place: Place, text: str) -> None:
    title = letter(text, place, canvas)
    height, width = title.alpha.shape

    assert title.x >= canvas.width * 0.05
    assert title.x + width <= canvas.width * 0.95
    assert title.y >= canvas.height * 0.05
    assert title.y + height <= canvas.height * 0.95
    assert not (title.x % 2 or title.y % 2 or width % 2 or height % 2)


def test_place_decides_the_height() -> None:
    top, center, bottom = (letter("Title", place, LANDSCAPE) for place in ("top", "center", "bottom"))
    middles = [title.y + len(title.alpha) / 2 for title in (top, center, bottom)]

    assert middles[0] < 720 / 3 < middles[1] < 720 * 2 / 3 < middles[2]


def test_letters_are_white_in_a_black_outline() -> None:
    title = letter("Title", "center", LANDSCAPE)
    opaque = title.alpha == 255

    assert title.light[opaque].max() == 255
    assert title.light[opaque].min() == 0
    assert not title.light[title.alpha == 0].any()


def test_long_lines_are_broken_and_balanced() -> None:
    title = letter("Seven words that need two whole lines", "center", LANDSCAPE)
    rows = title.alpha.any(axis=1)
    lines = np.split(title.alpha, np.flatnonzero(np.diff(rows)) + 1)
    widths = [_width(line) for line in lines if line.any()]

    assert len(widths) == 2
    assert min(widths) > max(widths) / 2


def test_text_without_spaces_is_broken_too() -> None:
    assert letter("夏日的海边我们一起看日落" * 3, "center", LANDSCAPE).alpha.shape[1] <= 1280


def test_a_character_nothing_can_draw_is_left_out_and_reported() -> None:
    title = letter(f"Sun{UNDRAWABLE}set", "center", LANDSCAPE)

    assert title.missing == {UNDRAWABLE}
    assert np.array_equal(title.alpha, letter("Sunset", "center", LANDSCAPE).alpha)


def test_joiners_and_variation_selectors_are_not_missing() -> None:
    assert not letter("e\u0301 \u200d a\ufe0f\tb", "center", LANDSCAPE).missing


def test_a_title_fades_in_and_out() -> None:
    strengths = [opacity(Caption(30, 90, "Title", "center"), frame, Fraction(30)) for frame in range(30, 90)]

    assert strengths[0] < 0.2 and strengths[-1] < 0.2
    assert strengths[6:-6] == [1.0] * 48
    assert strengths[:7] == sorted(strengths[:7])
    assert strengths == strengths[::-1]


def test_a_short_title_is_whole_at_once() -> None:
    assert opacity(Caption(0, 20, "Title", "center"), 0, Fraction(30)) == 1


def _width(line: np.ndarray) -> int:
    columns = np.flatnonzero(line.any(axis=0))
    return int(columns[-1] - columns[0])
