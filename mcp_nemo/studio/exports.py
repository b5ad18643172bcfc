"""Exports: a render begun once, followed to its end, fetched, checked, and only then given its name."""

import hashlib
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anyio
import anyio.to_process
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.api import NemoClient, RenderStatus
from mcp_nemo.errors import (
    DiskFull,
    EmptyTimeline,
    NemoError,
    NotWritable,
    RenderFailed,
)
from mcp_nemo.journal import Journal, RenderEntry, SessionEntry
from mcp_nemo.settings import Settings
from mcp_nemo.studio.files import export_target, put_in_place
from mcp_nemo.studio.inspection import Unplayable, inspect
from mcp_nemo.studio.jobs import Job, start
from mcp_nemo.studio.reports import ExportReport, ExportStatus, Problem
from mcp_nemo.timeline import decode

# The engine of this machine is asked often; the cloud less and less.
_FIRST_POLL = 0.5
_LONGEST_POLL = {"local": 1.0, "cloud": 30.0}


@dataclass(frozen=True, slots=True)
class Export:
    """A render under way."""

    session: SessionEntry
    render_id: str
    job: Job[ExportReport]

    def report(self) -> ExportReport:
        if self.job.finished.is_set():
            return self.job.result()
        return ExportReport(
            session_id=self.session.id,
            backend=self.session.backend,
            render_id=self.render_id,
            status="rendering",
            progress=self.job.done,
            running_seconds=round(self.job.seconds, 1),
        )


class Exports:
    def __init__(self, settings: Settings, journal: Journal, tasks: TaskGroup) -> None:
        self._settings = settings
        self._journal = journal
        self._tasks = tasks
        self._under_way: dict[str, Export] = {}

    async def told(self, render_id: str) -> None:
        await run_sync(self._journal.tell_render, render_id)

    async def begin(
        self, session: SessionEntry, client: NemoClient, quality: str, save_as: str
    ) -> "Export | ExportReport":
        """Render what the timeline is now; while nobody has read the outcome, asking twice renders once."""
        target = await run_sync(self._target, save_as, session.title)
        draft = (await client.state(session.id)).draft
        if decode(draft).is_empty:
            raise EmptyTimeline
        entry = RenderEntry(
            id=f"render_{time.time_ns() // 1_000_000}_{secrets.token_hex(4)}",
            session_id=session.id,
            save_as=str(target),
            quality=quality,
            draft_digest=_digest(draft),
            started_at=time.time(),
        )
        last = await run_sync(self._journal.last_render, session.id)
        if last and not last.told and _is_same(last, entry):
            return await self.resume(session, client, last)
        # In the journal before it is on its way: a restart finds it again.
        await run_sync(self._journal.add_render, entry)
        return self._follow(session, client, entry, draft)

    async def resume(
        self, session: SessionEntry, client: NemoClient, entry: RenderEntry
    ) -> ExportReport | Export:
        """What came of an export, or the export itself, followed again."""
        if entry.outcome is not None:
            await self.told(entry.id)
            return ExportReport.model_validate(entry.outcome)
        under_way = self._under_way.get(entry.id)
        return under_way or self._follow(session, client, entry, None)

    def _follow(self, session: SessionEntry, client: NemoClient, entry: RenderEntry, draft: object) -> Export:
        work = _Rendering(session, client, entry, draft, self._journal)
        export = Export(session, entry.id, start(self._tasks, work.run))
        self._under_way[entry.id] = export
        return export

    def _target(self, save_as: str, title: str) -> Path:
        settings = self._settings
        target = export_target(save_as, title, settings.output_dir, settings.media_dirs)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritable(str(target.parent), error.strerror or "unknown reason") from error
        if not os.access(target.parent, os.W_OK):
            raise NotWritable(str(target.parent), "permission denied")
        return target


def _digest(draft: object) -> str:
    return hashlib.sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()


def _is_same(one: RenderEntry, other: RenderEntry) -> bool:
    return (one.draft_digest, one.save_as, one.quality) == (other.draft_digest, other.save_as, other.quality)


@dataclass(frozen=True, slots=True)
class _Rendering:
    """The work of one export; `draft` is None when the render was begun before a restart."""

    session: SessionEntry
    client: NemoClient
    entry: RenderEntry
    draft: object
    journal: Journal

    async def run(self, job: Job[ExportReport]) -> ExportReport:
        try:
            report = await self._export(job)
        except NemoError as error:
            report = self._report("failed", job.done, problem=Problem.of(error))
        await run_sync(self.journal.finish_render, self.entry.id, report.model_dump(mode="json"))
        return report

    async def _export(self, job: Job[ExportReport]) -> ExportReport:
        entry = self.entry
        job.tell("Starting the render", 0, 100)
        if self.draft is not None:
            await self.client.start_render(entry.id, entry.session_id, self.draft, "mp4", entry.quality)
        finished = await self._poll(job)
        target = Path(entry.save_as)
        part = target.with_name(f".{target.name}.{entry.id}.part")
        job.tell("Fetching the video", 99)
        try:
            await self.client.download(finished.url or "", part)
            found = await anyio.to_process.run_sync(inspect, part, finished.duration_ms, cancellable=True)
            path = await run_sync(put_in_place, part, target)
        except Unplayable as error:
            raise RenderFailed(str(error)) from error
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.Path(part).unlink(missing_ok=True)
        return self._report("completed", 100, path=str(path), **asdict(found))

    async def _poll(self, job: Job[ExportReport]) -> RenderStatus:
        delay = _FIRST_POLL
        while True:
            status = await self.client.render_status(self.entry.id)
            if status.status == "completed":
                return status
            if status.status == "failed":
                raise _failure(status)
            job.tell("Rendering", status.progress)
            await anyio.sleep(delay)
            delay = min(delay * 1.5, _LONGEST_POLL[self.session.backend])

    def _report(self, status: ExportStatus, progress: float, **facts: Any) -> ExportReport:
        return ExportReport(
            session_id=self.session.id,
            backend=self.session.backend,
            render_id=self.entry.id,
            status=status,
            progress=progress,
            **facts,
        )


def _failure(status: RenderStatus) -> NemoError:
    if status.error_code == "disk_full":
        return DiskFull("the engine's data")
    return RenderFailed(status.error or "the backend gave no reason")
