"""Clips split, trimmed and given a length, and what follows them."""

import pytest

from mcp_nemo.engine.draft import Draft, Zooming
from mcp_nemo.engine.edits import Impossible, place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    Crossfade,
    Cut,
    Fade,
    Keep,
    Operation,
    SetClipLength,
    SetLength,
    SetSpeed,
    Split,
    TrimClip,
    Zoom,
)
from tests.engine.drafts import ONE, PODCAST, STILL, THREE, A, edited, picture, title_times


def test_a_split_takes_nothing_out() -> None:
    assert picture(edited(ONE, Split(at_ms=12_000))) == [
        ("clip.mp4", 0, 12_000, 0),
        ("clip.mp4", 12_000, 30_000, 12_000),
    ]
    assert picture(edited(ONE, Split(at_ms=-10_000)))[1] == ("clip.mp4", 20_000, 30_000, 20_000)


def test_the_halves_fade_and_zoom_as_the_whole_did() -> None:
    whole = edited(ONE, Fade(target="clips", in_ms=500, out_ms=500), Zoom(start=1, end=1.3))
    first, second = edited(whole, Split(at_ms=10_000)).video.clips
    assert (first.fade_in_ms, first.fade_out_ms, first.zoom) == (500, 0, Zooming(start=1, end=1.1))
    assert (second.fade_in_ms, second.fade_out_ms, second.zoom) == (0, 500, Zooming(start=1.1, end=1.3))


def test_splitting_at_a_speed_counts_in_the_source() -> None:
    fast = edited(ONE, SetSpeed(factor=2), Split(at_ms=5000))
    assert picture(fast) == [("clip.mp4", 0, 5000, 0), ("clip.mp4", 5000, 15_000, 10_000)]


def test_trimming_one_clip_moves_the_others_up() -> None:
    assert picture(edited(THREE, TrimClip(clip=2, start_ms=2000, end_ms=1000))) == [
        ("a.mp4", 0, 10_000, 0),
        ("b.mp4", 10_000, 15_000, 2000),
        ("c.mp4", 15_000, 27_000, 0),
    ]


def test_trimming_every_clip() -> None:
    assert picture(edited(THREE, TrimClip(end_ms=1000))) == [
        ("a.mp4", 0, 9000, 0),
        ("b.mp4", 9000, 16_000, 0),
        ("c.mp4", 16_000, 27_000, 0),
    ]


def test_a_clip_gets_back_what_was_trimmed() -> None:
    trimmed = edited(THREE, TrimClip(clip=-1, start_ms=2000, end_ms=4000))
    assert edited(trimmed, SetClipLength(clip=-1, duration_ms=10_000)).video.clips[2].duration_ms == 10_000
    with pytest.raises(Impossible, match=r"c\.mp4 has only 10 s to show"):
        edited(trimmed, SetClipLength(clip=-1, duration_ms=10_001))


def test_a_picture_stays_as_long_as_one_likes() -> None:
    draft = place_uploads(Draft(), [STILL, A])
    assert picture(edited(draft, SetClipLength(clip=1, duration_ms=9000)))[1] == ("a.mp4", 9000, 19_000, 0)


def test_each_clip_for_as_long() -> None:
    assert edited(THREE, SetClipLength(duration_ms=3000)).duration_ms == 9000
    with pytest.raises(Impossible, match=r"b\.mp4 has only 8 s"):
        edited(THREE, SetClipLength(duration_ms=9000))


def test_a_slow_clip_has_more_to_show() -> None:
    slow = edited(THREE, SetSpeed(clip=2, factor=0.5), TrimClip(clip=2, end_ms=1000))
    assert edited(slow, SetClipLength(clip=2, duration_ms=16_000)).video.clips[1].duration_ms == 16_000


def test_a_length_for_the_whole_cuts_the_end() -> None:
    assert picture(edited(THREE, SetLength(duration_ms=15_000)))[-1] == ("b.mp4", 10_000, 15_000, 0)
    assert edited(THREE, SetLength(duration_ms=30_000)) == THREE
    with pytest.raises(Impossible, match="only 30 s long"):
        edited(THREE, SetLength(duration_ms=30_001))


