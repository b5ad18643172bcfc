"""The conformance suite, the Inspector, and the servers they look at."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from anyio.from_thread import start_blocking_portal

from mcp_nemo.settings import Settings
from tests.conformance.everything import serving_everything
from tests.node import installed, with_node
from tests.server.serving import served

Revision = Literal["2026-07-28", "2025-11-25"]


class Fault(NamedTuple):
    """A check of the suite that did not pass."""

    check: str
    status: Literal["FAILURE", "WARNING"]
    message: str


# By the name of the scenario.
Report = Mapping[str, Sequence[Fault]]
Judge = Callable[[str, Revision], Report]


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder in which both are installed."""
    folder = installed(Path(__file__).parent / "npm")
    told = subprocess.run(["node", "--version"], env=with_node(), capture_output=True, text=True, check=True)
    assert int(told.stdout.lstrip("v").partition(".")[0]) >= 22, "needs Node 22 or newer"
    return folder


@pytest.fixture(scope="session")
def judge(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Runs what a revision of the protocol requires, and what it does not score, against a server."""

    def run(url: str, revision: Revision) -> Report:
        results = tmp_path_factory.mktemp("results")
        suite = ["node", "node_modules/@modelcontextprotocol/conformance/dist/index.js", "server"]
        command = [*suite, "--url", url, "--requirements", revision, "-o", str(results)]
        # It exits with 1 where a scenario failed, as it does where it could not run at all.
        done = subprocess.run(command, cwd=packages, env=with_node(), capture_output=True, text=True)
        assert "=== SUMMARY ===" in done.stdout, done.stderr
        return {_scenario(checks.parent): _faults(checks) for checks in sorted(results.glob("*/checks.json"))}

    return run


def _scenario(results: Path) -> str:
    """Of `server-ping-2026-11-21T11-55-41-281Z` it is `ping`."""
    return results.name.removeprefix("server-")[: -len("-2026-11-21T11-55-41-281Z")]


def _faults(checks: Path) -> list[Fault]:
    return [
        Fault(check["id"], check["status"], check.get("errorMessage", ""))
        for check in json.loads(checks.read_text())
        if check["status"] in ("FAILURE", "WARNING")
    ]


@pytest.fixture(scope="session")
def everything_url(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same server with the suite's fixtures."""
    with _in_a_thread(serving_everything(_settings(engine_url, tmp_path_factory))) as url:
        yield url


@pytest.fixture(scope="session")
def product_url(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as it is."""
    with _in_a_thread(served(_settings(engine_url, tmp_path_factory))) as url:
        yield url


def _settings(engine_url: str, folders: pytest.TempPathFactory) -> Settings:
    home = folders.mktemp("server")
    return Settings(api_url=engine_url, home=home, media_dirs=(home,), output_dir=home / "out")


@contextmanager
def _in_a_thread(server: AbstractAsyncContextManager[str]) -> Iterator[str]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(server) as url:
        yield url
