"""A response's body, saved as it comes, and gone on with where a connection broke off."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

import anyio
import httpx
from anyio.to_thread import run_sync

from mcp_nemo.api.disk import writing_to
from mcp_nemo.errors import UnexpectedAnswer

Progress = Callable[[int, int], None]


class Unfinished:
    """A file as far as it has come, under a name of its own."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self._path = path
        self._progress = progress
        self._validator = ""
        self.size = 0

    @property
    def headers(self) -> Mapping[str, str]:
        """Ask for the rest where there is a beginning and the host can tell that it is of the same file."""
        # Bytes as they are stored: a range of something compressed on the way would be of no use.
        plain = {"Accept-Encoding": "identity"}
        if not self.size or not self._validator:
            return plain
        return plain | {"Range": f"bytes={self.size}-", "If-Range": self._validator}

    async def take(self, response: httpx.Response) -> None:
        """Save the body of a whole (200) or a continued (206) file."""
        continued = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if continued and not response.headers.get("content-range", "").startswith(f"bytes {self.size}-"):
            raise UnexpectedAnswer("another part of the video than was asked for")
        self.size = self.size if continued else 0
        self._validator = _validator(response)
        total = self.size + int(response.headers.get("content-length", 0))
        async with await anyio.open_file(self._path, "ab" if continued else "wb") as file:
            async for chunk in response.aiter_bytes():
                self.size += await file.write(chunk)
                if self._progress:
                    self._progress(self.size, total)


@asynccontextmanager
async def saving(target: Path, progress: Progress | None) -> AsyncGenerator[Unfinished, None]:
    """A file that becomes `target` when all went well, and else leaves nothing behind.

    `progress` hears (received, total) in bytes; a total of 0 means that it is not known.
    """
    path = target.with_name(f"{target.name}.part")
    with writing_to(target.parent):
        try:
            yield Unfinished(path, progress)
            await run_sync(path.replace, target)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(partial(path.unlink, missing_ok=True))


def _validator(response: httpx.Response) -> str:
    """What names this very version of the file; a weak tag does not, and can't be used with ranges."""
    if response.headers.get("accept-ranges", "").lower() != "bytes" and response.status_code != 206:
        return ""
    tag = str(response.headers.get("etag", ""))
    return tag if tag and not tag.startswith("W/") else ""
