"""What one instruction leaves in mind for the next, through the server."""

from pathlib import Path
from typing import Any

from mcp import Client

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video


async def test_it_is_what_the_last_message_was_about(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "send_edit", instruction='add a title "Hi" and a title "Ho" at the top')
        await call(client, "send_edit", instruction="make it large, yellow, at the bottom left")
        (title,) = [title for title in await _titles(client) if title["text"] == "Ho"]
    assert title["place"] == "bottom left"


async def test_what_was_undone_is_not_spoken_of(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "send_edit", instruction='add a title "Hi"')
        await call(client, "send_edit", instruction="undo")
        answered = await call(client, "send_edit", instruction="remove it")
    assert answered.facts["status"] == "not_understood"


async def test_it_is_known_to_an_engine_started_anew(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with connect(backend="local") as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "send_edit", instruction='add a title "Hi" and a title "Ho" at the top')
    async with connect(backend="local") as client:
        await call(client, "send_edit", instruction="put it at the bottom left")
        (title,) = [title for title in await _titles(client) if title["text"] == "Ho"]
    assert title["place"] == "bottom left"


async def _titles(client: Client) -> list[dict[str, Any]]:
    facts = (await call(client, "get_timeline", view="full")).facts
    return [title for track in facts["tracks"] if track["kind"] == "text" for title in track["segments"]]
