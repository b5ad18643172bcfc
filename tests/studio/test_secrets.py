"""A planted token, looked for everywhere it could come out: answers, logs, files, addresses, processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults import Asked, Faults, answers, faulty_engine
from tests.media import make_video

MODERN = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


class Server:
    """A server in a process of its own, spoken to line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.said = ""

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        params = {"name": tool, "arguments": arguments} | MODERN
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        self.said += line
        return dict(json.loads(line)["result"])


def _use_every_tool(server: Server, faults: Faults, clip: Path, token: str) -> None:
    """Every tool once well, and once met by trouble that repeats the token."""
    echo = {"code": 5000, "message": f"bad token {token}", "data": {"token": token}}
    server.call("create_session", title="film")
    server.call("upload_media", sources=[str(clip)])
    server.call("send_edit", instruction='add a title "Hello"')
    server.call("get_timeline", view="full")
    server.call("check_credits")
    assert not server.call("export_video", quality="draft")["isError"]
    for method, path, tool, arguments in (
        ("POST", "/api/tasks", "create_session", {}),
        ("POST", "/api/upload-video", "upload_media", {"sources": [str(clip), "https://host.example/?t=1"]}),
        ("POST", "/run_sse", "send_edit", {"instruction": "mute the video"}),
        ("GET", "/api/state", "get_timeline", {}),
        ("GET", "/api/credits", "check_credits", {}),
        ("POST", "/api/render", "export_video", {"quality": "high"}),
    ):
        for fault in (answers(400, echo), answers(200, {"code": 1001, "message": token}), answers(401, echo)):
            faults.clear()
            faults.on(method, path, fault, fault, fault)
            result = server.call(tool, **arguments)
            assert result["content"][0]["text"]
    faults.clear()


@dataclass(frozen=True)
class Used:
    """What is left when a server was used and has ended; it logged all it can."""

    kind: str
    folder: Path
    asked: list[Asked]
    said: str
    arguments: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text()

    @property
    def tokens(self) -> set[str]:
        """All that were ever sent: a refused anonymous one was renewed."""
        return _tokens(self.asked)


@pytest.fixture(scope="module", params=["own", "anonymous"])
def used(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    kind, folder = str(request.param), tmp_path_factory.mktemp("used")
    with faulty_engine(folder / "engine") as faults:
        own = {"NEMO_TOKEN": _new_token(faults)} if kind == "own" else {}
        clip = make_video(folder / "clip.mp4", seconds=1)
        with _running(folder, {"NEMO_API_URL": faults.url} | own) as process:
            server = Server(process)
            server.call("create_session")
            [token] = _tokens(faults.asked)
            _use_every_tool(server, faults, clip, token)
            arguments = _arguments_of(process.pid)
            process.send_signal(signal.SIGTERM)
        yield Used(kind, folder, faults.asked, server.said, arguments)


def _new_token(faults: Faults) -> str:
    """From the backend, as a user has one."""
    answer = httpx.post(f"{faults.url}/api/auth/anonymous-token", headers={"X-Client-Id": "me"})
    faults.asked.clear()
    return str(answer.json()["data"]["token"])


@contextmanager
def _running(folder: Path, environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    standard = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "NEMO_HOME": str(folder / "state"),
        "NEMO_MEDIA_DIRS": str(folder),
        "NEMO_OUTPUT_DIR": str(folder / "out"),
        "NEMO_LOG_LEVEL": "DEBUG",
        "NEMO_SKILL_PLATFORM": "a-platform",
    }
    with (
        (folder / "log.txt").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "mcp_nemo"],
            env=standard | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        yield process


def test_a_token_comes_out_nowhere(used: Used) -> None:
    assert used.tokens
    for token in used.tokens:
        assert token not in used.said
        assert token not in used.log
        assert token not in used.arguments
        assert not [asked.path for asked in used.asked if token in asked.path]
    assert "DEBUG" in used.log


def test_films_are_fetched_without_a_token(used: Used) -> None:
    fetched = [asked for asked in used.asked if asked.path.startswith("/renders/")]
    assert fetched
    assert not [asked for asked in fetched if "authorization" in asked.headers]


def test_a_token_is_kept_nowhere_but_in_its_file(used: Used) -> None:
    assert _files_with(used.folder, used.tokens) == _kept(used.home, used.kind)


def test_every_request_says_who_asks(used: Used) -> None:
    assert len({asked.path for asked in used.asked}) >= 7
    for asked in used.asked:
        sent = [asked.headers.get(f"x-skill-{name}") for name in ("source", "version", "platform")]
        assert sent == ["mcp-nemo", "0.1.0", "a-platform"], asked.path


def _tokens(asked: list[Asked]) -> set[str]:
    bearers = [one.headers.get("authorization", "") for one in asked]
    return {bearer.removeprefix("Bearer ") for bearer in bearers if bearer}


def _kept(home: Path, kind: str) -> set[Path]:
    """The one file a token may be in: the anonymous one, readable by its owner alone."""
    if kind == "own":
        return set()
    kept = home / ".config" / "nemovideo" / "mcp-nemo-tokens.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    return {kept}


def _files_with(folder: Path, tokens: set[str]) -> set[Path]:
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path for path, content in files.items() if any(token.encode() in content for token in tokens)}


def _arguments_of(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline")
    return command.read_text() if command.exists() else ""
