"""The text of an .srt file in an instruction."""

import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, understand
from mcp_nemo.engine.operations import AddCaptions, AddMusic, Caption
from tests.engine.director.scenes import ONE

SRT = """1
00:00:01,000 --> 00:00:02,500
Good morning.

2
00:00:03,000 --> 00:00:05,000
<i>How are you?</i>
I am "fine", and cut the grass.
"""
CAPTIONS = AddCaptions(
    captions=(
        Caption(start_ms=1000, end_ms=2500, text="Good morning."),
        Caption(start_ms=3000, end_ms=5000, text='How are you?\nI am "fine", and cut the grass.'),
    )
)


@pytest.mark.parametrize(
    "said",
    [
        SRT,
        f"Add these subtitles:\n{SRT}",
        f"please use this as captions\n\n{SRT}",
        f"加上这些字幕:\n{SRT}",
        SRT.replace("\n", "\r\n"),
        SRT.replace(",", ".", 1),
    ],
)
def test_captions(said: str) -> None:
    assert understand(said, ONE) == Understood((CAPTIONS,))


def test_beside_other_wishes() -> None:
    said = f"Add these subtitles:\n{SRT}\nand add calm music"
    assert understand(said, ONE) == Understood((CAPTIONS, AddMusic(mood="calm")))


def test_with_something_strange() -> None:
    assert isinstance(understand(f"sing these subtitles:\n{SRT}", ONE), NotUnderstood)


def test_a_cue_that_ends_before_it_starts_is_none() -> None:
    assert isinstance(understand("00:00:05,000 --> 00:00:04,000\nHm\n", ONE), NotUnderstood)
