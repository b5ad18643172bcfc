"""What a wish is about is decided by its words, and by the order of topics for a few pairs only."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from mcp_nemo.engine.director.bare import with_bare_times
from mcp_nemo.engine.director.context import Context
from mcp_nemo.engine.director.recognise import hearings
from mcp_nemo.engine.director.speech import spell_out
from mcp_nemo.engine.director.splitting import split
from mcp_nemo.engine.director.topics import TOPICS
from mcp_nemo.engine.director.wishes import Wish
from tests.engine.director.scenes import SCENES
from tests.engine.phrases.reading import FOLDER, Phrase, phrases

# The first of two is what is meant: "dissolve between the clips, half a second" sets no clip's length.
FIRST_OF_TWO: Final = {
    ("_arrange", "_move"),
    ("_backdrop", "_insert"),
    ("_crossfade", "_fade_picture"),
    ("_crossfade", "_move"),
    ("_crossfade", "_set_clip_length"),
    ("_insert", "_move"),
    ("_insert", "_remove"),
    ("_insert", "_set_clip_length"),
    ("_move", "_remove"),
    ("_overlay", "_insert"),
    ("_reset_look", "_look"),
    ("_take_off_clips", "_set_clip_length"),
    ("_zoom", "_speed"),
}


def test_two_topics_claim_a_wish_only_where_that_is_known() -> None:
    found = {pair for path in FOLDER.glob("*.txt") for phrase in phrases(path) for pair in _rivals(phrase)}
    assert found == FIRST_OF_TWO


def _rivals(phrase: Phrase) -> Iterator[tuple[str, str]]:
    scene = SCENES[phrase.given]
    pieces = spell_out(phrase.said, hearings(phrase.said, scene.media)[0])
    for part in split(pieces):
        wish, context = Wish(part), Context(scene)
        with_bare_times(wish)
        claiming = [topic.claims.__name__ for topic in TOPICS if topic.claims(wish, context)]
        yield from combinations(claiming, 2)
