"""What "it" is, from one message to the next."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mcp_nemo.engine.director import Scene, Understood, understand
from mcp_nemo.engine.edits import apply
from mcp_nemo.engine.operations import (
    AddTitle,
    ChangeOverlay,
    ChangeTitle,
    ChangeVolume,
    Cut,
    Look,
    MoveMusic,
    Operation,
    RemoveMusic,
    RemoveTitle,
    Rotate,
    SetLength,
    SetVolume,
)
from tests.engine.director.scenes import LOGO_WAITING, ONE, THREE, TWO_TITLES

LARGE_AND_YELLOW = ChangeTitle(title="Hi", place="bottom left", size="large", color="#FFFF00")


@pytest.mark.parametrize(
    ("scene", "first", "then", "means"),
    [
        (ONE, 'add a title "Hi"', "make it large, yellow, at the bottom left", LARGE_AND_YELLOW),
        (ONE, 'add a title "Hi"', "make it 5 seconds long", ChangeTitle(title="Hi", duration_ms=5000)),
        (ONE, 'add a title "Hi"', "trim it to 20 seconds", SetLength(duration_ms=20_000)),
        (ONE, "加标题“Hi”", "把它删掉", RemoveTitle(title="Hi")),
        (ONE, "加标题“Hi”", "把它放大一点", ChangeTitle(title="Hi", size="large")),
        (TWO_TITLES, "make the last title bigger", "at the top", ChangeTitle(title="Bye", place="top")),
        (ONE, "add calm music", "remove it", RemoveMusic()),
        (ONE, "add calm music", "start it at 5 seconds", MoveMusic(start_ms=5000)),
        (ONE, "add calm music", "make it brighter", Look(brightness=0.2)),
        (ONE, "add calm music", "cut the first 2 seconds", Cut(end_ms=2000)),
        (ONE, "add calm music", "小声一点", ChangeVolume(target="music", factor=0.8333)),
        (THREE, "move clip 3 to the start", "rotate it", Rotate(clip=1, degrees=90)),
        (THREE, "put clip 1 last", "mute it", SetVolume(target="clips", clip=3, volume=0)),
        (LOGO_WAITING, "put logo.png in the top left", "50% opacity", ChangeOverlay(opacity=0.5)),
        (LOGO_WAITING, "put logo.png in the top left", "make it smaller", ChangeOverlay(width=0.133)),
    ],
)
def test_it_is_what_was_spoken_of_last(scene: Scene, first: str, then: str, means: Operation) -> None:
    assert _say(_after(scene, first), then) == (means,)


def test_what_is_named_is_not_what_was_spoken_of() -> None:
    after = _after(ONE, 'add a title "Hi"')
    assert _say(after, "mute the video") == (SetVolume(target="clips", volume=0),)
    assert _say(after, 'add a title "Ho"') == (AddTitle(text="Ho"),)


def _after(scene: Scene, said: str) -> Scene:
    operations = _say(scene, said)
    media = {info.id: info for info in scene.media}
    return replace(scene, draft=apply(scene.draft, operations, media, seed=1), latest=operations)


def _say(scene: Scene, said: str) -> Sequence[Operation]:
    heard = understand(said, scene)
    assert isinstance(heard, Understood)
    return heard.operations
