"""Two users of one server over HTTP: neither meets anything of the other's."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, MCPError
from mcp.server.auth.provider import AccessToken

from mcp_nemo.journal import Journal, journal_path
from mcp_nemo.server.principals import principal_of
from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_video
from tests.server.serving import ANA, BEN, assistant, served, tokens_file


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=1)


@asynccontextmanager
async def _two(settings: Settings, tmp_path: Path, mode: Mode) -> AsyncIterator[tuple[Client, Client]]:
    async with (
        served(settings, tokens=tokens_file(tmp_path)) as url,
        assistant(url, ANA, mode) as ana,
        assistant(url, BEN, mode) as ben,
    ):
        yield ana, ben


async def _open_project(client: Client, clip: Path, title: str) -> str:
    session = (await call(client, "create_session", title=title)).facts["session_id"]
    assert not (await call(client, "upload_media", sources=[str(clip)])).result.is_error
    return str(session)


async def _read(client: Client, uri: str) -> str:
    [content] = (await client.read_resource(uri)).contents
    return str(content.model_dump()["text"])


async def test_each_works_on_the_own_latest_session(
    settings: Settings, tmp_path: Path, mode: Mode, clip: Path
) -> None:
    async with _two(settings, tmp_path, mode) as (ana, ben):
        of_ana = await _open_project(ana, clip, "Hers")
        of_ben = (await call(ben, "create_session", title="His")).facts["session_id"]
        assert (await call(ana, "get_timeline")).facts["session_id"] == of_ana
        assert (await call(ben, "get_timeline")).facts["session_id"] == of_ben
        edited = await call(ana, "send_edit", instruction="mute the video")
        assert (edited.facts["status"], edited.facts["session_id"]) == ("applied", of_ana)


async def test_who_has_no_session_is_not_given_anothers(
    settings: Settings, tmp_path: Path, mode: Mode, clip: Path
) -> None:
    async with _two(settings, tmp_path, mode) as (ana, ben):
        await _open_project(ana, clip, "Hers")
        for tool in ("get_timeline", "export_video"):
            assert (await call(ben, tool)).code == "no_session"
        assert (await call(ben, "send_edit", instruction="mute the video")).code == "no_session"
        assert "Hers" not in await _read(ben, "nemo://sessions")
        assert "Hers" in await _read(ana, "nemo://sessions")


async def test_anothers_looks_like_what_there_is_not(
    settings: Settings, tmp_path: Path, mode: Mode, clip: Path
) -> None:
    async with _two(settings, tmp_path, mode) as (ana, ben):
        session = await _open_project(ana, clip, "Hers")
        render = (await call(ana, "export_video", quality="draft")).facts["render_id"]
        await call(ben, "create_session")
        asked: list[tuple[str, dict[str, object], str]] = [
            ("get_timeline", {}, "session_id"),
            ("send_edit", {"instruction": "mute the video"}, "session_id"),
            ("send_edit", {}, "session_id"),
            ("upload_media", {"sources": [str(clip)]}, "session_id"),
            ("export_video", {}, "session_id"),
            ("export_video", {}, "render_id"),
        ]
        hers = {"session_id": session, "render_id": render}
        for tool, arguments, name in asked:
            refused = await call(ben, tool, **arguments | {name: hers[name]})
            invented = await call(ben, tool, **arguments | {name: "404"})
            assert refused.result.is_error
            assert refused.text == invented.text.replace("404", hers[name])
        for form in ("timeline", "timeline.json", "draft"):
            with pytest.raises(MCPError) as refusal:
                await _read(ben, f"nemo://sessions/{session}/{form}")
            with pytest.raises(MCPError) as invention:
                await _read(ben, f"nemo://sessions/404/{form}")
            assert refusal.value.error.code == invention.value.error.code
            assert refusal.value.error.message == invention.value.error.message.replace("404", session)
        muted = (await call(ana, "get_timeline")).facts["tracks"][0]["segments"][0]["volume"]
        assert muted == 1


async def test_sessions_of_who_needs_no_name_stay_theirs(
    settings: Settings, connect: Connect, tmp_path: Path
) -> None:
    """The one user over stdio, whose journal is that of the server over HTTP."""
    async with connect() as alone:
        session = (await call(alone, "create_session", title="Alone")).facts["session_id"]
    async with _two(settings, tmp_path, "auto") as (ana, _):
        assert (await call(ana, "get_timeline", session_id=session)).code == "unknown_session"
    async with connect() as alone:
        assert (await call(alone, "get_timeline")).facts["session_id"] == session


def test_a_journal_from_before_there_were_owners_is_nobodys(tmp_path: Path) -> None:
    with sqlite3.connect(journal_path(tmp_path)) as db:
        db.execute(
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, backend TEXT NOT NULL, api_url TEXT NOT NULL,"
            " title TEXT NOT NULL, task_id TEXT NOT NULL, used_at REAL NOT NULL)"
        )
        db.execute("INSERT INTO sessions VALUES ('7', 'local', '', 'Old', '', 0)")
    db.close()
    # The second finds what the first has mended.
    for journal in (Journal(tmp_path), Journal(tmp_path)):
        assert [entry.id for entry in journal.sessions_of("")] == ["7"]
        assert journal.sessions_of("ana") == []
        assert journal.use_session("ana", "7") is None


def test_a_subject_is_nobody_else() -> None:
    def who(client: str, subject: str | None, issuer: str | None) -> str:
        claims = {"iss": issuer} if issuer else None
        token = AccessToken(token="x", client_id=client, subject=subject, scopes=[], claims=claims)
        return principal_of(token)

    everyone = [
        who("app", "ana", "https://one.example"),
        who("app", "ana", "https://other.example"),
        who("app", "ana", None),
        who("ana", None, "https://one.example"),
        who("ana", None, None),
        who("app", "ben", "https://one.example"),
    ]
    assert len(set(everyone)) == len(everyone)
    assert who("app", "ana", "https://one.example") == who("other app", "ana", "https://one.example")
