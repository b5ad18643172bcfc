from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.fitting import Fitter
from mcp_nemo.engine.render.plan import Canvas, Framing
from mcp_nemo.engine.render.tones import Toner, toned
from tests.engine.render.odd import as_pq, make_film

PQ, HLG = ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67
# What HLG's Recommendation gives as the code of white paper, which PQ has at 203 candelas.
PAPER = {PQ: as_pq(203), HLG: 0.75}


def greys(*codes: float) -> NDArray[np.float64]:
    return np.repeat(np.array(codes)[:, None], 3, axis=1)


def coded(colours: NDArray[np.float64], transfer: ColorTrc) -> VideoFrame:
    """A row of squares."""
    row = np.repeat(np.round(colours * 65535).astype(np.uint16), 16, axis=0)
    wide = VideoFrame.from_ndarray(np.tile(row, (16, 1, 1)), format="rgb48le")
    frame = wide.reformat(
        format="yuv420p10le", dst_colorspace=Colorspace.BT2020, dst_color_range=ColorRange.MPEG
    )
    frame.colorspace, frame.color_primaries = Colorspace.BT2020, ColorPrimaries.BT2020
    frame.color_trc, frame.color_range, frame.pts = transfer, ColorRange.MPEG, 0
    return frame


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_paper_is_nearly_white_and_lamps_are_whiter(transfer: ColorTrc) -> None:
    brightest = as_pq(1000) if transfer == PQ else 1.0

    black, paper, lamp = toned(greys(0, PAPER[transfer], brightest), transfer)[:, 1]

    assert black == 0
    assert 0.85 < paper < 0.95
    assert lamp == pytest.approx(1, abs=0.01)


def test_what_is_lit_the_same_looks_the_same_however_it_was_coded() -> None:
    from_pq, from_hlg = (toned(greys(PAPER[transfer]), transfer) for transfer in (PQ, HLG))

    assert from_pq == pytest.approx(from_hlg, abs=0.01)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_more_light_is_never_shown_darker(transfer: ColorTrc) -> None:
    shown = toned(greys(*np.linspace(0, 1, 200)), transfer)

    assert (np.diff(shown, axis=0) >= -1e-9).all()


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_colours_beyond_the_screen_keep_their_hue(transfer: ColorTrc) -> None:
    red, green, blue = toned(np.eye(3) * 0.5 + 0.05, transfer)

    assert (red.argmax(), green.argmax(), blue.argmax()) == (0, 1, 2)
    assert np.isfinite((red, green, blue)).all()


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_frames_are_shown_as_was_worked_out(transfer: ColorTrc) -> None:
    colours = np.array([[0.5, 0.4, 0.3], [0.3, 0.5, 0.4], [0.3, 0.4, 0.5], [0.2, 0.2, 0.2], [0.6, 0.6, 0.6]])
    frame = coded(colours, transfer)

    shown = Toner(frame, (frame.width, frame.height)).toned(frame)

    assert (shown.format.name, shown.colorspace, shown.color_trc) == (
        "yuv420p",
        Colorspace.ITU709,
        ColorTrc.BT709,
    )
    pixels = shown.to_ndarray(format="rgb24")[8, 8::16] / 255
    assert pixels == pytest.approx(toned(colours, transfer), abs=0.03)


@pytest.mark.parametrize(
    ("framing", "bright", "dark"),
    [
        (Framing(), (32, 8), (32, 56)),
        (Framing("cover", rotate=90), (8, 32), (56, 32)),
        (Framing("blur", crop=(0.25, 0, 0.25, 0)), (32, 8), (32, 56)),
    ],
)
def test_pictures_are_toned_however_they_are_framed(
    tmp_path: Path, framing: Framing, bright: tuple[int, int], dark: tuple[int, int]
) -> None:
    """The left half of the picture is paper."""
    frame = coded(greys(*[PAPER[HLG]] * 4, *[0.1] * 4), HLG)
    media = probe(make_film(tmp_path / "hdr.mp4", [frame] * 3, pixels="yuv420p10le", transfer=HLG))

    fitted = Fitter(Canvas(64, 64, Fraction(30)), media, framing).fit(frame)

    assert (fitted.width, fitted.height, fitted.format.name) == (64, 64, "yuv420p")
    luma = fitted.to_ndarray()
    assert luma[bright] > 190
    assert luma[dark] < 60
