"""A call that its client cancels: what can be stopped is stopped, and what cannot is found again."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from mcp import Client
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_nemo.journal import Journal, RenderEntry
from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.faults import Faults, faulty_engine, passes
from tests.media import make_video
from tests.server.serving import assistant, served

UPLOAD = ("POST", "/api/upload-video")
EDIT = ("POST", "/run_sse")
# Seconds; more than a busy machine needs.
PATIENCE = 120
Transport = Callable[[Settings, Mode], AbstractAsyncContextManager[Client]]


@asynccontextmanager
async def _in_memory(settings: Settings, mode: Mode) -> AsyncIterator[Client]:
    async with open_studio(settings) as studio, Client(build_server(studio), mode=mode) as client:
        yield client


@asynccontextmanager
async def _over_http(settings: Settings, mode: Mode) -> AsyncIterator[Client]:
    async with served(settings) as url, assistant(url, mode=mode) as client:
        yield client


@pytest.fixture(params=[_in_memory, _over_http])
def transport(request: pytest.FixtureRequest) -> Transport:
    chosen: Transport = request.param
    return chosen


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults


@pytest.fixture
def faulty(settings: Settings, faults: Faults) -> Settings:
    """A server whose cloud can be held up."""
    return settings.model_copy(update={"api_url": faults.url})


class Held:
    """A request that has come in and is kept waiting."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.abandoned = threading.Event()
        self.let_go = threading.Event()

    async def until_abandoned(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived.set()
        while (await receive())["type"] != "http.disconnect":
            continue
        self.abandoned.set()

    async def until_let_go(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived.set()
        await run_sync(self.let_go.wait)
        await app(scope, receive, send)


async def _cancelled(client: Client, tool: str, when: Callable[[], object], **arguments: object) -> None:
    """Call a tool, and cancel the call when a function that blocks has come back."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, tool, arguments)
        await run_sync(when)
        tasks.cancel_scope.cancel()


async def _clips(client: Client) -> list[str]:
    tracks = (await call(client, "get_timeline")).facts["tracks"]
    return [segment["name"] for track in tracks for segment in track["segments"]]


async def test_an_upload_stops_and_goes_on_when_asked_again(
    transport: Transport, mode: Mode, faulty: Settings, faults: Faults, tmp_path: Path
) -> None:
    first = make_video(tmp_path / "first.mp4", seconds=1)
    second = make_video(tmp_path / "second.mp4", seconds=1)
    sources, held = [str(first), str(second)], Held()
    async with transport(faulty, mode) as client:
        await call(client, "create_session")
        faults.on(*UPLOAD, passes, held.until_abandoned)
        await _cancelled(client, "upload_media", held.arrived.wait, sources=sources)
        assert await run_sync(held.abandoned.wait, PATIENCE)
        assert await _clips(client) == ["first.mp4"]
        again = await call(client, "upload_media", sources=sources)
        assert [row["name"] for row in again.facts["files"]] == ["first.mp4", "second.mp4"]
        assert await _clips(client) == ["first.mp4", "second.mp4"]
    assert faults.count(*UPLOAD) == 3


async def test_an_upload_that_another_call_follows_goes_on(
    connect: Connect, faulty: Settings, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    held, ended = Held(), anyio.Event()
    followed = anyio.Event()

    async def report(progress: float, total: float | None, message: str | None) -> None:
        followed.set()

    async def follow(client: Client) -> None:
        arguments = {"sources": [str(clip)]}
        result = await client.call_tool("upload_media", arguments, progress_callback=report)
        assert not result.is_error
        ended.set()

    async with _in_memory(faulty, "auto") as client, anyio.create_task_group() as tasks:
        await call(client, "create_session")
        faults.on(*UPLOAD, held.until_let_go)
        async with anyio.create_task_group() as first:
            first.start_soon(client.call_tool, "upload_media", {"sources": [str(clip)]})
            await run_sync(held.arrived.wait)
            tasks.start_soon(follow, client)
            await followed.wait()
            first.cancel_scope.cancel()
        held.let_go.set()
        await ended.wait()
        assert await _clips(client) == ["clip.mp4"]
    assert faults.count(*UPLOAD) == 1


async def test_an_edit_that_was_sent_goes_on_and_is_found_again(
    transport: Transport, mode: Mode, faulty: Settings, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    held = Held()
    async with transport(faulty, mode) as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        faults.on(*EDIT, held.until_let_go)
        await _cancelled(client, "send_edit", held.arrived.wait, instruction="mute the video")
        running = (await call(client, "get_timeline")).facts["running_edit"]
        assert running["instruction"] == "mute the video"
        held.let_go.set()
        assert (await call(client, "send_edit")).facts["status"] == "applied"
    assert faults.count(*EDIT) == 1


async def _last_render(settings: Settings, session: str) -> RenderEntry:
    entry = await run_sync(lambda: Journal(settings.home).last_render(session))
    assert entry
    return entry


async def _cancelled_export(client: Client) -> None:
    """Cancelled as soon as it says that it has begun."""
    begun = anyio.Event()

    async def report(progress: float, total: float | None, message: str | None) -> None:
        begun.set()

    async def export() -> None:
        await client.call_tool("export_video", {"quality": "draft"}, progress_callback=report)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(export)
        await begun.wait()
        tasks.cancel_scope.cancel()


async def test_a_render_on_this_machine_stops_and_the_journal_says_so(
    connect: Connect, settings: Settings, mode: Mode, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with connect(mode, backend="local", api_url="") as client:
        session = (await call(client, "create_session")).facts["session_id"]
        await call(client, "upload_media", sources=[str(clip)])
        await _cancelled_export(client)
        render = await _last_render(settings, session)
        followed = await call(client, "export_video", render_id=render.id)
        assert (followed.facts["status"], followed.code) == ("failed", "cancelled")
        kept = (await _last_render(settings, session)).outcome
        assert kept and kept["problem"]["code"] == "cancelled"
        # Asked for after all, it is rendered and not remembered as cancelled.
        exported = await call(client, "export_video", quality="draft")
        assert exported.facts["status"] == "completed"
        assert exported.facts["render_id"] != render.id


async def test_a_render_that_was_called_off_may_be_asked_for_at_once(
    connect: Connect, mode: Mode, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with connect(mode, backend="local", api_url="") as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await _cancelled_export(client)
        assert (await call(client, "export_video", quality="draft")).facts["status"] == "completed"


async def test_a_render_in_the_cloud_goes_on(faulty: Settings, faults: Faults, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with _in_memory(faulty, "auto") as client:
        session = (await call(client, "create_session")).facts["session_id"]
        await call(client, "upload_media", sources=[str(clip)])
        await _cancelled_export(client)
        render = await _last_render(faulty, session)
        exported = await call(client, "export_video", quality="draft")
        assert (exported.facts["status"], exported.facts["render_id"]) == ("completed", render.id)
    assert faults.count("POST", "/api/render/proxy/lambda") == 1
