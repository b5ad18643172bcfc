"""All of a message or nothing, and what is said about it."""

from pathlib import Path

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video

THREE_WISHES = 'add a title "Hi", cut the first 40 seconds, and mute the video'


async def test_one_impossible_wish_of_three_changes_nothing_and_is_named(
    connect: Connect, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        before = await call(client, "get_timeline", view="full")
        answered = await call(client, "send_edit", instruction=THREE_WISHES)
        after = await call(client, "get_timeline", view="full")
    assert answered.facts["status"] == "failed"
    assert '"cut the first 40 seconds" cannot be done' in answered.text
    assert "2 s" in answered.text
    assert 'add a title "Hi"; and mute the video' in answered.text
    assert before.facts["tracks"] == after.facts["tracks"]


async def test_what_is_not_understood_is_named_with_what_would_be(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    async with connect() as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        answered = await call(
            client, "send_edit", instruction='mute the video and write "Hello" in shimmering letters'
        )
    assert answered.facts["status"] == "not_understood"
    assert "shimmering" in answered.text
    assert "mute the video" in answered.text
    assert 'Add a title "Hello" for the first 3 seconds' in answered.text
