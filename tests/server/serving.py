"""A server over real HTTP, in this process."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import uvicorn
from anyio.to_thread import run_sync
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp

from mcp_nemo.server.http import http_app, verifier
from mcp_nemo.server.principals import principal
from mcp_nemo.settings import HttpSettings, Settings
from mcp_nemo.studio import open_studio
from tests.conftest import Mode

ANA = "ana-0123456789-0123456789"
BEN = "ben-0123456789-0123456789"
# What tokens have to be issued for, wherever the server really listens.
PUBLIC_URL = "https://nemo.example/mcp"


def tokens_file(folder: Path) -> Path:
    path = folder / "tokens"
    path.write_text(f"# who may come in\nana {ANA}\n\nben {BEN}\n")
    return path


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """The base address of an application."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True


@asynccontextmanager
async def served(settings: Settings, **http: object) -> AsyncIterator[str]:
    """The address of a server; keywords are settings of HTTP."""
    chosen = HttpSettings(url=PUBLIC_URL).model_copy(update=http)
    # Reads the file of tokens.
    login = await run_sync(verifier, chosen)
    async with (
        open_studio(settings, caller=principal) as studio,
        listening(http_app(studio, chosen, login)) as address,
    ):
        yield f"{address}/mcp"


@asynccontextmanager
async def assistant(url: str, token: str = "", mode: Mode = "auto") -> AsyncIterator[Client]:
    """Who shows this token."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client
