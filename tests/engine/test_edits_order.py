"""Clips moved, swapped, copied, removed and put in."""

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    Crossfade,
    DuplicateClip,
    InsertMedia,
    MoveClip,
    Operation,
    RemoveClip,
    ReverseOrder,
    SetBackdrop,
    SwapClips,
)
from tests.engine.drafts import CLIP, ONE, PODCAST, SECOND, SONG, STILL, THREE, edited, picture, title_times


def order(draft: Draft) -> str:
    return " ".join(clip.name.partition(".")[0] for clip in draft.video.clips)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (MoveClip(clip=3, to=1), "c a b"),
        (MoveClip(clip=1, to=2), "b a c"),
        (MoveClip(clip=1, to=-1), "b c a"),
        (SwapClips(clip=1, other=2), "b a c"),
        (SwapClips(clip=-1, other=1), "c b a"),
        (ReverseOrder(), "c b a"),
        (DuplicateClip(clip=1), "a a b c"),
        (DuplicateClip(clip=1, to=-1), "a b c a"),
        (DuplicateClip(clip=3, to=1), "c a b c"),
        (RemoveClip(clip=2), "a c"),
        (RemoveClip(clip=-1), "a b"),
        (InsertMedia(media_id=CLIP.id), "a b c clip"),
        (InsertMedia(media_id=STILL.id, at=1), "still a b c"),
        (InsertMedia(media_id="CLIP.mp4", at=-2), "a b clip c"),
    ],
)
def test_order(operation: Operation, expected: str) -> None:
    draft = edited(THREE, operation)
    assert order(draft) == expected
    ends = [0, *(clip.end_ms for clip in draft.video.clips)]
    assert [clip.start_ms for clip in draft.video.clips] == ends[:-1]


def test_titles_go_where_their_picture_goes() -> None:
    titled = edited(THREE, AddTitle(text="C", start_ms=20_000, end_ms=22_000))
    assert title_times(edited(titled, MoveClip(clip=3, to=1))) == [("C", 2000, 4000)]
    assert title_times(edited(titled, DuplicateClip(clip=1))) == [("C", 30_000, 32_000)]
    assert title_times(edited(titled, RemoveClip(clip=3))) == [("C", 16_000, 18_000)]


def test_music_stays_where_it_is_when_clips_change_places() -> None:
    scored = edited(THREE, AddMusic(mood="calm", start_ms=5000, end_ms=20_000))
    (music,) = edited(scored, ReverseOrder()).music
    assert (music.start_ms, music.end_ms) == (5000, 20_000)


def test_music_under_the_whole_grows_and_shrinks_with_it() -> None:
    scored = edited(THREE, AddMusic(mood="calm"))
    assert [clip.end_ms for clip in edited(scored, RemoveClip(clip=2)).music] == [22_000]
    (music,) = edited(scored, InsertMedia(media_id=STILL.id, at=1)).music
    assert (music.start_ms, music.end_ms) == (0, 34_000)


def test_crossfades_stay_between_the_clips() -> None:
    blended = edited(THREE, Crossfade(duration_ms=1000))
    for operation in (MoveClip(clip=3, to=1), ReverseOrder(), DuplicateClip(clip=2), RemoveClip(clip=1)):
        first, *others = edited(blended, operation).video.clips
        assert first.crossfade_ms == 0
        assert {clip.crossfade_ms for clip in others} == {1000}
    (_, second, third) = edited(
        THREE, Crossfade(duration_ms=500, clip=3), SwapClips(clip=1, other=3)
    ).video.clips
    assert (second.crossfade_ms, third.crossfade_ms) == (0, 500)


def test_part_of_a_video_can_be_put_in() -> None:
    assert picture(edited(ONE, InsertMedia(media_id=SECOND.id, at=1, duration_ms=4000))) == [
        ("second.mp4", 0, 4000, 0),
        ("clip.mp4", 4000, 34_000, 0),
    ]


def test_a_picture_put_in_where_there_is_only_sound_is_seen_with_all_of_it() -> None:
    draft = edited(PODCAST, SetBackdrop(kind="waveform"), InsertMedia(media_id=STILL.id))
    assert picture(draft) == [("still.png", 0, 60_000, 0)]
    assert draft.backdrop is None
    assert [(clip.source, clip.role, clip.end_ms) for clip in draft.audio.clips] == [
        (SONG.id, "music", 60_000)
    ]
    assert (draft.width, draft.height) == (1920, 1080)


def test_a_video_put_in_where_there_is_only_sound_decides_the_length() -> None:
    draft = edited(PODCAST, AddTitle(text="Late", start_ms=-3000), InsertMedia(media_id=CLIP.id))
    assert draft.duration_ms == 30_000
    assert [clip.end_ms for clip in draft.audio.clips] == [30_000]
    assert title_times(draft) == [("Late", 27_000, 30_000)]
    assert (draft.width, draft.height, draft.frame_rate) == (320, 180, 25)


@pytest.mark.parametrize(
    ("start", "operation", "message"),
    [
        (ONE, SwapClips(clip=1, other=2), "only one clip"),
        (ONE, MoveClip(clip=1, to=2), "only one clip"),
        (ONE, ReverseOrder(), "only one clip"),
        (ONE, RemoveClip(clip=1), "the only clip"),
        (THREE, MoveClip(clip=1, to=4), "no clip 4"),
        (THREE, DuplicateClip(clip=5), "no clip 5"),
        (THREE, DuplicateClip(clip=1, to=5), "There is no place 5"),
        (THREE, InsertMedia(media_id="x.mp4"), r"There is no file x\.mp4"),
        (THREE, InsertMedia(media_id=SONG.id), r"song\.mp3 is a sound file"),
        (THREE, InsertMedia(media_id=CLIP.id, duration_ms=40_000), r"clip\.mp4 is 30 s long"),
        (PODCAST, ReverseOrder(), "only sound"),
        (place_uploads(Draft(), []), ReverseOrder(), "no video yet"),
    ],
)
def test_impossible(start: Draft, operation: Operation, message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(start, operation)
