"""What operations do to a draft."""

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    ChangeTitle,
    ChangeVolume,
    Cut,
    Fade,
    Keep,
    MoveMusic,
    Operation,
    RemoveMusic,
    RemoveTitle,
    ReplaceMusic,
    SetVolume,
    Undo,
    UseAudio,
)
from tests.engine.drafts import (
    CLIP,
    ONE,
    SCORED,
    SECOND,
    SILENT,
    SONG,
    STILL,
    SUBTITLES,
    TWO,
    edited,
    picture,
    title_times,
)


def test_uploads_follow_one_another() -> None:
    draft = place_uploads(Draft(), [CLIP, STILL, SECOND])
    assert picture(draft) == [
        ("clip.mp4", 0, 30_000, 0),
        ("still.png", 30_000, 34_000, 0),
        ("second.mp4", 34_000, 44_000, 0),
    ]
    assert (draft.width, draft.height, draft.frame_rate) == (320, 180, 25)


def test_uploads_one_at_a_time_give_the_same() -> None:
    uploads = [SONG, STILL, CLIP, SECOND]
    one_by_one = Draft()
    for count in range(len(uploads)):
        one_by_one = place_uploads(one_by_one, uploads[: count + 1])
    assert one_by_one == place_uploads(Draft(), uploads)


def test_subtitles_wait_to_be_asked_for() -> None:
    assert place_uploads(Draft(), [SUBTITLES]) == Draft()
    assert place_uploads(Draft(), [SUBTITLES, CLIP]) == ONE
    with pytest.raises(Impossible, match="a file of subtitles"):
        edited(ONE, UseAudio(media_id=SUBTITLES.id))


def test_images_alone_have_a_canvas_of_their_own() -> None:
    draft = place_uploads(Draft(), [STILL])
    assert (draft.width, draft.height, draft.frame_rate) == (1920, 1080, 30)


def test_sound_waits_unless_there_is_nothing_to_see() -> None:
    assert not place_uploads(Draft(), [CLIP, SONG]).audio.clips
    alone = place_uploads(Draft(), [SONG])
    assert [clip.source for clip in alone.audio.clips] == [SONG.id]
    assert alone.duration_ms == 60_000


def test_music_lies_under_the_whole_video() -> None:
    (clip,) = edited(ONE, AddMusic(mood="epic", style="piano", fade_out_ms=2000)).audio.clips
    assert (clip.start_ms, clip.end_ms, clip.fade_out_ms) == (0, 30_000, 2000)
    assert clip.music
    assert (clip.music.mood, clip.music.style, clip.music.seed) == ("epic", "piano", 7)


def test_new_music_takes_the_place_of_what_it_meets() -> None:
    draft = edited(
        ONE,
        AddMusic(mood="calm", end_ms=10_000),
        AddMusic(mood="happy", start_ms=20_000),
        AddMusic(mood="sad", start_ms=5000, end_ms=15_000),
    )
    assert [clip.name for clip in draft.audio.clips] == ["Sad", "Happy"]


def test_other_music_is_as_loud_and_faded_as_before() -> None:
    (before,) = SCORED.audio.clips
    (after,) = edited(SCORED, ReplaceMusic(mood="epic")).audio.clips
    assert after.music != before.music
    assert (after.volume, after.fade_out_ms, after.end_ms) == (0.8, 2000, 30_000)


def test_a_mood_is_decided_by_the_caller() -> None:
    with pytest.raises(ValueError, match="mood"):
        edited(ONE, AddMusic())
    with pytest.raises(ValueError, match="mood"):
        edited(SCORED, ReplaceMusic())


def test_an_undo_is_not_an_edit() -> None:
    with pytest.raises(Impossible, match="version"):
        edited(SCORED, AddMusic(mood="calm"), Undo())


def test_an_uploaded_song_ends_with_the_video() -> None:
    (clip,) = edited(ONE, UseAudio(media_id=SONG.id, source_start_ms=20_000)).audio.clips
    assert (clip.start_ms, clip.end_ms, clip.source_start_ms, clip.name) == (0, 30_000, 20_000, "song.mp3")


