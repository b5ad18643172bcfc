"""Colours brought into BT.709 and into BT.601."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.colorimetry import BT709, Colours, Matrix
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.colours import yuv_of
from mcp_nemo.engine.render.fitting import Fitter
from mcp_nemo.engine.render.plan import Canvas, Framing
from tests.engine.render.looking import assert_colour
from tests.engine.render.odd import as_pq, grey_in_ten_bits
from tests.engine.render.splice.coded import NTSC, PAL, UNTAGGED
from tests.media import Picture

SIZE = (320, 240)
BRICK = (200, 60, 30)
CODED: dict[Matrix, Colorspace] = {"bt601": Colorspace.ITU601, "bt709": Colorspace.ITU709}
KINDS = {
    "BT.709": BT709,
    "BT.601 of America": NTSC,
    "BT.601 of Europe": PAL,
    "untagged": UNTAGGED,
    "the full range": Colours(6, 6, 6, full_range=True),
    "BT.2020": Colours(9, 9, 14),
}


def canvas_in(colours: Colours) -> Canvas:
    return Canvas(*SIZE, Fraction(30), colours)


def coded_as(colours: Colours, size: tuple[int, int] = SIZE) -> VideoFrame:
    """A brick wall, with no stone to be seen."""
    wall = VideoFrame.from_ndarray(np.full((*size[::-1], 3), BRICK, np.uint8), format="rgb24")
    matrix = colours.matrix_at(size[1])
    frame = wall.reformat(
        format="yuv420p",
        dst_colorspace=CODED[matrix] if matrix else Colorspace.BT2020,
        dst_color_range=ColorRange.JPEG if colours.full_range else ColorRange.MPEG,
    )
    frame.colorspace, frame.color_primaries = colours.matrix, colours.primaries
    frame.color_trc = colours.transfer
    return frame


def fitted(frame: VideoFrame, canvas: Canvas, framing: Framing) -> VideoFrame:
    info = MediaInfo("wall", Path("wall.mp4"), "wall.mp4", "video", 1000, frame.width, frame.height, 30)
    return Fitter(canvas, info, framing).fit(frame)


def seen(frame: VideoFrame, matrix: Matrix) -> Picture:
    colours = frame.reformat(format="rgb24", src_colorspace=CODED[matrix], src_color_range=ColorRange.MPEG)
    return np.asarray(colours.to_ndarray(), np.uint8)


@given(st.sampled_from(["bt601", "bt709"]), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_colour_comes_out_as_it_was_written(matrix: Matrix, colour: tuple[int, int, int]) -> None:
    frame = VideoFrame(16, 16, "yuv420p")
    for plane, level in zip(frame.planes, yuv_of("#{:02x}{:02x}{:02x}".format(*colour), matrix), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)

    assert_colour(seen(frame, matrix), 0.5, 0.5, colour, within=4)


@pytest.mark.parametrize("size", [SIZE, (640, 480), (1280, 720)])
@pytest.mark.parametrize("canvas", [canvas_in(BT709), canvas_in(PAL), canvas_in(UNTAGGED)])
@pytest.mark.parametrize("kind", KINDS)
def test_every_film_keeps_its_colours(kind: str, canvas: Canvas, size: tuple[int, int]) -> None:
    wall = coded_as(KINDS[kind], size)

    for framing in (Framing(), Framing(flip_vertical=True), Framing("blur", crop=(0.3, 0, 0, 0))):
        assert_colour(seen(fitted(wall, canvas, framing), canvas.matrix), 0.5, 0.5, BRICK, within=6)


@pytest.mark.parametrize("canvas", [canvas_in(BT709), canvas_in(UNTAGGED)])
def test_stills_keep_their_colours(canvas: Canvas) -> None:
    still = VideoFrame.from_ndarray(np.full((*SIZE[::-1], 3), BRICK, np.uint8), format="rgb24")

    assert_colour(seen(fitted(still, canvas, Framing()), canvas.matrix), 0.5, 0.5, BRICK, within=3)


def test_high_dynamic_range_looks_the_same_in_both() -> None:
    frame = grey_in_ten_bits(as_pq(100), SIZE)
    frame.planes[2].update(np.full(frame.planes[2].buffer_size // 2, 600, np.uint16).tobytes())
    frame.colorspace, frame.color_primaries = Colorspace.BT2020, ColorPrimaries.BT2020
    frame.color_trc, frame.color_range = ColorTrc.SMPTE2084, ColorRange.MPEG

    old, new = (
        seen(fitted(frame, canvas, Framing()), canvas.matrix) for canvas in map(canvas_in, (NTSC, BT709))
    )

    red, green, blue = (int(level) for level in new[120, 160])
    # Tinted, so that a matrix left out would show.
    assert red > green + 40
    assert blue > green + 10
    assert np.abs(old.astype(int) - new).max() <= 4


@pytest.mark.parametrize(
    ("kind", "film", "passes"),
    [
        ("BT.709", BT709, True),
        ("BT.709", UNTAGGED, False),
        ("BT.601 of America", BT709, False),
        ("BT.601 of America", NTSC, True),
        ("BT.601 of America", PAL, True),
        ("untagged", UNTAGGED, True),
        ("untagged", NTSC, True),
        ("untagged", BT709, False),
        ("the full range", NTSC, False),
        ("BT.2020", UNTAGGED, False),
    ],
)
def test_what_has_the_matrix_of_the_film_passes_untouched(kind: str, film: Colours, passes: bool) -> None:
    wall = coded_as(KINDS[kind])

    assert (fitted(wall, canvas_in(film), Framing()) is wall) == passes
