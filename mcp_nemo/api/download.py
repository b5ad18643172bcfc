"""A response's body, saved as it comes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
import httpx
from anyio.to_thread import run_sync

from mcp_nemo.api.disk import writing_to

_CHUNK = 1024 * 1024


async def save(response: httpx.Response, target: Path, progress: Callable[[int, int], None] | None) -> int:
    """Save to `target`, which exists only once it is whole; the answer is its size.

    `progress` hears (received, total) in bytes; a total of 0 means that it is not known.
    """
    total = int(response.headers.get("content-length", 0))
    unfinished = target.with_name(f"{target.name}.part")
    size = 0
    with writing_to(target.parent):
        try:
            async with await anyio.open_file(unfinished, "wb") as file:
                async for chunk in response.aiter_bytes(_CHUNK):
                    size += await file.write(chunk)
                    if progress:
                        progress(response.num_bytes_downloaded, total)
            await run_sync(unfinished.replace, target)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(partial(unfinished.unlink, missing_ok=True))
    return size
