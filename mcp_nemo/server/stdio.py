"""Serving one assistant over standard input and output."""

import gc
import sys

import anyio

from mcp_nemo.server.app import build_server
from mcp_nemo.server.ending import ending_on_signal
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio

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
    # Or Python would look through all there is for garbage, which takes longer than the rest of ending.
    gc.freeze()


async def _serve(settings: Settings) -> None:
    async with open_studio(settings) as studio, ending_on_signal(studio):
        await build_server(studio).run_stdio_async()
