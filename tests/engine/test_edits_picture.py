"""Speed, crossfades, fades of the picture, the canvas and the picture behind sound."""

import pytest

from mcp_nemo.engine.draft import Backdrop, Draft
from mcp_nemo.engine.edits import Impossible, canvas_for
from mcp_nemo.engine.operations import (
    Crossfade,
    Cut,
    FadePicture,
    Operation,
    SetBackdrop,
    SetCanvas,
    SetSpeed,
    Split,
)
from tests.engine.drafts import CLIP, ONE, PODCAST, STILL, THREE, edited, picture


def test_twice_as_fast_is_half_as_long() -> None:
    (clip,) = edited(ONE, SetSpeed(factor=2)).video.clips
    assert (clip.speed, clip.duration_ms, clip.source_ms(clip.duration_ms)) == (2, 15_000, 30_000)


def test_a_speed_is_counted_from_the_recording() -> None:
    assert edited(ONE, SetSpeed(factor=2), SetSpeed(factor=0.5)).duration_ms == 60_000
    assert edited(ONE, SetSpeed(factor=4), SetSpeed(factor=1)) == ONE


def test_one_clip_can_be_slower() -> None:
    assert picture(edited(THREE, SetSpeed(clip=2, factor=0.5))) == [
        ("a.mp4", 0, 10_000, 0),
        ("b.mp4", 10_000, 26_000, 0),
        ("c.mp4", 26_000, 38_000, 0),
    ]


def test_an_odd_speed_stays_within_the_media() -> None:
    (clip,) = edited(ONE, SetSpeed(factor=1 / 3)).video.clips
    assert clip.duration_ms == 90_009
    assert clip.source_ms(clip.duration_ms) <= CLIP.duration_ms


def test_crossfades_overlap_the_clips() -> None:
    blended = edited(THREE, Crossfade(duration_ms=1000))
    assert blended.duration_ms == 28_000
    assert [(clip.start_ms, clip.crossfade_ms) for clip in blended.video.clips] == [
        (0, 0),
        (9000, 1000),
        (16_000, 1000),
    ]
    assert blended.cuts_ms == (9500, 16_500)


def test_one_crossfade() -> None:
    blended = edited(THREE, Crossfade(duration_ms=500, clip=-1))
    assert [clip.crossfade_ms for clip in blended.video.clips] == [0, 0, 500]


def test_crossfades_go_again() -> None:
    assert edited(THREE, Crossfade(duration_ms=1000), Crossfade(duration_ms=0)) == THREE


def test_a_crossfade_is_shorter_where_a_clip_is() -> None:
    cut = edited(THREE, Split(at_ms=1000), Crossfade(duration_ms=2000))
    assert [clip.crossfade_ms for clip in cut.video.clips] == [0, 500, 2000, 2000]
    faster = edited(THREE, Crossfade(duration_ms=3000), SetSpeed(clip=2, factor=4))
    assert [clip.crossfade_ms for clip in faster.video.clips] == [0, 2000, 0]


def test_the_picture_fades_and_each_side_by_itself() -> None:
    faded = edited(ONE, FadePicture(in_ms=1000, out_ms=2000), FadePicture(in_ms=500, color="white"))
    assert (faded.picture_fade_in_ms, faded.picture_fade_out_ms, faded.picture_fade_color) == (
        500,
        2000,
        "white",
    )
    assert faded.duration_ms == 30_000


@pytest.mark.parametrize(
    ("operations", "colors"),
    [
        ((FadePicture(in_ms=500, out_ms=500, color="white"),), ("white", None)),
        ((FadePicture(in_ms=500, out_ms=500, color="white", out_color="black"),), ("white", "black")),
        ((FadePicture(out_ms=500, color="white"),), ("black", "white")),
        ((FadePicture(in_ms=500), FadePicture(out_ms=500, color="white")), ("black", "white")),
        ((FadePicture(in_ms=500, out_ms=500), FadePicture(in_ms=500, color="white")), ("white", "black")),
        ((FadePicture(in_ms=500, out_ms=500), FadePicture(color="white")), ("white", None)),
    ],
)
def test_the_picture_fades_from_one_colour_and_to_another(
    operations: tuple[FadePicture, ...], colors: tuple[str, str | None]
) -> None:
    faded = edited(ONE, *operations)
    assert (faded.picture_fade_color, faded.picture_fade_out_color) == colors


def test_fades_of_the_picture_share_a_short_video() -> None:
    short = edited(ONE, FadePicture(in_ms=1000, out_ms=3000), Cut(start_ms=2000))
    assert (short.picture_fade_in_ms, short.picture_fade_out_ms) == (500, 1500)


def test_a_canvas() -> None:
    draft = edited(ONE, SetCanvas(width=1080, height=1920, fit="blur"))
    assert (draft.width, draft.height, draft.fit) == (1080, 1920, "blur")


@pytest.mark.parametrize(
    ("aspect", "canvas", "expected"),
    [
        ("9:16", (1920, 1080), (1080, 1920)),
        ("1:1", (1920, 1080), (1080, 1080)),
        ("4:5", (1920, 1080), (1080, 1350)),
        ("16:9", (1080, 1920), (1920, 1080)),
        ("16:9", (640, 480), (854, 480)),
        ("9:16", (320, 180), (180, 320)),
        ("2.35:1", (1920, 1080), (2538, 1080)),
        ("16:9", (0, 0), (1920, 1080)),
    ],
)
def test_a_canvas_for_an_aspect(aspect: str, canvas: tuple[int, int], expected: tuple[int, int]) -> None:
    assert canvas_for(aspect, Draft(width=canvas[0], height=canvas[1])) == expected


def test_a_picture_for_sound_alone() -> None:
    wave = edited(PODCAST, SetBackdrop(kind="waveform", color="#203040"))
    assert wave.backdrop == Backdrop(kind="waveform", color="#203040")
    assert (wave.width, wave.height) == (1920, 1080)
    still = edited(wave, SetBackdrop(kind="media", media_id="still.png"))
    assert still.backdrop == Backdrop(kind="media", source=STILL.id)


@pytest.mark.parametrize(
    ("start", "operation", "message"),
    [
        (ONE, SetSpeed(factor=0.05), "0.05 times"),
        (ONE, SetSpeed(factor=11), "11 times"),
        (THREE, SetSpeed(clip=7, factor=2), "no clip 7"),
        (PODCAST, SetSpeed(factor=2), "only sound"),
        (ONE, Crossfade(duration_ms=1000), "only one clip"),
        (THREE, Crossfade(duration_ms=1000, clip=1), "nothing before the first clip"),
        (THREE, Crossfade(duration_ms=4001), "too short"),
        (ONE, SetCanvas(width=20, height=20), "20x20"),
        (ONE, SetBackdrop(kind="waveform"), "a picture already"),
        (PODCAST, SetBackdrop(kind="media"), "There is no file"),
        (PODCAST, SetBackdrop(kind="media", media_id=CLIP.id), "a video"),
        (Draft(), FadePicture(in_ms=1000), "no video yet"),
    ],
)
def test_impossible(start: Draft, operation: Operation, message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(start, operation)
