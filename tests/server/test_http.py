"""The server over HTTP: by which names it answers, whom it refuses to serve, and whom it serves at once."""

import socket
from pathlib import Path

import anyio
import httpx2
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from mcp_nemo import __version__
from mcp_nemo.cli import main
from mcp_nemo.errors import ConfigurationError
from mcp_nemo.server.http import check
from mcp_nemo.settings import HttpSettings, Settings
from tests.assistant import call
from tests.conftest import Mode
from tests.server.serving import assistant, served, tokens_file

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25"}


async def _post(url: str, **headers: str) -> httpx2.Response:
    """As a client of the older era that keeps no session."""
    async with httpx2.AsyncClient(timeout=60) as http:
        return await http.post(url, json=LIST, headers=HEADERS | headers)


async def test_the_health_says_no_more_than_that(settings: Settings, tmp_path: Path) -> None:
    async with served(settings, tokens=tokens_file(tmp_path)) as url, httpx2.AsyncClient() as http:
        answer = await http.get(url.replace("/mcp", "/health"))
    assert answer.json() == {"ok": True, "version": __version__}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:1234"}, 200),
        ({"host": "nemo.example"}, 200),
        ({"host": "nemo.example:8443"}, 200),
        ({"host": "studio.local"}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "nemo.example.evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:80"}, 421),
        ({"origin": "https://nemo.example"}, 200),
        ({"origin": "https://app.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_only_its_own_names_are_answered(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    async with served(
        settings,
        stateless=True,
        url="https://nemo.example/mcp",
        allowed_hosts=("studio.local",),
        allowed_origins=("https://app.example",),
    ) as url:
        assert (await _post(url, **headers)).status_code == status


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "0.0.0.0", "allowed_hosts": ("studio.local",)},
        {"host": "192.168.1.5"},
        {"host": "studio.local"},
        # A name for every address is none to be checked against.
        {"host": "0.0.0.0", "tokens": Path("tokens")},
        {"host": "::", "issuer": "https://login.example"},
    ],
)
def test_strangers_are_not_let_in_unasked(changes: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        check(HttpSettings().model_copy(update=changes))
    assert "NEMO_HTTP_" in refusal.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"host": "localhost"},
        {"host": "::1"},
        {"host": "192.168.1.5", "tokens": Path("tokens")},
        {"host": "0.0.0.0", "issuer": "https://login.example", "url": "https://nemo.example/mcp"},
        {"host": "0.0.0.0", "unprotected": True, "allowed_hosts": ("studio.local",)},
    ],
)
def test_what_is_protected_is_served(changes: dict[str, object]) -> None:
    check(HttpSettings().model_copy(update=changes))


def test_a_refusal_is_said_where_it_was_started() -> None:
    result = CliRunner().invoke(main, ["serve", "--transport", "http", "--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "NEMO_HTTP_TOKENS" in result.output
    assert "Traceback" not in result.output


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--transport", "http", "--port", port])
    assert result.exit_code == 1
    assert port in result.output


@pytest.mark.parametrize("field", ["url", "issuer", "jwks_url"])
@pytest.mark.parametrize("address", ["http://login.example", "ftp://login.example", "login.example"])
def test_nothing_is_believed_over_an_open_line(field: str, address: str) -> None:
    with pytest.raises(ValidationError, match="must be an https:// address"):
        HttpSettings.model_validate({field: address})


def test_lists_are_given_with_spaces_or_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEMO_HTTP_ALLOWED_HOSTS", "one.example, two.example three.example")
    assert HttpSettings().allowed_hosts == ("one.example", "two.example", "three.example")


async def test_without_sessions_a_request_stands_alone(settings: Settings, mode: Mode) -> None:
    async with served(settings, stateless=True) as url:
        listed = await _post(url)
        assert (listed.status_code, "mcp-session-id" in listed.headers) == (200, False)
        async with assistant(url, mode=mode) as client:
            assert not (await call(client, "create_session")).result.is_error


async def test_many_are_served_at_once(settings: Settings) -> None:
    """Clients of both eras, all open together, each with a session of its own."""
    found: dict[str, object] = {}
    all_open = anyio.Event()

    async def work(url: str, name: str, mode: Mode) -> None:
        async with assistant(url, mode=mode) as client:
            created = (await call(client, "create_session", title=name)).facts["session_id"]
            found[name] = created
            if len(found) == 6:
                all_open.set()
            await all_open.wait()
            timeline = await call(client, "get_timeline", session_id=created)
            assert timeline.facts["session_id"] == created

    async with served(settings) as url, anyio.create_task_group() as tasks:
        for number in range(3):
            tasks.start_soon(work, url, f"new {number}", "auto")
            tasks.start_soon(work, url, f"old {number}", "legacy")
    assert len(set(found.values())) == 6
