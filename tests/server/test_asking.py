"""The one question: may files leave this machine for the cloud?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mcp_types as t
import pytest
from mcp import Client
from mcp.client.session import ElicitationFnT

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import call
from tests.conftest import Mode
from tests.media import make_video


class _User:
    """Answers questions, and counts them."""

    def __init__(self, answer: t.ElicitResult) -> None:
        self.asked: list[str] = []
        self._answer = answer

    async def __call__(self, context: object, params: t.ElicitRequestParams) -> t.ElicitResult:
        self.asked.append(params.message)
        return self._answer


AGREES = t.ElicitResult(action="accept", content={"send": True})
REFUSALS = {
    "a decline": t.ElicitResult(action="decline"),
    "a question closed": t.ElicitResult(action="cancel"),
    "an unticked box": t.ElicitResult(action="accept", content={"send": False}),
}


@asynccontextmanager
async def _connected(
    settings: Settings, mode: Mode = "auto", user: ElicitationFnT | None = None
) -> AsyncIterator[Client]:
    async with open_studio(settings) as studio:
        await studio.create_session("project", "en")
        async with Client(build_server(studio), mode=mode, elicitation_callback=user) as client:
            yield client


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A cloud that is not this machine by its address, and answers all the same."""
    return settings.model_copy(update={"api_url": settings.api_url.replace("127.0.0.1", "0.0.0.0")})


@pytest.fixture
def clip(tmp_path: Path) -> str:
    return str(make_video(tmp_path / "clip.mp4", seconds=1))


async def test_a_user_who_agrees_is_asked_once(settings: Settings, mode: Mode, clip: str) -> None:
    user = _User(AGREES)
    async with _connected(settings, mode, user) as client:
        first = await call(client, "upload_media", sources=[clip])
        second = await call(client, "upload_media", sources=[clip])
    async with _connected(settings, mode, user) as client:
        after_a_restart = await call(client, "upload_media", sources=[clip])
    assert [answer.facts["status"] for answer in (first, second, after_a_restart)] == ["uploaded"] * 3
    assert user.asked == [
        "Send 1 file from this machine to 0.0.0.0? Later uploads go there without a question."
    ]


@pytest.mark.parametrize("refused", REFUSALS)
async def test_a_refusal_is_no_error_and_nothing_is_sent(
    settings: Settings, mode: Mode, clip: str, refused: str
) -> None:
    user = _User(REFUSALS[refused])
    async with _connected(settings, mode, user) as client:
        answered = await call(client, "upload_media", sources=[clip])
        await call(client, "upload_media", sources=[clip])
    assert not answered.result.is_error
    assert answered.facts["status"] == "not_sent"
    assert "declined" in answered.text
    assert len(user.asked) == 2


async def test_a_client_that_cannot_ask_is_told_how_to_confirm(
    settings: Settings, mode: Mode, clip: str
) -> None:
    async with _connected(settings, mode) as client:
        told = await call(client, "upload_media", sources=[clip])
        confirmed = await call(client, "upload_media", sources=[clip], confirm=True)
        later = await call(client, "upload_media", sources=[clip])
    assert not told.result.is_error
    assert told.facts["status"] == "not_sent"
    assert "confirm=true" in told.text
    assert confirmed.facts["status"] == later.facts["status"] == "uploaded"


@pytest.mark.parametrize(
    "changes", [{"backend": "local"}, {"api_url": "on this machine"}], ids=["engine", "loopback"]
)
async def test_what_stays_on_this_machine_needs_no_word(
    settings: Settings, clip: str, changes: dict[str, Any]
) -> None:
    if "api_url" in changes:
        changes = {"api_url": settings.api_url.replace("0.0.0.0", "127.0.0.1")}
    user = _User(AGREES)
    async with _connected(settings.model_copy(update=changes), user=user) as client:
        answered = await call(client, "upload_media", sources=[clip])
    assert answered.facts["status"] == "uploaded"
    assert user.asked == []


async def test_an_address_is_fetched_by_the_cloud_itself(settings: Settings) -> None:
    user = _User(AGREES)
    async with _connected(settings, user=user) as client:
        answered = await call(client, "upload_media", sources=["http://127.0.0.1:9/none.mp4"])
    assert answered.facts["files"][0]["problem"]
    assert user.asked == []


async def test_the_question_is_no_argument(settings: Settings, mode: Mode) -> None:
    async with _connected(settings, mode) as client:
        [tool] = [tool for tool in (await client.list_tools()).tools if tool.name == "upload_media"]
    assert set(tool.input_schema["properties"]) == {"sources", "session_id", "confirm"}
