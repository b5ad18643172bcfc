"""Serving assistants over Streamable HTTP at `/mcp`."""

import signal
import sys

import anyio

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio


def serve_http(settings: Settings, host: str, port: int) -> None:
    # uvicorn raises a signal again when it has shut down, which would end us before our own clean-up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    anyio.run(_serve, settings, host, port)


async def _serve(settings: Settings, host: str, port: int) -> None:
    sys.stderr.write(f"mcp-nemo serves Streamable HTTP at http://{host}:{port}/mcp\n")
    async with open_studio(settings) as studio:
        await build_server(studio).run_streamable_http_async(host=host, port=port)
