"""What a host shows while it waits: always rising, never silent for long, in sentences."""

import math
from pathlib import Path

from mcp_nemo.server.progress import LONGEST_SILENCE, Progress
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_video


class _Host:
    def __init__(self) -> None:
        self.time = 0.0
        self.heard: list[tuple[float, float | None, str | None]] = []
        self.told_at: list[float] = []

    async def hear(self, done: float, total: float | None, doing: str | None) -> None:
        self.heard.append((done, total, doing))
        self.told_at.append(self.time)


async def test_work_that_stands_still_is_told_of_all_the_same() -> None:
    host = _Host()
    progress = Progress(host.hear, lambda: host.time)
    for second in range(120):
        host.time = second
        await progress(40, 100, "Rendering")
    assert max(later - earlier for earlier, later in zip(host.told_at, host.told_at[1:], strict=False)) <= 10
    done = [heard[0] for heard in host.heard]
    assert done == sorted(set(done))
    assert math.isclose(done[-1], 40, abs_tol=0.1)


async def test_it_does_not_fall_back_or_pass_the_end() -> None:
    host = _Host()
    progress = Progress(host.hear, lambda: host.time)
    for done in (10, 100, 30, 100):
        host.time += LONGEST_SILENCE
        await progress(done, 100, "Uploading " + "x" * 500)
    assert [round(heard[0]) for heard in host.heard] == [10, 100, 100, 100]
    assert all(heard[0] <= 100 and len(heard[2] or "") < 200 for heard in host.heard)


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
