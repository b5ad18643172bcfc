"""One export: rendered by the backend, followed, fetched, checked, and only then given its name."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_process
from anyio.to_thread import run_sync

from mcp_nemo import __version__
from mcp_nemo.api import Progress, RenderStatus
from mcp_nemo.errors import (
    BackendError,
    Cancelled,
    DiskFull,
    Forbidden,
    NemoError,
    NotFound,
    RateLimited,
    RenderFailed,
    ServerFault,
    TransportError,
)
from mcp_nemo.journal import Journal, RenderEntry
from mcp_nemo.studio import receipts
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.clock import Clock
from mcp_nemo.studio.files import put_in_place
from mcp_nemo.studio.inspection import Inspected, Unplayable, inspect
from mcp_nemo.studio.jobs import Job
from mcp_nemo.studio.pace import Pace
from mcp_nemo.studio.receipts import Receipt
from mcp_nemo.studio.reports import ExportReport, ExportStatus, Problem
from mcp_nemo.studio.stretches import Stretch, footage
from mcp_nemo.timeline import decode
from mcp_nemo.timeline.labels import one_line

# The engine of this machine is asked often; the cloud less and less.
_FIRST_POLL = {"local": 0.5, "cloud": 2.0}
_LONGEST_POLL = {"local": 1.0, "cloud": 30.0}
# How long a render is asked after while no answer comes.
_PATIENCE_SECONDS = 10 * 60
# How many percent of an export are done when it is rendered, and when it is fetched; the rest is checking.
_RENDERED, _FETCHED = 95, 98
# What says nothing about a render (C).
_PASSING = (TransportError, RateLimited, ServerFault)
# Warnings are somebody else's text, and read by the assistant.
_MOST_WARNINGS = 5
_LONGEST_WARNING = 300
# The engine's own words for failures that a second try meets again.
_HOPELESS = ("disk_full", "not_media", "cancelled")


def new_render_id(clock: Clock) -> str:
    """The client chooses the id, and it must be unique (R)."""
    return f"render_{clock.now() * 1000:.0f}_{secrets.token_hex(4)}"


def digest(draft: object) -> str:
    return hashlib.sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()


def stamp_of(film: Path) -> str | None:
    """Another when the file was changed; None when it is gone."""
    try:
        facts = film.stat()
    except OSError:
        return None
    return f"{facts.st_size}:{facts.st_mtime_ns}"


@dataclass(slots=True)
class Rendering:
    session: OpenSession
    entry: RenderEntry
    journal: Journal
    clock: Clock

    async def begin(self, draft: object, job: Job[ExportReport]) -> ExportReport:
        job.tell("Starting the render", 0, 100)
        return await self._to_the_end(job, draft)

    async def resume(self, job: Job[ExportReport]) -> ExportReport:
        """Go on with a render begun before: by another server, or for a file of another name."""
        job.tell("Looking for the render", 0, 100)
        return await self._to_the_end(job, None)

    async def _to_the_end(self, job: Job[ExportReport], draft: object) -> ExportReport:
        try:
            if draft is not None:
                await self._start(draft)
            finished = await self._rendered(job)
            if finished.status == "failed":
                return await self._over("failed", finished.progress, problem=Problem.of(_failure(finished)))
            found, path = await self._fetched(finished, job, draft)
            # A film in its place is told of, whoever calls it off now.
            with anyio.CancelScope(shield=True):
                report = await self._over("completed", 100, **await self._facts(finished, found, path))
            return report  # noqa: RET504 - a scope might swallow what is raised, as types tell
        except NemoError as error:
            problem = Problem.of(error)
            if isinstance(error, BackendError) and not error.retryable:
                return await self._over("failed", job.done, problem=problem)
            # The render itself may be well: it stays open, and can be asked for again.
            return self._report("failed", job.done, problem=problem)

    async def _over(self, status: ExportStatus, progress: float, **facts: Any) -> ExportReport:
        report = self._report(status, progress, **facts)
        stamp = await run_sync(stamp_of, Path(report.path)) if report.path else None
        await run_sync(self.journal.finish_render, self.entry.id, report.model_dump(mode="json"), stamp)
        return report

    async def _facts(self, finished: RenderStatus, found: Inspected, path: Path) -> dict[str, Any]:
        """What the report says of a film in its place; its receipt says it too."""
        warnings = [one_line(warning, _LONGEST_WARNING) for warning in finished.warnings[:_MOST_WARNINGS]]
        told = {"copied": finished.copied, "warnings": warnings}
        receipt = Receipt(
            film=path.name,
            sha256=found.sha256,
            size_bytes=found.size_bytes,
            exported_at=datetime.fromtimestamp(self.clock.now(), UTC).isoformat(timespec="seconds"),
            made_by=f"mcp-nemo {__version__}",
            backend=self.session.backend,
            session_id=self.session.id,
            render_id=self.entry.id,
            draft_sha256=self.entry.draft_digest,
            quality=self.entry.quality,
            duration_ms=found.duration_ms,
            streams=found.streams,
            copied=finished.copied,
            checks=found.checks,
            notes=found.notes,
            warnings=warnings,
        )
        left = await run_sync(receipts.leave, receipt, path)
        return asdict(found) | told | {"path": str(path), "receipt": str(left) if left else None}

    async def _rendered(self, job: Job[ExportReport]) -> RenderStatus:
        """The render when it is over; one that fails is tried once more, under a new id (V)."""
        status = await self._poll(job)
        is_first_try = self.entry.backend_id == self.entry.id
        if status.status == "completed" or status.error_code in _HOPELESS or not is_first_try:
            return status
        # In the journal before it is on its way, as the first one was.
        self.entry = replace(self.entry, backend_id=new_render_id(self.clock))
        await run_sync(self.journal.retry_render, self.entry.id, self.entry.backend_id)
        await self._start_again()
        return await self._poll(job)

    async def _start_again(self) -> None:
        draft = await self.session.draft()
        if digest(draft) != self.entry.draft_digest:
            raise RenderFailed("it has to be begun anew, and the timeline has changed since")
        await self._start(draft)

    async def _start(self, draft: object) -> None:
        """Send the draft as the backend gave it."""
        client = await self.session.client()
        try:
            await client.start_render(
                self.entry.backend_id, self.session.id, draft, "mp4", self.entry.quality
            )
        except _PASSING:
            # It may have arrived; asking after it tells.
            return

    async def _poll(self, job: Job[ExportReport]) -> RenderStatus:
        """Ask after the render until it is over; what is not an answer about it does not end it (C)."""
        delay = _FIRST_POLL[self.session.backend]
        pace = Pace()
        answered_at = self.clock.now()
        restarted = False
        while True:
            try:
                client = await self.session.client()
                status = await client.render_status(self.entry.backend_id)
                answered_at = self.clock.now()
                if status.status in ("completed", "failed"):
                    return status
                self._tell(status, job, pace)
            except _PASSING:
                if self.clock.now() - answered_at > _PATIENCE_SECONDS:
                    raise
            except NotFound:
                # It never arrived: the one case in which it is sent again under the same id.
                if restarted:
                    raise
                restarted = True
                await self._start_again()
            await self.clock.sleep(delay)
            delay = min(delay * 1.5, _LONGEST_POLL[self.session.backend])

    def _tell(self, status: RenderStatus, job: Job[ExportReport], pace: Pace) -> None:
        done = max(job.done, status.progress * _RENDERED / 100)
        left = pace.seconds_left(status.progress, self.clock.now())
        job.tell(f"Rendering: {done:.0f}%", done, seconds_left=left)

    async def _fetched(
        self, finished: RenderStatus, job: Job[ExportReport], draft: object
    ) -> tuple[Inspected, Path]:
        """The file beside its place, checked, and then in its place."""
        target = Path(self.entry.save_as)
        part = target.with_name(f".{target.name}.{self.entry.id}")
        try:
            await self._download(finished, part, self._fetching(job))
            job.tell("Checking the video", _FETCHED)
            # Our own engine tells milliseconds; others may round.
            is_exact = self.session.backend == "local"
            moving = self._moving(draft)
            look = partial(inspect, part, finished.duration_ms, is_exact=is_exact, moving=moving)
            found = await anyio.to_process.run_sync(look, cancellable=True)
            return found, await run_sync(put_in_place, part, target)
        except Unplayable as error:
            raise RenderFailed(str(error)) from error
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.Path(part).unlink(missing_ok=True)

    def _fetching(self, job: Job[ExportReport]) -> Progress:
        """Tells how far it is, in bytes."""
        job.tell("Fetching the video", _RENDERED)
        pace = Pace()

        def tell(received: int, total: int) -> None:
            if not total:
                return
            share = received / total
            left = pace.seconds_left(100 * share, self.clock.now())
            done = _RENDERED + (_FETCHED - _RENDERED) * share
            job.tell(f"Fetching the video: {share:.0%}", done, seconds_left=left)

        return tell

    def _moving(self, draft: object) -> list[Stretch]:
        """Where the picture surely moves: a coarse quality makes what moves a little stand still."""
        is_sure = draft is not None and self.entry.quality != "draft"
        return footage(decode(draft)) if is_sure else []

    async def _download(self, finished: RenderStatus, part: Path, progress: Progress) -> None:
        client = await self.session.client()
        if finished.url:
            try:
                await client.download(finished.url, part, progress)
            except (NotFound, Forbidden, TransportError, ServerFault):
                pass
            else:
                return
        # The way round, with the token (V).
        await client.download_by_id(self.entry.backend_id, part, progress)

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
    if status.error_code == "cancelled":
        return Cancelled("render")
    return RenderFailed(status.error or "the backend gave no reason")
