"""The server as hosts start it: a process on stdio, an address over HTTP, both protocol eras."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from mcp import Client, MCPError, StdioServerParameters

from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_video

MODERN = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """For a server in a process of its own: the same as `settings`."""
    return {
        "NEMO_API_URL": settings.api_url,
        "NEMO_HOME": str(settings.home),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "NEMO_OUTPUT_DIR": str(settings.output_dir),
        "HOME": str(tmp_path / "home"),
    }


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mcp_nemo", *arguments]


async def test_stdio_serves_both_eras(environment: dict[str, str], mode: Mode, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    program, *arguments = _command()
    server = StdioServerParameters(command=program, args=arguments, env=environment)
    async with Client(server, mode=mode) as client:
        assert not (await call(client, "create_session")).result.is_error
        assert not (await call(client, "upload_media", sources=[str(clip)])).result.is_error
        edited = await call(client, "send_edit", instruction='Add a title "Hello"')
    assert edited.facts["status"] == "applied"


@contextmanager
def _http_server(environment: dict[str, str]) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    command = _command("serve", "--transport", "http", "--port", "0")
    env = os.environ | environment
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as process:
        assert process.stderr
        told = process.stderr.readline()
        found = re.search(r"http://\S+", told)
        assert found, told
        yield found[0], process
        process.terminate()
        process.stderr.read()


@pytest.fixture
def http_url(environment: dict[str, str]) -> Iterator[str]:
    with _http_server(environment) as (url, _):
        yield url


async def test_http_serves_both_eras(http_url: str, mode: Mode) -> None:
    async with Client(http_url, mode=mode) as client:
        assert not (await call(client, "create_session")).result.is_error
        assert (await call(client, "get_timeline")).facts["duration_ms"] == 0


async def test_resources_read_in_both_eras(connect: Connect, mode: Mode, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "beach.mp4", seconds=2)
    async with connect(mode) as client:
        session = (await call(client, "create_session", title="Trip")).facts["session_id"]
        await call(client, "upload_media", sources=[str(clip)])

        async def read(uri: str) -> str:
            [content] = (await client.read_resource(uri)).contents
            return str(content.model_dump()["text"])

        listed = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert listed >= {"nemo://sessions", "nemo://timeline"}
        assert f"{session}: Trip" in await read("nemo://sessions")
        assert "1. Video: beach (0-2s)" in await read("nemo://timeline")
        assert await read(f"nemo://sessions/{session}/timeline") == await read("nemo://timeline")
        decoded = json.loads(await read(f"nemo://sessions/{session}/timeline.json"))
        assert decoded["tracks"][0]["segments"][0]["name"] == "beach.mp4"
        assert json.loads(await read(f"nemo://sessions/{session}/draft"))["t"][0]["tt"] == 0
        with pytest.raises(MCPError, match="There is no session '42' here"):
            await read("nemo://sessions/42/timeline")


def test_stdout_holds_nothing_but_the_protocol(environment: dict[str, str], tmp_path: Path) -> None:
    """Good calls, bad calls, rubbish and the end: every line is a JSON-RPC message."""
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    calls: list[tuple[str, dict[str, object]]] = [
        ("tools/list", {}),
        ("tools/call", {"name": "create_session", "arguments": {}}),
        ("tools/call", {"name": "upload_media", "arguments": {"sources": [str(clip), "/none"]}}),
        ("tools/call", {"name": "send_edit", "arguments": {"instruction": "mute the video"}}),
        ("tools/call", {"name": "export_video", "arguments": {"quality": "nonsense"}}),
        ("tools/call", {"name": "export_video", "arguments": {}}),
        ("tools/call", {"name": "no_such_tool", "arguments": {}}),
        ("resources/read", {"uri": "nemo://nowhere"}),
        ("no/such/method", {}),
    ]
    env = os.environ | environment | {"NEMO_LOG_LEVEL": "DEBUG"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(_command(), env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
        answers = []
        process.stdin.write("this is no JSON\n")
        for number, (method, params) in enumerate(calls):
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params | MODERN}
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        answers += [json.loads(line) for line in process.stdout]
    assert [answer["id"] for answer in answers] == list(range(len(calls)))
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert process.returncode == 0


_NOISY = """
import os, sys

def make_noise(event, _):
    if event == "subprocess.Popen":
        print("printed by a library")
        os.write(1, b"written by a library\\n")
        os.system("echo said by a child")

sys.addaudithook(make_noise)
from mcp_nemo.cli import main
main()
"""


def test_what_others_print_stays_out_of_the_protocol(environment: dict[str, str], tmp_path: Path) -> None:
    """A library that prints, and starts what prints, whenever the server starts its engine."""
    env = os.environ | environment | {"NEMO_BACKEND": "local", "NEMO_API_URL": ""}
    # With it nothing would be left in Python's buffer at the end.
    env.pop("PYTHONUNBUFFERED", None)
    params = {"name": "create_session", "arguments": {}} | MODERN
    noise = tmp_path / "noise"
    with noise.open("w") as stderr:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr}
        command = [sys.executable, "-c", _NOISY]
        with subprocess.Popen(command, env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
            message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            process.stdin.close()
            assert process.stdout.read() == ""
    assert answer["result"]["structuredContent"]["backend"] == "local"
    for said in ("printed by a library", "written by a library", "said by a child"):
        assert said in noise.read_text()


def test_a_terminal_gets_a_hint(environment: dict[str, str]) -> None:
    """Started by a person with nothing on standard input."""
    person, terminal = pty.openpty()
    pipes = {"stdin": terminal, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    env = os.environ | environment
    with subprocess.Popen(_command(), env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
        hint = process.stderr.readline()
        process.terminate()
        out, _ = process.communicate()
    os.close(person)
    os.close(terminal)
    assert "waiting for an assistant" in hint
    assert out == ""


@pytest.mark.parametrize("ending", ["eof", "SIGTERM", "SIGINT"])
def test_it_ends_at_once_and_takes_its_engine_along(environment: dict[str, str], ending: str) -> None:
    local = environment | {"NEMO_BACKEND": "local", "NEMO_API_URL": ""}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    env = os.environ | local
    with subprocess.Popen(_command(), env=env, text=True, **pipes) as process:  # type: ignore[call-overload]
        params = {"name": "create_session", "arguments": {}} | MODERN
        process.stdin.write(
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}) + "\n"
        )
        process.stdin.flush()
        assert not json.loads(process.stdout.readline())["result"]["isError"]
        engine = _child_of(process.pid)
        if ending == "eof":
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[ending])
        assert process.wait(5) == 0
    assert not Path(f"/proc/{engine}").exists()


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGINT"])
async def test_over_http_it_ends_too(environment: dict[str, str], ending: str) -> None:
    with _http_server(environment | {"NEMO_BACKEND": "local", "NEMO_API_URL": ""}) as (url, process):
        async with Client(url) as client:
            await call(client, "create_session")
        engine = _child_of(process.pid)
        process.send_signal(signal.Signals[ending])
        assert await run_sync(process.wait, 10) == 0
        assert not Path(f"/proc/{engine}").exists()


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("needs /proc to see the children of a process")
    [child] = children.read_text().split()
    return int(child)
