"""A backend that cannot be reached: told in a sentence, and nothing is lost."""

import socket
from pathlib import Path

import pytest

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video


@pytest.fixture
def deaf_url() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_nobody_listens(connect: Connect, deaf_url: str) -> None:
    async with connect(api_url=deaf_url) as client:
        answered = await call(client, "create_session")
    assert answered.code == "connection_failed"
    assert answered.facts["retryable"]
    assert "127.0.0.1 cannot be reached" in answered.text


async def test_the_name_does_not_resolve(connect: Connect) -> None:
    # RFC 6761: this name never resolves.
    async with connect(api_url="http://api.nemo.invalid") as client:
        answered = await call(client, "create_session")
    assert answered.code == "connection_failed"
    assert "api.nemo.invalid" in answered.text


async def test_there_is_no_tls(connect: Connect, engine_url: str) -> None:
    async with connect(api_url=engine_url.replace("http:", "https:")) as client:
        answered = await call(client, "create_session")
    assert answered.code == "connection_failed"


async def test_an_address_that_is_none(connect: Connect) -> None:
    async with connect(api_url="nemovideo") as client:
        answered = await call(client, "create_session")
    assert answered.code == "configuration_error"
    assert "NEMO_API_URL" in answered.text


async def test_a_session_is_there_again_when_its_backend_is(
    connect: Connect, engine_url: str, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
    # Another address is configured now; the session still knows its own.
    async with connect(api_url="http://api.nemo.invalid") as client:
        timeline = await call(client, "get_timeline")
    assert timeline.facts["duration_ms"] == pytest.approx(1000, abs=50)
