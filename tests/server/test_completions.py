"""What is offered while an argument is typed."""

from pathlib import Path

import mcp_types as t
import pytest
from mcp import Client

from mcp_nemo.engine.music.moods import MOODS, STYLES
from mcp_nemo.server import completions
from tests.assistant import call
from tests.conftest import Connect, Mode

MUSIC = t.PromptReference(type="ref/prompt", name="ai-with-music")
TIMELINE = t.ResourceTemplateReference(type="ref/resource", uri="nemo://sessions/{session_id}/timeline")


async def _offered(
    client: Client, ref: t.PromptReference | t.ResourceTemplateReference, argument: str, typed: str = ""
) -> list[str]:
    return (await client.complete(ref, {"name": argument, "value": typed})).completion.values


@pytest.mark.parametrize(
    ("argument", "typed", "offered"),
    [
        ("mood", "", list(completions.MOODS)),
        ("mood", "ca", ["calm"]),
        ("mood", "E", ["epic", "electronic"]),
        ("style", "p", ["piano"]),
        ("quality", "", ["draft", "high", "max"]),
        ("volume", "4", ["40%"]),
        ("mood", "xyz", []),
        ("nonsense", "", []),
    ],
)
async def test_words_that_begin_so(
    connect: Connect, mode: Mode, argument: str, typed: str, offered: list[str]
) -> None:
    async with connect(mode) as client:
        assert await _offered(client, MUSIC, argument, typed) == offered


async def test_sessions_the_latest_first(connect: Connect, mode: Mode) -> None:
    async with connect(mode) as client:
        lisbon, porto = [
            (await call(client, "create_session", title=title)).facts["session_id"]
            for title in ("Lisbon trip", "Porto")
        ]
        assert await _offered(client, TIMELINE, "session_id") == [porto, lisbon]
        assert await _offered(client, TIMELINE, "session_id", lisbon[:-1]) == [lisbon]
        assert await _offered(client, TIMELINE, "session_id", "lis") == [lisbon]
        assert await _offered(
            client, t.PromptReference(type="ref/prompt", name="iterative-edit"), "session_id"
        )


@pytest.mark.parametrize("argument", ["video", "videos", "music", "wishes"])
async def test_nothing_on_the_disk_is_offered(connect: Connect, tmp_path: Path, argument: str) -> None:
    (tmp_path / "secret.mp4").touch()
    async with connect() as client:
        for typed in ("", "/", f"{tmp_path}/", f"{tmp_path}/s"):
            assert await _offered(client, MUSIC, argument, typed) == []


def test_the_engine_knows_what_is_offered() -> None:
    assert set(completions.MOODS) == set(MOODS)
    assert set(completions.STYLES) == set(STYLES)
