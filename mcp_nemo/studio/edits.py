"""Edits: one at a time in a session, whichever process sent it, and each outcome told."""

from collections.abc import Awaitable
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.errors import OutcomeLost
from mcp_nemo.journal import LEASE_SECONDS, Journal, TurnEntry
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.changes import Change, Changes
from mcp_nemo.studio.clock import Clock
from mcp_nemo.studio.jobs import Job, Work, start
from mcp_nemo.studio.reports import EditReport
from mcp_nemo.studio.turn import Turn
from mcp_nemo.studio.wording import translate


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit under way."""

    session: OpenSession
    instruction: str
    job: Job[EditReport]

    async def report(self) -> EditReport:
        """What came of it, or how far it is."""
        if self.job.finished.is_set():
            return self.job.result()
        heard = await run_sync(translate, self.job.doing)
        return EditReport(
            session_id=self.session.id,
            backend=self.session.backend,
            status="working",
            instruction=self.instruction,
            reply=heard.text,
            running_seconds=round(self.job.seconds, 1),
        )


class Edits:
    """The edits of all sessions: those this process follows, and those the journal knows of."""

    def __init__(self, journal: Journal, tasks: TaskGroup, clock: Clock, changes: Changes) -> None:
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self._changes = changes
        self._under_way: dict[str, Edit] = {}

    async def current(self, session: OpenSession) -> Edit | None:
        """The edit under way in a session, whichever process sent it."""
        edit = self._under_way.get(session.id)
        if edit and not edit.job.finished.is_set():
            return edit
        turn = await run_sync(self._journal.last_turn, session.id)
        if turn is None or turn.outcome is not None:
            return None
        return self._follow(session, turn.instruction, lambda job: self._watch(session, job))

    async def last(self, session_id: str, *, untold: bool) -> EditReport | None:
        """What came of the latest edit that is over; with `untold`, only if the user has not read it."""
        turn = await run_sync(self._journal.last_turn, session_id)
        if turn is None or turn.outcome is None or (untold and turn.told):
            return None
        return EditReport.model_validate(turn.outcome)

    async def follow(self, session: OpenSession, instruction: str) -> EditReport:
        """How far an edit is, or what came of it; raises what it failed with.

        Raises OutcomeLost when another edit has taken its place.
        """
        edit = self._under_way.get(session.id) or await self.current(session)
        if edit and edit.instruction == instruction:
            return await edit.report()
        last = await self.last(session.id, untold=False)
        if last is None or instruction not in (last.instruction, last.not_sent):
            raise OutcomeLost("edit")
        return last

    async def told(self, session_id: str) -> None:
        await run_sync(self._journal.tell_turn, session_id)

    def send(self, session: OpenSession, instruction: str) -> Edit:
        return self._follow(session, instruction, lambda job: self._run(session, instruction, job))

    def _follow(self, session: OpenSession, instruction: str, work: Work[EditReport]) -> Edit:
        edited = Change(session.entry, "timeline")
        work = self._changes.after(work, edited, _may_have_changed)
        edit = Edit(session, instruction, start(self._tasks, work))
        self._under_way[session.id] = edit
        return edit

    async def _run(self, session: OpenSession, instruction: str, job: Job[EditReport]) -> EditReport:
        before = await session.draft()
        entry = await run_sync(self._journal.begin_turn, session.id, instruction, before)
        if entry is None:
            # Another call was quicker: what that one sent is the edit now, and this one is not sent.
            report = await self._watch(session, job)
            return report.model_copy(update={"not_sent": instruction})
        return await self._finish(entry, Turn(session, entry, self._clock).run(job))

    async def _watch(self, session: OpenSession, job: Job[EditReport]) -> EditReport:
        """Wait for an edit of another process; when that process is gone, take its place."""
        while True:
            entry = await run_sync(self._journal.last_turn, session.id)
            assert entry is not None
            if entry.outcome is not None:
                return EditReport.model_validate(entry.outcome)
            if entry.lease_until < self._clock.now() and await run_sync(self._journal.adopt_turn, entry.id):
                return await self._finish(entry, Turn(session, entry, self._clock).take_over(job))
            await self._clock.sleep(1)

    async def _finish(self, entry: TurnEntry, turn: Awaitable[EditReport]) -> EditReport:
        """See a claimed turn to its end, and keep the claim until its outcome is in the journal."""
        async with anyio.create_task_group() as keeper:
            keeper.start_soon(self._keep_claim, entry.id)
            report = await turn
            await run_sync(self._journal.finish_turn, entry.id, report.model_dump(mode="json"))
            keeper.cancel_scope.cancel()
        return report

    async def _keep_claim(self, turn_id: int) -> None:
        while True:
            await self._clock.sleep(LEASE_SECONDS / 4)
            await run_sync(self._journal.renew_turn, turn_id)


def _may_have_changed(report: EditReport) -> bool:
    """Also where nobody could look afterwards."""
    return bool(report.changes) or report.timeline is None
