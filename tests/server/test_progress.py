"""What a host shows while it waits: always rising, never silent for long, in sentences."""

import math
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync

from mcp_nemo.server.progress import Progress
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.faults import Faults, faulty_engine
from tests.media import make_video
from tests.server.test_cancel import Held


class _Host:
    def __init__(self) -> None:
        self.heard: list[tuple[float, float | None, str | None]] = []

    async def hear(self, done: float, total: float | None, doing: str | None) -> None:
        self.heard.append((done, total, doing))


async def test_work_that_stands_still_seems_to_rise() -> None:
    host = _Host()
    progress = Progress(host.hear)
    for _ in range(300):
        await progress(40, 100, "Rendering")
    done = [heard[0] for heard in host.heard]
    assert len(done) == 300
    assert done == sorted(set(done))
    assert math.isclose(done[-1], 40, abs_tol=2)


async def test_it_does_not_fall_back_or_pass_the_end() -> None:
    host = _Host()
    progress = Progress(host.hear)
    for done in (10, 100, 30, 100):
        await progress(done, 100, "Uploading " + "x" * 500)
    assert [round(heard[0]) for heard in host.heard] == [10, 100, 100, 100]
    assert all(heard[0] <= 100 and len(heard[2] or "") < 200 for heard in host.heard)


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults


async def test_a_render_that_gives_no_sign_is_heard_of_every_two_seconds(
    connect: Connect, mode: Mode, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "beach.mp4", seconds=1)
    held, times = Held(), 3
    heard: list[float] = []
    often_enough = anyio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(progress)
        if held.arrived.is_set() and len(heard) > times:
            often_enough.set()

    async def export() -> None:
        await client.call_tool("export_video", {"quality": "draft"}, progress_callback=hear)

    async with connect(mode, api_url=faults.url) as client, anyio.create_task_group() as tasks:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        faults.on("GET", "/api/render/proxy/lambda", held.until_let_go)
        tasks.start_soon(export)
        await run_sync(held.arrived.wait)
        heard.clear()
        with anyio.fail_after(2 * (times + 1)):
            await often_enough.wait()
        held.let_go.set()
    assert heard == sorted(set(heard))


async def test_every_long_tool_says_what_it_is_at(connect: Connect, mode: Mode, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "beach.mp4", seconds=2)
    said: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        said.append(message or "")

    async with connect(mode) as client:
        await call(client, "create_session")
        for tool, arguments in (
            ("upload_media", {"sources": [str(clip)]}),
            ("send_edit", {"instruction": "Add calm music"}),
            ("export_video", {"quality": "draft"}),
        ):
            said.clear()
            await client.call_tool(tool, arguments, progress_callback=hear)
            assert said, tool
            assert all(said), tool
    assert any("%" in sentence for sentence in said)
