"""What the protocol says of tasks, whatever they stand for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import mcp_types as t
import pytest
from mcp import Client, MCPError
from mcp.client.extension import ClientExtension

from mcp_nemo.server.app import NemoServer
from mcp_nemo.server.tasks import TaskBook, Tasks
from mcp_nemo.server.tasks.book import LIFE_SECONDS
from tests.clock import FakeClock
from tests.conftest import Mode
from tests.server.slow_tools import SLOW_TOOLS, SlowWork, add_slow_tools
from tests.server.task_client import TakesTasks, begin, cancel, finished, get, update

TAKES_TASKS: tuple[ClientExtension, ...] = (TakesTasks(),)


@asynccontextmanager
async def _connected(
    home: Path,
    extensions: tuple[ClientExtension, ...] = TAKES_TASKS,
    mode: Mode = "auto",
    clock: FakeClock | None = None,
) -> AsyncIterator[Client]:
    async with anyio.create_task_group() as background:
        work = SlowWork(background)
        book = TaskBook(home, clock.now) if clock else TaskBook(home)
        server = NemoServer("slow", version="1", extensions=[Tasks(dict.fromkeys(SLOW_TOOLS, work), book)])
        add_slow_tools(server, work)
        async with Client(server, extensions=extensions, mode=mode) as client:
            yield client
        background.cancel_scope.cancel()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with _connected(tmp_path) as client:
        yield client


async def test_a_task_says_where_it_stands(client: Client) -> None:
    task = await get(client, await begin(client, "slow_compute", seconds=60))
    assert task["resultType"] == "complete"
    assert task["status"] == "working"
    assert task["statusMessage"] == "Working on it."
    assert task["ttlMs"] == LIFE_SECONDS * 1000
    assert task["pollIntervalMs"] > 0
    assert task["createdAt"] == task["lastUpdatedAt"]
    assert "result" not in task


async def test_a_tool_that_begins_nothing_answers_at_once(client: Client) -> None:
    answer = await client.call_tool("greet", {"name": "Ana"})
    assert isinstance(answer.content[0], t.TextContent)
    assert answer.content[0].text == "Hello, Ana!"


async def test_the_result_stays_to_be_read_again(client: Client) -> None:
    task_id = await begin(client, "slow_compute", seconds=0, label="pi")
    task = await finished(client, task_id)
    assert task["status"] == "completed"
    assert task["result"]["content"] == [{"type": "text", "text": "Computed pi"}]
    assert await get(client, task_id) == task


async def test_a_failure_of_the_tool_is_a_result(client: Client) -> None:
    task = await finished(client, await begin(client, "failing_job"))
    assert task["status"] == "completed"
    assert task["result"]["isError"] is True


async def test_a_failure_of_the_protocol_fails_the_task(client: Client) -> None:
    task = await finished(client, await begin(client, "protocol_error_job"))
    assert task["status"] == "failed"
    assert task["error"] == {"code": t.INTERNAL_ERROR, "message": "It broke."}
    assert "result" not in task


async def test_a_cancelled_task_stays_cancelled(client: Client) -> None:
    task_id = await begin(client, "slow_compute", seconds=60)
    assert (await cancel(client, task_id))["resultType"] == "complete"
    assert (await cancel(client, task_id))["resultType"] == "complete"
    task = await get(client, task_id)
    assert task["status"] == "cancelled"
    assert task["statusMessage"] == "Stopped."


async def test_what_is_done_is_not_cancelled(client: Client) -> None:
    task_id = await begin(client, "slow_compute", seconds=0)
    done = await finished(client, task_id)
    await cancel(client, task_id)
    assert await get(client, task_id) == done


async def test_a_task_may_ask_and_go_on(client: Client) -> None:
    task_id = await begin(client, "multi_input")
    while (task := await get(client, task_id))["status"] == "working":
        pass
    assert task["status"] == "input_required"
    assert [task["inputRequests"][key]["params"]["message"] for key in sorted(task["inputRequests"])] == [
        "One?",
        "Two?",
    ]
    first, second = sorted(task["inputRequests"])
    await update(client, task_id, **{first: {"action": "accept"}, "never-asked": {"action": "accept"}})
    assert list((await get(client, task_id))["inputRequests"]) == [second]
    await update(client, task_id, **{second: {"action": "accept"}})
    assert (await finished(client, task_id))["status"] == "completed"


@pytest.mark.parametrize("extensions", [(), TAKES_TASKS], ids=["without", "with"])
async def test_the_older_era_waits(tmp_path: Path, extensions: tuple[ClientExtension, ...]) -> None:
    async with _connected(tmp_path, extensions, "legacy") as client:
        answer = await client.call_tool("slow_compute", {"seconds": 0, "label": "pi"})
        assert isinstance(answer.content[0], t.TextContent)
        assert answer.content[0].text == "Computed pi"
        with pytest.raises(MCPError) as refused:
            await get(client, "any")
        assert refused.value.error.code == t.METHOD_NOT_FOUND


async def test_who_takes_no_tasks_waits_and_may_not_ask_after_any(tmp_path: Path) -> None:
    async with _connected(tmp_path, ()) as client:
        answer = await client.call_tool("slow_compute", {"seconds": 0, "label": "pi"})
        assert isinstance(answer.content[0], t.TextContent)
        assert answer.content[0].text == "Computed pi"
        for ask in (get, cancel, update):
            with pytest.raises(MCPError) as refused:
                await ask(client, "any")
            assert refused.value.error.code == t.MISSING_REQUIRED_CLIENT_CAPABILITY


async def test_a_task_has_its_time(tmp_path: Path) -> None:
    clock = FakeClock()
    async with _connected(tmp_path, clock=clock) as client:
        task_id = await begin(client, "slow_compute", seconds=60)
        clock.pass_at_once(LIFE_SECONDS - 1)
        assert (await get(client, task_id))["status"] == "working"
        clock.pass_at_once(1)
        with pytest.raises(MCPError) as over:
            await get(client, task_id)
        with pytest.raises(MCPError) as unknown:
            await get(client, "never-was")
    assert over.value.error.code == unknown.value.error.code == t.INVALID_PARAMS
    assert over.value.error.message == unknown.value.error.message


def test_what_is_over_is_thrown_away(tmp_path: Path) -> None:
    clock = FakeClock()
    book = TaskBook(tmp_path, clock.now)
    old = book.open("", "slow_compute", {}, "")
    clock.pass_at_once(LIFE_SECONDS)
    book.open("", "slow_compute", {}, "")
    clock.pass_at_once(-LIFE_SECONDS)
    assert book.find(old.id, "") is None


def test_a_task_is_its_owners(tmp_path: Path) -> None:
    book = TaskBook(tmp_path)
    task = book.open("ana", "slow_compute", {}, "")
    assert book.find(task.id, "ana") == task
    assert book.find(task.id, "ben") is None
    assert book.find(task.id, "") is None
