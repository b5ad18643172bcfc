"""Moments of drafts, drawn by worker processes: one at a time, so that looking takes little from renders."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.render.moment import MomentJob, MomentKind
from mcp_nemo.engine.store import Store
from mcp_nemo.workers import environment


@dataclass(frozen=True, slots=True)
class Shown:
    """`problem` says in a sentence why there is nothing to show."""

    data: bytes = b""
    problem: str = ""


class Moments:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = anyio.CapacityLimiter(1)

    async def show(self, session_id: str, at_ms: int, kind: MomentKind) -> Shown:
        """An MP4 or a JPEG; who cancels takes the worker with it."""
        draft = await run_sync(self._store.draft, session_id) or Draft()
        media = await run_sync(self._store.media, session_id)
        async with self._one_at_a_time, anyio.TemporaryDirectory(prefix="nemo-moment-") as folder:
            job = MomentJob(
                draft=draft.to_wire(),
                media=tuple(media.values()),
                at_ms=at_ms,
                kind=kind,
                target=Path(folder) / "moment",
            )
            return await _worked(job)


async def _worked(job: MomentJob) -> Shown:
    finished = await anyio.run_process(
        [sys.executable, "-m", "mcp_nemo.engine.render.moment"],
        input=job.model_dump_json().encode(),
        stderr=None,
        check=False,
        env=environment(),
        start_new_session=True,
    )
    if finished.returncode == 0:
        return Shown(await anyio.Path(job.target).read_bytes())
    return Shown(problem=finished.stdout.decode() or "it could not be drawn")


async def while_awaited(request: Request, work: Callable[[], Awaitable[Shown]]) -> Shown:
    """What comes of work that ends when whoever asked for it hangs up."""
    shown = Shown()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_end_when_gone, request, tasks.cancel_scope)
        shown = await work()
        tasks.cancel_scope.cancel()
    return shown


async def _end_when_gone(request: Request, work: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    work.cancel()
