"""The documented language is understood without exception."""

from typing import Final, get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.director import Understood, language, understand
from mcp_nemo.engine.director.forms import Form, forms
from mcp_nemo.engine.director.lexicon import LANGUAGES, language_data
from mcp_nemo.engine.director.slots import SLOTS, SlotValue
from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.music.moods import MOODS, STYLES
from mcp_nemo.engine.operations import OPERATIONS
from tests.engine.director.scenes import SCENES

TEXTS: Final = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1).filter(
    lambda text: text.strip() == text
)
SHARES: Final = st.integers(1, 100).map(lambda percent: percent / 100)
TENTHS: Final = st.integers(1, 300).map(lambda tenths: tenths * 100)
COLORS: Final = sorted(set(language_data("en")["color"]) & set(language_data("zh")["color"]))
PLACES: Final = get_args(Place)

VALUES: Final[dict[str, st.SearchStrategy[SlotValue]]] = {
    "mood": st.sampled_from(sorted(MOODS)),
    "style": st.sampled_from(sorted(STYLES)),
    "level": SHARES,
    "amount": st.integers(1, 90).map(lambda percent: percent / 100),
    "tempo": st.integers(60, 180).map(float),
    "start": st.integers(1, 20_000),
    "end": st.integers(20_001, 30_000),
    "seconds": TENTHS,
    "text": TEXTS,
    "place": st.sampled_from(PLACES),
    "side": st.sampled_from(["left", "right", "top", "bottom"]),
    "size": st.sampled_from(["small", "medium", "large"]),
    "color": st.sampled_from(COLORS),
    "aspect": st.sampled_from(["9:16", "16:9", "1:1", "4:5", "4:3", "21:9"]),
    "factor": st.sampled_from([0.25, 0.5, 0.75, 1.25, 1.5, 2.0, 4.0]),
    "degrees": st.sampled_from([90, 180, 270]),
    "clip": st.sampled_from([1, 2, 3]),
    "other": st.sampled_from([1, 2, 3]),
    "steps": st.integers(2, 9),
    "song": st.just("song.mp3"),
    "picture": st.just("logo.png"),
    "subtitles": st.just("talk.srt"),
}


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.said["en"])
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_every_form_is_understood(form: Form, data: st.DataObject) -> None:
    values = {name: data.draw(VALUES[name], name) for name in form.slots}
    assume(values.get("clip") != values.get("other") or "clip" not in values)
    for lang in LANGUAGES:
        _is_understood(form, values, lang)


def _is_understood(form: Form, values: dict[str, SlotValue], lang: str) -> None:
    heard = understand(form.filled(values, lang), SCENES[form.given])
    assert isinstance(heard, Understood)
    done = [operation.model_dump(mode="json") for operation in heard.operations]
    wanted = form.operations(values)
    assert len(done) == len(wanted)
    for operation, fields in zip(done, wanted, strict=True):
        assert {key: operation[key] for key in fields} == fields


def test_every_operation_has_a_form() -> None:
    has = {operation["op"] for form in forms() for operation in form.does}
    pasted = {"add_captions"}
    kinds = [kind["properties"] for kind in OPERATIONS.json_schema()["$defs"].values()]
    assert has | pasted == {fields["op"]["const"] for fields in kinds if "op" in fields}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_is_documented(lang: str) -> None:
    documented = language(lang)
    assert all(f"- {form.example(lang)}\n" in documented for form in forms())


def test_every_slot_can_be_said() -> None:
    assert SLOTS.keys() == VALUES.keys()


def test_a_side_is_no_filler_before_an_amount() -> None:
    heard = understand("Add logo.png as a logo in the right at 1% opacity", SCENES["waiting"])
    assert isinstance(heard, Understood)
    assert heard.operations[0].model_dump()["place"] == "right"
