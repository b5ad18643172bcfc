"""Clients of both eras hear of changes, also of those that come after the call has returned."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import mcp_types as t
import pytest
from mcp import Client, MCPDeprecationWarning, StdioServerParameters
from mcp.client.subscriptions import ResourceUpdated, Subscription
from mcp.server import MCPServer
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken

from mcp_nemo.server.app import build_server
from mcp_nemo.server.principals import principal
from mcp_nemo.settings import Settings
from mcp_nemo.studio import Studio, open_studio
from tests.assistant import call
from tests.conftest import Mode
from tests.media import make_video

LIST = "the list of resources"


class Ears:
    """A client of either era, and what it hears of what it listens for."""

    def __init__(self, server: MCPServer[Any] | StdioServerParameters, mode: Mode) -> None:
        self._heard = asyncio.Queue[str]()
        self._hears_lists = False
        # A modern client hears through its subscription, and the handler would hear it again.
        handler = self._hear if mode == "legacy" else None
        self.client = Client(server, mode=mode, message_handler=handler)
        self.mode = mode

    @asynccontextmanager
    async def listening(self, *uris: str, lists: bool = False) -> AsyncIterator[None]:
        if self.mode == "legacy":
            self._hears_lists = lists
            await self.subscribe(*uris)
            yield
            return
        listening = self.client.listen(resources_list_changed=lists, resource_subscriptions=uris)
        async with listening as changes, anyio.create_task_group() as tasks:
            tasks.start_soon(self._pass_on, changes)
            yield
            tasks.cancel_scope.cancel()

    async def subscribe(self, *uris: str) -> None:
        for uri in uris:
            with pytest.warns(MCPDeprecationWarning):
                await self.client.subscribe_resource(uri)

    async def unsubscribe(self, uri: str) -> None:
        with pytest.warns(MCPDeprecationWarning):
            await self.client.unsubscribe_resource(uri)

    async def next(self) -> str:
        # As long as an edit may take on a busy machine; what never comes is not waited for by any test.
        with anyio.fail_after(120):
            return await self._heard.get()

    async def _hear(self, message: object) -> None:
        if isinstance(message, t.ResourceUpdatedNotification):
            self._heard.put_nowait(str(message.params.uri))
        elif isinstance(message, t.ResourceListChangedNotification) and self._hears_lists:
            self._heard.put_nowait(LIST)

    async def _pass_on(self, changes: Subscription) -> None:
        async for event in changes:
            self._heard.put_nowait(event.uri if isinstance(event, ResourceUpdated) else LIST)


Connecting = Callable[..., AbstractAsyncContextManager[Ears]]


@pytest.fixture(params=["memory", "stdio"])
def connecting(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Connecting:
    """Opens a client of a server in this process, or in one of its own; keywords change the settings."""

    @asynccontextmanager
    async def in_memory(mode: Mode, **changes: float) -> AsyncIterator[Ears]:
        async with open_studio(settings.model_copy(update=changes)) as studio:
            ears = Ears(build_server(studio), mode)
            async with ears.client:
                yield ears

    @asynccontextmanager
    async def over_stdio(mode: Mode, wait_seconds: float = 240) -> AsyncIterator[Ears]:
        environment = {
            "NEMO_API_URL": settings.api_url,
            "NEMO_HOME": str(settings.home),
            "NEMO_MEDIA_DIRS": str(tmp_path),
            "NEMO_WAIT_SECONDS": str(wait_seconds),
            "HOME": str(tmp_path / "home"),
        }
        command = StdioServerParameters(command=sys.executable, args=["-m", "mcp_nemo"], env=environment)
        ears = Ears(command, mode)
        async with ears.client:
            yield ears

    transport: Literal["memory", "stdio"] = request.param
    return in_memory if transport == "memory" else over_stdio


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=1)


async def _open(client: Client) -> str:
    return str((await call(client, "create_session")).facts["session_id"])


def _uris(session: str) -> list[str]:
    return [f"nemo://sessions/{session}/{view}" for view in ("timeline", "timeline.json", "draft")]


async def test_a_new_session_is_heard_of(connecting: Connecting, mode: Mode, clip: Path) -> None:
    async with connecting(mode) as ears, ears.listening("nemo://sessions", "nemo://timeline", lists=True):
        await _open(ears.client)
        assert [await ears.next() for _ in range(3)] == [LIST, "nemo://sessions", "nemo://timeline"]
        await call(ears.client, "upload_media", sources=[str(clip)])
        assert await ears.next() == "nemo://timeline"


async def test_uploads_and_edits_are_heard_of(connecting: Connecting, mode: Mode, clip: Path) -> None:
    async with connecting(mode) as ears:
        uris = _uris(await _open(ears.client))
        async with ears.listening(*uris):
            await call(ears.client, "upload_media", sources=[str(clip)])
            assert [await ears.next() for _ in uris] == uris
            await call(ears.client, "send_edit", instruction="mute the video")
            assert [await ears.next() for _ in uris] == uris


async def test_an_edit_that_ends_after_the_call_is_heard_of(
    connecting: Connecting, mode: Mode, clip: Path
) -> None:
    async with connecting(mode, wait_seconds=0.001) as ears:
        uri = _uris(await _open(ears.client))[0]
        async with ears.listening(uri):
            await call(ears.client, "upload_media", sources=[str(clip)])
            assert await ears.next() == uri
            edited = await call(ears.client, "send_edit", instruction="mute the video")
            assert edited.facts["status"] == "working"
            assert await ears.next() == uri
            timeline = await call(ears.client, "get_timeline")
    assert timeline.facts["tracks"][0]["segments"][0]["volume"] == 0
    assert timeline.facts["finished_edit"]["status"] == "applied"


@pytest.fixture
async def studio(settings: Settings) -> AsyncIterator[Studio]:
    async with open_studio(settings) as studio:
        yield studio


async def test_what_changes_nothing_is_not_heard_of(studio: Studio, mode: Mode, clip: Path) -> None:
    ears = Ears(build_server(studio), mode)
    async with ears.client as client, ears.listening("nemo://sessions"):
        uri = _uris(await _open(client))[0]
        assert await ears.next() == "nemo://sessions"
        async with ears.listening(uri):
            uploaded = await call(client, "upload_media", sources=[str(clip)])
            assert uploaded.facts["status"] == "uploaded"
            assert await ears.next() == uri
            await call(client, "get_timeline")
            await call(client, "upload_media", sources=["/none.mp4"])
            refused = await call(client, "send_edit", instruction="replace the sky with a galaxy")
            assert refused.facts["status"] == "not_understood"
            await _open(client)
            assert await ears.next() == "nemo://sessions"


async def test_a_finished_film_is_heard_of(studio: Studio, mode: Mode, clip: Path) -> None:
    ears = Ears(build_server(studio), mode)
    async with ears.client as client:
        uri = f"nemo://sessions/{await _open(client)}/preview"
        async with ears.listening(uri):
            await call(client, "upload_media", sources=[str(clip)])
            exported = await call(client, "export_video", quality="draft")
            assert exported.facts["status"] == "completed"
            assert await ears.next() == uri


async def test_who_unsubscribes_hears_no_more(studio: Studio, clip: Path) -> None:
    ears = Ears(build_server(studio), "legacy")
    async with ears.client as client:
        timeline, data, _ = _uris(await _open(client))
        await ears.subscribe(timeline, data)
        await ears.unsubscribe(timeline)
        await call(client, "upload_media", sources=[str(clip)])
        assert await ears.next() == data


async def test_others_go_on_hearing_when_one_has_left(studio: Studio, mode: Mode) -> None:
    server = build_server(studio)
    stays, leaves = Ears(server, mode), Ears(server, mode)
    async with stays.client, stays.listening(lists=True):
        async with leaves.client, leaves.listening(lists=True):
            await _open(stays.client)
            assert await leaves.next() == LIST
            assert await stays.next() == LIST
        await _open(stays.client)
        assert await stays.next() == LIST


async def test_each_era_says_that_it_can_be_listened_to(studio: Studio, mode: Mode) -> None:
    async with Client(build_server(studio), mode=mode) as client:
        offered = client.server_capabilities.resources
    assert offered
    assert offered.subscribe
    assert offered.list_changed


@contextmanager
def _signed_in(name: str) -> Iterator[None]:
    """As a request over HTTP with a verified token."""
    known = AccessToken(token="x", client_id="web", scopes=[], subject=name)
    before = auth_context_var.set(AuthenticatedUser(known))
    yield
    auth_context_var.reset(before)


async def test_nobody_hears_of_the_sessions_of_others(settings: Settings, mode: Mode, clip: Path) -> None:
    async with open_studio(settings, caller=principal) as studio, AsyncExitStack() as stack:
        server = build_server(studio)
        with _signed_in("ben"):
            ben = Ears(server, mode)
            await stack.enter_async_context(ben.client)
            uri = _uris(await _open(ben.client))[0]
            await stack.enter_async_context(ben.listening(uri))
        with _signed_in("ana"):
            ana = Ears(server, mode)
            await stack.enter_async_context(ana.client)
            await stack.enter_async_context(ana.listening(uri, "nemo://sessions"))
        with _signed_in("ben"):
            await call(ben.client, "upload_media", sources=[str(clip)])
            assert await ben.next() == uri
        with _signed_in("ana"):
            await _open(ana.client)
            assert await ana.next() == "nemo://sessions"
