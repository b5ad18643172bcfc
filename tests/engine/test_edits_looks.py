"""Clips turned, mirrored, cropped, zoomed into and graded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.draft import Cropping, Draft, VideoClip, Zooming
from mcp_nemo.engine.edits import Impossible
from mcp_nemo.engine.operations import Crop, Flip, Look, LookOperation, ResetLook, Rotate, SetCanvas, Zoom
from tests.engine.drafts import ONE, PODCAST, THREE, edited

Corner = tuple[int, int]


def only(draft: Draft) -> VideoClip:
    (clip,) = draft.video.clips
    return clip


TURNS = st.sampled_from(
    [
        *(Rotate(degrees=degrees) for degrees in (90, 180, 270)),
        Flip(axis="horizontal"),
        Flip(axis="vertical"),
    ]
)


def seen_at(corner: Corner, clip: VideoClip) -> Corner:
    """Where a corner of the recording is seen: turned clockwise, then mirrored."""
    x, y = corner
    for _ in range(clip.rotate // 90):
        x, y = -y, x
    return (-x if clip.flip_horizontal else x, -y if clip.flip_vertical else y)


def turned(corner: Corner, operation: LookOperation) -> Corner:
    """What is asked for: the picture as it is now, turned or mirrored once more."""
    x, y = corner
    if isinstance(operation, Rotate):
        for _ in range(operation.degrees // 90):
            x, y = -y, x
    elif isinstance(operation, Flip):
        x, y = (-x, y) if operation.axis == "horizontal" else (x, -y)
    return x, y


@given(st.lists(TURNS, max_size=6))
def test_turns_and_mirrors_add_up_as_they_are_seen(operations: list[LookOperation]) -> None:
    clip = only(edited(ONE, *operations))
    for corner in ((-1, -1), (1, -1), (1, 1)):
        wanted = corner
        for operation in operations:
            wanted = turned(wanted, operation)
        assert seen_at(corner, clip) == wanted


@given(st.lists(TURNS, max_size=6))
def test_a_crop_turns_with_the_picture(operations: list[LookOperation]) -> None:
    """The side that is cut off is told by the corners beside it."""
    clip = only(edited(ONE, Crop(top=0.3), *operations))
    x, y = 0, -1
    for operation in operations:
        x, y = turned((x, y), operation)
    side = {(0, -1): "top", (1, 0): "right", (0, 1): "bottom", (-1, 0): "left"}[(x, y)]
    assert clip.crop == Cropping.model_validate({side: 0.3})


def test_the_canvas_turns_with_the_whole_video() -> None:
    upright = edited(ONE, Rotate(degrees=90))
    assert (upright.width, upright.height) == (180, 320)
    assert edited(upright, Rotate(degrees=270)) == ONE
    assert edited(THREE, Rotate(clip=2, degrees=90)).width == 320
    assert edited(ONE, Rotate(degrees=180)).width == 320


def test_a_canvas_that_suits_the_turned_picture_stays() -> None:
    upright = edited(ONE, SetCanvas(width=180, height=320), Rotate(degrees=90))
    assert (upright.width, upright.height) == (180, 320)


def test_twice_mirrored_is_not_mirrored() -> None:
    assert edited(ONE, Flip(axis="vertical"), Flip(axis="vertical")) == ONE


def test_a_crop_takes_the_place_of_another() -> None:
    cropped = edited(ONE, Crop(left=0.1), Crop(top=0.2))
    assert only(cropped).crop == Cropping(top=0.2)
    assert edited(cropped, Crop()) == ONE


def test_zooming() -> None:
    zoomed = edited(ONE, Zoom())
    assert only(zoomed).zoom == Zooming(start=1, end=1.2)
    assert edited(zoomed, Zoom(start=1, end=1)) == ONE


def test_looks_add_up_to_the_end_of_the_scale() -> None:
    clip = only(edited(ONE, Look(brightness=0.2, warmth=-0.1), Look(brightness=0.3)))
    assert (clip.brightness, clip.warmth, clip.contrast) == (0.5, -0.1, 0)
    assert only(edited(ONE, Look(contrast=0.7), Look(contrast=0.7))).contrast == 1


def test_black_and_white_is_so_from_any_colours() -> None:
    assert only(edited(ONE, Look(saturation=0.5), Look(saturation=-1))).saturation == -1


def test_a_look_goes_again() -> None:
    assert edited(ONE, Look(brightness=0.2, saturation=-1), ResetLook()) == ONE


def test_one_clip_looks_different() -> None:
    clips = edited(THREE, Look(clip=-1, brightness=0.2)).video.clips
    assert [clip.brightness for clip in clips] == [0, 0, 0.2]


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ((Crop(left=0.5, right=0.5),), "next to nothing"),
        ((Zoom(start=0.5),), "that large or small"),
        ((Zoom(end=5),), "that large or small"),
        ((Look(),), "Nothing was said"),
        ((Look(saturation=-1), Look(saturation=-0.5)), "looks like that already"),
        ((Rotate(clip=2, degrees=90),), "no clip 2: the video has only one clip"),
    ],
)
def test_impossible(operations: tuple[LookOperation, ...], message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(ONE, *operations)


@pytest.mark.parametrize("operation", [Flip(axis="vertical"), Crop(left=0.1), Zoom(), Look(warmth=0.1)])
def test_sound_has_no_looks(operation: LookOperation) -> None:
    with pytest.raises(Impossible, match="only sound"):
        edited(PODCAST, operation)
