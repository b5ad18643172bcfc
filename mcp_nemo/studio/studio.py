"""The use cases, each a method; none blocks longer than `wait_seconds`, as work goes on in the background."""

import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from math import inf
from typing import NamedTuple

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.errors import Cancelled, EmptyInstruction, NoSession, OutcomeLost, UnknownRender, UnknownSession
from mcp_nemo.journal import Journal, SessionEntry
from mcp_nemo.settings import Settings
from mcp_nemo.studio.backends import Backends, OpenSession
from mcp_nemo.studio.changes import Change, Changes
from mcp_nemo.studio.clock import Clock, SystemClock
from mcp_nemo.studio.edits import Edits
from mcp_nemo.studio.exports import Export, Exports
from mcp_nemo.studio.jobs import Job, Report, start, unheard
from mcp_nemo.studio.looking import Looking, MomentKind, Picture
from mcp_nemo.studio.originals import Originals
from mcp_nemo.studio.reports import (
    CreditsReport,
    EditReport,
    ExportFormat,
    ExportReport,
    RunningEdit,
    SessionReport,
    TimelineReport,
    UploadReport,
)
from mcp_nemo.studio.routing import Route, route
from mcp_nemo.studio.uploads import Upload
from mcp_nemo.timeline import decode

# The tools for wishes that are no edits, and that the agent is never asked for.
TOOL_FOR: Mapping[Route, str] = {
    "export": "export_video",
    "credits": "check_credits",
    "timeline": "get_timeline",
    "upload": "upload_media",
}


class UploadUnderWay(NamedTuple):
    upload: Upload
    job: Job[UploadReport]


def nobody() -> str:
    """The owner where nobody has to say who they are."""
    return ""


@asynccontextmanager
async def open_studio(
    settings: Settings, clock: Clock | None = None, caller: Callable[[], str] = nobody
) -> AsyncIterator["Studio"]:
    """A studio and all it owns: background work, connections, the engine of this machine.

    `caller` says for whom a method runs. The studio asks in each of them, so that no tool can forget to.
    """
    clock = clock or SystemClock()
    journal = await run_sync(Journal, settings.home, clock.now)
    async with Backends(settings, clock) as backends, anyio.create_task_group() as tasks:
        yield Studio(settings, journal, backends, tasks, clock, caller)
        tasks.cancel_scope.cancel()


