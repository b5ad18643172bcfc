"""What most tests stand on: an engine in a process of its own, and an assistant talking to a server."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from blockbuster import blockbuster_ctx
from mcp import Client

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio

Mode = Literal["auto", "legacy"]
Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine as `mcp-nemo engine` runs it, shared by the tests of one run."""
    home = tmp_path_factory.mktemp("engine")
    command = [sys.executable, "-m", "mcp_nemo", "engine", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        told = process.stderr.readline()
        found = re.search(r"http://\S+", told)
        assert found, told
        yield found[0]
        process.terminate()
        process.stderr.read()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the settings nor the token of who runs the tests."""
    for name in [name for name in os.environ if name.startswith("NEMO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def nothing_blocks() -> Iterator[None]:
    """Code of ours that blocks an event loop fails the test."""
    with blockbuster_ctx("mcp_nemo"):
        yield


@pytest.fixture
def settings(engine_url: str, tmp_path: Path) -> Settings:
    """A server whose cloud is the engine of this run."""
    return Settings(
        api_url=engine_url,
        home=tmp_path / "state",
        media_dirs=(tmp_path,),
        output_dir=tmp_path / "out",
        # No call comes back early because the machine is busy.
        wait_seconds=240,
    )


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Both protocol eras."""
    chosen: Mode = request.param
    return chosen


@pytest.fixture
def connect(settings: Settings) -> Connect:
    """Opens an assistant in this process; keywords change the settings."""

    @asynccontextmanager
    async def open_client(mode: Mode = "auto", **changes: object) -> AsyncIterator[Client]:
        changed = settings.model_copy(update=changes)
        async with open_studio(changed) as studio, Client(build_server(studio), mode=mode) as client:
            yield client

    return open_client
