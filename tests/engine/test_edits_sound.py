"""Music and songs laid under the picture, and how loud everything is."""

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    ChangeVolume,
    Cut,
    Duck,
    DuplicateClip,
    Fade,
    Keep,
    MoveMusic,
    Operation,
    RemoveMusic,
    ReplaceMusic,
    SetVolume,
    UseAudio,
)
from tests.engine.drafts import ONE, PODCAST, SCORED, SILENT, SONG, STILL, THREE, A, edited


def test_music_in_the_tempo_and_with_the_instruments_asked_for() -> None:
    (clip,) = edited(
        ONE, AddMusic(mood="calm", style="guitar", tempo_bpm=92, instruments=("guitar", "piano"))
    ).music
    assert clip.music
    assert (clip.music.tempo_bpm, clip.music.instruments, clip.name) == (
        92,
        ("guitar", "piano"),
        "Calm guitar piano",
    )


def test_another_one_is_another() -> None:
    (first,) = SCORED.music
    (second,) = edited(SCORED, ReplaceMusic(mood="calm")).music
    assert first.music
    assert second.music
    assert first.music.seed != second.music.seed


def test_a_song_in_the_place_of_music_and_music_in_the_place_of_a_song() -> None:
    song = edited(SCORED, UseAudio(media_id="Song.MP3", source_start_ms=1000, source_end_ms=9000, loop=True))
    (clip,) = edited(song, ReplaceMusic(mood="sad")).music
    assert (clip.source, clip.source_start_ms, clip.source_end_ms, clip.loop) == ("", 0, None, False)


def test_a_stretch_of_a_song_ends_when_it_ends_or_begins_again() -> None:
    (once,) = edited(ONE, UseAudio(media_id=SONG.id, source_start_ms=5000, source_end_ms=12_000)).music
    assert (once.source_start_ms, once.source_end_ms, once.end_ms) == (5000, 12_000, 7000)
    (again,) = edited(ONE, UseAudio(media_id=SONG.id, source_end_ms=7000, loop=True)).music
    assert (again.loop, again.end_ms) == (True, 30_000)


def test_a_looped_song_grows_with_the_video_and_another_ends() -> None:
    long = [DuplicateClip(clip=1) for _ in range(3)]
    assert edited(ONE, UseAudio(media_id=SONG.id), *long).music[0].end_ms == 60_000
    assert edited(ONE, UseAudio(media_id=SONG.id, loop=True), *long).music[0].end_ms == 120_000


def test_a_song_cannot_be_moved_past_its_own_end() -> None:
    song = edited(ONE, UseAudio(media_id=SONG.id, source_start_ms=50_000))
    (clip,) = edited(song, MoveMusic(start_ms=5000, end_ms=-1)).music
    assert (clip.start_ms, clip.end_ms) == (5000, 15_000)


def test_the_sound_of_a_video_can_be_music() -> None:
    (clip,) = edited(ONE, UseAudio(media_id="a.mp4")).music
    assert (clip.source, clip.end_ms) == (A.id, 10_000)


def test_music_makes_way_for_speech_and_stops_doing_so() -> None:
    ducked = edited(SCORED, Duck())
    assert [clip.duck for clip in ducked.music] == [True]
    assert edited(ducked, Duck(on=False)) == SCORED
    assert edited(ONE, AddMusic(mood="calm", duck=True)).music[0].duck


def test_music_lies_under_a_podcast() -> None:
    scored = edited(PODCAST, AddMusic(mood="calm", volume=0.2, duck=True))
    assert [(clip.role, clip.end_ms) for clip in scored.audio.clips] == [
        ("content", 60_000),
        ("music", 60_000),
    ]
    assert edited(scored, SetVolume(target="music", volume=0.1)).content == PODCAST.content
    assert edited(scored, SetVolume(target="clips", volume=0.5)).music == scored.music
    assert edited(scored, RemoveMusic()) == PODCAST
    assert Draft.from_wire(scored.to_wire()) == scored


def test_a_song_alone_may_be_called_music() -> None:
    assert edited(PODCAST, SetVolume(target="music", volume=0.5)).content[0].volume == 0.5
    assert edited(PODCAST, Fade(target="music", out_ms=3000)).content[0].fade_out_ms == 3000


def test_one_clip_is_louder() -> None:
    louder = edited(
        THREE, SetVolume(target="clips", clip=2, volume=0.5), ChangeVolume(target="clips", factor=2)
    )
    assert [clip.volume for clip in louder.video.clips] == [2, 1, 2]


def test_one_clip_fades() -> None:
    clips = edited(THREE, Fade(target="clips", clip=2, in_ms=500, out_ms=700)).video.clips
    assert [(clip.fade_in_ms, clip.fade_out_ms) for clip in clips] == [(0, 0), (500, 700), (0, 0)]


def test_louder_ends_at_the_loudest() -> None:
    loud = edited(SCORED, ChangeVolume(target="music", factor=100))
    assert loud.music[0].volume == 4
    with pytest.raises(Impossible, match="400%"):
        edited(loud, ChangeVolume(target="music", factor=2))


@pytest.mark.parametrize(
    ("start", "operation", "message"),
    [
        (ONE, AddMusic(mood="calm", volume=4.1), "400%"),
        (ONE, AddMusic(mood="purple"), 'no mood "purple"'),
        (ONE, AddMusic(mood="calm", tempo_bpm=500), "500 BPM"),
        (ONE, AddMusic(mood="calm", style="kazoo"), "Nobody plays kazoo"),
        (ONE, AddMusic(mood="calm", instruments=("piano", "kazoo")), "Nobody plays kazoo"),
        (ONE, UseAudio(media_id=STILL.id), r"still\.png is a picture"),
        (ONE, UseAudio(media_id=SILENT.id), r"silent\.mp4 has no sound"),
        (ONE, UseAudio(media_id=SONG.id, source_end_ms=61_000), r"song\.mp3 is 60 s long"),
        (ONE, UseAudio(media_id=SONG.id, source_start_ms=9000, source_end_ms=9000), "too little"),
        (ONE, UseAudio(media_id=SONG.id, source_end_ms=100, loop=True), "too little"),
        (PODCAST, UseAudio(media_id=SONG.id), "heard already"),
        (PODCAST, RemoveMusic(), "no music"),
        (ONE, Duck(), "no music"),
        (
            place_uploads(Draft(), [SILENT]),
            AddMusic(mood="calm", duck=True),
            "no sound for music to make way",
        ),
        (SCORED, SetVolume(target="music", volume=5), "400%"),
        (SCORED, SetVolume(target="music", clip=1, volume=1), "not one of the clips"),
        (THREE, SetVolume(target="clips", clip=4, volume=1), "no clip 4"),
    ],
)
def test_impossible(start: Draft, operation: Operation, message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(start, operation)


def test_music_that_was_under_what_is_cut_out_goes_with_it() -> None:
    scored = edited(ONE, AddMusic(mood="calm", start_ms=5000, end_ms=8000))
    assert edited(scored, Cut(start_ms=4000, end_ms=9000)).music == ()
    assert edited(scored, Keep(start_ms=10_000)).music == ()
