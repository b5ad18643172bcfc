"""Serving one assistant over standard input and output, and ending at once when told to."""

import os
import signal
import sys

import anyio

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import Studio, open_studio

TERMINAL_HINT = """\
mcp-nemo is waiting for an assistant on standard input; nothing you type here will help.
Add it to one instead (see the README), or try:  mcp-nemo demo
"""


def serve_stdio(settings: Settings) -> None:
    # Text left in Python's buffer would be flushed into the protocol when the process ends.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if sys.stdin.isatty():
        sys.stderr.write(TERMINAL_HINT)
    anyio.run(_serve, settings)


async def _serve(settings: Settings) -> None:
    async with anyio.create_task_group() as tasks:
        async with open_studio(settings) as studio:
            # Windows has no such signals to wait for; there the end of standard input ends us.
            if sys.platform != "win32":
                tasks.start_soon(_end_on_signal, studio)
            await build_server(studio).run_stdio_async()
        tasks.cancel_scope.cancel()


async def _end_on_signal(studio: Studio) -> None:
    """End at once: the thread that reads standard input cannot be interrupted, and would hold us."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            await studio.close()
            os._exit(0)
