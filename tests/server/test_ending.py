"""The end of the process, in the middle of work: at once, with no child left and the journal whole."""

import json
import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mcp_nemo.journal import Journal, journal_path
from mcp_nemo.settings import Settings
from tests.faults import Faults, faulty_engine
from tests.media import make_video
from tests.server.test_cancel import EDIT, PATIENCE, UPLOAD, Held

# From the signal to the end of the last process, on a machine that has other things to do. Waiting for
# clients or for work under way would take far longer.
AT_ONCE_SECONDS = 2.0
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="needs /proc to see the children of a process"
)


def _request(number: int, tool: str, arguments: dict[str, object]) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments, "_meta": MODERN | {"progressToken": number}}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@dataclass
class Server:
    """A server in a process of its own, spoken to in plain JSON."""

    process: "subprocess.Popen[str]"
    number: int = 0

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The answer's structured content."""
        for message in self.begin(tool, **arguments):
            if "result" in message:
                facts: dict[str, Any] = message["result"]["structuredContent"]
                return facts
        raise AssertionError("the server ended")

    def begin(self, tool: str, **arguments: object) -> Iterator[dict[str, Any]]:
        """The notifications on the way to the answer, and the answer."""
        raise NotImplementedError


class OverStdio(Server):
    def begin(self, tool: str, **arguments: object) -> Iterator[dict[str, Any]]:
        self.number += 1
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(_request(self.number, tool, arguments)) + "\n")
        self.process.stdin.flush()
        return map(json.loads, self.process.stdout)


@dataclass
class OverHttp(Server):
    url: str = ""

    def begin(self, tool: str, **arguments: object) -> Iterator[dict[str, Any]]:
        self.number += 1
        headers = {
            "accept": "application/json, text/event-stream",
            "mcp-protocol-version": "2026-07-28",
            "mcp-method": "tools/call",
            "mcp-name": tool,
        }
        body = _request(self.number, tool, arguments)
        with httpx2.stream("POST", self.url, json=body, headers=headers, timeout=60) as answer:
            for line in answer.iter_lines():
                if line.startswith(("data: ", "{")):
                    yield json.loads(line.removeprefix("data: "))


@contextmanager
def _stdio(environment: dict[str, str]) -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-m", "mcp_nemo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | environment,
    ) as process:
        yield OverStdio(process)
        process.kill()


@contextmanager
def _http(environment: dict[str, str]) -> Iterator[Server]:
    command = [sys.executable, "-m", "mcp_nemo", "serve", "--transport", "http", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        assert process.stderr
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        yield OverHttp(process, url=found[0])
        process.kill()


ENDINGS = [(_stdio, "eof"), (_stdio, "SIGINT"), (_stdio, "SIGTERM"), (_http, "SIGINT"), (_http, "SIGTERM")]
Opening = Callable[[dict[str, str]], Any]


@pytest.fixture(params=ENDINGS, ids=lambda ending: f"{ending[0].__name__}-{ending[1]}")
def ending(request: pytest.FixtureRequest) -> tuple[Opening, str]:
    chosen: tuple[Opening, str] = request.param
    return chosen


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    return {
        "NEMO_HOME": str(settings.home),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "NEMO_OUTPUT_DIR": str(settings.output_dir),
        "HOME": str(tmp_path / "home"),
    }


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults


def _family(pid: int) -> list[int]:
    """A process, its children, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _end(server: Server, how: str) -> None:
    """End it, and see that it was quick, said no error and left nobody behind."""
    family = [_watched(pid) for pid in _family(server.process.pid)]
    started = time.monotonic()
    if how == "eof":
        assert server.process.stdin
        server.process.stdin.close()
    else:
        server.process.send_signal(signal.Signals[how])
    for member in family:
        left = started + AT_ONCE_SECONDS - time.monotonic()
        ended, _, _ = select.select([member], [], [], max(0, left))
        os.close(member)
        assert ended
    assert server.process.wait(PATIENCE) == 0


def _watched(pid: int) -> int:
    """A file that there is something to read from when the process has ended."""
    assert sys.platform == "linux"
    return os.pidfd_open(pid)


def _check_journal(home: Path) -> None:
    with sqlite3.connect(journal_path(home)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def _in_background(work: Callable[[], object]) -> None:
    """A call that is cut off by the end, in whatever way."""

    def run() -> None:
        try:
            work()
        except (AssertionError, httpx2.HTTPError):
            return

    threading.Thread(target=run, daemon=True).start()


def test_in_the_middle_of_an_upload(
    ending: tuple[Opening, str],
    environment: dict[str, str],
    settings: Settings,
    faults: Faults,
    tmp_path: Path,
) -> None:
    opened, how = ending
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    held = Held()
    with opened(environment | {"NEMO_API_URL": faults.url}) as server:
        session = server.call("create_session")["session_id"]
        faults.on(*UPLOAD, held.until_abandoned)
        _in_background(lambda: server.call("upload_media", sources=[str(clip)]))
        assert held.arrived.wait(PATIENCE)
        _end(server, how)
    assert held.abandoned.wait(PATIENCE)
    _check_journal(settings.home)
    assert [entry.id for entry in Journal(settings.home).sessions()] == [session]


def test_in_the_middle_of_an_edit(
    ending: tuple[Opening, str],
    environment: dict[str, str],
    settings: Settings,
    faults: Faults,
    tmp_path: Path,
) -> None:
    """It goes on in the cloud, and the journal knows of it."""
    opened, how = ending
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    held = Held()
    with opened(environment | {"NEMO_API_URL": faults.url}) as server:
        session = server.call("create_session")["session_id"]
        server.call("upload_media", sources=[str(clip)])
        faults.on(*EDIT, held.until_let_go)
        _in_background(lambda: server.call("send_edit", instruction="mute the video"))
        assert held.arrived.wait(PATIENCE)
        _end(server, how)
    held.let_go.set()
    _check_journal(settings.home)
    turn = Journal(settings.home).last_turn(session)
    assert turn
    assert (turn.instruction, turn.outcome) == ("mute the video", None)


def test_in_the_middle_of_a_render(
    ending: tuple[Opening, str], environment: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    """The engine of this machine and its encoder end with the server; the render can be asked for again."""
    opened, how = ending
    clip = make_video(tmp_path / "clip.mp4", seconds=6, size=(640, 360))
    with opened(environment | {"NEMO_BACKEND": "local"}) as server:
        session = server.call("create_session")["session_id"]
        server.call("upload_media", sources=[str(clip)])
        for message in server.begin("export_video", quality="max"):
            if "encod" in str(message) or "Rendering" in str(message):
                break
        _end(server, how)
    _check_journal(settings.home)
    render = Journal(settings.home).last_render(session)
    assert render
    leftovers = [path for path in settings.output_dir.iterdir() if path.name.startswith(".")]
    assert leftovers == []
