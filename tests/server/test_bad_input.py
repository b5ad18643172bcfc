"""Bad input gets a code, a message and a hint; nothing is lost, and the server goes on."""

from pathlib import Path

import pytest

from tests.assistant import Answered, call
from tests.conftest import Connect
from tests.media import make_video


def _assert_told(answered: Answered, code: str) -> None:
    assert answered.result.is_error
    assert answered.code == code
    assert "Next: " in answered.text


async def _assert_upload_refused(connect: Connect, source: str, code: str, clip: Path) -> None:
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        answered = await call(client, "upload_media", sources=[source])
        assert answered.result.is_error
        problem = answered.facts["files"][0]["problem"]
        assert problem["code"] == code
        assert problem["message"] in answered.text
        assert problem["hint"] in answered.text
        timeline = await call(client, "get_timeline")
    assert len(timeline.facts["tracks"][0]["segments"]) == 1


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=1)


async def test_a_missing_file(connect: Connect, clip: Path, tmp_path: Path) -> None:
    await _assert_upload_refused(connect, str(tmp_path / "none.mp4"), "file_not_found", clip)


async def test_a_relative_path(connect: Connect, clip: Path) -> None:
    await _assert_upload_refused(connect, "clip.mp4", "file_not_found", clip)


async def test_a_folder(connect: Connect, clip: Path, tmp_path: Path) -> None:
    await _assert_upload_refused(connect, str(tmp_path), "not_a_file", clip)


async def test_an_empty_file(connect: Connect, clip: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    await _assert_upload_refused(connect, str(empty), "empty_file", clip)


async def test_a_text_file_renamed(connect: Connect, clip: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("not a film at all\n" * 100)
    await _assert_upload_refused(connect, str(text), "unsupported_media", clip)


async def test_a_file_over_500_mb(connect: Connect, clip: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        # A hole in the file: large for who asks, and nothing on the disk.
        file.truncate(500 * 1024 * 1024 + 1)
    await _assert_upload_refused(connect, str(large), "file_too_large", clip)


async def test_a_path_outside_the_allowed_folders(connect: Connect, clip: Path) -> None:
    await _assert_upload_refused(connect, "/etc/passwd", "path_not_allowed", clip)


async def test_a_link_that_leads_outside(connect: Connect, clip: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mp4"
    link.symlink_to("/etc/passwd")
    await _assert_upload_refused(connect, str(link), "path_not_allowed", clip)


async def test_a_hidden_path(connect: Connect, clip: Path, tmp_path: Path) -> None:
    hidden = tmp_path / ".secret" / "clip.mp4"
    hidden.parent.mkdir()
    clip.rename(hidden)
    hidden.with_name("x").symlink_to(hidden)
    make_video(clip, seconds=1)
    await _assert_upload_refused(connect, str(hidden), "path_not_allowed", clip)


async def test_one_bad_source_does_not_spoil_the_others(connect: Connect, clip: Path, tmp_path: Path) -> None:
    async with connect() as client:
        await call(client, "create_session")
        answered = await call(client, "upload_media", sources=[str(tmp_path / "none.mp4"), str(clip)])
    assert not answered.result.is_error
    assert [bool(row.get("problem")) for row in answered.facts["files"]] == [True, False]
    assert "Uploaded 1 of 2" in answered.text


@pytest.mark.parametrize("tool", ["get_timeline", "send_edit", "export_video"])
async def test_an_unknown_session(connect: Connect, tool: str) -> None:
    async with connect() as client:
        answered = await call(client, tool, session_id="42")
        _assert_told(answered, "unknown_session")
        assert not (await call(client, "create_session")).result.is_error


@pytest.mark.parametrize("tool", ["get_timeline", "send_edit", "export_video"])
async def test_no_session_yet(connect: Connect, tool: str) -> None:
    async with connect() as client:
        _assert_told(await call(client, tool), "no_session")


@pytest.mark.parametrize("instruction", ["", "   \n"])
async def test_an_empty_instruction(connect: Connect, instruction: str) -> None:
    async with connect() as client:
        await call(client, "create_session")
        _assert_told(await call(client, "send_edit", instruction=instruction), "empty_instruction")


async def test_an_export_of_an_empty_timeline(connect: Connect) -> None:
    async with connect() as client:
        await call(client, "create_session")
        _assert_told(await call(client, "export_video"), "empty_timeline")


@pytest.mark.parametrize("save_as", ["/etc/film.mp4", "../../../../film.mp4", "/tmp/.hidden/film.mp4"])
async def test_an_export_to_a_place_that_is_not_allowed(connect: Connect, clip: Path, save_as: str) -> None:
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        _assert_told(await call(client, "export_video", save_as=save_as), "path_not_allowed")


async def test_an_unknown_render(connect: Connect) -> None:
    async with connect() as client:
        await call(client, "create_session")
        _assert_told(await call(client, "export_video", render_id="render_0"), "unknown_render")
