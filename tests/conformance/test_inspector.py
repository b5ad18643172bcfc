"""The MCP Inspector's command line, with the server as a process on stdio, in both protocol eras."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest

from mcp_nemo.settings import Settings
from tests.node import with_node

pytestmark = pytest.mark.conformance

Era = Literal["legacy", "modern"]
# As the Inspector has them.
_FINE, _TOOL_FAILED = 0, 5


class Seen(NamedTuple):
    exit_code: int
    result: dict[str, Any]


Inspect = Callable[..., Seen]


@pytest.fixture(params=["legacy", "modern"])
def inspect(request: pytest.FixtureRequest, packages: Path, settings: Settings, tmp_path: Path) -> Inspect:
    """Asks a server of its own each time, all on one home."""
    program = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    server = Path(sys.executable).parent / "mcp-nemo"
    places = ["-e", f"NEMO_API_URL={settings.api_url}", "-e", f"NEMO_HOME={settings.home}"]
    asked = [
        "node",
        program,
        "--cli",
        "--protocol-era",
        request.param,
        "--format",
        "json",
        *places,
        str(server),
    ]
    environment = with_node() | {"MCP_CATALOG_PATH": str(tmp_path / "catalog.json")}

    def run(method: str, *options: str) -> Seen:
        command = [*asked, "--method", method, *options]
        done = subprocess.run(command, cwd=packages, env=environment, capture_output=True, text=True)
        assert done.stdout, done.stderr
        return Seen(done.returncode, json.loads(done.stdout)["result"])

    return run


def test_the_schemas_are_portable(inspect: Inspect) -> None:
    seen = inspect("tools/list", "--strict")
    assert seen.exit_code == _FINE
    assert len(seen.result["tools"]) == 6


def test_sessions_are_opened_and_looked_at(inspect: Inspect) -> None:
    opened = inspect("tools/call", "--tool-name", "create_session", "--tool-arg", "title=Trip")
    assert opened.exit_code == _FINE
    session = opened.result["structuredContent"]["session_id"]
    shown = inspect("tools/call", "--tool-name", "get_timeline", "--tool-arg", "view=full", "page=1")
    assert shown.exit_code == _FINE
    assert shown.result["structuredContent"]["session_id"] == session

    listed = inspect("resources/list")
    timeline = f"nemo://sessions/{session}/timeline"
    assert timeline in [resource["uri"] for resource in listed.result["resources"]]
    [content] = inspect("resources/read", "--uri", timeline).result["contents"]
    assert content["text"] == "Timeline: empty"


def test_a_tool_that_fails_is_told_from_one_that_works(inspect: Inspect) -> None:
    failed = inspect("tools/call", "--tool-name", "get_timeline", "--tool-arg", 'session_id="42"')
    assert failed.exit_code == _TOOL_FAILED
    assert failed.result["structuredContent"]["code"] == "unknown_session"


def test_prompts_are_filled_in(inspect: Inspect) -> None:
    listed = inspect("prompts/list")
    assert "quick-edit" in [prompt["name"] for prompt in listed.result["prompts"]]
    arguments = ("videos=/videos/beach.mp4", "wishes=Add calm music")
    filled = inspect("prompts/get", "--prompt-name", "quick-edit", "--prompt-args", *arguments)
    assert filled.exit_code == _FINE
    [message] = filled.result["messages"]
    assert "/videos/beach.mp4" in message["content"]["text"]
    assert "Add calm music" in message["content"]["text"]
