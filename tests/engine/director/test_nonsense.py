"""Words thrown together at random: understood or refused, but never a fault."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine import director, edits
from mcp_nemo.engine.director import Scene, Understood, understand
from mcp_nemo.engine.operations import AddMusic, ReplaceMusic
from tests.engine.director import scenes

SCENES = {name: value for name, value in vars(scenes).items() if isinstance(value, Scene)}
VALUES = [
    *("5s", "0:05", "40%", '"Hello"', "2x", "9:16", "first", "last", "3", "half", "-6 dB", "clip 2"),
    *("to", "from", "at", "and", "then", ",", "between", "前5秒", "第2个"),
]


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def _words(language: str) -> list[str]:
    return sorted(
        set(_texts(tomllib.loads(files(director).joinpath("words", f"{language}.toml").read_text())))
    )


@pytest.mark.parametrize("name", SCENES)
@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.sampled_from([*_words("en"), *_words("zh"), *VALUES, *VALUES]), max_size=9))
def test_nonsense_is_no_fault(name: str, words: list[str]) -> None:
    scene = SCENES[name]
    found = understand(" ".join(words), scene)
    if not isinstance(found, Understood):
        return
    # The one thing that is decided elsewhere: which music matches the picture.
    decided = [
        operation.model_copy(update={"mood": "calm"})
        if isinstance(operation, AddMusic | ReplaceMusic) and operation.mood is None
        else operation
        for operation in found.operations
    ]
    with suppress(edits.Impossible):
        edits.apply(scene.draft, decided, {medium.id: medium for medium in scene.media}, seed=1)
