"""What an export leaves beside the film, and what it says of it."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from mcp import Client

from tests.assistant import Answered, call
from tests.conftest import Connect
from tests.media import make_video

# Nobody's typeface: a letter that no language has.
UNWRITABLE = "\U00013fff"


@pytest.fixture
async def client(connect: Connect, tmp_path: Path) -> AsyncIterator[Client]:
    """An assistant with a project of three seconds, silent for all but one."""
    clip = make_video(tmp_path / "clip.mp4", seconds=4, silent_until=3)
    async with connect() as client:
        await call(client, "create_session", title="film")
        await call(client, "upload_media", sources=[str(clip)])
        yield client


async def _exported(client: Client) -> Answered:
    exported = await call(client, "export_video", quality="draft")
    assert exported.facts["status"] == "completed", exported.text
    return exported


async def test_a_receipt_says_what_was_exported(client: Client, tmp_path: Path) -> None:
    exported = await _exported(client)
    film = Path(exported.facts["path"])
    receipt = tmp_path / "out" / "film.receipt.json"
    assert exported.facts["receipt"] == str(receipt)
    assert receipt.name in exported.text
    said = json.loads(receipt.read_text())
    assert said["film"] == film.name
    assert said["sha256"] == sha256(film.read_bytes()).hexdigest()
    assert said["size_bytes"] == film.stat().st_size
    assert said["session_id"] == exported.facts["session_id"]
    assert said["render_id"] == exported.facts["render_id"]
    assert said["checks"] == exported.facts["checks"]
    assert said["quality"] == "draft"


async def test_what_is_silent_is_told(client: Client) -> None:
    exported = await _exported(client)
    assert "silent at 0-3s" in exported.facts["notes"]
    assert "silent at 0-3s" in exported.text


async def test_a_receipt_is_not_needed(client: Client, tmp_path: Path) -> None:
    first = await _exported(client)
    Path(first.facts["receipt"]).unlink()
    again = await call(client, "export_video", render_id=first.facts["render_id"])
    assert again.facts["path"] == first.facts["path"]
    named = await call(client, "export_video", quality="draft", save_as="mine.mp4")
    assert named.facts["receipt"] == str(tmp_path / "out" / "mine.receipt.json")


async def test_a_receipt_overwrites_nothing(client: Client, tmp_path: Path) -> None:
    taken = tmp_path / "out" / "film.receipt.json"
    taken.parent.mkdir()
    taken.write_text("mine")
    exported = await _exported(client)
    assert taken.read_text() == "mine"
    assert exported.facts["receipt"] == str(tmp_path / "out" / "film.receipt-2.json")


async def test_letters_that_could_not_be_drawn_are_told(client: Client) -> None:
    await call(client, "send_edit", instruction=f'Add a title "A{UNWRITABLE}" for the first 2 seconds')
    exported = await _exported(client)
    [warning] = exported.facts["warnings"]
    assert "No typeface" in warning
    assert warning in exported.text
