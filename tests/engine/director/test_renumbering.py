"""What a reply says about the numbers of clips, which the next message may name."""

import pytest

from mcp_nemo.engine.describing import renumbered
from mcp_nemo.engine.director import Understood, understand
from mcp_nemo.engine.edits import apply
from tests.engine.director.scenes import THREE

SPLIT = {
    "black and white from 12 to 14 seconds": "Clip 2 is now 3 pieces: clips 2, 3 and 4.",
    "speed up from 12 to 14 seconds by 2x": "Clip 2 is now 3 pieces: clips 2, 3 and 4.",
    "mute the first 3 seconds of clip 1": "Clip 1 is now 2 pieces: clips 1 and 2.",
    "split at 5 seconds and at 20 seconds": (
        "Clip 1 is now 2 pieces: clips 1 and 2. Clip 3 is now 2 pieces: clips 4 and 5."
    ),
    "cut out 0:12 to 0:14": "Clip 2 is now 2 pieces: clips 2 and 3.",
}
WHOLE = (
    "duplicate clip 1",
    "swap clip 1 and clip 2",
    "remove clip 2",
    "make clip 2 twice as fast",
    "cut the first 3 seconds",
    "black and white from 10 to 18 seconds",
)


@pytest.mark.parametrize("said", SPLIT)
def test_pieces_of_a_split_clip_have_numbers(said: str) -> None:
    assert _told(said) == SPLIT[said]


@pytest.mark.parametrize("said", WHOLE)
def test_what_splits_nothing_says_nothing(said: str) -> None:
    assert _told(said) == ""


def _told(said: str) -> str:
    heard = understand(said, THREE)
    assert isinstance(heard, Understood)
    media = {info.id: info for info in THREE.media}
    return renumbered(THREE.draft, apply(THREE.draft, heard.operations, media, seed=1))
