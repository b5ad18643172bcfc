"""Sentences for what was done."""

import pytest

from mcp_nemo.engine.describing import describe
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


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (
            AddMusic(mood="calm", fade_out_ms=2000),
            "Added calm music under the whole video at 40%, fading out over the last 2 s.",
        ),
        (
            AddMusic(mood="epic", style="piano", end_ms=5000, volume=1),
            "Added epic piano music under the first 5 s at 100%.",
        ),
        (ReplaceMusic(mood="sad"), "Replaced the music with sad music."),
        (
            UseAudio(media_id="x", start_ms=-5000),
            "Added your audio under the last 5 s at 40%.",
        ),
        (MoveMusic(start_ms=5000, end_ms=-2000), "The music now starts at 5 s and ends 2 s before the end."),
        (RemoveMusic(), "Removed the music."),
        (SetVolume(target="clips", volume=0), "Muted the video's own sound."),
        (SetVolume(target="music", volume=0.35), "Set the music to 35%."),
        (ChangeVolume(target="music", factor=0.8), "Made the music quieter."),
        (
            Fade(target="music", in_ms=500, out_ms=0),
            "The music now fades in over 0.5 s and does not fade out.",
        ),
        (AddTitle(text="Hi"), 'Added the title "Hi" in the middle for the first 3 s.'),
        (AddTitle(text="Hi", end_ms=None), 'Added the title "Hi" in the middle for the whole video.'),
        (
            ChangeTitle(title="Hi", place="top", duration_ms=4000),
            'Changed the title "Hi": it stands at the top and it lasts 4 s.',
        ),
        (RemoveTitle(), "Removed the title."),
        (Cut(start_ms=-5000), "Cut out the last 5 s."),
        (Cut(start_ms=20_000), "Cut out the stretch from 20 s to the end."),
        (Keep(start_ms=5000, end_ms=15_000), "Kept only the stretch from 5 s to 15 s."),
        (Undo(), "Undid the latest edit."),
    ],
)
def test_describing(operation: Operation, sentence: str) -> None:
    assert describe(operation) == sentence
