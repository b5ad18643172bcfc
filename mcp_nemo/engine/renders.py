"""Renders in the background: one worker process at a time, its progress kept in the store.

A render belongs to the engine that holds its lease. One that ends gives the lease back, or when it was
killed lets it run out, and any other on the same home goes on with the render, from the pieces that were
finished.
"""

import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import anyio
from anyio.abc import Process, TaskGroup
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.to_thread import run_sync
from sqlalchemy.exc import OperationalError

from mcp_nemo.engine.render.encoders import AskedEncoder
from mcp_nemo.engine.render.job import RenderJob, scratch_of
from mcp_nemo.engine.store import PENDING_PROGRESS, RenderRow, Store, has_no_room
from mcp_nemo.workers import environment

# A worker that has not been heard of for so long is taken for dead.
LEASE_SECONDS = 15.0
_LONGEST_LINE = 1024 * 1024
log = logging.getLogger(__name__)


class _NotOurs(Exception):
    """The render was cancelled, or taken over, from elsewhere."""


class _NoRoom(Exception):
    """Nothing can be written to the store."""


class _Failure(NamedTuple):
    error: str
    error_code: str


class Renders:
    def __init__(
        self,
        store: Store,
        tasks: TaskGroup,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        *,
        encoder: AskedEncoder = "x264",
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._sleep = sleep
        self._encoder: AskedEncoder = encoder
        self._name = secrets.token_hex(8)
        self._one_at_a_time = anyio.CapacityLimiter(1)
        self._running: dict[str, anyio.CancelScope] = {}
        # What the store could not be told yet.
        self._untold: dict[str, _Failure] = {}

    async def take_up_abandoned(self) -> None:
        """Go on with the renders of engines that are gone, now and later; never returns."""
        while True:
            try:
                await self._tell_store()
                for row in await run_sync(self._store.abandoned_renders, self._clock()):
                    await self.ensure_running(row)
            except OperationalError as error:
                # A disk without room, most likely: there may be some later.
                log.warning("could not look for renders to go on with: %s", error.orig)
            await self._sleep(LEASE_SECONDS / 3)

    async def ensure_running(self, row: RenderRow) -> None:
        """Start a render that is not over and that nobody works on, here or in another process."""
        if row.status in ("completed", "failed") or row.id in self._running or row.id in self._untold:
            return
        now = self._clock()
        if await run_sync(self._store.claim_render, row.id, self._name, now, now + LEASE_SECONDS):
            self._running[row.id] = anyio.CancelScope()
            self._tasks.start_soon(self._work, row)

    def as_known(self, row: RenderRow) -> RenderRow:
        """With how it ended, where the store could not be told."""
        if (failure := self._untold.get(row.id)) and row.status in ("pending", "processing"):
            row.status, row.error, row.error_code = "failed", failure.error, failure.error_code
        return row

    async def cancel(self, row: RenderRow) -> None:
        await run_sync(self._store.fail_render, row.id, "The render was cancelled.", "cancelled")
        if scope := self._running.get(row.id):
            scope.cancel()
        elif row.lease_until < self._clock():
            # Of an engine that was killed; one that lives cleans up by itself.
            await run_sync(self._remove_scratch, row.id)

    async def _work(self, row: RenderRow) -> None:
        try:
            with self._running[row.id]:
                async with anyio.create_task_group() as keeper:
                    keeper.start_soon(self._keep_lease, row.id)
                    async with self._one_at_a_time:
                        await self._run_worker(row)
                    keeper.cancel_scope.cancel()
        except* _NotOurs:
            log.info("render %s was cancelled or taken over", row.id)
        except* _NoRoom:
            no_room = f"There is no room left on the disk of {self._store.home}."
            await self._fail(row.id, _Failure(no_room, "disk_full"))
        except* Exception:
            # The edge of background work: one render must not end the engine.
            log.exception("a render failed")
            await self._fail(row.id, _Failure("The engine failed on this render.", "render_failed"))
        finally:
            with anyio.CancelScope(shield=True), suppress(OperationalError):
                await run_sync(self._store.release_render, row.id, self._name)
            del self._running[row.id]

    async def _keep_lease(self, render_id: str) -> None:
        while True:
            await self._update(render_id, lease_until=self._clock() + LEASE_SECONDS)
            await self._sleep(LEASE_SECONDS / 3)

    async def _run_worker(self, row: RenderRow) -> None:
        job = await run_sync(self._job, row)
        command = [sys.executable, "-m", "mcp_nemo.engine.render", "--attended"]
        process = await anyio.open_process(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            env=environment(),
            start_new_session=True,
        )
        try:
            finished = await self._converse(process, row.id, job)
        finally:
            with anyio.CancelScope(shield=True):
                if process.returncode is None:
                    _kill(process)
                await process.aclose()
                await run_sync(self._clean_up, row.id)
        if not finished:
            early = f"The render process ended early ({process.returncode})."
            await self._fail(row.id, _Failure(early, "render_failed"))

    def _clean_up(self, render_id: str) -> None:
        """Whoever has taken the render over works in the same folder."""
        if self._store.works_on(render_id, self._name):
            self._remove_scratch(render_id)

    def _remove_scratch(self, render_id: str) -> None:
        shutil.rmtree(scratch_of(self._store.render_path(render_id)), ignore_errors=True)

    async def _converse(self, process: Process, render_id: str, job: RenderJob) -> bool:
        """Hand the job over and keep what the worker tells, until it has told the end."""
        assert process.stdin
        assert process.stdout
        try:
            await process.stdin.send(job.model_dump_json().encode() + b"\n")
            lines = BufferedByteReceiveStream(process.stdout)
            percent = 0.0
            while "progress" in (told := json.loads(await lines.receive_until(b"\n", _LONGEST_LINE))):
                before, percent = percent, max(percent, _percent(told["progress"]))
                if percent != before:
                    await self._update(render_id, status="processing", progress=percent)
                elif not await run_sync(self._store.is_with, render_id, self._name):
                    raise _NotOurs
            await self._finish(render_id, told)
            return True
        except (anyio.IncompleteRead, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return False

    async def _finish(self, render_id: str, told: dict[str, Any]) -> None:
        if "result" in told:
            await self._update(render_id, status="completed", progress=100, result=told["result"])
        else:
            await self._fail(render_id, _Failure(told["error"], told["error_code"]))

    async def _update(self, render_id: str, **columns: object) -> None:
        try:
            is_ours = await run_sync(partial(self._store.update_render, render_id, self._name, **columns))
        except OperationalError as error:
            if has_no_room(error):
                raise _NoRoom from error
            raise
        if not is_ours:
            raise _NotOurs

    async def _fail(self, render_id: str, failure: _Failure) -> None:
        self._untold[render_id] = failure
        # Where it cannot be written now, it is tried again.
        with suppress(OperationalError):
            await self._tell_store()

    async def _tell_store(self) -> None:
        for render_id, failure in [*self._untold.items()]:
            failed = {"status": "failed", **failure._asdict()}
            await run_sync(partial(self._store.update_render, render_id, self._name, **failed))
            self._untold.pop(render_id, None)

    def _job(self, row: RenderRow) -> RenderJob:
        return RenderJob(
            draft=row.draft,
            media=tuple(self._store.media(row.session_id).values()),
            target=self._store.render_path(row.id),
            quality=row.quality,
            shelf=self._store.shelf_dir,
            encoder=self._encoder,
        )


def _percent(share: float) -> float:
    """What is told last is the end, and not that all is done."""
    return round(PENDING_PROGRESS + min(1.0, share) * (99 - PENDING_PROGRESS), 1)


def _kill(process: Process) -> None:
    """With the processes that work for it, where the system has groups; elsewhere they notice and end."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
