"""Operations given as JSON."""

import json

import pytest

from mcp_nemo.engine.director import NotUnderstood, Scene, Understood, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply
from mcp_nemo.engine.operations import Cut, SetVolume, Undo
from tests.engine.director.scenes import ONE, SCENES

CUT = {"op": "cut", "end_ms": 5000}


@pytest.mark.parametrize(
    "said",
    [
        json.dumps([CUT]),
        json.dumps(CUT),
        json.dumps({"operations": [CUT]}),
        f"```json\n{json.dumps([CUT])}\n```",
    ],
)
def test_taken_as_they_are(said: str) -> None:
    assert understand(said, ONE) == Understood((Cut(end_ms=5000),))


def test_several() -> None:
    said = json.dumps([CUT, {"op": "set_volume", "target": "clips", "volume": 0}])
    assert understand(said, ONE) == Understood((Cut(end_ms=5000), SetVolume(target="clips", volume=0)))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('[{"op": "cut", "end_ms": "soon"}]', "operation 1 (cut), end_ms: Input should be a valid integer"),
        ('[{"op": "explode"}]', "operation 1 (explode): "),
        (
            '[{"op": "undo"}, {"op": "set_volume", "target": "clips", "volume": -1}]',
            "operation 2 (set_volume), volume: Input should be greater than or equal to 0",
        ),
        ('[{"op": "cut", "wild": 1}]', "operation 1 (cut), wild: Extra inputs are not permitted"),
        ('[{"op": "cut",', "not valid JSON"),
        ("[]", "no operations"),
        ('[{"op": "undo"}, {"op": "cut", "end_ms": 5}]', "by themselves"),
    ],
)
def test_refused_with_the_reason(said: str, why: str) -> None:
    heard = understand(said, ONE)
    assert isinstance(heard, NotUnderstood)
    assert why in heard.why


def test_an_undo_alone() -> None:
    assert understand('{"op": "undo", "steps": 2}', ONE) == Understood((Undo(steps=2),))


def test_words_in_brackets_are_words() -> None:
    assert understand("[please] cut the first 5 seconds", ONE) == Understood((Cut(end_ms=5000),))


@pytest.mark.parametrize("scene", [Scene(Draft()), *SCENES.values()], ids=["empty", *SCENES])
@pytest.mark.parametrize(
    "operation",
    [
        {"op": "use_audio", "duck": True, "loop": True},
        {"op": "insert_media"},
        {"op": "add_overlay"},
        {"op": "set_backdrop", "kind": "media"},
    ],
    ids=lambda operation: operation["op"],
)
def test_a_file_that_is_not_there_is_refused_in_words(operation: dict[str, object], scene: Scene) -> None:
    heard = understand(json.dumps(operation | {"media_id": "nowhere.mp4"}), scene)
    assert isinstance(heard, Understood)
    with pytest.raises(Impossible) as refused:
        apply(scene.draft, heard.operations, {info.id: info for info in scene.media}, seed=1)
    assert refused.value.hint