def test_an_uploaded_song_ends_when_it_ends() -> None:
    (clip,) = edited(ONE, UseAudio(media_id=SONG.id, source_start_ms=50_000)).audio.clips
    assert clip.end_ms == 10_000


@pytest.mark.parametrize(
    ("operation", "start", "end"),
    [
        (MoveMusic(start_ms=5000), 5000, 30_000),
        (MoveMusic(end_ms=20_000), 0, 20_000),
        (MoveMusic(start_ms=-10_000), 20_000, 30_000),
    ],
)
def test_moving_music(operation: MoveMusic, start: int, end: int) -> None:
    (clip,) = edited(SCORED, operation).audio.clips
    assert (clip.start_ms, clip.end_ms) == (start, end)


def test_levels() -> None:
    assert edited(SCORED, SetVolume(target="music", volume=0.3)).audio.clips[0].volume == 0.3
    assert edited(SCORED, ChangeVolume(target="music", factor=0.5)).audio.clips[0].volume == 0.4
    assert [clip.volume for clip in edited(TWO, SetVolume(target="clips", volume=0)).video.clips] == [0, 0]


def test_fades_of_the_clips_are_at_the_outer_ends() -> None:
    first, second = edited(TWO, Fade(target="clips", in_ms=1000, out_ms=2000)).video.clips
    assert (first.fade_in_ms, first.fade_out_ms) == (1000, 0)
    assert (second.fade_in_ms, second.fade_out_ms) == (0, 2000)


def test_fades_share_a_clip_that_is_too_short() -> None:
    (clip,) = edited(SCORED, Fade(target="music", in_ms=30_000, out_ms=10_000)).audio.clips
    assert (clip.fade_in_ms, clip.fade_out_ms) == (22_500, 7500)


def test_titles() -> None:
    assert title_times(SCORED) == [("Hello", 0, 3000)]
    late = edited(SCORED, AddTitle(text="Bye", start_ms=-4000, end_ms=None, place="bottom"))
    assert title_times(late) == [("Hello", 0, 3000), ("Bye", 26_000, 30_000)]
    assert late.text.titles[1].place == "bottom"


def test_a_title_is_no_longer_than_the_video() -> None:
    short = edited(ONE, Keep(end_ms=2000), AddTitle(text="Brief"))
    assert title_times(short) == [("Brief", 0, 2000)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (ChangeTitle(text="New"), ("New", 0, 3000)),
        (ChangeTitle(start_ms=10_000), ("Hello", 10_000, 13_000)),
        (ChangeTitle(start_ms=-3000), ("Hello", 27_000, 30_000)),
        (ChangeTitle(duration_ms=5000), ("Hello", 0, 5000)),
        (ChangeTitle(end_ms=8000), ("Hello", 0, 8000)),
        (ChangeTitle(start_ms=2000, end_ms=9000), ("Hello", 2000, 9000)),
        (ChangeTitle(title="hello", start_ms=29_000), ("Hello", 29_000, 30_000)),
    ],
)
def test_changing_a_title(change: ChangeTitle, expected: tuple[str, int, int]) -> None:
    assert title_times(edited(SCORED, change)) == [expected]


def test_a_place_changes_alone() -> None:
    (before,) = SCORED.text.titles
    (after,) = edited(SCORED, ChangeTitle(place="top")).text.titles
    assert after == before.model_copy(update={"place": "top"})


def test_removing() -> None:
    assert edited(SCORED, RemoveMusic(), RemoveTitle()) == ONE


def test_cutting_the_start() -> None:
    draft = edited(TWO, Cut(end_ms=5000))
    assert picture(draft) == [("clip.mp4", 0, 25_000, 5000), ("second.mp4", 25_000, 35_000, 0)]


def test_cutting_across_clips() -> None:
    draft = edited(TWO, Cut(start_ms=28_000, end_ms=33_000))
    assert picture(draft) == [("clip.mp4", 0, 28_000, 0), ("second.mp4", 28_000, 35_000, 3000)]