def test_sound_alone_can_be_cut_with_music_under_it() -> None:
    draft = edited(PODCAST, AddMusic(mood="calm"), Cut(start_ms=10_000, end_ms=20_000), Split(at_ms=5000))
    assert [(clip.start_ms, clip.end_ms, clip.source_start_ms) for clip in draft.content] == [
        (0, 5000, 0),
        (5000, 10_000, 5000),
        (10_000, 50_000, 20_000),
    ]
    assert [(clip.start_ms, clip.end_ms) for clip in draft.music] == [(0, 50_000)]


def test_the_sound_still_fades_at_the_ends_when_their_clips_are_cut_away() -> None:
    faded = edited(THREE, Fade(target="clips", in_ms=500, out_ms=700))
    (left,) = edited(faded, Keep(start_ms=11_000, end_ms=17_000)).video.clips
    assert (left.name, left.fade_in_ms, left.fade_out_ms) == ("b.mp4", 500, 700)
    first, last = edited(faded, SetLength(duration_ms=15_000)).video.clips
    assert (first.fade_in_ms, first.fade_out_ms, last.fade_in_ms, last.fade_out_ms) == (500, 0, 0, 700)


BLENDED = edited(THREE, Crossfade(duration_ms=1000))


def test_a_cut_away_from_a_crossfade_leaves_it() -> None:
    assert BLENDED.duration_ms == 28_000
    shorter = edited(BLENDED, Cut(start_ms=2000, end_ms=5000))
    assert shorter.duration_ms == 25_000
    assert [clip.crossfade_ms for clip in shorter.video.clips] == [0, 0, 1000, 1000]


@pytest.mark.parametrize(("start", "end"), [(8000, 12_000), (9200, 9600), (8000, 9500), (9500, 12_000)])
def test_a_cut_into_a_crossfade_makes_it_a_plain_cut(start: int, end: int) -> None:
    shorter = edited(BLENDED, Cut(start_ms=start, end_ms=end))
    assert shorter.duration_ms == 28_000 - (end - start)
    assert [clip.crossfade_ms for clip in shorter.video.clips] == [0, 0, 1000]


def test_keeping_less_than_a_crossfade() -> None:
    kept = edited(BLENDED, Keep(start_ms=9200, end_ms=9700))
    assert kept.duration_ms == 500


def test_titles_stay_with_their_picture() -> None:
    draft = edited(
        THREE, AddTitle(text="B", start_ms=11_000, end_ms=13_000), AddTitle(text="All", end_ms=None)
    )
    assert title_times(edited(draft, TrimClip(clip=1, end_ms=4000))) == [
        ("All", 0, 26_000),
        ("B", 7000, 9000),
    ]
    assert title_times(edited(draft, SetSpeed(clip=1, factor=0.5))) == [
        ("All", 0, 40_000),
        ("B", 21_000, 23_000),
    ]


def test_music_that_ended_with_the_video_still_does() -> None:
    scored = edited(THREE, AddMusic(mood="calm", start_ms=5000))
    (longer,) = edited(scored, SetSpeed(factor=0.5)).music
    assert (longer.start_ms, longer.end_ms) == (10_000, 60_000)


def test_music_between_two_moments_moves_with_them() -> None:
    scored = edited(THREE, AddMusic(mood="calm", start_ms=5000, end_ms=20_000))
    (shorter,) = edited(scored, TrimClip(clip=1, start_ms=3000)).music
    assert (shorter.start_ms, shorter.end_ms) == (2000, 17_000)


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ((Split(at_ms=10_000),), "a cut at 10 s already"),
        ((Split(at_ms=0),), "a cut at 0 s already"),
        ((Split(at_ms=30_000),), "30 s long"),
        ((Crossfade(duration_ms=1000), Split(at_ms=9500)), "fades into another at 9.5 s"),
        ((TrimClip(clip=2, start_ms=5000, end_ms=3000),), r"b\.mp4 is 8 s long"),
        ((TrimClip(clip=2),), "Nothing was said"),
        ((TrimClip(clip=4, end_ms=1),), "no clip 4: the video has 3 clips"),
        ((TrimClip(clip=0, end_ms=1),), "no clip 0"),
    ],
)
def test_impossible(operations: tuple[Operation, ...], message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(THREE, *operations)
