"""Exports: what is asked for twice is rendered once, and found again after a restart."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.errors import Cancelled, EmptyTimeline, NemoError, NotWritable
from mcp_nemo.journal import Journal, RenderEntry
from mcp_nemo.settings import Settings
from mcp_nemo.studio import interchange
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.changes import Change, Changes
from mcp_nemo.studio.clock import Clock
from mcp_nemo.studio.files import export_target
from mcp_nemo.studio.jobs import Job, start
from mcp_nemo.studio.originals import Originals
from mcp_nemo.studio.rendering import Rendering, digest, new_render_id, stamp_of
from mcp_nemo.studio.reports import ExportFormat, ExportReport, InterchangeFormat
from mcp_nemo.timeline import decode

_STOP_AGAIN_SECONDS = 0.2
# A call must not hang where the engine is not there to stop anything.
_LONGEST_STOP_SECONDS = 5
_Work = Callable[[Rendering, Job[ExportReport]], Awaitable[ExportReport]]


@dataclass(frozen=True, slots=True)
class Export:
    """A render under way."""

    rendering: Rendering
    job: Job[ExportReport]

    @property
    def session(self) -> OpenSession:
        return self.rendering.session

    @property
    def render_id(self) -> str:
        return self.rendering.entry.id

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
            seconds_left=round(self.job.seconds_left) if self.job.seconds_left else None,
        )


class Exports:
    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        tasks: TaskGroup,
        clock: Clock,
        changes: Changes,
        originals: Originals,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self._changes = changes
        self._originals = originals
        self._under_way: dict[str, Export] = {}
        self._one_at_a_time = anyio.Lock()
        # By session: set when the export that is being called off in it is over.
        self._called_off: dict[str, anyio.Event] = {}

    async def told(self, render_id: str) -> None:
        await run_sync(self._journal.tell_render, render_id)

    async def begin(self, session: OpenSession, quality: str, save_as: str) -> "Export | ExportReport":
        """Render what the timeline is now, unless that was done before or is under way."""
        if called_off := self._called_off.get(session.id):
            with anyio.move_on_after(_LONGEST_STOP_SECONDS):
                await called_off.wait()
        target = await run_sync(self._target, save_as, session.entry.title, "mp4")
        draft = await session.draft()
        if decode(draft).is_empty:
            raise EmptyTimeline
        render_id = new_render_id(self._clock)
        entry = RenderEntry(
            id=render_id,
            backend_id=render_id,
            session_id=session.id,
            save_as=str(target),
            quality=quality,
            draft_digest=digest(draft),
            started_at=self._clock.now(),
        )
        async with self._one_at_a_time:
            known = await self._made_before(session, entry, any_name=not save_as)
            return known or await self._add(
                session, entry, lambda rendering, job: rendering.begin(draft, job)
            )

    async def _made_before(
        self, session: OpenSession, entry: RenderEntry, *, any_name: bool
    ) -> "Export | ExportReport | None":
        """An earlier export of the same draft in the same quality, where that will do."""
        like = await run_sync(self._journal.renders_like, entry)
        for earlier in like:
            is_same_name = earlier.save_as == entry.save_as
            if is_same_name and not earlier.told:
                return await self.resume(session, earlier)
            if (is_same_name or any_name) and await run_sync(_has_film, earlier):
                await self.told(earlier.id)
                return ExportReport.model_validate({**(earlier.outcome or {}), "made_before": True})
        # What could not be rendered, or not be fetched once more, is rendered anew.
        lost = {earlier.backend_id for earlier in like if earlier.has_failed}
        for earlier in like:
            if earlier.backend_id not in lost:
                again = replace(entry, backend_id=earlier.backend_id)
                return await self._add(session, again, Rendering.resume)
        return None

    async def _add(self, session: OpenSession, entry: RenderEntry, work: _Work) -> Export:
        # In the journal before it is on its way: a restart finds it again.
        await run_sync(self._journal.add_render, entry)
        return self._follow(session, entry, work)

    async def write(self, session: OpenSession, format: InterchangeFormat, save_as: str) -> ExportReport:
        """What needs no rendering is done at once, and leaves nothing to be followed."""
        target = await run_sync(self._target, save_as, session.entry.title, format)
        draft = await session.draft()
        async with self._one_at_a_time:
            originals = self._originals.of(session.id)
            return await run_sync(interchange.write, session, format, draft, target, originals)

    async def resume(self, session: OpenSession, entry: RenderEntry) -> ExportReport | Export:
        """What came of an export, or the export itself, followed again."""
        under_way = self._under_way.get(entry.id)
        if under_way and not under_way.job.finished.is_set():
            return under_way
        # A job writes its outcome before it ends, so only what is read now is sure to be the last word.
        known = await run_sync(self._journal.render, entry.id)
        if known and known.outcome is not None:
            await self.told(entry.id)
            return ExportReport.model_validate(known.outcome)
        newer = self._under_way.get(entry.id)
        if newer and newer is not under_way:
            return newer
        return self._follow(session, known or entry, Rendering.resume)

    async def stop(self, export: Export) -> bool:
        """Call off a render on this machine; false for one elsewhere, where there is nothing to call off."""
        if export.session.backend != "local":
            return False
        over = self._called_off[export.session.id] = anyio.Event()
        try:
            await self._stop(export)
            # Who called it off knows, and may ask for the same again.
            await self.told(export.render_id)
        finally:
            over.set()
        return True

    async def _stop(self, export: Export) -> None:
        while not export.job.finished.is_set():
            try:
                client, rendered_as = await export.session.client(), export.rendering.entry.backend_id
                await client.cancel_render(rendered_as)
                if (await client.render_status(rendered_as)).status == "completed":
                    # The engine has the film, and whoever asks for it after all gets that.
                    export.job.stop(Cancelled("export"))
                await export.job.finished.wait()
            except NemoError:
                # Most likely the engine has not heard of it yet.
                await self._clock.sleep(_STOP_AGAIN_SECONDS)

    def stop_soon(self, export: Export) -> None:
        """For a caller who is being cancelled, and cannot wait."""

        async def work(_: Job[None]) -> None:
            await self.stop(export)

        start(self._tasks, work)

    def _follow(self, session: OpenSession, entry: RenderEntry, work: _Work) -> Export:
        rendering = Rendering(session, entry, self._journal, self._clock)
        filmed = Change(session.entry, "film")
        told = self._changes.after(
            partial(work, rendering), filmed, lambda report: report.status == "completed"
        )
        export = Export(rendering, start(self._tasks, told))
        self._under_way[entry.id] = export
        return export

    def _target(self, save_as: str, title: str, format: ExportFormat) -> Path:
        settings = self._settings
        target = export_target(save_as, title, settings.output_dir, settings.media_dirs, f".{format}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritable(str(target.parent), error.strerror or "unknown reason") from error
        if not os.access(target.parent, os.W_OK):
            raise NotWritable(str(target.parent), "permission denied")
        return target


def _has_film(entry: RenderEntry) -> bool:
    """Whether the film is where it was put, and nobody has changed it since."""
    path = (entry.outcome or {}).get("path")
    return path is not None and entry.film_stamp is not None and stamp_of(Path(path)) == entry.film_stamp
