"""Which clip is meant once earlier wishes have moved it."""

import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, understand
from mcp_nemo.engine.operations import (
    Cut,
    MoveClip,
    Operation,
    RemoveClip,
    SetVolume,
    Split,
    SwapClips,
    TrimClip,
)
from tests.engine.director.scenes import ONE, THREE


@pytest.mark.parametrize(
    ("said", "operations"),
    [
        (
            "remove a.mp4, then trim 1 second from the start of b.mp4",
            (RemoveClip(clip=1), TrimClip(clip=1, start_ms=1000)),
        ),
        ("remove the second clip and put the third clip first", (RemoveClip(clip=2), MoveClip(clip=2, to=1))),
        ("remove the first and the last clip", (RemoveClip(clip=3), RemoveClip(clip=1))),
        (
            "cut out 2s to 4s and mute the last clip",
            (Cut(start_ms=2000, end_ms=4000), SetVolume(target="clips", clip=4, volume=0)),
        ),
        (
            "cut out 8s to 20s and mute the last clip",
            (Cut(start_ms=8000, end_ms=20000), SetVolume(target="clips", clip=2, volume=0)),
        ),
        (
            "put the third clip first and mute it",
            (MoveClip(clip=3, to=1), SetVolume(target="clips", clip=1, volume=0)),
        ),
        (
            "swap a.mp4 and c.mp4, then mute c.mp4",
            (SwapClips(clip=1, other=3), SetVolume(target="clips", clip=1, volume=0)),
        ),
    ],
)
def test_clips_are_followed(said: str, operations: tuple[Operation, ...]) -> None:
    assert understand(said, THREE) == Understood(operations)


def test_a_clip_just_made_can_be_spoken_of() -> None:
    assert understand("split the video at 12 seconds and remove the second clip", ONE) == Understood(
        (Split(at_ms=12000), RemoveClip(clip=2))
    )


def test_a_number_that_could_mean_two_clips_is_refused() -> None:
    heard = understand("swap the first two clips and mute the first clip", THREE)
    assert isinstance(heard, NotUnderstood)
    assert "file name" in heard.why
