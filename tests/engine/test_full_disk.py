"""A disk that fills up while rendering: told, nothing lost, and the server goes on."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video, read_frames

pytest.importorskip("resource", reason="needs limits on the size of files")
LIMIT = 1_500_000


@pytest.fixture
def cramped_engine(tmp_path: Path) -> Iterator[str]:
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
        yield found[0]
        process.terminate()
        process.stderr.read()


async def test_a_render_that_finds_no_room(connect: Connect, cramped_engine: str, tmp_path: Path) -> None:
    small = make_video(tmp_path / "small.mp4", seconds=1)
    # Noise does not compress: 4 s of it as a film are larger than its picture.
    noise = tmp_path / "noise.jpg"
    pixels = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(noise, quality=80)
    assert noise.stat().st_size < LIMIT
    async with connect(api_url=cramped_engine) as client:
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
