"""Uploads: told apart by what they hold, sent again only where that is safe, in little memory."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import Answered, call
from tests.clock import HastyClock
from tests.faults import Faults, answers, cuts_after, drops
from tests.media import make_image, make_sound, make_video

UPLOAD = ("POST", "/api/upload-video")


@pytest.fixture
async def client(faulty_settings: Settings) -> AsyncIterator[Client]:
    async with open_studio(faulty_settings, HastyClock()) as studio, Client(build_server(studio)) as client:
        await call(client, "create_session")
        yield client


def _clips(timeline: Answered) -> list[str]:
    return [segment["name"] for track in timeline.facts["tracks"] for segment in track["segments"]]


async def test_an_upload_that_never_arrived_is_sent_again(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    faults.on(*UPLOAD, drops)
    uploaded = await call(client, "upload_media", sources=[str(clip)])
    assert uploaded.facts["status"] == "uploaded"
    assert _clips(await call(client, "get_timeline")) == ["clip.mp4"]
    assert faults.count(*UPLOAD) == 2


async def test_an_upload_whose_answer_was_lost_is_not_sent_again(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    faults.on(*UPLOAD, cuts_after(3))
    uploaded = await call(client, "upload_media", sources=[str(clip)])
    assert uploaded.facts["status"] == "uploaded"
    assert _clips(await call(client, "get_timeline")) == ["clip.mp4"]
    assert faults.count(*UPLOAD) == 1


async def test_an_upload_that_breaks_twice_is_told(client: Client, faults: Faults, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    faults.on(*UPLOAD, drops, drops)
    uploaded = await call(client, "upload_media", sources=[str(clip)])
    assert uploaded.facts["files"][0]["problem"]["code"] == "connection_broken"
    assert faults.count(*UPLOAD) == 2


async def test_a_refusal_is_not_tried_again(client: Client, faults: Faults, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    faults.on(*UPLOAD, answers(200, {"code": 4002}))
    uploaded = await call(client, "upload_media", sources=[str(clip)])
    assert uploaded.facts["files"][0]["problem"]["code"] == "file_too_large"
    assert faults.count(*UPLOAD) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.mp4", b"<!doctype html><title>Not found</title>" * 50),
        ("umlaute.mp3", "Grüße aus Köln. ".encode() * 400),
        ("archive.mov", b"PK\x03\x04" + bytes(200)),
        ("paper.png", b"%PDF-1.7\n" + bytes(200)),
    ],
)
async def test_what_is_no_media_is_refused_before_it_is_sent(
    client: Client, faults: Faults, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    uploaded = await call(client, "upload_media", sources=[str(path)])
    assert uploaded.facts["files"][0]["problem"]["code"] == "unsupported_media"
    assert faults.count(*UPLOAD) == 0


async def test_several_kinds_at_once_each_with_its_row(client: Client, tmp_path: Path) -> None:
    sources = [
        make_video(tmp_path / "clip.webm", seconds=1),
        make_image(tmp_path / "still.png"),
        make_sound(tmp_path / "song.mp3", 1),
    ]
    told: list[tuple[float, float | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total))

    result = await client.call_tool("upload_media", {"sources": [*map(str, sources)]}, progress_callback=hear)
    rows = Answered(result).facts["files"]
    assert [row["kind"] for row in rows] == ["video", "image", "audio"]
    assert (rows[1]["width"], rows[1]["height"]) == (320, 180)
    assert {total for _, total in told} <= {sum(path.stat().st_size for path in sources), None}
    assert [done for done, _ in told] == sorted(done for done, _ in told)


async def test_a_url_goes_to_the_backend_as_a_url(client: Client, faults: Faults, tmp_path: Path) -> None:
    """Here the backend is asked to fetch from itself, where an earlier upload lies."""
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    await call(client, "upload_media", sources=[str(clip)])
    [asset] = (tmp_path / "engine" / "media").iterdir()
    url = f"{faults.url}/media/{asset.stem}/beach.mp4"
    faults.on("GET", "/media", answers(200, clip.read_bytes(), "video/mp4"))
    uploaded = await call(client, "upload_media", sources=[url])
    assert uploaded.facts["files"][0]["name"] == "beach.mp4"
    assert _clips(await call(client, "get_timeline")) == ["clip.mp4", "beach.mp4"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to measure a process")
async def test_a_large_file_takes_little_memory(engine_url: str, tmp_path: Path) -> None:
    """480 MB through a server in a process of its own: it may not hold them."""
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(480 * 1024 * 1024)
    env = {
        "NEMO_API_URL": engine_url,
        "NEMO_HOME": str(tmp_path / "state"),
        "NEMO_MEDIA_DIRS": str(tmp_path),
        "HOME": str(tmp_path),
    }
    server = StdioServerParameters(command=sys.executable, args=["-m", "mcp_nemo"], env=env)
    async with Client(server) as client:
        await call(client, "create_session")
        pid = _child_named(large.parent)
        before = _peak_memory(pid)
        refused = await call(client, "upload_media", sources=[str(large)])
        grown = _peak_memory(pid) - before
    # All of it was sent and looked at: zeros are no film.
    assert refused.facts["files"][0]["problem"]["code"] == "unsupported_media"
    assert grown < 32 * 1024


def _child_named(folder: Path) -> int:
    """The server process of this test, known by its environment."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and entry.name != str(os.getpid()):
            try:
                environment = (entry / "environ").read_bytes()
            except (PermissionError, FileNotFoundError, ProcessLookupError):
                continue
            if f"NEMO_MEDIA_DIRS={folder}\0".encode() in environment + b"\0":
                return int(entry.name)
    raise AssertionError("the server is not running")


def _peak_memory(pid: int) -> int:
    """In kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
