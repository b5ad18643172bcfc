"""A word that means something is never passed over."""

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.director import NotUnderstood, understand
from mcp_nemo.engine.director.forms import Form, forms
from mcp_nemo.engine.director.lexicon import LANGUAGES, language_data
from mcp_nemo.engine.director.pieces import Backing, Color, Ratio, Tint, Word
from mcp_nemo.engine.director.recognise import recognise
from tests.engine.director.scenes import SCENES

TELLING: Final = (
    "look",
    "speed",
    "zoom",
    "color",
    "place",
    "size",
    "aspect",
    "axis",
    "backdrop",
    "crossfade",
)
# What a title, a logo or a transition is by itself may be said of it and change nothing.
AS_IT_IS: Final = {"#FFFFFF", "medium", "center", "middle"}


# Words with these senses may say nothing: 我们下面来, "remove the bright music".
SILENT: Final = {"filler", "little", "mood", "style", "feel"}
TOPICS: Final[dict[type[object], str]] = {Ratio: "aspect", Color: "color", Backing: "color", Tint: "color"}


def _words(language: str) -> Iterator[str]:
    for topic in TELLING:
        by_value = language_data(language).get(topic, {})
        for value, spellings in by_value.items():
            if value not in AS_IT_IS:
                yield from (spelling for spelling in spellings if "…" not in spelling)


WORDS: Final = {language: sorted(_words(language)) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", forms(), ids=lambda form: form.said["en"])
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_word_of_another_topic_is_refused_or_heard(form: Form, language: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(WORDS[language]))
    said = form.example(language)
    scene = SCENES[form.given]
    assume(not _topics(word) & (_topics(said) | SILENT))
    heard = understand(f"{said} {word}", scene)
    assert isinstance(heard, NotUnderstood) or heard != understand(said, scene)


def _topics(said: str) -> set[str]:
    values = [piece.value for piece in recognise(said, ())]
    words = {sense.partition(".")[0] for value in values if isinstance(value, Word) for sense in value.senses}
    pieces = {TOPICS[kind] for value in values if (kind := type(value)) in TOPICS}
    return {"look" if topic == "tone" else topic for topic in words | pieces}
