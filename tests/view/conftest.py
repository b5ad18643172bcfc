"""A chat in headless Chromium, and the real server it talks to."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.media import make_video
from tests.node import installed, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.view.chat import Chat

# Only `.ci/full` installs it.
collect_ignore = (
    [] if find_spec("playwright") else ["test_in_the_chat.py", "test_joined_films.py", "test_moments.py"]
)

_HOST = Path(__file__).parent / "host"


@pytest.fixture(scope="session")
def host_files() -> Path:
    """The host page with its packages from npm, installed and bundled once, outside the repository."""
    folder = installed(_HOST)
    if not (folder / "bundle.js").exists():
        bundling = ("--bundle", "--format=esm", "--log-level=error", "--outfile=bundle.js")
        run(folder, "node_modules/.bin/esbuild", "host.js", *bundling)
    return folder


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import expect, sync_playwright

    # A busy machine is slow to start a render.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        assert chromium, "needs Chromium"
        # Containers give no namespaces for Chromium's own sandbox, and little shared memory.
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server_url(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over HTTP, shared by the tests of one run; each has a session of its own."""
    with _serving(tmp_path_factory, NEMO_API_URL=engine_url) as url:
        yield url


@pytest.fixture(scope="session")
def local_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that has the engine of this machine."""
    with _serving(tmp_path_factory) as url:
        yield url


@contextmanager
def _serving(tmp_path_factory: pytest.TempPathFactory, **places: str) -> Iterator[str]:
    home = tmp_path_factory.mktemp("server")
    places |= {
        "NEMO_HOME": str(home / "state"),
        "NEMO_MEDIA_DIRS": str(tmp_path_factory.getbasetemp()),
        "NEMO_OUTPUT_DIR": str(home / "out"),
    }
    command = [sys.executable, "-m", "mcp_nemo", "serve", "--transport", "http", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | places) as process:
        assert process.stderr
        told = process.stderr.readline()
        found = re.search(r"(http://\S+)/mcp", told)
        assert found, told
        yield found[1]
        process.terminate()
        process.stderr.read()


@pytest.fixture
def chat(browser: "Browser", server_url: str, host_files: Path) -> "Iterator[Chat]":
    with _chatting(browser, server_url, host_files) as chat:
        yield chat


@pytest.fixture
def local_chat(browser: "Browser", local_server_url: str, host_files: Path) -> "Iterator[Chat]":
    with _chatting(browser, local_server_url, host_files) as chat:
        yield chat


@contextmanager
def _chatting(browser: "Browser", server_url: str, host_files: Path) -> "Iterator[Chat]":
    from tests.view.chat import Chat

    with browser.new_context(reduced_motion="reduce", viewport={"width": 720, "height": 900}) as context:
        chat = Chat(context.new_page(), server_url, host_files)
        yield chat
        assert chat.complaints == []
        assert chat.strayed == []


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "beach.mp4", seconds=3)
