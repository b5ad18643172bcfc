"""What can be attached to a conversation: sessions, timelines, drafts."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import mcp_types as t
import pytest
from mcp import Client, MCPError

from mcp_nemo.server.resources import LISTED_SESSIONS
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_video, read_frames


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "beach.mp4", seconds=1)


async def _read(client: Client, uri: str) -> str:
    [content] = (await client.read_resource(uri)).contents
    return str(content.model_dump()["text"])


async def _open(client: Client, title: str = "project") -> str:
    return str((await call(client, "create_session", title=title)).facts["session_id"])


async def test_existing_sessions_are_listed_the_latest_first(connect: Connect, mode: Mode) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    async with connect(mode) as client:
        nothing_yet = (await client.list_resources()).resources
        first, second = await _open(client, "Lisbon"), await _open(client, "Porto")
        listed = (await client.list_resources()).resources
    assert {str(resource.uri) for resource in nothing_yet} >= {"nemo://sessions", "nemo://timeline"}
    assert len({resource.name for resource in listed}) == len(listed)
    of_sessions = listed[len(nothing_yet) :]
    assert [str(resource.uri) for resource in of_sessions] == [
        f"nemo://sessions/{session}/{view}"
        for session in (second, first)
        for view in ("timeline", "timeline.json", "draft")
    ]
    assert of_sessions[0].title == "Porto: Timeline"
    for resource in of_sessions:
        assert resource.annotations
        assert resource.annotations.last_modified
        assert before <= datetime.fromisoformat(resource.annotations.last_modified) <= datetime.now(UTC)


async def test_of_many_sessions_the_latest_are_listed(connect: Connect) -> None:
    async with connect() as client:
        oldest = await _open(client)
        for _ in range(LISTED_SESSIONS):
            await _open(client)
        uris = [str(resource.uri) for resource in (await client.list_resources()).resources]
        assert await _read(client, f"nemo://sessions/{oldest}/timeline") == "Timeline: empty"
    assert len([uri for uri in uris if uri.endswith("/draft")]) == LISTED_SESSIONS
    assert not any(oldest in uri for uri in uris)


async def test_a_size_is_told_once_it_is_known_and_until_it_changes(connect: Connect, clip: Path) -> None:
    async with connect() as client:
        uri = f"nemo://sessions/{await _open(client)}/timeline"

        async def size() -> int | None:
            [listed] = [each for each in (await client.list_resources()).resources if str(each.uri) == uri]
            return listed.size

        assert await size() is None
        assert len((await _read(client, uri)).encode()) == await size()
        async with client.listen(resource_subscriptions=[uri]) as changes:
            await call(client, "upload_media", sources=[str(clip)])
            await anext(aiter(changes))
        assert await size() is None


async def test_every_view_reads(connect: Connect, mode: Mode, clip: Path) -> None:
    async with connect(mode) as client:
        session = await _open(client, "Trip")
        await call(client, "upload_media", sources=[str(clip)])
        sessions = await _read(client, "nemo://sessions")
        latest = await _read(client, "nemo://timeline")
        timeline = await _read(client, f"nemo://sessions/{session}/timeline")
        decoded = json.loads(await _read(client, f"nemo://sessions/{session}/timeline.json"))
        draft = json.loads(await _read(client, f"nemo://sessions/{session}/draft"))
    assert sessions == f"- {session}: Trip (cloud)"
    assert latest == timeline
    assert "1. Video: beach (0-1s)" in timeline
    assert decoded["session_id"] == session
    assert decoded["tracks"][0]["segments"][0]["name"] == "beach.mp4"
    assert draft["t"][0]["tt"] == 0


@pytest.mark.parametrize("uri", ["nemo://sessions/42/timeline", "nemo://sessions/42/draft", "nemo://nowhere"])
async def test_what_is_not_there_has_the_code_of_its_era(connect: Connect, mode: Mode, uri: str) -> None:
    async with connect(mode) as client:
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
    assert caught.value.code == {"auto": -32602, "legacy": -32002}[mode]
    assert caught.value.data == {"uri": uri}


async def test_no_session_yet_is_told_with_what_to_do(connect: Connect, mode: Mode) -> None:
    async with connect(mode) as client:
        assert await _read(client, "nemo://sessions") == "There are no sessions yet."
        with pytest.raises(MCPError, match="Call create_session first"):
            await client.read_resource("nemo://timeline")


async def test_reading_leaves_the_latest_session_the_latest(connect: Connect) -> None:
    async with connect() as client:
        first, second = await _open(client), await _open(client)
        for view in ("timeline", "timeline.json", "draft"):
            await _read(client, f"nemo://sessions/{first}/{view}")
        assert (await call(client, "get_timeline")).facts["session_id"] == second


async def test_reading_does_not_count_as_hearing_of_an_edit(connect: Connect, clip: Path) -> None:
    async with connect(wait_seconds=0.001) as client:
        session = await _open(client)
        uri = f"nemo://sessions/{session}/timeline"
        # A wait so short that the answers come before the ends, which the notices tell of.
        async with client.listen(resource_subscriptions=[uri]) as changes:
            heard = aiter(changes)
            await call(client, "upload_media", sources=[str(clip)])
            await anext(heard)
            edited = await call(client, "send_edit", instruction="mute the video")
            assert edited.facts["status"] == "working"
            await anext(heard)
        assert "finished_edit" in json.loads(await _read(client, f"{uri}.json"))
        assert (await call(client, "get_timeline")).facts["finished_edit"]["status"] == "applied"


async def test_the_preview_is_of_the_last_export(
    connect: Connect, mode: Mode, clip: Path, tmp_path: Path
) -> None:
    async with connect(mode) as client:
        uri = f"nemo://sessions/{await _open(client)}/preview"
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "export_video", quality="draft")
        [content] = (await client.read_resource(uri)).contents
    assert caught.value.code == {"auto": -32602, "legacy": -32002}[mode]
    assert isinstance(content, t.BlobResourceContents)
    assert content.mime_type == "video/mp4"
    film = tmp_path / "preview.mp4"
    film.write_bytes(b64decode(content.blob))
    assert len(read_frames(film)) == len(read_frames(clip))
