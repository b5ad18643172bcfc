"""What `tools/list` says, held to its snapshots: every word of it is read in each conversation.

`UPDATE_SNAPSHOTS=1 uv run pytest tests/server/test_schemas.py` writes them anew.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rs_bpe import openai

from mcp_nemo.errors import NoSession
from mcp_nemo.server import answers
from mcp_nemo.server.app import INSTRUCTIONS
from tests.conftest import Connect, Mode
from tests.server.test_tools import TOOLS

SNAPSHOTS = Path(__file__).parent / "snapshots"


async def _listed(connect: Connect, mode: Mode = "auto") -> dict[str, dict[str, Any]]:
    async with connect(mode) as client:
        tools = (await client.list_tools()).tools
    return {tool.name: tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in tools}


@pytest.mark.parametrize("tool", TOOLS)
async def test_each_tool_is_what_its_snapshot_says(connect: Connect, mode: Mode, tool: str) -> None:
    text = json.dumps((await _listed(connect, mode))[tool], indent=2, sort_keys=True) + "\n"
    snapshot = SNAPSHOTS / f"{tool}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot.write_text(text)
    assert snapshot.exists(), "run the tests with UPDATE_SNAPSHOTS=1"
    assert snapshot.read_text() == text


async def test_all_of_it_is_under_3000_tokens(connect: Connect) -> None:
    text = json.dumps(list((await _listed(connect)).values()), ensure_ascii=False)
    assert len(openai.o200k_base().encode(text)) < 3000


async def test_the_strictest_client_takes_every_schema(connect: Connect) -> None:
    for tool in (await _listed(connect)).values():
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
            keys = set(_keys(schema))
            assert not keys & {"$ref", "$defs", "$schema", "anyOf", "oneOf", "allOf", "title"}, tool["name"]
        assert tool["inputSchema"]["additionalProperties"] is False


async def test_a_failure_passes_for_an_answer(connect: Connect) -> None:
    """Clients built on the TypeScript SDK before its version 2 show nothing of it otherwise."""
    failure = answers.problem(NoSession()).structured_content
    assert failure
    for tool in (await _listed(connect)).values():
        jsonschema.validate(failure, tool["outputSchema"])


async def test_descriptions_are_neither_terse_nor_long(connect: Connect) -> None:
    for name, tool in (await _listed(connect)).items():
        description = tool["description"]
        assert 60 <= len(re.findall(r"\S+", description)) <= 120, name
        assert "Next: " in description
        first = description.partition("\n")[0]
        assert re.search(r"\b(videos?|credits)\b", first.lower()), "the first sentence is searched on its own"
        assert all(field["description"] for field in tool["inputSchema"]["properties"].values())


def test_the_instructions_are_under_2_kb() -> None:
    assert len(INSTRUCTIONS.encode()) < 2000
    assert all(tool in INSTRUCTIONS for tool in TOOLS)


def _keys(schema: object, *, names: bool = False) -> Iterator[str]:
    """The keywords of a schema; names of properties are none."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if not names:
                yield key
            yield from _keys(value, names=key == "properties" and not names)
    elif isinstance(schema, list):
        for value in schema:
            yield from _keys(value)
