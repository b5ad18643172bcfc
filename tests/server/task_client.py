"""A client that takes tasks, and shows what the server says of them word by word."""

from typing import Any, ClassVar, Literal

import mcp_types as t
from mcp import Client
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim
from mcp.client.session import ClientSession
from pydantic import ConfigDict, RootModel

from mcp_nemo.server.tasks.extension import TASKS, TaskParams, TaskUpdateParams


class Wire(RootModel[dict[str, Any]]):
    """A result as it came."""


class Begun(t.Result):
    """What a tool call is answered with in place of its result."""

    model_config = ConfigDict(extra="allow")

    result_type: Literal["task"] = "task"
    task_id: str


class GetTask(t.Request[TaskParams, Literal["tasks/get"]]):
    method: Literal["tasks/get"] = "tasks/get"
    name_param: ClassVar[str | None] = "taskId"


class CancelTask(t.Request[TaskParams, Literal["tasks/cancel"]]):
    method: Literal["tasks/cancel"] = "tasks/cancel"
    name_param: ClassVar[str | None] = "taskId"


class UpdateTask(t.Request[TaskUpdateParams, Literal["tasks/update"]]):
    method: Literal["tasks/update"] = "tasks/update"
    name_param: ClassVar[str | None] = "taskId"


class TakesTasks(ClientExtension):
    """Follows a task to its end in `Client.call_tool`, as assistants do."""

    identifier = TASKS

    def claims(self) -> list[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=Begun, resolve=_follow)]


async def _follow(begun: Begun, context: ClaimContext) -> t.CallToolResult:
    task = await _finished(context.session, begun.task_id)
    return t.CallToolResult.model_validate(task["result"])


async def begin(client: Client, tool: str, **arguments: object) -> str:
    """The id of the task that the call was answered with."""
    answer = await client.session.call_tool(tool, arguments, allow_claimed=True)
    assert isinstance(answer, Begun), answer
    return answer.task_id


async def get(client: Client, task_id: str) -> dict[str, Any]:
    return await _get(client.session, task_id)


async def finished(client: Client, task_id: str) -> dict[str, Any]:
    """The task as it is when it is over."""
    return await _finished(client.session, task_id)


async def cancel(client: Client, task_id: str) -> dict[str, Any]:
    asked = CancelTask(params=TaskParams(task_id=task_id))
    return (await client.session.send_request(asked, Wire)).root


async def update(client: Client, task_id: str, **answers: object) -> dict[str, Any]:
    asked = UpdateTask(params=TaskUpdateParams(task_id=task_id, input_responses=answers))
    return (await client.session.send_request(asked, Wire)).root


async def _get(session: ClientSession, task_id: str) -> dict[str, Any]:
    asked = GetTask(params=TaskParams(task_id=task_id))
    return (await session.send_request(asked, Wire)).root


async def _finished(session: ClientSession, task_id: str) -> dict[str, Any]:
    while (task := await _get(session, task_id))["status"] == "working":
        pass
    return task
