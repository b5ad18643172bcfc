"""How pictures stand on the canvas, and how they are coloured."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import Cropping, Fit, VideoClip, Zooming
from tests.engine.render.films import changed, clip, render
from tests.engine.render.looking import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    YELLOW,
    assert_colour,
    colour_at,
    corners,
    quarters,
)
from tests.media import Colour, Picture, make_video, read_frames, save_picture


@pytest.fixture
def painted(tmp_path: Path) -> VideoClip:
    path = make_video(tmp_path / "clip.mp4", seconds=0.2, pictures=lambda _: quarters())
    return clip(path, 0, 200)


def first_frame(folder: Path, shown: VideoClip, **changes: object) -> Picture:
    return read_frames(render(folder, shown, **changes).path)[0]


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(90, [GREEN, BLUE, YELLOW, RED]), (180, [YELLOW, GREEN, RED, BLUE]), (270, [RED, YELLOW, BLUE, GREEN])],
)
def test_turns_clockwise(tmp_path: Path, painted: VideoClip, degrees: int, expected: list[Colour]) -> None:
    frame = first_frame(tmp_path, changed(painted, rotate=degrees), width=180, height=180)

    assert corners(frame) == expected


def test_a_picture_turned_on_its_side_stands_between_bars(tmp_path: Path, painted: VideoClip) -> None:
    frame = first_frame(tmp_path, changed(painted, rotate=90))

    assert frame.shape == (180, 320, 3)
    assert_colour(frame, 0.1, 0.5, BLACK)
    assert_colour(frame, 0.55, 0.1, BLUE)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        (["flip_horizontal"], [RED, BLUE, YELLOW, GREEN]),
        (["flip_vertical"], [GREEN, YELLOW, BLUE, RED]),
        (["flip_horizontal", "flip_vertical"], [YELLOW, GREEN, RED, BLUE]),
    ],
)
def test_mirrors(tmp_path: Path, painted: VideoClip, axes: list[str], expected: list[Colour]) -> None:
    assert corners(first_frame(tmp_path, changed(painted, **dict.fromkeys(axes, True)))) == expected


def test_is_turned_before_it_is_mirrored(tmp_path: Path, painted: VideoClip) -> None:
    shown = changed(painted, rotate=90, flip_horizontal=True)

    assert corners(first_frame(tmp_path, shown, width=180, height=180)) == [BLUE, GREEN, RED, YELLOW]


def test_crops_to_what_is_left(tmp_path: Path, painted: VideoClip) -> None:
    cropped = first_frame(tmp_path, changed(painted, crop=Cropping(left=0.5, bottom=0.5)))

    assert corners(cropped) == [RED] * 4


def test_a_crop_changes_the_shape(tmp_path: Path, painted: VideoClip) -> None:
    frame = first_frame(tmp_path, changed(painted, crop=Cropping(left=0.25, right=0.25)))

    assert_colour(frame, 0.2, 0.25, BLACK)
    assert_colour(frame, 0.3, 0.25, BLUE)
    assert_colour(frame, 0.7, 0.25, RED)
    assert_colour(frame, 0.8, 0.25, BLACK)


@pytest.mark.parametrize(
    ("fit", "above", "beside"), [("contain", BLACK, BLUE), ("cover", BLUE, BLUE), ("blur", None, BLUE)]
)
def test_fits_a_square_canvas(
    tmp_path: Path, painted: VideoClip, fit: Fit, above: Colour | None, beside: Colour
) -> None:
    frame = first_frame(tmp_path, painted, width=180, height=180, fit=fit)

    assert frame.shape == (180, 180, 3)
    assert_colour(frame, 0.05, 0.4, beside)
    if above:
        assert_colour(frame, 0.05, 0.1, above)


def test_a_blurred_surround_is_the_picture_darker_and_soft(tmp_path: Path) -> None:
    stripes = np.zeros((180, 320, 3), np.uint8)
    stripes[:, ::8] = stripes[:, 1::8] = stripes[:, 2::8] = stripes[:, 3::8] = 255
    path = make_video(tmp_path / "clip.mp4", seconds=0.2, pictures=lambda _: stripes)

    frame = first_frame(tmp_path, clip(path, 0, 200), width=240, height=320, fit="blur")

    assert np.ptp(frame[160]) > 200
    surround = frame[30]
    assert np.ptp(surround[20:-20]) < 40
    assert 60 < surround.mean() < 115


@pytest.mark.parametrize("fit", ["contain", "cover", "blur"])
@pytest.mark.parametrize(("width", "height"), [(108, 192), (192, 108), (100, 100), (80, 100)])
@pytest.mark.parametrize("changes", [{}, {"zoom": Zooming(start=1.2, end=1.5), "saturation": -1}])
def test_a_canvas_of_any_shape_is_filled(
    tmp_path: Path, painted: VideoClip, fit: Fit, width: int, height: int, changes: dict[str, object]
) -> None:
    frame = first_frame(tmp_path, changed(painted, **changes), width=width, height=height, fit=fit)

    assert frame.shape == (height, width, 3)
    assert (np.ptp(frame.astype(int), axis=2).max() < 8) == bool(changes)


def grey(tmp_path: Path, level: int = 120) -> VideoClip:
    path = make_video(
        tmp_path / "grey.mp4", seconds=0.2, pictures=lambda _: np.full((180, 320, 3), level, np.uint8)
    )
    return clip(path, 0, 200)


@pytest.mark.parametrize(("brightness", "low", "high"), [(0.2, 138, 152), (-0.2, 85, 108), (1, 200, 245)])
def test_brightness_bends_the_middle(tmp_path: Path, brightness: float, low: int, high: int) -> None:
    frame = first_frame(tmp_path, changed(grey(tmp_path), brightness=brightness))

    assert low <= colour_at(frame, 0.5, 0.5)[1] <= high


def test_brightness_leaves_black_black_and_white_white(tmp_path: Path) -> None:
    halves = np.zeros((180, 320, 3), np.uint8)
    halves[:, 160:] = 255
    path = make_video(tmp_path / "clip.mp4", seconds=0.2, pictures=lambda _: halves)

    frame = first_frame(tmp_path, changed(clip(path, 0, 200), brightness=0.5))

    assert_colour(frame, 0.25, 0.5, BLACK)
    assert_colour(frame, 0.75, 0.5, (255, 255, 255))


def test_contrast_takes_apart_light_and_dark(tmp_path: Path) -> None:
    dark = first_frame(tmp_path, changed(grey(tmp_path, 80), contrast=0.4))
    light = first_frame(tmp_path, changed(grey(tmp_path, 180), contrast=0.4))

    assert colour_at(dark, 0.5, 0.5)[0] < 70
    assert colour_at(light, 0.5, 0.5)[0] > 190


def test_saturation_at_its_lowest_is_black_and_white(tmp_path: Path, painted: VideoClip) -> None:
    frame = first_frame(tmp_path, changed(painted, saturation=-1, warmth=0.5))

    assert np.ptp(frame.astype(int), axis=2).max() <= 4


def test_saturation_makes_colours_stronger(tmp_path: Path, painted: VideoClip) -> None:
    before, after = (
        colour_at(first_frame(tmp_path, changed(painted, saturation=by)), 0.25, 0.25) for by in (0, 0.3)
    )

    assert max(after) - min(after) > (max(before) - min(before)) * 1.15


@pytest.mark.parametrize(("warmth", "sign"), [(0.5, 1), (-0.5, -1)])
def test_warmth_is_red_against_blue(tmp_path: Path, warmth: float, sign: int) -> None:
    red, _, blue = colour_at(first_frame(tmp_path, changed(grey(tmp_path), warmth=warmth)), 0.5, 0.5)

    assert sign * (red - blue) > 20


def test_bars_keep_their_black_under_a_look(tmp_path: Path, painted: VideoClip) -> None:
    shown = changed(painted, brightness=1, contrast=-0.5, warmth=1)

    assert_colour(first_frame(tmp_path, shown, width=180, height=180), 0.5, 0.05, BLACK)


def test_a_photograph_is_zoomed_slowly(tmp_path: Path) -> None:
    light = np.zeros((360, 640, 3), np.uint8)
    light[90:270, 160:480] = 255
    path = save_picture(tmp_path / "photo.png", light)
    shown = changed(clip(path, 0, 2000), zoom=Zooming(start=1, end=1.5))

    frames = read_frames(render(tmp_path, shown, width=320, height=180).path)

    widths = [float((frame[90].mean(axis=1) / 255).sum()) for frame in frames]
    assert widths[0] == pytest.approx(160, abs=2)
    assert widths[-1] == pytest.approx(240, abs=2)
    assert np.diff(widths) == pytest.approx(80 / 59, abs=0.8)
    assert frames[30].shape == (180, 320, 3)
