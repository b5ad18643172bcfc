"""Uploads, edits and exports as tasks: followed to the end, by whom they belong to, also after a restart."""

import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx2
import mcp_types as t
import pytest
from anyio.to_thread import run_sync
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_nemo.journal import Journal
from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import call
from tests.faults import Faults, drops, faulty_engine
from tests.media import make_video
from tests.server.serving import ANA, BEN, served, tokens_file
from tests.server.task_client import TakesTasks, begin, cancel, finished, get

TITLE = 'Add a title "Hello"'
UPLOAD, EDIT = ("POST", "/api/upload-video"), ("POST", "/run_sse")
Transport = Callable[[Settings], AbstractAsyncContextManager[Client]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing is done by the time a tool has to answer."""
    return settings.model_copy(update={"wait_seconds": 0.000_1})


@asynccontextmanager
async def _in_memory(settings: Settings) -> AsyncIterator[Client]:
    async with (
        open_studio(settings) as studio,
        Client(build_server(studio), extensions=[TakesTasks()]) as client,
    ):
        yield client


@asynccontextmanager
async def _over_stdio(settings: Settings) -> AsyncIterator[Client]:
    environment = {
        "NEMO_API_URL": settings.api_url,
        "NEMO_HOME": str(settings.home),
        "NEMO_MEDIA_DIRS": str(settings.media_dirs[0]),
        "NEMO_OUTPUT_DIR": str(settings.output_dir),
        "NEMO_WAIT_SECONDS": str(settings.wait_seconds),
    }
    server = StdioServerParameters(command=sys.executable, args=["-m", "mcp_nemo"], env=environment)
    async with Client(server, extensions=[TakesTasks()]) as client:
        yield client


@asynccontextmanager
async def _over_http(settings: Settings) -> AsyncIterator[Client]:
    async with served(settings) as url, _assistant(url) as client:
        yield client


@asynccontextmanager
async def _assistant(url: str, token: str = "") -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), extensions=[TakesTasks()]) as client,
    ):
        yield client


@pytest.fixture(params=[_in_memory, _over_stdio, _over_http])
def transport(request: pytest.FixtureRequest) -> Transport:
    chosen: Transport = request.param
    return chosen


@pytest.fixture
def clip(tmp_path: Path) -> str:
    return str(make_video(tmp_path / "clip.mp4", seconds=1))


async def _open_project(client: Client, clip: str) -> str:
    session = (await call(client, "create_session", title="clip")).facts["session_id"]
    assert not (await call(client, "upload_media", sources=[clip])).result.is_error
    return str(session)


async def test_long_work_is_a_task_whose_result_is_the_tools(
    transport: Transport, settings: Settings, clip: str, tmp_path: Path
) -> None:
    async with transport(settings) as client:
        await call(client, "create_session", title="clip")
        uploaded = await finished(client, await begin(client, "upload_media", sources=[clip]))
        edited = await finished(client, await begin(client, "send_edit", instruction=TITLE))
        exported = await finished(client, await begin(client, "export_video", quality="draft"))
    assert uploaded["result"]["structuredContent"]["files"][0]["kind"] == "video"
    assert edited["result"]["structuredContent"]["changes"] == ['Added title "Hello", 0-1s']
    assert exported["result"]["structuredContent"]["path"] == str(tmp_path / "out" / "clip.mp4")
    assert exported["statusMessage"] == exported["result"]["structuredContent"]["summary"]
    assert (tmp_path / "out" / "clip.mp4").exists()


async def test_what_is_done_within_the_grace_is_answered_at_once(settings: Settings, clip: str) -> None:
    patient = settings.model_copy(update={"wait_seconds": 60})
    async with _in_memory(patient) as client:
        await _open_project(client, clip)
        answer = await client.session.call_tool("send_edit", {"instruction": TITLE}, allow_claimed=True)
    assert isinstance(answer, t.CallToolResult)
    assert answer.structured_content
    assert answer.structured_content["status"] == "applied"


async def test_a_wish_that_has_to_wait_is_no_task(settings: Settings, faults: Faults, clip: str) -> None:
    held = _Held()
    async with _in_memory(settings.model_copy(update={"api_url": faults.url})) as client:
        await _open_project(client, clip)
        faults.on(*EDIT, held)
        await begin(client, "send_edit", instruction=TITLE)
        second = await client.session.call_tool(
            "send_edit", {"instruction": "mute the video"}, allow_claimed=True
        )
        held.let_go.set()
    assert isinstance(second, t.CallToolResult)
    assert second.structured_content
    assert second.structured_content["not_sent"] == "mute the video"


async def test_edits_and_renders_are_followed_by_another_server(
    settings: Settings, faults: Faults, clip: str
) -> None:
    held = _Held()
    cloud = settings.model_copy(update={"api_url": faults.url})
    async with _in_memory(cloud) as first:
        session = await _open_project(first, clip)
        export = await begin(first, "export_video", session_id=session, quality="draft")
        faults.on(*EDIT, held)
        edit = await begin(first, "send_edit", session_id=session, instruction=TITLE)
        await run_sync(held.arrived.wait)
        async with _in_memory(cloud) as second:
            assert (await get(second, edit))["status"] == "working"
            held.let_go.set()
            edited = await finished(second, edit)
    async with _in_memory(cloud) as third:
        exported = await finished(third, export)
        assert await get(third, edit) == edited
    assert edited["result"]["structuredContent"]["status"] == "applied"
    assert exported["result"]["structuredContent"]["status"] == "completed"
    assert faults.count(*EDIT) == 1
    assert faults.count("POST", "/api/render/proxy/lambda") == 1


async def test_a_task_outlives_its_process(settings: Settings, clip: str) -> None:
    async with _over_stdio(settings) as client:
        await _open_project(client, clip)
        export = await begin(client, "export_video", quality="draft")
    async with _over_stdio(settings) as client:
        task = await finished(client, export)
    assert task["result"]["structuredContent"]["status"] == "completed"


async def test_an_upload_ends_with_its_server(settings: Settings, faults: Faults, clip: str) -> None:
    held = _Held()
    cloud = settings.model_copy(update={"api_url": faults.url})
    async with _in_memory(cloud) as client:
        await call(client, "create_session")
        faults.on(*UPLOAD, held)
        upload = await begin(client, "upload_media", sources=[clip])
    held.let_go.set()
    async with _in_memory(cloud) as client:
        task = await finished(client, upload)
    assert task["status"] == "completed"
    assert task["result"]["isError"]
    assert task["result"]["structuredContent"]["code"] == "outcome_lost"


async def test_a_later_edit_is_not_taken_for_the_one_before(settings: Settings, clip: str) -> None:
    async with _in_memory(settings) as client:
        await _open_project(client, clip)
        first = await begin(client, "send_edit", instruction=TITLE)
        while (await call(client, "get_timeline")).facts.get("running_edit"):
            pass
        await call(client, "send_edit", instruction="mute the video")
        task = await finished(client, first)
    assert task["result"]["structuredContent"]["code"] == "outcome_lost"


async def test_an_edit_that_cannot_be_sent_says_why(settings: Settings, faults: Faults, clip: str) -> None:
    async with _in_memory(settings.model_copy(update={"api_url": faults.url})) as client:
        await _open_project(client, clip)
        faults.on("GET", "/api/state", *[drops] * 10)
        task = await finished(client, await begin(client, "send_edit", instruction=TITLE))
    assert task["status"] == "completed"
    assert task["result"]["structuredContent"]["code"] == "connection_broken"


async def test_an_outcome_no_client_fetched_is_told_with_the_timeline(settings: Settings, clip: str) -> None:
    async with _in_memory(settings) as client:
        await _open_project(client, clip)
        await begin(client, "send_edit", instruction=TITLE)
        while not (told := (await call(client, "get_timeline")).facts.get("finished_edit")):
            pass
    assert told["changes"] == ['Added title "Hello", 0-1s']


async def test_asking_after_a_task_leaves_the_latest_session(settings: Settings, clip: str) -> None:
    async with _in_memory(settings) as client:
        await _open_project(client, clip)
        edit = await begin(client, "send_edit", instruction=TITLE)
        latest = (await call(client, "create_session")).facts["session_id"]
        await finished(client, edit)
        assert (await call(client, "get_timeline")).facts["session_id"] == latest


async def test_a_cancelled_upload_stops(settings: Settings, faults: Faults, clip: str) -> None:
    held = _Held()
    async with _in_memory(settings.model_copy(update={"api_url": faults.url})) as client:
        await call(client, "create_session")
        faults.on(*UPLOAD, held.until_abandoned)
        upload = await begin(client, "upload_media", sources=[clip])
        await run_sync(held.arrived.wait)
        await cancel(client, upload)
        await run_sync(held.abandoned.wait)
        assert (await get(client, upload))["status"] == "cancelled"


async def test_a_cancelled_edit_says_that_it_may_go_on(settings: Settings, faults: Faults, clip: str) -> None:
    held = _Held()
    async with _in_memory(settings.model_copy(update={"api_url": faults.url})) as client:
        await _open_project(client, clip)
        faults.on(*EDIT, held)
        edit = await begin(client, "send_edit", instruction=TITLE)
        await cancel(client, edit)
        task = await get(client, edit)
        held.let_go.set()
        while not (told := (await call(client, "get_timeline")).facts.get("finished_edit")):
            pass
    assert task["status"] == "cancelled"
    assert "may still be applied" in task["statusMessage"]
    assert told["status"] == "applied"


async def test_a_cancelled_export_stops_its_render(settings: Settings, tmp_path: Path) -> None:
    clip = str(make_video(tmp_path / "long.mp4", seconds=20))
    async with _in_memory(settings.model_copy(update={"backend": "local"})) as client:
        session = await _open_project(client, clip)
        export = await begin(client, "export_video", quality="max")
        while "Rendering: 0%" in (await get(client, export))["statusMessage"]:
            pass
        await cancel(client, export)
        assert (await get(client, export))["status"] == "cancelled"
        journal = await run_sync(Journal, settings.home)
        render = await run_sync(journal.last_render, session)
    assert render
    assert render.outcome
    assert render.outcome["problem"]["code"] == "cancelled"


async def test_a_cancelled_export_in_the_cloud_says_that_it_goes_on(
    settings: Settings, faults: Faults, clip: str
) -> None:
    held = _Held()
    async with _in_memory(settings.model_copy(update={"api_url": faults.url})) as client:
        await _open_project(client, clip)
        faults.on("GET", "/api/render/proxy/lambda", held)
        export = await begin(client, "export_video", quality="draft")
        await cancel(client, export)
        task = await get(client, export)
        held.let_go.set()
        while (exported := await call(client, "export_video", quality="draft")).facts[
            "status"
        ] == "rendering":
            pass
    assert task["status"] == "cancelled"
    assert "not stopped" in task["statusMessage"]
    assert exported.facts["status"] == "completed"
    assert faults.count("POST", "/api/render/proxy/lambda") == 1


async def test_a_task_of_somebody_else_is_none(settings: Settings, clip: str, tmp_path: Path) -> None:
    async with (
        served(settings, tokens=tokens_file(tmp_path)) as url,
        _assistant(url, ANA) as ana,
        _assistant(url, BEN) as ben,
    ):
        await _open_project(ana, clip)
        edit = await begin(ana, "send_edit", instruction=TITLE)
        refusals = []
        for ask in (get, cancel):
            for task_id in (edit, "never-was"):
                with pytest.raises(MCPError) as refused:
                    await ask(ben, task_id)
                refusals.append((refused.value.error.code, refused.value.error.message))
        assert (await finished(ana, edit))["status"] == "completed"
    assert len(set(refusals)) == 1
    assert refusals[0][0] == t.INVALID_PARAMS


class _Held:
    """A request that has come in and is kept waiting."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.abandoned = threading.Event()
        self.let_go = threading.Event()

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived.set()
        await run_sync(self.let_go.wait)
        await app(scope, receive, send)

    async def until_abandoned(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived.set()
        while (await receive())["type"] != "http.disconnect":
            continue
        self.abandoned.set()


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults
