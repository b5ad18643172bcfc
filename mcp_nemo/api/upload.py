"""Files as a multipart body: streamed from the disk, so that their size does not matter."""

import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync

from mcp_nemo.api.gateway import Body
from mcp_nemo.errors import FileNotFound, NotAFile, UnsupportedMedia

Progress = Callable[[int, int], None]

_CHUNK = 256 * 1024
_LINE_END = b"\r\n"
_MEDIA_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
}


@dataclass(frozen=True)
class UploadSource:
    """A file, and the name the backend is to know it by."""

    path: Path
    name: str


async def multipart(field: str, sources: Sequence[UploadSource], progress: Progress | None = None) -> Body:
    """`field` once for each file. `progress` hears (sent, total) in bytes, from 0 if it is sent again."""
    boundary = uuid.uuid4().hex
    parts = [
        _Part(_head(boundary, field, source.name), source, await run_sync(_size, source))
        for source in sources
    ]
    stream = _Multipart(parts, f"--{boundary}--\r\n".encode(), progress)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(stream.total),
    }
    return Body(headers, stream)


@dataclass(frozen=True)
class _Part:
    head: bytes
    source: UploadSource
    size: int


class _Multipart:
    def __init__(self, parts: Sequence[_Part], tail: bytes, progress: Progress | None) -> None:
        self._parts = parts
        self._tail = tail
        self._progress = progress
        self.total = sum(len(part.head) + part.size + len(_LINE_END) for part in parts) + len(tail)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                yield piece
                sent += len(piece)
                if self._progress:
                    self._progress(sent, self.total)

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        for part in self._parts:
            yield part.head
            async with aclosing(_chunks(part)) as chunks:
                async for chunk in chunks:
                    yield chunk
            yield _LINE_END
        yield self._tail


def _head(boundary: str, field: str, name: str) -> bytes:
    # Escaped as browsers do: quotes and line breaks only.
    escaped = "".join(quote(c) if c in '"\r\n' else c for c in name)
    media_type = _MEDIA_TYPES.get(Path(name).suffix[1:].lower(), "application/octet-stream")
    return (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="{escaped}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    ).encode(errors="replace")


def _size(source: UploadSource) -> int:
    try:
        if source.path.is_dir():
            raise NotAFile(str(source.path))
        return source.path.stat().st_size
    except FileNotFoundError:
        raise FileNotFound(str(source.path)) from None
    except OSError as error:
        raise _unreadable(source, error) from error


async def _chunks(part: _Part) -> AsyncGenerator[bytes, None]:
    """Exactly as many bytes as were announced."""
    left = part.size
    try:
        async with await anyio.open_file(part.source.path, "rb") as file:
            while left and (chunk := await file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk
    except OSError as error:
        raise _unreadable(part.source, error) from error
    if left:
        raise UnsupportedMedia(part.source.name, "became shorter while it was being sent")


def _unreadable(source: UploadSource, error: OSError) -> UnsupportedMedia:
    return UnsupportedMedia(source.name, f"cannot be read: {error.strerror or type(error).__name__}")
