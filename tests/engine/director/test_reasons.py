"""Why a thing is wished for is no wish, and no wish is taken for a reason."""

import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, understand
from tests.engine.director.scenes import SCENES


@pytest.mark.parametrize(
    ("reason", "wish"),
    [
        ("the camera was still shaking", "cut the first 2 seconds"),
        ("because the beginning was boring", "cut the first 2 seconds"),
        ("it's too orange", "undo"),
        ("I was half asleep", "mute it"),
        ("因为颜色很奇怪", "变成黑白"),
    ],
)
def test_a_reason_changes_nothing(reason: str, wish: str) -> None:
    alone = understand(wish, SCENES["three"])
    assert isinstance(alone, Understood)
    assert understand(f"{wish}, {reason}", SCENES["three"]) == alone


@pytest.mark.parametrize("said", ["the camera was still shaking", "it's too orange", "because it rains"])
def test_a_reason_alone_asks_for_nothing(said: str) -> None:
    assert isinstance(understand(said, SCENES["three"]), NotUnderstood)


@pytest.mark.parametrize(
    "complaint", ["the title is too small", "the picture is too dark", "the video is too long"]
)
def test_a_complaint_is_not_dropped_for_another_wish(complaint: str) -> None:
    alone = understand("add calm music", SCENES["scored"])
    heard = understand(f"{complaint}, add calm music", SCENES["scored"])
    assert isinstance(alone, Understood)
    assert isinstance(heard, NotUnderstood) or len(heard.operations) > len(alone.operations)
