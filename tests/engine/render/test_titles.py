from fractions import Fraction
from typing import get_args

import numpy as np
import pytest

from mcp_nemo.engine.draft import Place, Size
from mcp_nemo.engine.render.compositing import Cutout
from mcp_nemo.engine.render.plan import Canvas, Caption, Style
from mcp_nemo.engine.render.titles import letter, missing_from
from tests.media import Picture

LANDSCAPE = Canvas(1280, 720, Fraction(30))
PORTRAIT = Canvas(720, 1280, Fraction(30))
# Beyond all scripts: reserved for no character, so no typeface draws it.
UNDRAWABLE = "\U000efffd"


def alpha(title: Cutout) -> Picture:
    return np.asarray(title.mask)


def light(title: Cutout) -> Picture:
    return np.asarray(title.luma)


def caption(text: str) -> Caption:
    return Caption(0, 60, text, Style())


@pytest.mark.parametrize("canvas", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize(
    "style", [Style("top left"), Style("center", "large", bold=True), Style("bottom", background="#00000080")]
)
@pytest.mark.parametrize(
    "text", ["Hi", "One\n\nTwo", "A long title of many words " * 4, "W" * 80, "word " * 60, " "]
)
def test_stays_in_the_safe_area(canvas: Canvas, style: Style, text: str) -> None:
    title = letter(text, style, canvas)
    height, width = alpha(title).shape

    assert title.x >= canvas.width * 0.05
    assert title.x + width <= canvas.width * 0.95
    assert title.y >= canvas.height * 0.05
    assert title.y + height <= canvas.height * 0.95
    assert not (title.x % 2 or title.y % 2 or width % 2 or height % 2)


@pytest.mark.parametrize("place", get_args(Place))
def test_goes_to_its_place(place: Place) -> None:
    title = letter("Title", Style(place), LANDSCAPE)
    height, width = alpha(title).shape
    across, down = (title.x + width / 2) / 1280, (title.y + height / 2) / 720

    assert (across < 0.4, across > 0.6) == ("left" in place, "right" in place)
    assert (down < 0.4, down > 0.6) == ("top" in place, "bottom" in place)


def test_letters_are_white_in_a_black_outline() -> None:
    title = letter("Title", Style(), LANDSCAPE)
    opaque = alpha(title) == 255

    assert light(title)[opaque].max() == 235
    assert light(title)[opaque].min() == 16


def test_letters_have_the_colour_asked_for() -> None:
    title = letter("Title", Style(color="#FF0000"), LANDSCAPE)
    letters = light(title) > 50

    assert letters.any()
    assert np.abs(light(title)[letters].astype(int) - 63).max() <= 13
    assert np.asarray(title.v).max() == 240


def test_a_box_lies_behind_the_letters() -> None:
    title = letter("Title", Style(background="#0000FF80"), LANDSCAPE)
    height, width = alpha(title).shape

    assert alpha(title)[height // 2, 4] == alpha(title)[height // 2, width - 6] == 0x80
    assert np.asarray(title.u)[height // 4, 2] == 240
    assert alpha(title).max() == 255


def test_sizes_and_weights_differ() -> None:
    sizes: tuple[Size, ...] = ("small", "medium", "large")
    heights = [alpha(letter("Title", Style(size=size), LANDSCAPE)).shape[0] for size in sizes]
    ink = [(light(letter("Title", Style(bold=bold), LANDSCAPE)) > 200).sum() for bold in (False, True)]

    assert heights[0] * 1.3 < heights[1] < heights[2] / 1.3
    assert ink[1] > ink[0] * 1.15


def test_long_lines_are_broken_and_balanced() -> None:
    title = letter("Seven words that need two whole lines", Style(), LANDSCAPE)
    rows = alpha(title).any(axis=1)
    lines = np.split(alpha(title), np.flatnonzero(np.diff(rows)) + 1)
    widths = [_width(line) for line in lines if line.any()]

    assert len(widths) == 2
    assert min(widths) > max(widths) / 2


def test_text_without_spaces_is_broken_too() -> None:
    assert alpha(letter("夏日的海边我们一起看日落" * 3, Style(), LANDSCAPE)).shape[1] <= 1280


def test_a_character_nothing_can_draw_is_left_out_and_reported() -> None:
    title = letter(f"Sun{UNDRAWABLE}set", Style(), LANDSCAPE)

    assert missing_from([caption(f"Sun{UNDRAWABLE}set"), caption("rise")]) == [UNDRAWABLE]
    assert np.array_equal(alpha(title), alpha(letter("Sunset", Style(), LANDSCAPE)))


def test_joiners_and_variation_selectors_are_not_missing() -> None:
    assert not missing_from([caption("e\u0301 \u200d a\ufe0f\tb")])


def test_a_title_fades_in_and_out() -> None:
    title = Caption(30, 90, "Title", Style(), fade_in=6, fade_out=12)
    strengths = [title.opacity(frame) for frame in range(30, 90)]

    assert strengths[:7] == pytest.approx([step / 7 for step in range(1, 8)])
    assert strengths[6:48] == [1.0] * 42
    assert strengths[47:] == pytest.approx([step / 13 for step in range(13, 0, -1)])


def _width(line: Picture) -> int:
    columns = np.flatnonzero(line.any(axis=0))
    return int(columns[-1] - columns[0])
