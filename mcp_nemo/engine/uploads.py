"""Uploads into a session: kept in the media folder, told apart by what they hold, put on the timeline."""

import errno
import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import anyio
import anyio.to_process
import httpx
from anyio.to_thread import run_sync
from starlette.datastructures import UploadFile

from mcp_nemo.engine import subtitles
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import place_uploads
from mcp_nemo.engine.media import MediaInfo, NotMedia, probe
from mcp_nemo.engine.store import SessionRow, Store
from mcp_nemo.engine.wire import Refused

MAX_UPLOAD_BYTES = 500 * 1024 * 1024
ACCEPTED = {
    "mp4",
    "mov",
    "avi",
    "webm",
    "mkv",
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "mp3",
    "wav",
    "m4a",
    "aac",
    "srt",
    "vtt",
}

Taken = list[tuple[Path, str]]


class Uploads:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def receive(self, session: SessionRow, parts: Sequence[UploadFile | str]) -> list[MediaInfo]:
        """Take the files of one request: all of them, or none."""
        files = [part for part in parts if isinstance(part, UploadFile)]
        if not files:
            raise Refused(400, "no files in the field `files`", 400)
        async with _all_or_none() as taken:
            for file in files:
                if (file.size or 0) > MAX_UPLOAD_BYTES:
                    raise _too_large()
                await run_sync(_copy, file, self._place_for(file.filename or "", taken))
            return await self._keep(session, taken)

    async def fetch(self, session: SessionRow, urls: Sequence[str]) -> list[MediaInfo]:
        """Take the files behind some URLs: all of them, or none."""
        async with _all_or_none() as taken, httpx.AsyncClient(follow_redirects=True, timeout=30) as http:
            for url in urls:
                name = PurePosixPath(unquote(urlsplit(url).path)).name
                await _download(http, url, self._place_for(name, taken))
            return await self._keep(session, taken)

    def _place_for(self, filename: str, taken: Taken) -> Path:
        suffix = Path(filename).suffix.lower().lstrip(".")
        if suffix not in ACCEPTED:
            raise Refused(4001, f"files of type {suffix or 'unknown'} are not accepted")
        path = self._store.media_dir / f"{secrets.token_hex(16)}.{suffix}"
        taken.append((path, PurePosixPath(filename.replace("\\", "/")).name))
        return path

    async def _keep(self, session: SessionRow, taken: Taken) -> list[MediaInfo]:
        media = []
        for path, name in taken:
            media.append(await _examined(path, name))
        await run_sync(self._add_to_session, session, media)
        return media

    def _add_to_session(self, session: SessionRow, media: Sequence[MediaInfo]) -> None:
        for info in media:
            self._store.add_media(session.id, info)
        if self._store.edited(session.id):
            return
        draft = self._store.draft(session.id) or Draft(title=session.title)
        placed = place_uploads(draft, list(self._store.media(session.id).values()))
        if placed != draft:
            self._store.save_draft(session.id, placed, said="")


async def _examined(path: Path, name: str) -> MediaInfo:
    if path.suffix in subtitles.SUFFIXES:
        return await run_sync(partial(subtitles.examine, path, id=path.stem, name=name))
    looking = partial(probe, path, id=path.stem, name=name)
    return await anyio.to_process.run_sync(looking, cancellable=True)


@asynccontextmanager
async def _all_or_none() -> AsyncIterator[Taken]:
    """Unless everything went well, remove what was taken, and say why in the API's terms."""
    taken: Taken = []
    kept = False
    try:
        yield taken
        kept = True
    except NotMedia as error:
        raise Refused(4001, str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refused(4001, f"the address could not be fetched ({error})") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused(507, "there is no room left on the disk", 507) from error
        raise
    finally:
        if not kept:
            with anyio.CancelScope(shield=True):
                for path, _ in taken:
                    await anyio.Path(path).unlink(missing_ok=True)


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("xb") as target:
        shutil.copyfileobj(file.file, target, 1024 * 1024)


async def _download(http: httpx.AsyncClient, url: str, path: Path) -> None:
    received = 0
    async with http.stream("GET", url) as answer, await anyio.open_file(path, "xb") as target:
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes(1024 * 1024):
            received += len(chunk)
            if received > MAX_UPLOAD_BYTES:
                raise _too_large()
            await target.write(chunk)


def _too_large() -> Refused:
    return Refused(4002, "a file is over 500 MB")
