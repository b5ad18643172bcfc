"""A planted token, looked for everywhere it could come out: answers, logs, files, addresses, processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults import Faults, answers
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
    server.call("export_video", quality="draft")
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


@pytest.fixture(params=["own", "anonymous"])
def kind(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.mark.parametrize("level", ["DEBUG", "WARNING"])
def test_a_token_comes_out_nowhere(faults: Faults, tmp_path: Path, kind: str, level: str) -> None:
    home = tmp_path / "home"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "NEMO_API_URL": faults.url,
        "NEMO_HOME": str(tmp_path / "state"),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "NEMO_OUTPUT_DIR": str(tmp_path / "out"),
        "NEMO_LOG_LEVEL": level,
    }
    if kind == "own":
        answer = httpx.post(f"{faults.url}/api/auth/anonymous-token", headers={"X-Client-Id": "me"})
        environment["NEMO_TOKEN"] = answer.json()["data"]["token"]
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    log = tmp_path / "log.txt"
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "mcp_nemo"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        server = Server(process)
        server.call("create_session")
        [token] = _tokens(faults)
        _use_every_tool(server, faults, clip, token)
        arguments = _arguments_of(process.pid)
        process.send_signal(signal.SIGTERM)
    # A refused anonymous token was renewed meanwhile.
    for token in _tokens(faults):
        assert token not in server.said
        assert token not in log.read_text()
        assert token not in arguments
        assert not [asked.path for asked in faults.asked if token in asked.path]
    fetched = [asked for asked in faults.asked if asked.path.startswith("/renders/")]
    assert fetched
    assert not [asked for asked in fetched if "authorization" in asked.headers]
    assert _files_with(tmp_path, _tokens(faults)) == _kept(home, kind)


def _tokens(faults: Faults) -> set[str]:
    """All that were ever sent."""
    bearers = [asked.headers.get("authorization", "") for asked in faults.asked]
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


def test_every_request_says_who_asks(faults: Faults, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "NEMO_API_URL": faults.url,
        "NEMO_HOME": str(tmp_path / "state"),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "NEMO_OUTPUT_DIR": str(tmp_path / "out"),
        "NEMO_SKILL_PLATFORM": "a-platform",
    }
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    with subprocess.Popen(
        [sys.executable, "-m", "mcp_nemo"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        server = Server(process)
        server.call("create_session")
        server.call("upload_media", sources=[str(clip)])
        server.call("send_edit", instruction="mute the video")
        server.call("check_credits")
        assert not server.call("export_video", quality="draft")["isError"]
        process.send_signal(signal.SIGTERM)
    assert len({asked.path for asked in faults.asked}) >= 7
    for asked in faults.asked:
        sent = [asked.headers.get(f"x-skill-{name}") for name in ("source", "version", "platform")]
        assert sent == ["mcp-nemo", "0.1.0", "a-platform"], asked.path
