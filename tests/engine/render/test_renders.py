"""Renders in the background of an engine, and of two engines on one home."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import anyio
import pytest
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.engine.draft import Segment, VideoClip
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.job import scratch_of
from mcp_nemo.engine.renders import LEASE_SECONDS, Renders
from mcp_nemo.engine.store import PENDING_PROGRESS, RenderRow, Store
from tests.clock import FakeClock
from tests.engine.render.films import clip, film, title
from tests.faults import no_room
from tests.media import make_video
from tests.processes import alive, leaders

# More than a busy machine needs.
SOON = 120


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "engine")


@pytest.fixture
async def tasks() -> AsyncIterator[TaskGroup]:
    async with anyio.create_task_group() as group:
        yield group
        group.cancel_scope.cancel()


class Upload(NamedTuple):
    path: Path
    session_id: str


@pytest.fixture
def upload(store: Store, tmp_path: Path) -> Upload:
    path = make_video(tmp_path / "clip.mp4", seconds=2)
    session = store.add_session(store.local_user(1).id, "film", "en")
    store.add_media(session.id, probe(path, id=path.name))
    return Upload(path, session.id)


async def asked(store: Store, upload: Upload, *segments: Segment, name: str = "render") -> RenderRow:
    draft = film(*segments).to_wire()
    return await run_sync(store.add_render, name, upload.session_id, draft, "draft")


def long(upload: Upload) -> VideoClip:
    """To be rendered for minutes."""
    return clip(upload.path, 0, 3_600_000)


def now(store: Store, name: str = "render") -> RenderRow:
    row = store.render("local", name)
    assert row is not None
    return row


async def until(happens: Callable[[], bool], seconds: float = SOON) -> None:
    with anyio.fail_after(seconds):
        while not await run_sync(happens):  # noqa: ASYNC110 - another process sets no event of ours
            await anyio.sleep(0.05)


async def until_over(store: Store, name: str = "render") -> RenderRow:
    await until(lambda: now(store, name).status in ("completed", "failed"))
    return await run_sync(now, store, name)


async def until_begun(store: Store) -> None:
    await until(lambda: now(store).status == "processing")


@contextmanager
def engine(store: Store) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process on the same home."""
    command = [sys.executable, "-m", "mcp_nemo", "engine", "--port", "0", "--home", str(store.home.parent)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


async def test_an_edit_renders_only_what_it_changed(store: Store, upload: Upload, tasks: TaskGroup) -> None:
    renders = Renders(store, tasks)
    whole = (clip(upload.path, 0, 2000), clip(upload.path, 2000, 1000))

    await renders.ensure_running(await asked(store, upload, *whole, title("Hello", 0, 500), name="first"))
    assert (await until_over(store, "first")).status == "completed"
    first = pieces(store)
    await renders.ensure_running(await asked(store, upload, *whole, title("Goodbye", 0, 500), name="second"))
    assert (await until_over(store, "second")).status == "completed"
    second = pieces(store)

    # The sound, the clip with the title, and what is bare of it; the other clip is copied.
    assert len(first) == 3
    assert second.items() >= first.items()
    assert len(second) == 4


async def test_what_is_told_of_a_long_render_rises_by_tenths(
    store: Store, upload: Upload, tasks: TaskGroup
) -> None:
    told: list[float] = []

    def has_told_enough() -> bool:
        told.append(now(store).progress)
        return len(set(told)) > 5

    await Renders(store, tasks).ensure_running(await asked(store, upload, long(upload)))
    await until(has_told_enough)
    assert told == sorted(told)
    assert told[0] == PENDING_PROGRESS
    assert any(percent % 1 for percent in told)
    assert all(percent == round(percent, 1) for percent in told)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_cancelled_render_leaves_nothing(store: Store, upload: Upload, tasks: TaskGroup) -> None:
    renders = Renders(store, tasks)
    await renders.ensure_running(await asked(store, upload, long(upload)))
    await until_begun(store)

    led = await run_sync(leaders)
    assert led
    with anyio.fail_after(1):
        await renders.cancel(await run_sync(now, store))
        await until(lambda: not names(store) and not alive(led))

    row = await run_sync(now, store)
    assert (row.status, row.error_code) == ("failed", "cancelled")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_another_engine_can_cancel(store: Store, upload: Upload, tasks: TaskGroup) -> None:
    mine, other = Renders(store, tasks), Renders(store, tasks)
    await mine.ensure_running(await asked(store, upload, long(upload)))
    await until_begun(store)

    led = await run_sync(leaders)
    assert led
    await other.cancel(await run_sync(now, store))
    await until(lambda: not names(store) and not alive(led))

    assert (await run_sync(now, store)).error_code == "cancelled"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_two_engines_never_work_on_one_render(store: Store, upload: Upload, tasks: TaskGroup) -> None:
    clock = Clock()
    mine, other = Renders(store, tasks, clock), Renders(store, tasks, clock)
    await mine.ensure_running(await asked(store, upload, long(upload)))
    await until_begun(store)
    holder, led = (await run_sync(now, store)).worker, await run_sync(leaders)

    await other.ensure_running(await run_sync(now, store))
    assert (await run_sync(now, store)).worker == holder

    clock.now += LEASE_SECONDS + 1
    await other.ensure_running(await run_sync(now, store))
    assert (await run_sync(now, store)).worker != holder
    await until(lambda: alive(led) == [])
    assert (await run_sync(now, store)).status == "processing"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_killed_worker_is_told(store: Store, upload: Upload, tasks: TaskGroup) -> None:
    renders = Renders(store, tasks)
    await renders.ensure_running(await asked(store, upload, long(upload)))
    await until_begun(store)

    (leader,) = await run_sync(leaders)
    os.kill(leader, signal.SIGKILL)

    row = await until_over(store)
    assert row.error_code == "render_failed"
    assert "ended early" in (row.error or "")
    assert names(store) == []
    await until(lambda: alive([leader]) == [])


async def test_a_killed_render_is_gone_on_with(store: Store, upload: Upload) -> None:
    """The engine ends with a film half done: what was finished is not made again, and the rest is."""
    clock = Clock()
    titles = [title(f"Number {number}", number * 1000, 1000) for number in range(20)]
    clips = [clip(upload.path, number * 1000, 1000) for number in range(20)]
    row = await asked(store, upload, *clips, *titles)
    async with anyio.create_task_group() as first:
        await Renders(store, first, clock).ensure_running(row)
        await until(lambda: len(pieces(store)) >= 5)
        first.cancel_scope.cancel()
    finished = pieces(store)
    left = scratch_of(store.render_path(row.id))
    left.mkdir()
    (left / "half.mp4").write_bytes(b"half a piece")
    assert len(finished) < 21

    clock.now += LEASE_SECONDS + 1
    async with anyio.create_task_group() as second:
        await Renders(store, second, clock).ensure_running(await run_sync(now, store))
        assert (await until_over(store)).status == "completed"
        second.cancel_scope.cancel()

    assert pieces(store).items() >= finished.items()
    assert len(pieces(store)) == 21
    assert names(store) == ["render.mp4"]


async def test_a_render_is_taken_up_when_its_lease_has_run_out(
    store: Store, upload: Upload, tasks: TaskGroup
) -> None:
    clock = FakeClock()
    row = await asked(store, upload, clip(upload.path, 0, 500))
    await run_sync(store.claim_render, row.id, "gone", clock.now(), clock.now() + LEASE_SECONDS)

    tasks.start_soon(Renders(store, tasks, clock.now, clock.sleep).take_up_abandoned)
    for _ in range(3):
        await clock.pass_by(LEASE_SECONDS / 3)
    assert (await run_sync(now, store)).worker == "gone"
    await clock.pass_by(LEASE_SECONDS / 3)

    assert (await until_over(store)).status == "completed"


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
async def test_a_render_that_the_store_has_no_room_for_is_told(
    store: Store, upload: Upload, tasks: TaskGroup
) -> None:
    """At once to who asks, to the store when there is room again; and the engine goes on."""
    clock = FakeClock()
    renders = Renders(store, tasks, clock.now, clock.sleep)
    await renders.ensure_running(await asked(store, upload, long(upload)))
    await until_begun(store)
    with no_room(os.getpid()):
        await clock.pass_by(LEASE_SECONDS / 3)
        await until(lambda: renders.as_known(now(store)).error_code == "disk_full")
        assert (await run_sync(now, store)).status == "processing"
    tasks.start_soon(renders.take_up_abandoned)
    assert (await until_over(store)).error_code == "disk_full"
    assert names(store) == []

    await renders.ensure_running(await asked(store, upload, clip(upload.path, 0, 500), name="next"))
    assert (await until_over(store, "next")).status == "completed"


async def test_an_engine_that_ends_leaves_its_renders_to_the_next(store: Store, upload: Upload) -> None:
    async with anyio.create_task_group() as first:
        await Renders(store, first).ensure_running(await asked(store, upload, long(upload)))
        await until_begun(store)
        first.cancel_scope.cancel()
    assert [row.id for row in await run_sync(store.abandoned_renders, 1)] == ["render"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_one_of_two_engines_goes_on_where_the_other_was_killed(store: Store, upload: Upload) -> None:
    """Both real; nobody asks for the render again."""
    await asked(store, upload, long(upload))
    with engine(store) as one, engine(store) as other:
        await until_begun(store)
        holder = (await run_sync(now, store)).worker or ""
        led = {process.pid: await run_sync(leaders, process.pid) for process in (one, other)}
        working, idle = (one, other) if led[one.pid] else (other, one)
        assert (len(led[working.pid]), led[idle.pid]) == (1, [])

        working.kill()
        # As if the time of the lease had passed.
        await run_sync(store.release_render, "render", holder)
        await until(lambda: leaders(idle.pid) != [])
        await until(lambda: alive(led[working.pid]) == [])
        assert (await run_sync(now, store)).worker != holder


async def test_what_a_killed_engine_left_of_a_cancelled_render_is_removed(
    store: Store, upload: Upload, tasks: TaskGroup
) -> None:
    row = await asked(store, upload, long(upload))
    scratch = scratch_of(store.render_path(row.id))
    scratch.mkdir()
    (scratch / "half.mp4").write_bytes(b"half a piece")
    await Renders(store, tasks).cancel(row)
    assert names(store) == []


def names(store: Store) -> list[str]:
    return [path.name for path in store.render_dir.iterdir()]


def pieces(store: Store) -> dict[str, int]:
    """The files on the shelf; one that is made again is another file."""
    return {path.name: path.stat().st_ino for path in store.shelf_dir.glob("*.mp4")}
