"""Ten minutes of 1080p: told of while they are rendered, and called off at once, whatever is being done."""

import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import anyio
import av
import numpy as np
import pytest
from anyio.to_thread import run_sync
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from mcp import Client

from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Connect
from tests.processes import alive, engine_of_this_process, leaders

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
SIZE, RATE = (1920, 1080), Fraction(30)
MADE_SECONDS, TIMES = 2, 300
# Percent of an export: the engine begins at five, and what it rendered is fetched from 95 on.
BEGUN, CHECKING = 4.75, 98


class Heard(NamedTuple):
    second: float
    percent: float
    message: str


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return _repeated(_noise(folder / "short.mp4"), folder / "long.mp4")


def _noise(path: Path) -> Path:
    """Two seconds that wander, with as many bits as films have."""
    width, height = SIZE
    noise = np.random.default_rng(1).integers(60, 200, (height + 60, width), dtype=np.uint8)
    grey = np.full((height // 2, width), 128, np.uint8)
    with av.open(path, "w") as output:
        stream = output.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "g": "30"})
        (stream.width, stream.height), stream.pix_fmt, stream.bit_rate = SIZE, "yuv420p", 4_000_000
        stream.codec_context.colorspace = Colorspace.ITU709
        for number in range(MADE_SECONDS * round(RATE)):
            picture = np.concatenate((noise[number : number + height], grey))
            frame = VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, 1 / RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _repeated(path: Path, target: Path) -> Path:
    with av.open(target, "w") as output:
        stream = None
        for time_ in range(TIMES):
            with av.open(path) as container:
                stream = stream or output.add_stream_from_template(container.streams.video[0])
                for packet in container.demux(video=0):
                    if packet.pts is None or packet.dts is None:
                        continue
                    passed = round(time_ * MADE_SECONDS / packet.time_base)
                    packet.pts, packet.dts, packet.stream = packet.pts + passed, packet.dts + passed, stream
                    output.mux(packet)
    return target


@pytest.fixture
async def client(connect: Connect, film: Path) -> AsyncIterator[Client]:
    """With a session whose film is copied for the most part, and has music of its own."""
    async with connect(backend="local", api_url="", media_dirs=(film.parent,)) as client:
        await call(client, "create_session", title="long")
        await call(client, "upload_media", sources=[str(film)])
        edited = await call(
            client, "send_edit", instruction='Add calm music and a title "Hi" from 60 to 75 s'
        )
        assert edited.facts["status"] == "applied", edited.text
        yield client


async def test_it_is_told_how_far_it_is(client: Client) -> None:
    heard: list[Heard] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(Heard(time.monotonic(), progress, message or ""))

    result = await client.call_tool("export_video", {}, progress_callback=hear)
    assert not result.is_error
    assert max(later.second - sooner.second for sooner, later in pairwise(heard)) < 2
    assert all(later.percent > sooner.percent for sooner, later in pairwise(heard))
    assert _longest_standstill([told for told in heard if not told.message.startswith("Checking")]) < 6


def _longest_standstill(heard: Sequence[Heard]) -> float:
    """What rises by next to nothing only says that there is life."""
    risen = [heard[0], *(later for sooner, later in pairwise(heard) if later.percent - sooner.percent > 0.02)]
    return max(later.second - sooner.second for sooner, later in pairwise([*risen, heard[-1]]))


async def test_it_is_called_off_within_a_second(client: Client, settings: Settings) -> None:
    """Again and again, each time a little later: what was finished is kept, and not done again."""
    for percent in (0, BEGUN, 10, 30, 60, 80, CHECKING):
        await _called_off(client, settings, percent)
    rendered = await run_sync(_films, settings)
    exported = await call(client, "export_video")
    assert exported.facts["status"] == "completed"
    assert await run_sync(_films, settings) == rendered


async def _called_off(client: Client, settings: Settings, percent: float) -> None:
    """Once it is so far. Nothing is left at work then, and of files only what is finished."""
    engine = await run_sync(engine_of_this_process)
    come = anyio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        if progress >= percent:
            come.set()

    async def export() -> None:
        await client.call_tool("export_video", {}, progress_callback=hear)
        raise AssertionError("the export was over before")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(export)
        await come.wait()
        led = await run_sync(leaders, engine)
        tasks.cancel_scope.cancel()
    with anyio.fail_after(1):
        await _until(lambda: not alive(led) and not leaders(engine) and not _unfinished(settings))


async def _until(happens: Callable[[], bool]) -> None:
    while not await run_sync(happens):  # noqa: ASYNC110 - other processes set no event of ours
        await anyio.sleep(0.02)


def _films(settings: Settings) -> list[Path]:
    return [*(settings.home / "engine" / "renders").glob("*.mp4")]


def _unfinished(settings: Settings) -> list[Path]:
    folders = (settings.output_dir, settings.home / "engine" / "renders", settings.home / "engine" / "pieces")
    found = (path for folder in folders for path in folder.glob("*"))
    return [path for path in found if path.name.startswith(".") or path.suffix not in (".mp4", ".npz")]
