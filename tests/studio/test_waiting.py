"""No call waits longer than it may; what goes on is found again, also after a restart."""

import os
import signal
import time
from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from mcp import Client

from mcp_nemo.journal import Journal
from mcp_nemo.settings import Settings
from tests.assistant import Answered, call
from tests.conftest import Connect
from tests.media import make_video
from tests.processes import engine_of_this_process

# Too short for anything to be done within it.
AT_ONCE = 0.000_1


async def _open_project(client: Client, tmp_path: Path) -> str:
    clip = make_video(tmp_path / "clip.mp4", seconds=2)
    session = (await call(client, "create_session", title="clip")).facts["session_id"]
    answered = await call(client, "upload_media", sources=[str(clip)])
    while answered.facts["status"] == "working":
        answered = await call(client, "upload_media", sources=[str(clip)])
    assert answered.facts["files"][0]["kind"] == "video"
    return str(session)


async def _claim(settings: Settings, session: str, instruction: str, *, seconds_ago: float = 0) -> None:
    """Another server on this machine begins an edit."""

    def claim() -> None:
        journal = Journal(settings.home, clock=lambda: time.time() - seconds_ago)
        assert journal.begin_turn(session, instruction, {})

    await run_sync(claim)


async def _follow_edit(client: Client) -> Answered:
    answered = await call(client, "send_edit")
    while answered.facts["status"] == "working":
        answered = await call(client, "send_edit")
    return answered


async def _follow_export(client: Client, answered: Answered) -> Answered:
    while answered.facts["status"] == "rendering":
        answered = await call(client, "export_video", render_id=answered.facts["render_id"])
    return answered


