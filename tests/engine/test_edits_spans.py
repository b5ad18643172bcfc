"""Things done to a part of the clips."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.draft import Draft, Zooming
from mcp_nemo.engine.edits import Impossible, place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    ChangeVolume,
    Crossfade,
    Fade,
    Look,
    Operation,
    PartialOperation,
    ResetLook,
    SetSpeed,
    SetVolume,
    Zoom,
)
from tests.engine.drafts import ONE, PODCAST, SCORED, SILENT, STILL, THREE, edited, picture, title_times

BLENDED = edited(
    THREE, Crossfade(duration_ms=1000), AddTitle(text="Hi", start_ms=4000), AddMusic(mood="calm")
)


MUTE = place_uploads(Draft(), [SILENT])


def saturations(draft: Draft) -> list[tuple[int, int, float]]:
    return [(clip.start_ms, clip.end_ms, clip.saturation) for clip in draft.video.clips]


def grey(start_ms: int | None, end_ms: int | None, clip: int | None = None) -> Look:
    return Look(clip=clip, saturation=-1, start_ms=start_ms, end_ms=end_ms)


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "expected"),
    [
        (5000, 8000, [(0, 5000, 0), (5000, 8000, -1), (8000, 30_000, 0)]),
        (None, 3000, [(0, 3000, -1), (3000, 30_000, 0)]),
        (-2000, None, [(0, 28_000, 0), (28_000, 30_000, -1)]),
        (0, None, [(0, 30_000, -1)]),
        (40, 29_960, [(0, 30_000, -1)]),
        (-90_000, None, None),
    ],
)
def test_a_look_of_a_stretch(
    start_ms: int | None, end_ms: int | None, expected: list[tuple[int, int, float]] | None
) -> None:
    if expected is None:
        with pytest.raises(Impossible, match="30 s long"):
            edited(ONE, grey(start_ms, end_ms))
    else:
        assert saturations(edited(ONE, grey(start_ms, end_ms))) == expected


def test_a_stretch_over_several_clips() -> None:
    assert saturations(edited(THREE, grey(5000, 20_000))) == [
        (0, 5000, 0),
        (5000, 10_000, -1),
        (10_000, 18_000, -1),
        (18_000, 20_000, -1),
        (20_000, 30_000, 0),
    ]


@pytest.mark.parametrize(("start_ms", "end_ms"), [(10_000, 18_000), (10_049, 17_951), (9960, 18_040)])
def test_a_time_near_a_cut_is_the_cut(start_ms: int, end_ms: int) -> None:
    assert saturations(edited(THREE, grey(start_ms, end_ms))) == [
        (0, 10_000, 0),
        (10_000, 18_000, -1),
        (18_000, 30_000, 0),
    ]


@pytest.mark.parametrize("moment", [9000, 9500, 10_000])
def test_a_crossfade_is_all_of_it_the_cut(moment: int) -> None:
    assert saturations(edited(BLENDED, grey(moment, None)))[:2] == [(0, 10_000, 0), (9000, 17_000, -1)]


def test_a_clip_and_a_stretch_mean_what_is_in_both() -> None:
    assert saturations(edited(THREE, grey(5000, 12_000, clip=2))) == [
        (0, 10_000, 0),
        (10_000, 12_000, -1),
        (12_000, 18_000, 0),
        (18_000, 30_000, 0),
    ]


def test_colours_come_back_in_a_stretch() -> None:
    back = edited(ONE, grey(None, None), ResetLook(start_ms=10_000, end_ms=20_000))
    assert [clip.saturation for clip in back.video.clips] == [-1, 0, -1]


def test_only_the_stretch_is_faster_and_titles_stay_with_their_picture() -> None:
    titled = edited(ONE, AddTitle(text="Late", start_ms=20_000, end_ms=22_000))
    faster = edited(titled, SetSpeed(factor=2, start_ms=5000, end_ms=9000))
    assert picture(faster) == [
        ("clip.mp4", 0, 5000, 0),
        ("clip.mp4", 5000, 7000, 5000),
        ("clip.mp4", 7000, 28_000, 9000),
    ]
    assert [clip.speed for clip in faster.video.clips] == [1, 2, 1]
    assert title_times(faster) == [("Late", 18_000, 20_000)]


def test_a_zoom_runs_on_around_a_stretch() -> None:
    zoomed = edited(ONE, Zoom(end=2.5), Look(warmth=0.5, start_ms=10_000, end_ms=20_000))
    assert [clip.zoom for clip in zoomed.video.clips] == [
        Zooming(start=1, end=1.5),
        Zooming(start=1.5, end=2),
        Zooming(start=2, end=2.5),
    ]


def test_a_zoom_in_the_last_seconds() -> None:
    zoomed = edited(ONE, Zoom(end=1.5, start_ms=-2000))
    assert [clip.zoom for clip in zoomed.video.clips] == [None, Zooming(start=1, end=1.5)]


def test_sound_is_muted_in_a_stretch() -> None:
    muted = edited(THREE, SetVolume(target="clips", volume=0, start_ms=2000, end_ms=4000))
    assert [clip.volume for clip in muted.video.clips] == [1, 0, 1, 1, 1]
    louder = edited(muted, ChangeVolume(target="clips", factor=2, start_ms=12_000, end_ms=14_000))
    assert [clip.volume for clip in louder.video.clips] == [1, 0, 1, 1, 2, 1, 1]


def test_what_is_silent_may_be_muted_all_of_it() -> None:
    assert [clip.volume for clip in edited(MUTE, SetVolume(target="clips", volume=0)).video.clips] == [0]


def test_sound_alone_is_muted_in_a_stretch() -> None:
    muted = edited(PODCAST, SetVolume(target="clips", volume=0, end_ms=1000))
    assert [(clip.end_ms, clip.volume) for clip in muted.content] == [(1000, 0), (60_000, 1)]


def test_fades_stay_at_the_ends() -> None:
    faded = edited(ONE, Fade(target="clips", in_ms=500, out_ms=700), grey(5000, 8000))
    assert [(clip.fade_in_ms, clip.fade_out_ms) for clip in faded.video.clips] == [(500, 0), (0, 0), (0, 700)]


def test_a_photo_stands_on() -> None:
    photo = place_uploads(Draft(), [STILL])
    assert picture(edited(photo, grey(1000, None))) == [
        ("still.png", 0, 1000, 0),
        ("still.png", 1000, 4000, 0),
    ]


@pytest.mark.parametrize(
    ("start", "operation", "message"),
    [
        (THREE, grey(1000, 9000, clip=2), r"b\.mp4 lies from 10 s to 18 s"),
        (THREE, grey(10_000, 10_040), "too short to be changed by itself"),
        (ONE, grey(5000, 5030), "too short to be changed by itself"),
        (ONE, grey(8000, 5000), "no stretch of time"),
        (ONE, grey(31_000, None), "30 s long"),
        (MUTE, SetVolume(target="clips", volume=0, end_ms=2000), "no sound of its own"),
        (PODCAST, grey(1000, 2000), "only sound"),
        (ONE, SetSpeed(factor=10, start_ms=1000, end_ms=1100), "too short to play that fast"),
    ],
)
def test_impossible(start: Draft, operation: Operation, message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(start, operation)


moments = st.none() | st.integers(-30_000, 30_000)
PARTIAL = st.one_of(
    st.builds(Look, clip=st.none(), saturation=st.just(-1.0), start_ms=moments, end_ms=moments),
    st.builds(Zoom, start_ms=moments, end_ms=moments),
    st.builds(SetVolume, target=st.just("clips"), volume=st.just(0.5), start_ms=moments, end_ms=moments),
)


@settings(deadline=None)
@given(st.sampled_from([SCORED, BLENDED]), st.lists(PARTIAL, max_size=5))
def test_splitting_disturbs_nothing_else(start: Draft, operations: list[PartialOperation]) -> None:
    draft = start
    for operation in operations:
        try:
            draft = edited(draft, operation)
        except Impossible:
            continue
    assert (draft.duration_ms, draft.cuts_ms, draft.text, draft.audio) == (
        start.duration_ms,
        start.cuts_ms,
        start.text,
        start.audio,
    )
    assert sum(clip.crossfade_ms for clip in draft.video.clips) == sum(
        clip.crossfade_ms for clip in start.video.clips
    )
    for before, clip in pairwise(draft.video.clips):
        runs_on = before.source == clip.source
        assert not runs_on or before.source_start_ms + before.duration_ms == clip.source_start_ms