def test_cutting_the_middle_makes_two_clips() -> None:
    faded = edited(ONE, Fade(target="clips", in_ms=1000, out_ms=1000), Cut(start_ms=10_000, end_ms=12_500))
    assert picture(faded) == [("clip.mp4", 0, 10_000, 0), ("clip.mp4", 10_000, 27_500, 12_500)]
    assert [(clip.fade_in_ms, clip.fade_out_ms) for clip in faded.video.clips] == [(1000, 0), (0, 1000)]


def test_keeping() -> None:
    assert picture(edited(ONE, Keep(start_ms=5000, end_ms=15_000))) == [("clip.mp4", 0, 10_000, 5000)]
    assert picture(edited(ONE, Keep(start_ms=-4000))) == [("clip.mp4", 0, 4000, 26_000)]


def test_an_image_has_no_place_to_start_from() -> None:
    draft = place_uploads(Draft(), [STILL])
    assert picture(edited(draft, Cut(end_ms=1000))) == [("still.png", 0, 3000, 0)]


def test_music_follows_the_picture_and_fades_at_its_new_end() -> None:
    (clip,) = edited(SCORED, Keep(end_ms=12_000)).audio.clips
    assert (clip.end_ms, clip.fade_out_ms) == (12_000, 2000)
    (clip,) = edited(SCORED, Keep(end_ms=1000)).audio.clips
    assert (clip.end_ms, clip.fade_out_ms) == (1000, 1000)


def test_sound_alone_is_cut_like_a_picture() -> None:
    alone = place_uploads(Draft(), [SONG])
    (clip,) = edited(alone, Cut(end_ms=10_000)).audio.clips
    assert (clip.start_ms, clip.end_ms, clip.source_start_ms) == (0, 50_000, 10_000)


def test_titles_move_with_their_picture_and_none_is_lost() -> None:
    draft = edited(
        ONE,
        AddTitle(text="Opening"),
        AddTitle(text="Middle", start_ms=10_000, end_ms=13_000),
        AddTitle(text="Closing", start_ms=-4000, end_ms=None),
    )
    assert title_times(edited(draft, Cut(end_ms=5000), Cut(start_ms=-10_000))) == [
        ("Opening", 0, 3000),
        ("Middle", 5000, 8000),
        ("Closing", 11_000, 15_000),
    ]


@pytest.mark.parametrize(
    "operations",
    [
        (Cut(end_ms=40_000),),
        (Cut(),),
        (Keep(end_ms=40_000),),
        (Cut(start_ms=20_000, end_ms=10_000),),
        (Keep(start_ms=-40_000),),
        (AddTitle(text="Late", start_ms=31_000, end_ms=33_000),),
        (AddMusic(mood="calm", start_ms=30_000),),
        (RemoveMusic(),),
        (ReplaceMusic(mood="calm"),),
        (MoveMusic(start_ms=5000),),
        (ChangeVolume(target="music", factor=2),),
        (Fade(target="music", out_ms=2000),),
        (RemoveTitle(),),
        (ChangeTitle(text="X"),),
        (UseAudio(media_id=SONG.id, source_start_ms=60_000),),
        (SetVolume(target="clips", volume=0), ChangeVolume(target="clips", factor=2)),
        (AddTitle(text="A"), AddTitle(text="B"), RemoveTitle()),
        (AddTitle(text="A"), RemoveTitle(title="B")),
    ],
)
def test_impossible(operations: tuple[Operation, ...]) -> None:
    with pytest.raises(Impossible) as raised:
        edited(ONE, *operations)
    assert raised.value.message.endswith(".")
    assert raised.value.hint.endswith(".")


@pytest.mark.parametrize(
    "operation",
    [AddMusic(mood="calm"), AddTitle(text="A"), UseAudio(media_id=SONG.id), Cut(end_ms=1), Keep(end_ms=1)],
)
def test_nothing_is_possible_before_a_video(operation: Operation) -> None:
    with pytest.raises(Impossible, match="no video yet"):
        edited(Draft(), operation)


def test_silent_clips_can_be_muted_and_nothing_else() -> None:
    silent = place_uploads(Draft(), [SILENT])
    assert edited(silent, SetVolume(target="clips", volume=0)).video.clips[0].volume == 0
    with pytest.raises(Impossible, match="no sound"):
        edited(silent, Fade(target="clips", out_ms=1000))
