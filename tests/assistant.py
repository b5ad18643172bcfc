"""Speaking as an assistant does: call a tool, read the words and the facts."""

from typing import Any

import mcp_types as t
from mcp import Client


class Answered:
    """An answer as the assistant reads it."""

    def __init__(self, result: t.CallToolResult) -> None:
        self.result = result
        self.text = "\n".join(block.text for block in result.content if isinstance(block, t.TextContent))
        self.facts: dict[str, Any] = result.structured_content or {}

    @property
    def code(self) -> str:
        """Of a failure; empty where there is none."""
        problem = self.facts.get("problem") or self.facts
        return str(problem.get("code", "")) if self.result.is_error else ""


async def call(client: Client, tool: str, **arguments: object) -> Answered:
    answered = Answered(await client.call_tool(tool, arguments))
    assert answered.text
    return answered
