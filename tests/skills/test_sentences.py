"""Every sentence the prompts offer is understood by the director, whatever is chosen."""

from pathlib import Path
from typing import Final

import pytest

from mcp_nemo.engine.director import Scene, understand
from mcp_nemo.engine.director.understanding import Understood
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import place_uploads
from mcp_nemo.engine.media import Kind, MediaInfo
from mcp_nemo.engine.operations import AddMusic, RemoveClip, SetBackdrop, Undo, UseAudio
from mcp_nemo.server import prompts
from mcp_nemo.server.completions import MOODS, STYLES
from tests.skills.follower import calls


def _media(name: str, kind: Kind) -> MediaInfo:
    size = (0, 0) if kind == "audio" else (320, 180)
    return MediaInfo(
        id=name, path=Path(name), name=name, kind=kind, duration_ms=9000,
        width=size[0], height=size[1], frame_rate=30, has_sound=True,
    )  # fmt: skip


VIDEOS: Final = [_media("beach.mp4", "video"), _media("a day, at the (old) harbour.mp4", "video")]
SONG: Final = _media("my song (1).mp3", "audio")
VIDEO: Final = Scene(place_uploads(Draft(), VIDEOS), [*VIDEOS, SONG])
RECORDING: Final = Scene(place_uploads(Draft(), [SONG]), [SONG])


def _understood(prompt: str, scene: Scene) -> list[object]:
    """The operations of all its edits, as if each met the same timeline."""
    operations: list[object] = []
    for made in calls(prompt):
        if made.tool == "send_edit":
            meant = understand(made.arguments["instruction"], scene)
            assert isinstance(meant, Understood), made.arguments["instruction"]
            operations += meant.operations
    return operations


@pytest.mark.parametrize("mood", ["", *MOODS])
def test_background_music_of_every_mood(mood: str) -> None:
    [music] = _understood(prompts.background_music("/v/a.mp4", mood, "25%"), VIDEO)
    assert music == AddMusic(mood=mood or None, volume=0.25, fade_out_ms=2000)


@pytest.mark.parametrize("mood", ["", "calm"])
def test_a_recording_gets_music_and_a_picture(mood: str) -> None:
    music, picture = _understood(prompts.background_music("/v/talk.m4a", mood), RECORDING)
    assert isinstance(music, AddMusic)
    assert picture == SetBackdrop(kind="waveform")


@pytest.mark.parametrize("style", ["", *STYLES])
@pytest.mark.parametrize("mood", ["", *MOODS])
def test_generated_music_of_every_mood_and_style(mood: str, style: str) -> None:
    for prompt in (
        prompts.generated_music("/v/a.mp4", mood, style),
        prompts.paced_music("/v/a.mp4", mood, style),
    ):
        [music] = _understood(prompt, VIDEO)
        assert isinstance(music, AddMusic)
        assert (music.mood, music.style) == (mood or None, style)
        assert music.fade_out_ms


@pytest.mark.parametrize("mood", ["", *MOODS])
def test_the_best_match_of_every_mood(mood: str) -> None:
    [music] = _understood(prompts.matching_music("/v/a.mp4", mood), VIDEO)
    assert isinstance(music, AddMusic)
    assert music.mood == (mood or None)


def test_a_track_with_an_odd_name() -> None:
    [track] = _understood(prompts.own_music("/v/a.mp4", f"/v/{SONG.name}", "60%"), VIDEO)
    assert track == UseAudio(media_id=SONG.id, volume=0.6, fade_out_ms=2000)


def test_a_batch_leaves_one_video_at_a_time() -> None:
    paths = "\n".join(f"/v/{video.name}" for video in VIDEOS)
    done = _understood(prompts.batch_edit(paths, "Add calm music"), VIDEO)
    music = AddMusic(mood="calm")
    assert done == [RemoveClip(clip=2), music, Undo(steps=2), RemoveClip(clip=1), music]