class Studio:
    """In every method an empty `session_id` means the caller's latest session.

    `patience` is how many seconds a caller waits for work to end, where that is less than `wait_seconds`.
    """

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        backends: Backends,
        tasks: TaskGroup,
        clock: Clock,
        caller: Callable[[], str],
    ) -> None:
        self.settings = settings
        self._journal = journal
        self._backends = backends
        self._tasks = tasks
        self._caller = caller
        self.changes = Changes(tasks)
        self.changes.follow(self._record)
        self._edits = Edits(journal, tasks, clock, self.changes)
        self._originals = Originals()
        self._exports = Exports(settings, journal, tasks, clock, self.changes, self._originals)
        self._uploads: dict[str, UploadUnderWay] = {}
        self._stopped_uploads: dict[str, Upload] = {}
        self._looking = Looking(settings, journal)

    def of(self, owner: str) -> "Studio":
        """The same studio for an owner who is not calling just now; all work under way is shared."""
        view = copy.copy(self)
        view._caller = lambda: owner
        return view

    def introduce(self, client_name: str) -> None:
        """Say which assistant is asking."""
        self._backends.introduce(client_name)

    async def close(self) -> None:
        """Drop all work and end the engine of this machine; what was begun is in the journal."""
        # First of all: work that goes on would take the engine's end for a failure, and start it anew.
        self._tasks.cancel_scope.cancel()
        with anyio.CancelScope(shield=True):
            await self._backends.stop_engine()

    async def create_session(self, title: str, language: str) -> SessionReport:
        backend = self.settings.chosen_backend
        api_url = "" if backend == "local" else self.settings.cloud_url
        client = await self._backends.connect(backend, api_url)
        created = await client.create_session(title, language)
        task_id = created.task_id or ""
        entry = SessionEntry(created.session_id, backend, api_url, title, task_id, self._caller())
        await run_sync(self._journal.add_session, entry)
        self.changes.tell(Change(entry, "session"))
        credits = await OpenSession(entry, self._backends).credits()
        return SessionReport(session_id=entry.id, backend=backend, title=title, credits_available=credits)

    async def sessions(self) -> list[SessionEntry]:
        """The caller's sessions, the latest first."""
        return await run_sync(self._journal.sessions_of, self._caller())

    async def upload_media(
        self, sources: Sequence[str], session_id: str, report: Report, patience: float = inf
    ) -> UploadReport:
        """Upload files and addresses; asked again for the same ones, go on with the upload under way."""
        session = await self._open(session_id)
        upload_id = _upload_id(session.id, sources)
        if upload_id not in self._uploads:
            # One that was stopped goes on behind the files that did arrive.
            upload = self._stopped_uploads.pop(upload_id, None) or Upload(
                session, sources, self.settings.media_dirs, self._originals
            )
            placed = Change(session.entry, "timeline")
            work = self.changes.after(upload.run, placed, lambda report: report.status == "uploaded")
            self._uploads[upload_id] = UploadUnderWay(upload, start(self._tasks, work))
        return await self._await_upload(session, upload_id, report, patience)

    async def follow_upload(self, upload_id: str, session_id: str) -> UploadReport:
        """How far an upload is that was begun before; never begins one."""
        session = await self._open(session_id, use=False)
        if upload_id not in self._uploads:
            raise OutcomeLost("upload")
        return await self._await_upload(session, upload_id, unheard, patience=0)

    async def stop_upload(self, upload_id: str, session_id: str) -> None:
        """Stop an upload under way; asked for again, it goes on behind the files that did arrive."""
        await self._open(session_id, use=False)
        self._stop_upload(upload_id)

    def _stop_upload(self, upload_id: str) -> None:
        if under_way := self._uploads.pop(upload_id, None):
            under_way.job.stop(Cancelled("upload"))
            self._stopped_uploads[upload_id] = under_way.upload

    async def _await_upload(
        self, session: OpenSession, upload_id: str, report: Report, patience: float
    ) -> UploadReport:
        under_way = self._uploads[upload_id]
        job = under_way.job
        give_up = partial(self._stop_upload, upload_id)
        if await job.wait(min(patience, self.settings.wait_seconds), report, give_up):
            if self._uploads.get(upload_id) is under_way:
                del self._uploads[upload_id]
            return job.result()
        return UploadReport(
            session_id=session.id,
            backend=session.backend,
            status="working",
            files=[],
            upload_id=upload_id,
            running_seconds=round(job.seconds, 1),
            sent_bytes=int(job.done),
            total_bytes=int(job.total or 0),
        )

    async def send_edit(
        self, instruction: str, session_id: str, report: Report, patience: float = inf
    ) -> EditReport:
        """Send an edit, or follow the one under way: while one runs, nothing is sent."""
        session = await self._open(session_id)
        instruction = instruction.strip()
        if wish := await run_sync(route, instruction):
            return EditReport(
                session_id=session.id,
                backend=session.backend,
                status="no_change",
                instruction=instruction,
                meant_for=TOOL_FOR[wish],
            )
        edit = await self._edits.current(session)
        if edit and instruction not in ("", edit.instruction):
            return (await edit.report()).model_copy(update={"not_sent": instruction})
        if edit is None and (over := await self._already_over(session.id, instruction)):
            return over
        edit = edit or self._edits.send(session, instruction)
        if await edit.job.wait(min(patience, self.settings.wait_seconds), report):
            await self._edits.told(session.id)
        return await edit.report()

    async def follow_edit(self, instruction: str, session_id: str) -> EditReport:
        """How far an edit is that was sent before; never sends one."""
        session = await self._open(session_id, use=False)
        report = await self._edits.follow(session, instruction)
        if report.status != "working":
            await self._edits.told(session.id)
        return report

    async def _already_over(self, session_id: str, instruction: str) -> EditReport | None:
        """The outcome asked for by saying nothing, or by repeating what ended without anybody reading it."""
        last = await self._edits.last(session_id, untold=bool(instruction))
        if last is None and not instruction:
            raise EmptyInstruction
        if last and instruction in ("", last.instruction):
            await self._edits.told(session_id)
            return last
        return None

    async def get_timeline(self, session_id: str) -> TimelineReport:
        """The timeline as it is, with the edit under way, or one whose outcome nobody has read."""
        session = await self._open(session_id)
        report = await self._timeline(session)
        if report.finished_edit:
            await self._edits.told(session.id)
        return report

    async def view_timeline(self, session_id: str) -> TimelineReport:
        """As `get_timeline`, but without a trace: no outcome is told, and the latest session stays that."""
        return await self._timeline(await self._open(session_id, use=False))

    async def _timeline(self, session: OpenSession) -> TimelineReport:
        edit = await self._edits.current(session)
        timeline = decode(await session.draft())
        running = edit and RunningEdit(
            instruction=edit.instruction, running_seconds=round(edit.job.seconds, 1), doing=edit.job.doing
        )
        return TimelineReport(
            session_id=session.id,
            backend=session.backend,
            running_edit=running,
            finished_edit=None if edit else await self._edits.last(session.id, untold=True),
            **{name: getattr(timeline, name) for name in type(timeline).model_fields},
        )

    async def storyboard(self, session_id: str) -> Picture:
        """The timeline as one picture under 200 KB; leaves no trace, as `view_timeline`."""
        return await self._looking.storyboard(await self._open(session_id, use=False))

    async def preview(self, session_id: str) -> bytes:
        """A small MP4 of the last export; leaves no trace, as `view_timeline`."""
        return await self._looking.preview(await self._open(session_id, use=False))

    async def moment(self, session_id: str, seconds: str, kind: MomentKind) -> bytes:
        """A few seconds of the draft, or a frame of it; leaves no trace, as `view_timeline`."""
        return await self._looking.moment(await self._open(session_id, use=False), seconds, kind)

    async def draft(self, session_id: str) -> object:
        """The raw draft, as the backend gave it; leaves no trace, as `view_timeline`."""
        return await (await self._open(session_id, use=False)).draft()

    async def check_credits(self) -> CreditsReport:
        """Of the backend of the latest session, or the one a new session would get."""
        session = await run_sync(self._journal.use_session, self._caller(), "")
        backend = session.backend if session else self.settings.chosen_backend
        api_url = session.api_url if session else self.settings.cloud_url
        credits = await (await self._backends.connect(backend, api_url)).credits()
        return CreditsReport(
            backend=backend, available=credits.available, frozen=credits.frozen, total=credits.total
        )

    async def export_video(
        self,
        session_id: str,
        quality: str,
        save_as: str,
        render_id: str,
        report: Report,
        patience: float = inf,
        format: ExportFormat = "mp4",
    ) -> ExportReport:
        """Render, or go on with the render under way, or with the one named; only films are rendered."""
        if format != "mp4" and not render_id:
            return await self._exports.write(await self._open(session_id), format, save_as)
        export = await self._find_export(session_id, quality, save_as, render_id)
        if isinstance(export, ExportReport):
            return export
        give_up = partial(self._exports.stop_soon, export)
        if await export.job.wait(min(patience, self.settings.wait_seconds), report, give_up):
            await self._exports.told(export.render_id)
        return export.report()

    async def stop_export(self, render_id: str) -> bool:
        """Call off a render on this machine; false where it goes on in the cloud, or is over."""
        export = await self._named_export(render_id, use=False)
        return isinstance(export, Export) and await self._exports.stop(export)

    async def follow_export(self, render_id: str) -> ExportReport:
        """How far a render is that was begun before."""
        export = await self._named_export(render_id, use=False)
        if isinstance(export, ExportReport):
            return export
        if await export.job.wait(0, unheard):
            await self._exports.told(render_id)
        return export.report()

    async def _find_export(
        self, session_id: str, quality: str, save_as: str, render_id: str
    ) -> Export | ExportReport:
        if render_id:
            return await self._named_export(render_id)
        session = await self._open(session_id)
        return await self._exports.begin(session, quality, save_as)

    async def _named_export(self, render_id: str, *, use: bool = True) -> Export | ExportReport:
        entry = await run_sync(self._journal.render, render_id)
        session = await self._find(entry.session_id, use=use) if entry else None
        if entry is None or session is None:
            raise UnknownRender(render_id)
        return await self._exports.resume(session, entry)

    async def _open(self, session_id: str, *, use: bool = True) -> OpenSession:
        session = await self._find(session_id, use=use)
        if session is None:
            raise UnknownSession(session_id) if session_id else NoSession
        return session

    async def _find(self, session_id: str, *, use: bool = True) -> OpenSession | None:
        """A session of the caller's; one that is used is the latest from then on."""
        find = self._journal.use_session if use else self._journal.find_session
        entry = await run_sync(find, self._caller(), session_id)
        return OpenSession(entry, self._backends) if entry else None

    async def _record(self, change: Change) -> None:
        if change.what != "film":
            await run_sync(self._journal.change_session, change.session.id)


def _upload_id(session_id: str, sources: Sequence[str]) -> str:
    """The same for the same sources in the same order: asked for twice, they are sent once."""
    return sha256(json.dumps([session_id, *sources]).encode()).hexdigest()[:16]
