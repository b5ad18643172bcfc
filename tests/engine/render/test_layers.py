"""The sound's part of a plan."""

from fractions import Fraction
from pathlib import Path

import pytest

from mcp_nemo.engine.draft import AudioClip, MusicRecipe, Segment
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Layer, RenderPlan, plan
from tests.engine.render.films import changed, clip, film, song

CLIP, SONG = Path("clip.mp4"), Path("song.mp3")
MEDIA = {
    "clip.mp4": MediaInfo("clip.mp4", CLIP, "clip.mp4", "video", 60_000, 1280, 720, 30, True),
    "song.mp3": MediaInfo("song.mp3", SONG, "song.mp3", "audio", 10_000, has_sound=True),
}
MUSIC = AudioClip(start_ms=0, duration_ms=2000, name="BGM", music=MusicRecipe(mood="calm", seed=1))


def planned(*segments: Segment) -> RenderPlan:
    return plan(film(*segments), MEDIA, "high")


def only_layer(*segments: Segment) -> Layer:
    (layer,) = planned(*segments).layers
    return layer


def test_a_crossfade_is_a_fade_of_both_sounds() -> None:
    second = changed(clip(CLIP, 2000, 3000, source_start_ms=9000), crossfade_ms=1000)

    before, after = planned(clip(CLIP, 0, 3000), second).layers

    assert (before.fade_in_ms, before.fade_out_ms) == (0, 1000)
    assert (after.fade_in_ms, after.fade_out_ms) == (1000, 0)
    assert before.end - after.start == SAMPLE_RATE


def test_a_longer_fade_wins_over_a_crossfade() -> None:
    second = changed(clip(CLIP, 2000, 3000), crossfade_ms=500, fade_in_ms=2000)

    assert planned(clip(CLIP, 0, 2500), second).layers[1].fade_in_ms == 2000


def test_clips_at_one_speed_join_where_they_were_cut() -> None:
    first = changed(clip(CLIP, 0, 1001), speed=1.5)
    second = changed(clip(CLIP, 1001, 999, source_start_ms=1501), speed=1.5)

    layer = only_layer(first, second)

    assert (layer.end, layer.speed) == (2 * SAMPLE_RATE, Fraction(3, 2))
    assert len(planned(first, changed(second, speed=1.0)).layers) == 2


@pytest.mark.parametrize(
    ("changes", "loop_ms", "end_ms"),
    [
        ({}, 0, 25_000),
        ({"loop": True}, 10_000, 25_000),
        ({"loop": True, "source_start_ms": 4000}, 6000, 25_000),
        ({"loop": True, "source_end_ms": 7000}, 7000, 25_000),
        ({"source_end_ms": 7000}, 0, 7000),
        ({"loop": True, "source_end_ms": 20}, 0, 20),
    ],
)
def test_a_loop_repeats_its_part_of_the_file(changes: dict[str, object], loop_ms: int, end_ms: int) -> None:
    layer = only_layer(changed(song(SONG, 0, 25_000), **changes))

    assert (layer.loop_ms, layer.end * 1000 // SAMPLE_RATE) == (loop_ms, end_ms)


def test_a_song_that_is_long_enough_is_not_looped() -> None:
    assert only_layer(changed(song(SONG, 0, 9000), loop=True)).loop_ms == 0


def test_music_is_told_from_what_a_film_is_about() -> None:
    talk, under = planned(song(SONG, 0, 2000, role="content"), changed(MUSIC, duck=True)).layers

    assert (talk.is_music, under.is_music, under.duck) == (False, True, True)


def test_only_a_film_with_music_is_brought_to_a_loudness() -> None:
    talk = song(SONG, 0, 2000, role="content")

    assert planned(clip(CLIP, 0, 2000)).loudness is None
    assert planned(talk).loudness is None
    assert planned(talk, MUSIC).loudness == -14
    assert planned(clip(CLIP, 0, 2000), changed(MUSIC, volume=0.0)).loudness is None


def test_layers_say_how_they_are_mixed() -> None:
    fast = changed(clip(CLIP, 0, 2000), speed=2.0)
    looped = changed(song(SONG, 0, 20_000, volume=0.4), loop=True, duck=True)

    told = planned(changed(fast, duration_ms=20_000), looped).describe().split("; ")

    assert told[1:] == [
        "0.0-20.0 s mix: clip.mp4 at 100%, 2 times as fast",
        "0.0-20.0 s mix: song.mp3 at 40%, looped, lower under speech",
        "all sound to -14 LUFS",
    ]
