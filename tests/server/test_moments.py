"""Moments of a session on this machine, as resources."""

import os
import select
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import anyio
import mcp_types as t
import numpy as np
import pytest
from anyio.to_thread import run_sync
from mcp import Client, MCPError
from PIL import Image

from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import Picture, make_video, number_of, read_frames

RED = (200, 30, 30)
HERE = {"backend": "local", "api_url": ""}


async def _opened(client: Client, clip: Path) -> str:
    session = (await call(client, "create_session")).facts["session_id"]
    await call(client, "upload_media", sources=[str(clip)])
    return str(session)


async def _read(client: Client, uri: str) -> t.BlobResourceContents:
    [content] = (await client.read_resource(uri)).contents
    assert isinstance(content, t.BlobResourceContents)
    return content


async def _frame(client: Client, session: str, seconds: str) -> Picture:
    content = await _read(client, f"nemo://sessions/{session}/frames/{seconds}")
    assert content.mime_type == "image/jpeg"
    with Image.open(BytesIO(b64decode(content.blob)), formats=["JPEG"]) as image:
        return np.asarray(image.convert("RGB"))


async def test_an_assistant_sees_its_title(connect: Connect, mode: Mode, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "beach.mp4", seconds=2, colour=RED)
    async with connect(mode, **HERE) as client:
        session = await _opened(client, clip)
        before = await _frame(client, session, "1.5")
        await call(client, "send_edit", instruction='Add a title "Lisbon" at 1s for 1 second')
        after = await _frame(client, session, "1.5")
        moment = await _read(client, f"nemo://sessions/{session}/moments/0.5")
    assert number_of(before) == 45
    changed = np.abs(before.astype(int) - after).max(axis=2) > 60
    assert 0.003 < changed.mean() < 0.1
    assert moment.mime_type == "video/mp4"
    film = tmp_path / "moment.mp4"
    film.write_bytes(b64decode(moment.blob))
    assert len(read_frames(film)) == 60


async def test_a_moment_that_there_is_not_is_refused(connect: Connect, tmp_path: Path) -> None:
    async with connect(**HERE) as client:
        await call(client, "create_session")
        with pytest.raises(MCPError, match="the timeline is empty"):
            await _frame(client, "", "0")
        session = await _opened(client, make_video(tmp_path / "beach.mp4", seconds=1))
        with pytest.raises(MCPError, match="the film ends after 1 s") as caught:
            await _frame(client, session, "1.5")
        assert caught.value.code == -32602
        for odd in ("soon", "-1", "1e9", "1.", "nan"):
            with pytest.raises(MCPError, match=f"'{odd}' is not a number of seconds"):
                await _frame(client, session, odd)


async def test_in_the_cloud_the_storyboard_is_named(connect: Connect, tmp_path: Path) -> None:
    async with connect() as client:
        session = await _opened(client, make_video(tmp_path / "beach.mp4", seconds=1))
        with pytest.raises(MCPError, match="storyboard"):
            await _frame(client, session, "0")


async def test_a_moment_is_made_once_for_a_draft(
    connect: Connect, tmp_path: Path, settings: Settings
) -> None:
    async with connect(**HERE) as client:
        session = await _opened(client, make_video(tmp_path / "beach.mp4", seconds=1))
        first = await _frame(client, session, "0.5")
        for stored in _stored(settings):
            stored.unlink()
        assert (await _frame(client, session, "0.5000001") == first).all()
        with pytest.raises(MCPError, match=r"beach\.mp4"):
            await _frame(client, session, "0.6")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe that stands in for a file")
async def test_a_look_that_is_called_off_ends_its_worker(
    connect: Connect, tmp_path: Path, settings: Settings
) -> None:
    async with connect(**HERE) as client, anyio.create_task_group() as tasks:
        session = await _opened(client, make_video(tmp_path / "beach.mp4", seconds=1))
        [stored] = _stored(settings)
        stored.unlink()
        os.mkfifo(stored)
        tasks.start_soon(_frame, client, session, "0")
        # Opens when the worker does.
        pipe = await run_sync(os.open, stored, os.O_WRONLY)
        tasks.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            assert await run_sync(_closes, pipe)
        os.close(pipe)


def _stored(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "engine" / "media").rglob("*") if path.is_file()]


def _closes(pipe: int) -> bool:
    """Whether nobody is left who reads from a pipe."""
    watch = select.poll()
    watch.register(pipe, 0)
    return bool(watch.poll(20_000))
