"""Operations as JSON, and their schema."""

import json
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import ValidationError

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.operations import OPERATIONS, AddTitle

SCHEMA = OPERATIONS.json_schema()
KINDS = get_args(get_args(ops.Operation)[0])


def test_a_sequence_is_read_from_json_and_written_back() -> None:
    said = [{"op": "set_speed", "clip": 2, "factor": 1.5}, {"op": "undo"}]
    operations = OPERATIONS.validate_json(json.dumps(said))
    assert operations == (ops.SetSpeed(clip=2, factor=1.5), ops.Undo())
    assert OPERATIONS.validate_json(OPERATIONS.dump_json(operations)) == operations


def test_every_operation_is_in_the_schema_under_its_own_name() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert {kind.__name__ for kind in KINDS} <= set(SCHEMA["$defs"])
    names = [kind.model_fields["op"].default for kind in KINDS]
    assert sorted(SCHEMA["items"]["discriminator"]["mapping"]) == sorted(names)


def test_what_the_numbers_mean_is_described() -> None:
    undescribed = [
        f"{kind.__name__}.{name}"
        for kind in KINDS
        for name, field in kind.model_fields.items()
        if field.annotation in (int, float) and not field.description
    ]
    assert undescribed == []


@pytest.mark.parametrize(
    "said",
    [
        {"op": "fly"},
        {"op": "cut", "at": 3},
        {"op": "set_speed", "factor": 0},
        {"op": "set_speed", "factor": float("inf")},
        {"op": "add_title", "text": ""},
        {"op": "add_title", "text": "Hi", "color": "red"},
        {"op": "add_title", "text": "Hi", "place": "somewhere"},
        {"op": "rotate", "degrees": 45},
        {"op": "set_volume", "target": "music", "volume": -1},
        {"op": "crop", "left": 0.95},
        {"op": "add_captions", "captions": []},
    ],
)
def test_nonsense_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OPERATIONS.validate_python([said])


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ({}, 3000),
        ({"start_ms": 10_000}, 13_000),
        ({"start_ms": -5000}, -2000),
        ({"start_ms": -3000}, None),
        ({"start_ms": 1000, "end_ms": None}, None),
        ({"start_ms": 1000, "end_ms": 2000}, 2000),
    ],
)
def test_a_title_stands_for_a_while(said: dict[str, int], end: int | None) -> None:
    assert AddTitle.model_validate({"text": "Hi", **said}).end_ms == end
