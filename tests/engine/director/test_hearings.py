"""Words that are also the names of files."""

import pytest

from mcp_nemo.engine.director import Scene, Understood, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import place_uploads
from mcp_nemo.engine.operations import (
    AddMusic,
    Look,
    MoveClip,
    Operation,
    SetClipLength,
    SetVolume,
    TrimClip,
)
from tests.engine.director.scenes import media

CLIPS = [media(name) for name in ("ceremony.mp4", "speech.mp4", "dance.mp4", "video.mp4")]
WEDDING = Scene(place_uploads(Draft(), CLIPS), CLIPS)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("put the dance before the speech", MoveClip(clip=3, to=2)),
        ("trim the dance to 5 seconds", SetClipLength(clip=3, duration_ms=5000)),
        ("lose the last five seconds of the speech", TrimClip(clip=2, end_ms=5000)),
        ("mute the speech", SetVolume(target="clips", clip=2, volume=0)),
        ("add dance music", AddMusic(mood="upbeat")),
        ("make the video brighter", Look(brightness=0.2)),
        ("make video.mp4 brighter", Look(clip=4, brightness=0.2)),
        ("add music", AddMusic()),
    ],
)
def test_a_word_is_the_file_of_that_name_where_it_can_be(said: str, means: Operation) -> None:
    heard = understand(said, WEDDING)
    assert isinstance(heard, Understood)
    assert heard.operations == (means,)
