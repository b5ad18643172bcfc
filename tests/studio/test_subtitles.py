"""Subtitles on their way in as a file, and out again."""

from pathlib import Path

import pytest

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video

TALK = "1\n00:00:00,500 --> 00:00:01,500\nHello\n\n2\n00:00:01,600 --> 00:00:02,000\nGoodbye\n\n"


async def test_subtitles_are_uploaded_used_and_exported(connect: Connect, tmp_path: Path) -> None:
    talk = tmp_path / "talk.srt"
    talk.write_text(TALK + "3\n00:00:05,000 --> 00:00:06,000\nToo late\n\n")
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    async with connect(backend="local") as client:
        await call(client, "create_session")
        uploaded = await call(client, "upload_media", sources=[str(clip), str(talk)])
        assert [row["kind"] for row in uploaded.facts["files"]] == ["video", "subtitles"]
        timeline = await call(client, "get_timeline")
        assert [track["kind"] for track in timeline.facts["tracks"]] == ["video"]
        edited = await call(client, "send_edit", instruction="add the subtitles from talk.srt")
        assert edited.facts["status"] == "applied"
        assert "3 captions, of which 1 come" in edited.text
        exported = await call(client, "export_video", format="srt")
    assert Path(exported.facts["path"]).read_text() == TALK


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("diary.srt", b"Dear diary, nothing happened today."),
        ("film.srt", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(2000)),
        ("paper.vtt", b"%PDF-1.7\n" + bytes(200)),
    ],
)
async def test_what_is_none_is_refused(connect: Connect, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    async with connect(backend="local") as client:
        await call(client, "create_session")
        uploaded = await call(client, "upload_media", sources=[str(path)])
    assert uploaded.facts["files"][0]["problem"]["code"] == "unsupported_media"


@pytest.mark.parametrize("source", ["{}/talk.srt", "https://example.com/talk.vtt?download=1"])
async def test_the_cloud_is_sent_none(connect: Connect, tmp_path: Path, source: str) -> None:
    (tmp_path / "talk.srt").write_text(TALK)
    async with connect() as client:
        await call(client, "create_session")
        uploaded = await call(client, "upload_media", sources=[source.format(tmp_path)], confirm=True)
    problem = uploaded.facts["files"][0]["problem"]
    assert problem["code"] == "subtitles_not_taken"
    assert "Paste its text into send_edit" in problem["hint"]
