"""The six tools over the real engine, in both protocol eras."""

from pathlib import Path

import jsonschema
import pytest

from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_image, make_video, read_frames, streams

TOOLS = ["check_credits", "create_session", "export_video", "get_timeline", "send_edit", "upload_media"]


async def test_there_are_exactly_six_tools(connect: Connect, mode: Mode) -> None:
    async with connect(mode) as client:
        tools = (await client.list_tools()).tools
    assert sorted(tool.name for tool in tools) == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations
        assert None not in tool.annotations.model_dump(exclude={"title"}).values()
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)


async def test_read_only_leaves_what_changes_nothing(connect: Connect) -> None:
    async with connect(read_only=True) as client:
        tools = (await client.list_tools()).tools
    assert sorted(tool.name for tool in tools) == ["check_credits", "get_timeline"]


async def test_from_nothing_to_an_mp4(connect: Connect, mode: Mode, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "beach.mp4", seconds=3)
    async with connect(mode) as client:
        opened = await call(client, "create_session", title="Lisbon trip")
        uploaded = await call(client, "upload_media", sources=[str(clip)])
        scored = await call(client, "send_edit", instruction="Add calm music at 40% and fade it out over 1s")
        titled = await call(client, "send_edit", instruction='Add a title "Lisbon" for the first 2 seconds')
        timeline = await call(client, "get_timeline", view="full")
        credits = await call(client, "check_credits")
        exported = await call(client, "export_video")

        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    answers = {
        "create_session": opened,
        "upload_media": uploaded,
        "send_edit": titled,
        "get_timeline": timeline,
        "check_credits": credits,
        "export_video": exported,
    }
    for tool, answered in answers.items():
        assert not answered.result.is_error
        assert answered.facts["summary"] in answered.text
        assert answered.facts["next"] in answered.text
        jsonschema.validate(answered.facts, schemas[tool] or {})

    assert uploaded.facts["files"][0]["duration_ms"] == pytest.approx(3000, abs=50)
    assert scored.facts["status"] == "applied"
    assert scored.facts["changes"] == ["Added music 'Calm', 0-3s, 40%, fades out over 1s"]
    kinds = {track["kind"]: track["segments"][0] for track in timeline.facts["tracks"]}
    assert kinds["audio"]["volume"] == 0.4
    assert kinds["audio"]["fade_out_ms"] == 1000
    assert kinds["text"]["text"] == "Lisbon"
    assert credits.facts["available"] == 100

    path = Path(exported.facts["path"])
    assert path == tmp_path / "out" / "Lisbon-trip.mp4"
    assert str(path) in exported.text
    assert {facts.codec for facts in streams(path)} == {"h264", "aac"}
    assert len(read_frames(path)) == 90


async def test_pictures_that_nothing_touches_are_copied(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=4, size=(1280, 720))
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "send_edit", instruction="Set the volume of the original sound to 50%")
        exported = await call(client, "export_video")
    assert exported.facts["copied"] == 1
    assert "The whole picture was copied as it was." in exported.text


async def test_an_export_never_overwrites(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    taken = tmp_path / "out" / "mine.mp4"
    taken.parent.mkdir()
    taken.write_text("mine")
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        exported = await call(client, "export_video", save_as="mine")
    assert exported.facts["path"] == str(tmp_path / "out" / "mine-2.mp4")
    assert taken.read_text() == "mine"


async def test_a_wish_that_is_not_understood_changes_nothing(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        before = await call(client, "get_timeline")
        answered = await call(client, "send_edit", instruction="replace the sky with a galaxy")
        after = await call(client, "get_timeline")
    assert answered.facts["status"] == "not_understood"
    assert "music" in answered.text
    assert before.facts["tracks"] == after.facts["tracks"]


async def test_a_wish_that_cannot_be_met_says_the_limits(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        answered = await call(client, "send_edit", instruction="trim 40 seconds from the start")
    assert answered.facts["status"] == "failed"
    assert answered.code == "edit_failed"
    assert answered.text.count("2 s") == 2
    assert "The editor says" not in answered.text


async def test_small_files_have_a_size(connect: Connect, tmp_path: Path) -> None:
    logo = make_image(tmp_path / "logo.png")
    async with connect() as client:
        await call(client, "create_session")
        uploaded = await call(client, "upload_media", sources=[str(logo)])
    assert "logo.png: image, 320x180, 1 kB" in uploaded.text
