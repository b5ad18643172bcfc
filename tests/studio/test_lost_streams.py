"""A stream that breaks off is no failed edit: the draft is watched, and nothing is sent again."""

import json
import queue
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from mcp import Client

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import Answered, call
from tests.clock import FakeClock
from tests.faults import Faults, answers, cuts_after, drops, passes, streams
from tests.media import make_video

STATE = "/api/state"
TITLE = 'Add a title "Hello"'


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def client(faulty_settings: Settings, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Client]:
    """An assistant with a session and a clip in it, whose calls answer at once."""
    settings = faulty_settings.model_copy(update={"wait_seconds": 0.05})
    clip = make_video(tmp_path / "clip.mp4", seconds=4)
    async with open_studio(settings, clock) as studio, Client(build_server(studio)) as client:
        await call(client, "create_session")
        while (await call(client, "upload_media", sources=[str(clip)])).facts["status"] == "working":
            pass
        yield client


async def _outcome(client: Client) -> Answered:
    while (answered := await call(client, "send_edit")).facts["status"] == "working":
        pass
    return answered


@pytest.mark.parametrize("count", [0, 1, 40, 400])
async def test_an_edit_that_was_made_is_found_at_once(client: Client, faults: Faults, count: int) -> None:
    faults.on("POST", "/run_sse", cuts_after(count))
    await call(client, "send_edit", instruction=TITLE)
    outcome = await _outcome(client)
    assert outcome.facts["status"] == "applied"
    assert outcome.facts["changes"] == ['Added title "Hello", 0-3s']
    assert faults.count("POST", "/run_sse") == 1


async def test_an_edit_that_comes_later_is_waited_for(
    client: Client, faults: Faults, clock: FakeClock
) -> None:
    """The stream is gone at once; the change is there at the third look."""
    faults.on("POST", "/run_sse", drops)
    await call(client, "send_edit", instruction=TITLE)
    await clock.pass_by(30)
    await clock.pass_by(60)
    working = await call(client, "send_edit")
    assert working.facts["status"] == "working"
    assert "watching the timeline" in working.text
    session = working.facts["session_id"]
    await _edit_elsewhere(faults, session)
    await clock.pass_by(60)
    await clock.pass_by(30)
    outcome = await _outcome(client)
    assert outcome.facts["status"] == "applied"
    assert outcome.facts["changes"] == ["Video 'clip': muted (was 100%)"]
    assert faults.count("POST", "/run_sse") == 2


async def _edit_elsewhere(faults: Faults, session: str) -> None:
    """The backend goes on with the edit by itself, here by the same user's own hand."""
    headers = {
        "authorization": next(
            a.headers["authorization"] for a in faults.asked if "authorization" in a.headers
        )
    }
    body = {"session_id": session, "new_message": {"parts": [{"text": "mute the video"}]}}
    async with httpx.AsyncClient(base_url=faults.url, headers=headers) as http:
        await http.post("/run_sse", json=body)


async def test_five_unchanged_looks_end_it_as_not_applied(
    client: Client, faults: Faults, clock: FakeClock
) -> None:
    faults.on("POST", "/run_sse", drops)
    await call(client, "send_edit", instruction=TITLE)
    for seconds in (30, 60, 60, 60, 60):
        assert (await call(client, "send_edit")).facts["status"] == "working"
        await clock.pass_by(seconds)
    outcome = await _outcome(client)
    assert outcome.facts["status"] == "failed"
    assert outcome.code == "edit_not_applied"
    assert faults.count("POST", "/run_sse") == 1


async def test_looks_that_fail_do_not_end_it(client: Client, faults: Faults, clock: FakeClock) -> None:
    faults.on("POST", "/run_sse", cuts_after(0))
    # The look before the edit is well; every one after it fails at first.
    faults.on("GET", STATE, passes, *[answers(503)] * 2)
    await call(client, "send_edit", instruction=TITLE)
    await clock.pass_by(30)
    await clock.pass_by(60)
    await clock.pass_by(30)
    outcome = await _outcome(client)
    assert outcome.facts["status"] == "applied"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_server_fault_after_the_message_is_watched_too(
    client: Client, faults: Faults, clock: FakeClock, status: int
) -> None:
    faults.on("POST", "/run_sse", answers(status))
    await call(client, "send_edit", instruction=TITLE)
    for seconds in (30, 60, 60, 60, 60):
        await clock.pass_by(seconds)
    outcome = await _outcome(client)
    assert outcome.code == "edit_not_applied"
    assert faults.count("POST", "/run_sse") == 1


@pytest.mark.parametrize(("code", "told"), [(2001, "out_of_credits"), (1002, "session_not_found")])
async def test_a_refusal_is_told_at_once(client: Client, faults: Faults, code: int, told: str) -> None:
    faults.on("POST", "/run_sse", answers(200, {"code": code, "message": "no"}))
    await call(client, "send_edit", instruction=TITLE)
    outcome = await _outcome(client)
    assert outcome.code == told
    assert faults.count("POST", "/run_sse") == 1


async def test_a_rate_limit_is_told_and_not_tried_again(client: Client, faults: Faults) -> None:
    faults.on("POST", "/run_sse", answers(429, headers={"retry-after": "7"}))
    await call(client, "send_edit", instruction=TITLE)
    outcome = await _outcome(client)
    assert outcome.code == "rate_limited"
    assert outcome.facts["problem"]["retryable"]
    assert "7 seconds" in outcome.text
    assert faults.count("POST", "/run_sse") == 1


def _said(text: str) -> bytes:
    event = {"content": {"role": "model", "parts": [{"text": text}]}, "partial": True}
    return f"data: {json.dumps(event)}\n\n".encode()


async def test_heartbeats_alone_are_not_waited_for_longer_than_ten_minutes(
    client: Client, faults: Faults, clock: FakeClock
) -> None:
    frames: queue.Queue[bytes | None] = queue.Queue()
    faults.on("POST", "/run_sse", streams(frames))
    await call(client, "send_edit", instruction=TITLE)
    frames.put(b": heartbeat\n\n")
    await clock.pass_by(600)
    frames.put(None)
    outcome = await _outcome(client)
    assert outcome.code == "edit_timeout"
    assert "nothing but heartbeats for 10 minutes" in outcome.text
    assert not outcome.facts["problem"]["retryable"]


async def test_a_turn_takes_fifteen_minutes_at_most(client: Client, faults: Faults, clock: FakeClock) -> None:
    frames: queue.Queue[bytes | None] = queue.Queue()
    faults.on("POST", "/run_sse", streams(frames))
    await call(client, "send_edit", instruction=TITLE)
    started = clock.now()
    await clock.pass_by(600 - 5, asleep_for=600)
    frames.put(_said("I am thinking about your title"))
    while "thinking" not in (working := await call(client, "send_edit")).text:
        assert working.facts["status"] == "working"
    await clock.pass_by(5)
    await clock.pass_by(900 - (clock.now() - started))
    frames.put(None)
    outcome = await _outcome(client)
    assert outcome.code == "edit_timeout"
    assert "did not finish the edit for 15 minutes" in outcome.text
    assert "thinking about your title" in outcome.text
