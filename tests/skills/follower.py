"""An assistant that does what a prompt says, to the letter, and nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import mcp_types as t
from mcp import Client

from tests.assistant import Answered, call

_FENCED = re.compile(r"^```\n(.*)\n```$", re.MULTILINE)
_CALL = re.compile(r"(\w+)\((.*)\)")
_NAME = re.compile(r"(?:, )?(\w+)=")


class Call(NamedTuple):
    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """The calls made, each with its answer."""

    turns: list[tuple[Call, Answered]] = field(default_factory=list)

    def answers(self, tool: str) -> list[Answered]:
        return [answered for made, answered in self.turns if made.tool == tool]

    @property
    def timeline(self) -> dict[str, Any]:
        """As it was when it was last looked at, the tracks by kind."""
        facts = self.answers("get_timeline")[-1].facts
        return {**facts, **{track["kind"]: track["segments"] for track in facts["tracks"]}}

    @property
    def films(self) -> list[Path]:
        return [Path(answered.facts["path"]) for answered in self.answers("export_video")]


async def follow(client: Client, prompt: str, **arguments: str) -> Conversation:
    """Make the calls of the prompt's message in their order; each must succeed."""
    conversation = Conversation()
    for made in calls(await read(client, prompt, **arguments)):
        answered = await call(client, made.tool, **made.arguments)
        assert not answered.result.is_error, answered.text
        if made.tool == "send_edit":
            assert answered.facts["status"] == "applied", answered.text
        conversation.turns.append((made, answered))
    return conversation


async def read(client: Client, prompt: str, **arguments: str) -> str:
    [message] = (await client.get_prompt(prompt, arguments)).messages
    assert message.role == "user"
    assert isinstance(message.content, t.TextContent)
    return message.content.text


def calls(text: str) -> Iterator[Call]:
    for line in _FENCED.findall(text):
        found = _CALL.fullmatch(line)
        assert found, line
        yield Call(found[1], dict(_arguments(found[2])))


def _arguments(text: str) -> Iterator[tuple[str, Any]]:
    at = 0
    while at < len(text):
        name = _NAME.match(text, at)
        assert name, text
        value, at = json.JSONDecoder().raw_decode(text, name.end())
        yield name[1], value
