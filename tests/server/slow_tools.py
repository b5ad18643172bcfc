"""Tools that take as long as they are asked to, for what the protocol says of tasks.

The names are those that the MCP conformance suite calls.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import anyio
import mcp_types as t
from anyio.abc import TaskGroup
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Elicit, Resolve, require_client_extension
from mcp_types import ElicitRequest, ElicitRequestFormParams
from pydantic import BaseModel, Field

from mcp_nemo.server.tasks import Handle, LongWork
from mcp_nemo.server.tasks.extension import TASKS

Said = Annotated[str, Field(description="Comes back in the answer.")]


class Name(BaseModel):
    name: str


def _ask_name() -> Elicit[Name]:
    return Elicit("What is your name?", Name)


@dataclass
class Piece:
    """Work under way, in memory: a restart of a test's server is not what is tested with it."""

    finished: anyio.Event = field(default_factory=anyio.Event)
    outcome: t.CallToolResult | MCPError | None = None
    questions: dict[str, t.InputRequest] = field(default_factory=dict)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)


class SlowWork(LongWork):
    """Every tool here that begins work answers with the name of its piece."""

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self.pieces: dict[str, Piece] = {}

    def begin(self, work: Callable[[Piece], Awaitable[t.CallToolResult]]) -> str:
        name, piece = secrets.token_hex(4), Piece()
        self.pieces[name] = piece
        self._tasks.start_soon(_run, piece, work)
        return name

    def handle(self, answer: t.CallToolResult) -> Handle | None:
        facts: dict[str, Any] | None = answer.structured_content
        return facts

    async def look(self, handle: Handle) -> t.CallToolResult:
        piece = self.pieces[handle["piece"]]
        if isinstance(piece.outcome, MCPError):
            raise piece.outcome
        return piece.outcome or _begun(handle["piece"])

    async def stop(self, handle: Handle) -> str:
        self.pieces[handle["piece"]].scope.cancel()
        return "Stopped."

    def questions(self, handle: Handle) -> Mapping[str, t.InputRequest]:
        return self.pieces[handle["piece"]].questions

    async def answer(self, handle: Handle, key: str, answer: object) -> None:
        piece = self.pieces[handle["piece"]]
        del piece.questions[key]
        if not piece.questions:
            piece.outcome = _said(f"Told {answer}")


async def _run(piece: Piece, work: Callable[[Piece], Awaitable[t.CallToolResult]]) -> None:
    with piece.scope:
        try:
            piece.outcome = await work(piece)
        except MCPError as error:
            piece.outcome = error
    piece.finished.set()


class SlowTools:
    """A tool waits for its work where the client takes no tasks."""

    def __init__(self, work: SlowWork) -> None:
        self._work = work

    async def greet(self, name: Said) -> t.CallToolResult:
        """Say hello at once."""
        return _said(f"Hello, {name}!")

    async def slow_compute(
        self,
        ctx: Context[Any, Any],
        seconds: Annotated[float, Field(description="How long.")],
        label: Said = "",
    ) -> t.CallToolResult:
        """Take so many seconds."""

        async def compute(_: Piece) -> t.CallToolResult:
            await anyio.sleep(seconds)
            return _said(f"Computed {label}")

        return await self._answer(ctx, compute)

    async def failing_job(self, ctx: Context[Any, Any]) -> t.CallToolResult:
        """Fail, and only for clients that take tasks."""
        require_client_extension(ctx.request_context, TASKS)

        async def fail(_: Piece) -> t.CallToolResult:
            return _said("It did not work.", is_error=True)

        return await self._answer(ctx, fail)

    async def protocol_error_job(self, ctx: Context[Any, Any]) -> t.CallToolResult:
        """Break."""

        async def break_off(_: Piece) -> t.CallToolResult:
            raise MCPError(t.INTERNAL_ERROR, "It broke.")

        return await self._answer(ctx, break_off)

    async def confirm_delete(self, ctx: Context[Any, Any], filename: Said) -> t.CallToolResult:
        """Ask before the work goes on."""
        return await self._answer(ctx, _asking(f"Delete {filename}?"))

    async def multi_input(self, ctx: Context[Any, Any]) -> t.CallToolResult:
        """Ask two things at a time."""
        return await self._answer(ctx, _asking("One?", "Two?"))

    async def test_tool_with_task(
        self, ctx: Context[Any, Any], who: Annotated[Name, Resolve(_ask_name)]
    ) -> t.CallToolResult:
        """Ask first, then work."""

        async def work(_: Piece) -> t.CallToolResult:
            return _said(f"Worked for {who.name}")

        return await self._answer(ctx, work)

    async def _answer(
        self, ctx: Context[Any, Any], work: Callable[[Piece], Awaitable[t.CallToolResult]]
    ) -> t.CallToolResult:
        name = self._work.begin(work)
        capabilities = ctx.client_capabilities
        if capabilities and TASKS in (capabilities.extensions or {}):
            return _begun(name)
        await self._work.pieces[name].finished.wait()
        return await self._work.look({"piece": name})


def add_slow_tools(server: MCPServer[Any], work: SlowWork) -> None:
    tools = SlowTools(work)
    server.add_tool(tools.greet)
    for tool in (
        tools.slow_compute,
        tools.failing_job,
        tools.protocol_error_job,
        tools.confirm_delete,
        tools.multi_input,
        tools.test_tool_with_task,
    ):
        server.add_tool(tool)


SLOW_TOOLS = (
    "slow_compute",
    "failing_job",
    "protocol_error_job",
    "confirm_delete",
    "multi_input",
    "test_tool_with_task",
)


def _asking(*messages: str) -> Callable[[Piece], Awaitable[t.CallToolResult]]:
    async def ask(piece: Piece) -> t.CallToolResult:
        schema = {"type": "object", "properties": {"confirm": {"type": "boolean"}}}
        for number, message in enumerate(messages):
            params = ElicitRequestFormParams(message=message, requested_schema=schema)
            piece.questions[f"question-{number}"] = ElicitRequest(params=params)
        await anyio.sleep_forever()
        raise AssertionError

    return ask


def _said(text: str, *, is_error: bool = False) -> t.CallToolResult:
    return t.CallToolResult(content=[t.TextContent(type="text", text=text)], is_error=is_error)


def _begun(piece: str) -> t.CallToolResult:
    said = t.TextContent(type="text", text="Working on it.")
    return t.CallToolResult(content=[said], structured_content={"piece": piece})