async def test_an_upload_goes_on_and_happens_once(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        timeline = await call(client, "get_timeline")
    assert len(timeline.facts["tracks"][0]["segments"]) == 1


async def test_an_edit_goes_on_and_tells_its_outcome(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        answered = await call(client, "send_edit", instruction='Add a title "Hello"')
        assert answered.facts["status"] == "working"
        assert "Do not send the edit again" in answered.text
        outcome = await _follow_edit(client)
    assert outcome.facts["status"] == "applied"
    assert outcome.facts["changes"] == ['Added title "Hello", 0-2s']


async def test_a_second_edit_is_not_sent_while_one_runs(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        await call(client, "send_edit", instruction='Add a title "One"')
        second = await call(client, "send_edit", instruction='Add a title "Two"')
        assert second.facts["status"] == "working"
        assert second.facts["not_sent"] == 'Add a title "Two"'
        assert "Not sent" in second.text
        await _follow_edit(client)
        timeline = await call(client, "get_timeline")
    [titles] = [track for track in timeline.facts["tracks"] if track["kind"] == "text"]
    assert [segment["text"] for segment in titles["segments"]] == ["One"]


async def test_the_timeline_tells_of_a_running_edit(
    connect: Connect, settings: Settings, tmp_path: Path
) -> None:
    """Another server on this machine is at it: its claim stands in the journal."""
    async with connect(wait_seconds=AT_ONCE) as client:
        session = await _open_project(client, tmp_path)
        await _claim(settings, session, "make it shine")
        timeline = await call(client, "get_timeline")
        assert timeline.facts["running_edit"]["instruction"] == "make it shine"
        assert "An edit is running" in timeline.text
        refused = await call(client, "send_edit", instruction="mute the video")
    assert refused.facts["not_sent"] == "mute the video"


async def test_an_edit_whose_server_is_gone_ends_with_what_it_changed(
    connect: Connect, settings: Settings, tmp_path: Path
) -> None:
    async with connect() as client:
        session = await _open_project(client, tmp_path)
        await _claim(settings, session, "put the clip there", seconds_ago=60)
        outcome = await call(client, "send_edit")
        assert outcome.facts["status"] == "applied"
        assert outcome.facts["changes"][0] == "Added video 'clip', 0-2s"
        again = await call(client, "send_edit", instruction="mute the video")
    assert again.facts["status"] == "applied"


async def test_an_export_goes_on_under_its_id(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        begun = await call(client, "export_video", quality="draft")
        assert begun.facts["status"] == "rendering"
        assert begun.facts["render_id"] in begun.text
        done = await _follow_export(client, begun)
    assert done.facts["status"] == "completed"
    assert [path.name for path in (tmp_path / "out").glob("*.mp4")] == ["clip.mp4"]


async def test_an_export_outlives_its_server(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        begun = await call(client, "export_video", quality="draft")
    async with connect() as client:
        done = await _follow_export(client, begun)
        assert done.facts["status"] == "completed"
        once_more = await call(client, "export_video", render_id=begun.facts["render_id"])
    assert once_more.facts["path"] == done.facts["path"] == str(tmp_path / "out" / "clip.mp4")


async def test_two_exports_at_once_are_one(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        first = await call(client, "export_video", quality="draft")
        second = await call(client, "export_video", quality="draft")
        await _follow_export(client, second)
    assert first.facts["render_id"] == second.facts["render_id"]


@pytest.mark.parametrize("backend", ["local", "cloud"])
async def test_sessions_are_found_again_after_a_restart(
    connect: Connect, tmp_path: Path, backend: str
) -> None:
    async with connect(backend=backend) as client:
        await _open_project(client, tmp_path)
        opened = await call(client, "send_edit", instruction='Add a title "Still here"')
    async with connect(backend=backend) as client:
        timeline = await call(client, "get_timeline")
    assert timeline.facts["session_id"] == opened.facts["session_id"]
    assert timeline.facts["backend"] == backend
    assert "Still here" in timeline.text


async def test_an_outcome_nobody_read_answers_the_same_edit_said_again(
    connect: Connect, tmp_path: Path
) -> None:
    """A host that hung up makes its assistant say it again: that is no second edit."""
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        answered = await call(client, "send_edit", instruction='Add a title "One"')
        while answered.facts["status"] == "working":
            answered = await call(client, "send_edit", instruction='Add a title "One"')
        assert answered.facts["status"] == "applied"
        timeline = await call(client, "get_timeline")
        assert "finished_edit" not in timeline.facts
    [titles] = [track for track in timeline.facts["tracks"] if track["kind"] == "text"]
    assert len(titles["segments"]) == 1


async def test_the_timeline_tells_an_outcome_nobody_read(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        await call(client, "send_edit", instruction='Add a title "One"')
        timeline = await call(client, "get_timeline")
        while "running_edit" in timeline.facts:
            timeline = await call(client, "get_timeline")
        assert timeline.facts["finished_edit"]["status"] == "applied"
        assert "finished_edit" not in (await call(client, "get_timeline")).facts


async def test_an_export_nobody_read_is_not_rendered_again(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        exported = await call(client, "export_video", quality="draft")
        while exported.facts["status"] == "rendering":
            exported = await call(client, "export_video", quality="draft")
    assert [path.name for path in (tmp_path / "out").glob("*.mp4")] == ["clip.mp4"]


async def test_an_export_after_an_edit_is_another(connect: Connect, tmp_path: Path) -> None:
    async with connect(wait_seconds=AT_ONCE) as client:
        await _open_project(client, tmp_path)
        stale = await call(client, "export_video", quality="draft")
        await call(client, "send_edit", instruction='Add a title "Fresh"')
        await _follow_edit(client)
        fresh = await call(client, "export_video", quality="draft")
        assert fresh.facts["render_id"] != stale.facts["render_id"]
        await _follow_export(client, stale)
        await _follow_export(client, fresh)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mp4")) == ["clip-2.mp4", "clip.mp4"]


async def test_an_edit_undone_brings_its_film_back(connect: Connect, tmp_path: Path) -> None:
    async with connect() as client:
        await _open_project(client, tmp_path)
        first = await call(client, "export_video", quality="draft")
        await call(client, "send_edit", instruction="mute the video")
        muted = await call(client, "export_video", quality="draft")
        await call(client, "send_edit", instruction="undo")
        again = await call(client, "export_video", quality="draft")
    assert muted.facts["path"] != first.facts["path"] == again.facts["path"]
    assert again.facts["made_before"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the engine")
async def test_an_engine_that_died_is_started_again(connect: Connect, tmp_path: Path) -> None:
    async with connect(backend="local") as client:
        await _open_project(client, tmp_path)
        os.kill(engine_of_this_process(), signal.SIGKILL)
        edited = await call(client, "send_edit", instruction='Add a title "Back"')
        assert edited.facts["status"] == "applied"
        exported = await call(client, "export_video", quality="draft")
    assert exported.facts["status"] == "completed"
