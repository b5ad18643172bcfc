"""What the user reads of what the backend says, and what the backend never hears."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from mcp import Client

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import call
from tests.faults import Faults, answers, faulty_engine

RUN = ("POST", "/run_sse")


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Faults]:
    with faulty_engine(tmp_path / "engine") as faults:
        yield faults


@pytest.fixture
async def client(faults: Faults, tmp_path: Path) -> AsyncIterator[Client]:
    settings = Settings(
        api_url=faults.url, home=tmp_path / "state", media_dirs=(tmp_path,), output_dir=tmp_path / "out"
    )
    async with open_studio(settings) as studio, Client(build_server(studio)) as client:
        await call(client, "create_session")
        yield client


def _says(*texts: str) -> bytes:
    events = [{"content": {"role": "model", "parts": [{"text": text}]}} for text in texts]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()


async def test_windows_and_buttons_become_tools(client: Client, faults: Faults) -> None:
    reply = "I kept your music. Click the Export button in the top right corner to download it."
    faults.on(*RUN, answers(200, _says(reply), "text/event-stream"))
    answered = await call(client, "send_edit", instruction="brighten it")
    assert "I kept your music." in answered.text
    assert "Export button" not in answered.text
    assert "export_video" in answered.facts["reply"]
    assert faults.count("POST", "/api/render") == 0


async def test_a_question_waits_for_an_answer(client: Client, faults: Faults) -> None:
    faults.on(*RUN, answers(200, _says("There are two clips. Which one do you mean?"), "text/event-stream"))
    answered = await call(client, "send_edit", instruction="make it faster")
    assert answered.facts["status"] == "needs_reply"
    assert "Which one do you mean?" in answered.text


async def test_noise_at_the_end_is_dropped(client: Client, faults: Faults) -> None:
    noise = "There was a temporary issue, please try again later."
    faults.on(*RUN, answers(200, _says("Nothing to do here.", noise), "text/event-stream"))
    answered = await call(client, "send_edit", instruction="tidy up")
    assert answered.facts["reply"] == "Nothing to do here."


@pytest.mark.parametrize(
    ("wish", "tool"),
    [
        ("导出", "export_video"),
        ("send me the video please", "export_video"),
        ("积分", "check_credits"),
        ("how many credits do I have left?", "check_credits"),
        ("show tracks", "get_timeline"),
        ("upload a file", "upload_media"),
    ],
)
async def test_a_wish_that_is_no_edit_is_never_sent(
    client: Client, faults: Faults, wish: str, tool: str
) -> None:
    answered = await call(client, "send_edit", instruction=wish)
    assert answered.facts["status"] == "no_change"
    assert answered.facts["meant_for"] == tool
    assert tool in answered.facts["next"]
    assert faults.count(*RUN) == 0
