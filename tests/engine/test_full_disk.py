"""A disk that fills up while rendering: told, nothing lost, and the server goes on."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from tests.assistant import call
from tests.conftest import Connect
from tests.faults import no_room
from tests.media import make_video, read_frames

pytest.importorskip("resource", reason="needs limits on the size of files")
LIMIT = 1_500_000
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")


class Cramped(NamedTuple):
    url: str
    pid: int


@pytest.fixture
def cramped_engine(tmp_path: Path) -> Iterator[Cramped]:
    """An engine that cannot write a file of more than 1.5 MB, like one whose disk is nearly full."""
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))\n"
        "from mcp_nemo.cli import main\n"
        f"main(['engine', '--port', '0', '--home', {str(tmp_path / 'engine')!r}])\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found
        yield Cramped(found[0], process.pid)
        process.terminate()
        process.stderr.read()


async def test_a_render_that_finds_no_room(connect: Connect, cramped_engine: Cramped, tmp_path: Path) -> None:
    small = make_video(tmp_path / "small.mp4", seconds=1)
    # Noise does not compress: 4 s of it as a film are larger than its picture.
    noise = tmp_path / "noise.jpg"
    pixels = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(noise, quality=80)
    assert noise.stat().st_size < LIMIT
    async with connect(api_url=cramped_engine.url) as client:
        await call(client, "create_session", title="large")
        await call(client, "upload_media", sources=[str(noise)])
        before = await call(client, "get_timeline")
        failed = await call(client, "export_video", quality="max")
        assert failed.code == "disk_full"
        assert "Free some space" in failed.text
        after = await call(client, "get_timeline")
        assert after.facts["tracks"] == before.facts["tracks"]
        # The engine is alive: what fits is still rendered.
        await call(client, "create_session", title="little")
        await call(client, "upload_media", sources=[str(small)])
        exported = await call(client, "export_video", quality="draft")
    assert len(read_frames(Path(exported.facts["path"]))) == 30
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["little.mp4", "little.receipt.json"]
    assert not list((tmp_path / "engine").rglob("*.part"))


@ON_LINUX
async def test_a_render_that_cannot_be_begun_is_begun_later(
    connect: Connect, cramped_engine: Cramped, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with connect(api_url=cramped_engine.url) as client:
        await call(client, "create_session", title="later")
        await call(client, "upload_media", sources=[str(clip)])
        with no_room(cramped_engine.pid):
            refused = await call(client, "export_video", quality="draft")
        assert refused.code == "disk_full"
        assert "Free some space" in refused.text
        exported = await call(client, "export_video", quality="draft")
    assert exported.facts["render_id"] == refused.facts["render_id"]
    assert len(read_frames(Path(exported.facts["path"]))) == 30
    assert len(list((tmp_path / "engine" / "engine" / "renders").glob("*.mp4"))) == 1


@ON_LINUX
async def test_a_server_that_can_keep_nothing_says_so(connect: Connect, tmp_path: Path) -> None:
    """Whatever it is asked for, as it takes room even to look at what it has kept."""
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    calls: dict[str, dict[str, object]] = {
        "export_video": {},
        "get_timeline": {},
        "send_edit": {"instruction": "Mute the video"},
        "upload_media": {"sources": [str(clip)]},
    }
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        with no_room(os.getpid()):
            answers = [await call(client, tool, **arguments) for tool, arguments in calls.items()]
        shown = await call(client, "get_timeline")
    assert [answer.code for answer in answers] == ["disk_full"] * len(calls)
    assert "clip" in shown.text
