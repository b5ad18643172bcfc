"""Looking at a session: storyboards of its timeline, and a small copy of its last film."""

import os
import queue
import signal
import socket
import threading
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import anyio
import numpy as np
import pytest
from anyio.to_thread import run_sync
from PIL import Image

from mcp_nemo.errors import NothingToShow
from mcp_nemo.settings import Settings
from mcp_nemo.studio import Studio, open_studio
from mcp_nemo.studio.looking import Picture
from tests.faults import Faults, answers, calls, drops, streams
from tests.media import make_video, number_of, read_frames

MEDIA = ("GET", "/media")
STATE = ("GET", "/api/state")
RED = (200, 30, 30)


@pytest.fixture
async def studio(faulty_settings: Settings) -> AsyncIterator[Studio]:
    async with open_studio(faulty_settings) as studio:
        await studio.create_session("film", "en")
        yield studio


async def _silence(done: float, total: float | None, doing: str) -> None: ...


async def _upload(studio: Studio, tmp_path: Path) -> None:
    clip = await run_sync(lambda: make_video(tmp_path / "clip.mp4", seconds=1, colour=RED))
    report = await studio.upload_media([str(clip)], "", _silence)
    assert report.status == "uploaded"


def _redness(picture: Picture) -> float:
    """The share of the storyboard that has the clip's colour."""
    with Image.open(BytesIO(picture.data)) as image:
        pixels = np.asarray(image.convert("RGB")).astype(int)
    return float((np.abs(pixels - RED).max(axis=2) < 25).mean())


async def test_a_storyboard_shows_the_media_of_the_session(studio: Studio, tmp_path: Path) -> None:
    await _upload(studio, tmp_path)
    picture = await studio.storyboard("")
    assert picture.mime_type == "image/jpeg"
    assert _redness(picture) > 0.1


async def test_an_empty_session_has_a_storyboard_too(studio: Studio) -> None:
    assert (await studio.storyboard("")).mime_type == "image/png"


async def test_a_storyboard_is_made_once_for_a_draft(
    studio: Studio, faults: Faults, tmp_path: Path, faulty_settings: Settings
) -> None:
    await _upload(studio, tmp_path)
    first = await studio.storyboard("")
    asked = faults.count(*MEDIA)
    assert await studio.storyboard("") == first
    assert faults.count(*MEDIA) == asked > 0
    await studio.send_edit('add the title "Hello"', "", _silence)
    assert (await studio.storyboard("")).data != first.data
    assert len(list((faulty_settings.home / "previews").iterdir())) == 2


async def test_media_that_is_away_leaves_bars_until_it_is_back(
    studio: Studio, faults: Faults, tmp_path: Path
) -> None:
    await _upload(studio, tmp_path)
    faults.on(*MEDIA, *[drops] * 20)
    assert (await studio.storyboard("")).mime_type == "image/png"
    faults.clear()
    assert (await studio.storyboard("")).mime_type == "image/jpeg"


async def test_no_address_near_this_machine_is_fetched_for_the_cloud(
    studio: Studio, faults: Faults, tmp_path: Path
) -> None:
    await _upload(studio, tmp_path)
    draft = await studio.draft("")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        for address in (f"http://{host}/clip.mp4", f"file:{tmp_path}/clip.mp4", f"{tmp_path}/clip.mp4"):
            state = {"draft": draft, "video_infos": [{"filename": "clip.mp4", "cdn_url": address}]}
            faults.on(*STATE, answers(200, {"code": 0, "data": {"state": state}}))
            assert (await studio.storyboard("")).mime_type == "image/png"
        with pytest.raises(BlockingIOError):
            listener.accept()


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="needs /proc to see the children of a process"
)


@needs_proc
async def test_a_call_that_is_cancelled_ends_its_worker(
    studio: Studio, faults: Faults, tmp_path: Path
) -> None:
    await _upload(studio, tmp_path)
    under_way, frames = threading.Event(), queue.Queue[bytes | None]()
    faults.on(*MEDIA, calls(under_way.set, streams(frames)))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(studio.storyboard, "")
        await run_sync(under_way.wait)
        assert await run_sync(_workers)
        tasks.cancel_scope.cancel()
    assert not await run_sync(_workers)
    frames.put(None)


@needs_proc
async def test_a_worker_that_breaks_down_over_a_file_leaves_bars(
    studio: Studio, faults: Faults, tmp_path: Path
) -> None:
    def break_down() -> None:
        for worker in _workers():
            os.kill(worker, signal.SIGKILL)

    await _upload(studio, tmp_path)
    faults.on(*MEDIA, calls(break_down))
    assert (await studio.storyboard("")).mime_type == "image/png"
    assert (await studio.storyboard("")).mime_type == "image/jpeg"


def _workers() -> list[int]:
    """The processes of this one that look at media."""
    families = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    children = [int(child) for family in families for child in family]
    return [child for child in children if "mcp_nemo.preview" in Path(f"/proc/{child}/cmdline").read_text()]


async def test_the_last_export_can_be_looked_at(studio: Studio, tmp_path: Path) -> None:
    await _upload(studio, tmp_path)
    exported = await studio.export_video("", "draft", "", "", _silence)
    assert exported.status == "completed"
    data = await studio.preview("")
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(data)
    assert [number_of(picture) for picture in read_frames(copy)] == list(range(30))
    assert await studio.preview("") == data


async def test_an_export_that_fails_leaves_the_film_before_to_be_looked_at(
    studio: Studio, faults: Faults, tmp_path: Path
) -> None:
    await _upload(studio, tmp_path)
    await studio.export_video("", "draft", "", "", _silence)
    film = await studio.preview("")
    faults.on("GET", "/api/render/proxy/lambda", answers(403))
    assert (await studio.export_video("", "high", "", "", _silence)).status == "failed"
    assert await studio.preview("") == film


async def test_without_a_film_there_is_nothing_to_look_at(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="no finished export"):
        await studio.preview("")
    await _upload(studio, tmp_path)
    exported = await studio.export_video("", "draft", "", "", _silence)
    assert exported.path
    film = Path(exported.path)
    film.write_bytes(b"no film any more")
    with pytest.raises(NothingToShow, match="cannot be opened"):
        await studio.preview("")
    film.unlink()
    with pytest.raises(NothingToShow, match="no longer"):
        await studio.preview("")


async def test_nobody_waits_longer_than_was_said(
    faulty_settings: Settings, faults: Faults, tmp_path: Path
) -> None:
    hasty = faulty_settings.model_copy(update={"wait_seconds": 0.01})
    async with open_studio(hasty) as studio:
        await studio.create_session("film", "en")
        with pytest.raises(NothingToShow, match="in time"):
            await studio.storyboard("")
