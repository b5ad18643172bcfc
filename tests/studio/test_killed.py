"""The server is killed at every step of an edit: one message was sent, and the user learns its outcome."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from mcp import Client
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_nemo.journal import LEASE_SECONDS, Journal
from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import Answered, call
from tests.clock import FakeClock
from tests.faults import Fault, Faults, calls, drops, passes
from tests.media import make_video

TITLE = 'Add a title "Hello"'


@pytest.fixture
def settings(faulty_settings: Settings) -> Settings:
    return faulty_settings.model_copy(update={"wait_seconds": 0.05})


@asynccontextmanager
async def _assistant(settings: Settings, clock: FakeClock) -> AsyncIterator[Client]:
    async with open_studio(settings, clock) as studio, Client(build_server(studio)) as client:
        yield client


async def _open_project(settings: Settings, tmp_path: Path) -> str:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with _assistant(settings, FakeClock()) as client:
        session = (await call(client, "create_session")).facts["session_id"]
        while (await call(client, "upload_media", sources=[str(clip)])).facts["status"] == "working":
            pass
    return str(session)


@contextmanager
def _server_at_an_edit(settings: Settings, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A server in a process of its own that was just asked for the edit."""
    env = os.environ | {
        "NEMO_API_URL": settings.api_url,
        "NEMO_HOME": str(settings.home),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "NEMO_OUTPUT_DIR": str(settings.output_dir),
    }
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "send_edit", "arguments": {"instruction": TITLE}, "_meta": meta}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    process = subprocess.Popen(
        [sys.executable, "-m", "mcp_nemo"],
        env=env,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdin
        process.stdin.write(message + "\n")
        process.stdin.flush()
        yield process


async def _what_the_user_learns(settings: Settings) -> tuple[Answered, Answered]:
    """What another server says of the edit when the claim of the killed one has run out."""
    clock = FakeClock()
    clock.pass_at_once(LEASE_SECONDS + 1)
    async with _assistant(settings, clock) as client:
        answered = await call(client, "send_edit")
        while answered.facts.get("status") == "working":
            # The engine may still be at it: then the draft is looked at again later.
            clock.pass_to_next()
            answered = await call(client, "send_edit")
        return answered, await call(client, "get_timeline")


def _titles(timeline: Answered) -> list[str]:
    return [
        segment["text"]
        for track in timeline.facts["tracks"]
        if track["kind"] == "text"
        for segment in track["segments"]
    ]


def _after_the_work(action: Callable[[], None]) -> Fault:
    """The engine does all of it; then something happens, and only then the answer goes out."""

    async def fault(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await app(scope, receive, hold)
        action()
        for message in held:
            await send(message)

    return fault


class _Killer:
    """Ends a process without a word to it."""

    pid = 0

    def __call__(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


RUN, STATE = ("POST", "/run_sse"), ("GET", "/api/state")
AT_EACH_STEP: dict[str, tuple[tuple[str, str], Callable[[Callable[[], None]], list[Fault]]]] = {
    "before the edit was claimed": (STATE, lambda kill: [calls(kill)]),
    "as the message comes in": (RUN, lambda kill: [calls(kill)]),
    "when the work is done, before it is said": (RUN, lambda kill: [_after_the_work(kill)]),
    "while looking at what changed": (STATE, lambda kill: [passes, calls(kill)]),
}


@pytest.mark.parametrize("step", AT_EACH_STEP)
async def test_a_server_killed_in_an_edit(
    settings: Settings, faults: Faults, tmp_path: Path, step: str
) -> None:
    session = await _open_project(settings, tmp_path)
    kill = _Killer()
    (method, path), script = AT_EACH_STEP[step]
    faults.on(method, path, *script(kill))
    with _server_at_an_edit(settings, tmp_path) as server:
        kill.pid = server.pid
        assert await run_sync(server.wait) == -signal.SIGKILL

    learned, timeline = await _what_the_user_learns(settings)
    assert timeline.facts["session_id"] == session
    if step == "before the edit was claimed":
        assert learned.code == "empty_instruction"
        assert _titles(timeline) == []
        assert faults.count(*RUN) == 0
    else:
        assert learned.facts["status"] == "applied"
        assert learned.facts["changes"] == ['Added title "Hello", 0-3s']
        assert _titles(timeline) == ["Hello"]
        assert faults.count(*RUN) == 1


async def test_a_message_lost_with_its_server_ends_as_not_applied(
    settings: Settings, faults: Faults, tmp_path: Path
) -> None:
    await _open_project(settings, tmp_path)
    kill = _Killer()
    faults.on(*RUN, calls(kill, then=drops))
    with _server_at_an_edit(settings, tmp_path) as server:
        kill.pid = server.pid
        await run_sync(server.wait)
    learned, timeline = await _what_the_user_learns(settings)
    assert learned.code == "edit_not_applied"
    assert _titles(timeline) == []
    assert faults.count(*RUN) == 1


async def test_an_outcome_that_was_never_told_is_told_by_the_next_server(
    settings: Settings, faults: Faults, tmp_path: Path
) -> None:
    """Killed between the journal and the answer."""
    session = await _open_project(settings, tmp_path)
    journal = await run_sync(Journal, settings.home)
    with _server_at_an_edit(settings, tmp_path) as server:
        while (turn := await run_sync(journal.last_turn, session)) is None or turn.outcome is None:
            pass
        server.kill()
    learned, timeline = await _what_the_user_learns(settings)
    assert learned.facts["status"] == "applied"
    assert _titles(timeline) == ["Hello"]
    assert faults.count(*RUN) == 1
