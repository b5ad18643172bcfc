"""Assistants make up names of arguments: what can only mean one thing is understood."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video


@pytest.fixture
async def client(connect: Connect, tmp_path: Path) -> AsyncIterator[Client]:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with connect() as client:
        await call(client, "create_session", name="Lisbon")
        await call(client, "upload_media", sources=[str(clip)])
        yield client


@pytest.mark.parametrize("name", ["prompt", "text", "message", "Instruction", "edit", "user-message"])
async def test_other_names_of_an_instruction(client: Client, name: str) -> None:
    answered = await call(client, "send_edit", **{name: 'Add a title "Hello"'})
    assert answered.facts["status"] == "applied"


@pytest.mark.parametrize("name", ["file_path", "path", "url", "files", "filePath", "source"])
@pytest.mark.parametrize("as_list", [True, False])
async def test_other_names_of_sources(client: Client, tmp_path: Path, name: str, as_list: bool) -> None:
    other = str(make_video(tmp_path / "other.mp4", seconds=1))
    answered = await call(client, "upload_media", **{name: [other] if as_list else other})
    assert answered.facts["files"][0]["name"] == "other.mp4"


async def test_sources_as_text_of_a_list(client: Client, tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4", seconds=1)
    answered = await call(client, "upload_media", sources=f'["{other}"]')
    assert answered.facts["files"][0]["name"] == "other.mp4"


async def test_an_id_is_of_a_session_or_of_a_render(client: Client) -> None:
    session = (await call(client, "get_timeline")).facts["session_id"]
    assert (await call(client, "get_timeline", id=session)).facts["session_id"] == session
    assert (await call(client, "get_timeline", sessionId=int(session))).facts["session_id"] == session
    assert (await call(client, "export_video", id="render_none")).code == "unknown_render"


async def test_null_says_nothing_and_case_says_nothing(client: Client) -> None:
    answered = await call(client, "get_timeline", session_id=None, view="FULL")
    assert not answered.result.is_error


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("send_edit", {"instruction": "mute", "volume_level": 3}, "`volume_level`"),
        ("send_edit", {"instruction": "mute", "prompt": "unmute"}, "`prompt` means `instruction`"),
        ("get_timeline", {"veiw": "full"}, "Did you mean `view`?"),
        ("check_credits", {"account": "mine"}, "It takes no arguments."),
        ("export_video", {"quality": "enormous"}, "`quality`"),
        ("upload_media", {}, "`sources`"),
        ("upload_media", {"sources": []}, "`sources`"),
    ],
)
async def test_what_cannot_be_placed_is_refused(
    client: Client, tool: str, arguments: dict[str, Any], told: str
) -> None:
    answered = await call(client, tool, **arguments)
    assert answered.result.is_error
    assert answered.code == "bad_arguments"
    assert told in answered.text


async def test_a_refusal_does_not_repeat_what_was_given(client: Client) -> None:
    answered = await call(client, "export_video", quality="my secret")
    assert "secret" not in answered.text
    assert "pydantic" not in answered.text
