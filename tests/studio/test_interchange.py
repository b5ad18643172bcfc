"""Exports that need no rendering: named, kept and refused as films are."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import opentimelineio as otio
import pytest
from mcp import Client

from tests.assistant import Answered, call
from tests.conftest import Connect
from tests.media import make_video


@pytest.fixture
async def client(connect: Connect, tmp_path: Path) -> AsyncIterator[Client]:
    """An assistant with two clips and a title."""
    first = make_video(tmp_path / "beach.mp4", seconds=2)
    second = make_video(tmp_path / "harbour.mp4", seconds=1)
    async with connect() as client:
        await call(client, "create_session", title="Lisbon")
        await call(client, "upload_media", sources=[str(first), str(second)])
        yield client


async def _titled(client: Client) -> None:
    await call(client, "send_edit", instruction='Add a title "Olá" for the first 2 seconds')


def _names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").iterdir())


async def test_other_editors_read_the_timeline(client: Client, tmp_path: Path) -> None:
    await _titled(client)
    exported = await call(client, "export_video", format="otio")
    assert exported.facts["path"] == str(tmp_path / "out" / "Lisbon.otio")
    assert exported.facts["path"] in exported.text
    read = otio.adapters.read_from_file(exported.facts["path"])
    assert read.duration().to_seconds() == 3
    assert [item.name for item in read.tracks[0]] == ["beach.mp4", "harbour.mp4"]
    assert [track.name for track in read.tracks] == ["Video", "Title"]
    assert {item.source_range.duration.rate for item in read.tracks[0]} == {30}
    files = [item.media_reference.target_url for item in read.tracks[0]]
    assert files == [(tmp_path / name).as_uri() for name in ("beach.mp4", "harbour.mp4")]


async def test_titles_are_subtitles(client: Client, tmp_path: Path) -> None:
    await _titled(client)
    exported = await call(client, "export_video", format="srt", save_as="lisbon.mp4")
    path = tmp_path / "out" / "lisbon.srt"
    assert exported.facts["path"] == str(path)
    assert path.read_text() == "1\n00:00:00,000 --> 00:00:02,000\nOlá\n\n"


async def test_without_titles_there_are_no_subtitles(client: Client, tmp_path: Path) -> None:
    refused = await call(client, "export_video", format="srt")
    assert refused.code == "no_titles"
    assert "send_edit" in refused.text
    assert _names(tmp_path) == []


@pytest.mark.parametrize("format", ["otio", "srt"])
async def test_an_empty_timeline_is_not_exported(connect: Connect, format: str) -> None:
    async with connect() as client:
        await call(client, "create_session")
        assert (await call(client, "export_video", format=format)).code == "empty_timeline"


async def test_the_same_export_is_one_file(client: Client, tmp_path: Path) -> None:
    answers: list[Answered] = []

    async def export() -> None:
        answers.append(await call(client, "export_video", format="otio"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(export)
        tasks.start_soon(export)
    await export()
    assert {answer.facts["path"] for answer in answers} == {str(tmp_path / "out" / "Lisbon.otio")}
    assert _names(tmp_path) == ["Lisbon.otio"]


async def test_another_timeline_is_another_file(client: Client, tmp_path: Path) -> None:
    await call(client, "export_video", format="otio")
    before = (tmp_path / "out" / "Lisbon.otio").read_bytes()
    await _titled(client)
    changed = await call(client, "export_video", format="otio")
    again = await call(client, "export_video", format="otio")
    assert changed.facts["path"] == again.facts["path"] == str(tmp_path / "out" / "Lisbon-2.otio")
    assert (tmp_path / "out" / "Lisbon.otio").read_bytes() == before


async def test_nothing_is_overwritten_or_put_elsewhere(client: Client, tmp_path: Path) -> None:
    taken = tmp_path / "out" / "mine.otio"
    taken.parent.mkdir()
    taken.write_text("mine")
    exported = await call(client, "export_video", format="otio", save_as="mine")
    refused = await call(client, "export_video", format="otio", save_as="/etc/film.otio")
    assert exported.facts["path"] == str(tmp_path / "out" / "mine-2.otio")
    assert taken.read_text() == "mine"
    assert refused.code == "path_not_allowed"
