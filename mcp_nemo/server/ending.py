"""Ending at once when told to, whatever is under way: all that must last is in the journal already."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskStatus

from mcp_nemo.studio import Studio

# Windows has no such signals to wait for; there the end of standard input ends us, or uvicorn.
CAN_WAIT_FOR_SIGNALS = sys.platform != "win32"


@asynccontextmanager
async def ending_on_signal(studio: Studio) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        if CAN_WAIT_FOR_SIGNALS:
            await tasks.start(_end_on_signal, studio)
        yield
        tasks.cancel_scope.cancel()


async def _end_on_signal(studio: Studio, *, task_status: TaskStatus[None]) -> None:
    """Neither a thread that reads standard input can be interrupted, nor a client made to hang up."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            try:
                # Closing the studio cancels all that runs in it, this task too.
                with anyio.CancelScope(shield=True):
                    await studio.close()
            finally:
                # Whatever work met when it was dropped, this is the end that was asked for.
                os._exit(0)
