"""What the user reads of what the backend says, and what the backend never hears."""

import json
import queue
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp import Client, MCPError
from mcp_types import Implementation
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import call
from tests.faults import Faults, answers, streams
from tests.media import make_video

RUN = ("POST", "/run_sse")


@pytest.fixture
async def client(faulty_settings: Settings) -> AsyncIterator[Client]:
    async with open_studio(faulty_settings) as studio, Client(build_server(studio)) as client:
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


async def test_the_assistant_s_own_name_is_the_platform(faulty_settings: Settings, faults: Faults) -> None:
    who = Implementation(name="some-assistant", version="3")
    async with (
        open_studio(faulty_settings) as studio,
        Client(build_server(studio), client_info=who) as client,
    ):
        await call(client, "create_session")
    assert {asked.headers["x-skill-platform"] for asked in faults.asked} == {"some-assistant"}


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


async def test_a_call_given_up_does_not_end_the_edit(client: Client, faults: Faults) -> None:
    """A host hangs up: the edit goes on, and the next call tells what came of it."""
    frames: queue.Queue[bytes | None] = queue.Queue()
    faults.on(*RUN, streams(frames))
    with pytest.raises(MCPError):
        await client.call_tool("send_edit", {"instruction": "tidy up"}, read_timeout_seconds=0.5)
    frames.put(_says("Tidied up."))
    frames.put(None)
    answered = await call(client, "send_edit")
    assert answered.facts["reply"] == "Tidied up."
    assert faults.count(*RUN) == 1


async def test_two_connections_are_one_edit(
    faulty_settings: Settings, client: Client, faults: Faults
) -> None:
    frames: queue.Queue[bytes | None] = queue.Queue()
    faults.on(*RUN, streams(frames))
    with pytest.raises(MCPError):
        await client.call_tool("send_edit", {"instruction": "tidy up"}, read_timeout_seconds=0.5)
    hurried = faulty_settings.model_copy(update={"wait_seconds": 0.05})
    async with open_studio(hurried) as studio, Client(build_server(studio)) as other:
        refused = await call(other, "send_edit", instruction="brighten it")
        assert refused.facts["status"] == "working"
        assert refused.facts["not_sent"] == "brighten it"
        frames.put(_says("Tidied up."))
        frames.put(None)
        while (answered := await call(other, "send_edit")).facts["status"] == "working":
            pass
    assert answered.facts["reply"] == "Tidied up."
    assert faults.count(*RUN) == 1


async def test_a_silent_edit_is_told_by_what_changed_and_what_it_cost(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    await call(client, "upload_media", sources=[str(clip)])
    faults.on("GET", "/api/credits", *[answers(200, {"available": left}) for left in (100, 60)])
    # The engine does the work; of the stream only a heartbeat gets through, and then it ends well.
    faults.on(*RUN, _mutes)
    answered = await call(client, "send_edit", instruction="trim 1 second off the end and mute the video")
    assert answered.facts["status"] == "applied"
    assert answered.facts["reply"] == ""
    assert answered.facts["credits_spent"] == 40
    assert "Credits spent: 40." in answered.text
    assert "0-1s" in answered.text


async def test_credits_that_cannot_be_read_hold_nothing_up(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    await call(client, "upload_media", sources=[str(clip)])
    faults.on("GET", "/api/credits", answers(500), answers(403))
    answered = await call(client, "send_edit", instruction="mute the video")
    assert answered.facts["status"] == "applied"
    assert "credits_spent" not in answered.facts


async def _mutes(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def silent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b": heartbeat\n\n" if message.get("more_body") else b""}
        await send(message)

    await app(scope, receive, silent)
