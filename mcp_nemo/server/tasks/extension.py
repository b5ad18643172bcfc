"""The extension `io.modelcontextprotocol/tasks`: a client that takes tasks gets an id instead of waiting.

A task is no work of its own. It names work that the tool has begun and that goes on without any call, so
a task is only looked after when the client asks, and by any server that has the book.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Any, Literal

import mcp_types as t
from anyio.to_thread import run_sync
from mcp import MCPError
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver import Context, require_client_extension
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import Field

from mcp_nemo.errors import NemoError
from mcp_nemo.server.principals import principal
from mcp_nemo.server.tasks.book import LIFE_SECONDS, Handle, Task, TaskBook

TASKS = "io.modelcontextprotocol/tasks"
# What is done by then is answered at once: a task would take longer to fetch.
GRACE_SECONDS = 5.0
POLL_SECONDS = 2.0

RequestContext = ServerRequestContext[Any, Any]


class LongWork(ABC):
    """How to follow what a tool has begun, by a handle that outlives the process."""

    @abstractmethod
    def handle(self, answer: t.CallToolResult) -> Handle | None:
        """What names the work that goes on after this answer; None when nothing does."""

    @abstractmethod
    async def look(self, handle: Handle) -> t.CallToolResult:
        """How far it is, without waiting."""

    @abstractmethod
    async def stop(self, handle: Handle) -> str:
        """Stop what can be stopped, and say in a sentence what that came to."""

    def questions(self, handle: Handle) -> Mapping[str, t.InputRequest]:
        """What the client has to answer before the work goes on."""
        return {}

    async def answer(self, handle: Handle, key: str, answer: object) -> None:
        """Take what the client answers to one of the questions."""
        raise NotImplementedError


class TaskParams(t.RequestParams):
    task_id: str


class TaskUpdateParams(TaskParams):
    input_responses: dict[str, object] = Field(default_factory=dict)


class Tasks(Extension):
    identifier = TASKS

    def __init__(self, work: Mapping[str, LongWork], book: TaskBook) -> None:
        """`work` by the name of the tool that begins it."""
        self._work = work
        self._book = book

    def methods(self) -> Sequence[MethodBinding]:
        versions = frozenset(MODERN_PROTOCOL_VERSIONS)
        return [
            MethodBinding("tasks/get", TaskParams, self._get, versions),
            MethodBinding("tasks/update", TaskUpdateParams, self._update, versions),
            MethodBinding("tasks/cancel", TaskParams, self._cancel, versions),
        ]

    async def intercept_tool_call(
        self, params: t.CallToolRequestParams, ctx: RequestContext, call_next: CallNext
    ) -> HandlerResult:
        answer = await call_next(ctx)
        work = self._work.get(params.name)
        if work is None or not isinstance(answer, t.CallToolResult) or not _takes_tasks(ctx):
            return answer
        handle = work.handle(answer)
        if handle is None:
            return answer
        task = await run_sync(self._book.open, principal(), params.name, handle, _summary(answer))
        return _state(task, "task")

    async def _get(self, ctx: RequestContext, params: TaskParams) -> dict[str, Any]:
        task = await self._find(ctx, params.task_id)
        if task.status == "working":
            await self._look_after(task)
            task = await self._find(ctx, params.task_id)
        return _state(task, "complete") | _details(task, self._work[task.tool].questions(task.handle))

    async def _update(self, ctx: RequestContext, params: TaskUpdateParams) -> dict[str, Any]:
        task = await self._find(ctx, params.task_id)
        work = self._work[task.tool]
        for key in params.input_responses.keys() & work.questions(task.handle).keys():
            await work.answer(task.handle, key, params.input_responses[key])
        return {"resultType": "complete"}

    async def _cancel(self, ctx: RequestContext, params: TaskParams) -> dict[str, Any]:
        task = await self._find(ctx, params.task_id)
        if task.status == "working":
            await run_sync(self._book.close, task.id, "cancelled", await self._stop(task))
        return {"resultType": "complete"}

    async def _stop(self, task: Task) -> str:
        try:
            return await self._work[task.tool].stop(task.handle)
        except NemoError as error:
            # A cancellation is only asked for: it is acknowledged either way.
            return error.message

    async def _find(self, ctx: RequestContext, task_id: str) -> Task:
        require_client_extension(ctx, TASKS)
        _check_route(ctx, task_id)
        task = await run_sync(self._book.find, task_id, principal())
        if task is None or task.tool not in self._work:
            raise MCPError(
                t.INVALID_PARAMS, "There is no such task, or its time is over.", {"taskId": task_id}
            )
        return task

    async def _look_after(self, task: Task) -> None:
        work = self._work[task.tool]
        try:
            answer = await work.look(task.handle)
        except MCPError as error:
            fault = error.error.model_dump(mode="json", exclude_none=True)
            await run_sync(self._book.close, task.id, "failed", error.error.message, fault)
            return
        if work.handle(answer) is None:
            result = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
            await run_sync(self._book.close, task.id, "completed", _summary(answer), result)
        else:
            await run_sync(self._book.note, task.id, _summary(answer))


def patience(ctx: Context[Any, Any]) -> float:
    """For how many seconds a tool may wait: a client that takes tasks gets one instead."""
    return GRACE_SECONDS if _takes_tasks(ctx.request_context) else inf


def _takes_tasks(ctx: RequestContext) -> bool:
    capabilities = ctx.session.client_capabilities
    return (
        ctx.protocol_version in MODERN_PROTOCOL_VERSIONS
        and capabilities is not None
        and TASKS in (capabilities.extensions or {})
    )


def _check_route(ctx: RequestContext, task_id: str) -> None:
    """Over HTTP a proxy routes by the header, which must not say anything else than the body."""
    headers = getattr(ctx.request, "headers", {})
    if headers.get("mcp-name", task_id) != task_id:
        raise MCPError(t.HEADER_MISMATCH, "The header Mcp-Name differs from params.taskId.")


def _state(task: Task, result_type: Literal["task", "complete"]) -> dict[str, Any]:
    return {
        "resultType": result_type,
        "taskId": task.id,
        "status": task.status,
        "statusMessage": task.message,
        "createdAt": _timestamp(task.created_at),
        "lastUpdatedAt": _timestamp(task.updated_at),
        "ttlMs": LIFE_SECONDS * 1000,
        "pollIntervalMs": int(POLL_SECONDS * 1000),
    }


def _details(task: Task, questions: Mapping[str, t.InputRequest]) -> dict[str, Any]:
    if task.status == "completed":
        return {"result": task.outcome}
    if task.status == "failed":
        return {"error": task.outcome}
    if task.status == "working" and questions:
        requests = {
            key: question.model_dump(mode="json", by_alias=True, exclude_none=True)
            for key, question in questions.items()
        }
        return {"status": "input_required", "inputRequests": requests}
    return {}


def _summary(answer: t.CallToolResult) -> str:
    """A line for the user: the answer's own summary, or its first line."""
    text = str((answer.structured_content or {}).get("summary", ""))
    if not text:
        text = next((block.text for block in answer.content if isinstance(block, t.TextContent)), "")
    return text.partition("\n")[0][:200]


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
