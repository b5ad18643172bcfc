"""Edits: one at a time in a session, sent once, followed to the end, and told by what changed."""

import time
from contextlib import aclosing
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.api import AgentEvent, Failed, NemoClient, Reply, ToolUsed
from mcp_nemo.errors import EditFailed, NemoError
from mcp_nemo.journal import LEASE_SECONDS, Journal, SessionEntry, TurnEntry
from mcp_nemo.studio.jobs import Job, Work, start
from mcp_nemo.studio.reports import EditReport, EditStatus, Problem
from mcp_nemo.timeline import decode, differences

UNNAMED_CHANGE = "Something changed that has no words here."


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit under way."""

    session: SessionEntry
    instruction: str
    job: Job[EditReport]

    def report(self) -> EditReport:
        """What came of it, or how far it is."""
        if self.job.finished.is_set():
            return self.job.result()
        return EditReport(
            session_id=self.session.id,
            backend=self.session.backend,
            status="working",
            instruction=self.instruction,
            reply=self.job.doing,
            running_seconds=round(self.job.seconds, 1),
        )


class Edits:
    """The edits of all sessions: those this process follows, and those the journal knows of."""

    def __init__(self, journal: Journal, tasks: TaskGroup) -> None:
        self._journal = journal
        self._tasks = tasks
        self._under_way: dict[str, Edit] = {}

    async def current(self, session: SessionEntry, client: NemoClient) -> Edit | None:
        """The edit under way in a session, whichever process sent it."""
        edit = self._under_way.get(session.id)
        if edit and not edit.job.finished.is_set():
            return edit
        turn = await run_sync(self._journal.last_turn, session.id)
        if turn is None or turn.outcome is not None:
            return None
        return self._follow(session, turn.instruction, lambda _: self._watch(session, client))

    async def last(self, session_id: str, *, untold: bool) -> EditReport | None:
        """What came of the latest edit that is over; with `untold`, only if the user has not read it."""
        turn = await run_sync(self._journal.last_turn, session_id)
        if turn is None or turn.outcome is None or (untold and turn.told):
            return None
        return EditReport.model_validate(turn.outcome)

    async def told(self, session_id: str) -> None:
        await run_sync(self._journal.tell_turn, session_id)

    def send(self, session: SessionEntry, client: NemoClient, instruction: str) -> Edit:
        """Begin an edit; the only way a message reaches the backend, and it goes there once."""
        return self._follow(session, instruction, lambda job: self._run(session, client, instruction, job))

    def _follow(self, session: SessionEntry, instruction: str, work: Work[EditReport]) -> Edit:
        edit = Edit(session, instruction, start(self._tasks, work))
        self._under_way[session.id] = edit
        return edit

    async def _run(
        self, session: SessionEntry, client: NemoClient, instruction: str, job: Job[EditReport]
    ) -> EditReport:
        before = (await client.state(session.id)).draft
        credits = await _credits(session, client)
        turn = await run_sync(self._journal.begin_turn, session.id, instruction, before)
        if turn is None:
            # Another process was quicker: what it sent is the edit now.
            return await self._watch(session, client)
        async with anyio.create_task_group() as keeper:
            keeper.start_soon(self._keep_claim, turn.id)
            heard = await _hear(client, turn, job)
            report = await _conclude(session, client, turn, heard, credits)
            await run_sync(self._journal.finish_turn, turn.id, report.model_dump(mode="json"))
            keeper.cancel_scope.cancel()
        return report

    async def _watch(self, session: SessionEntry, client: NemoClient) -> EditReport:
        """Wait for an edit of another process; when that process is gone, see what came of it."""
        while True:
            turn = await run_sync(self._journal.last_turn, session.id)
            assert turn is not None
            if turn.outcome is not None:
                return EditReport.model_validate(turn.outcome)
            if turn.lease_until < time.time():
                report = await _conclude(session, client, turn, _Heard(), None)
                await run_sync(self._journal.finish_turn, turn.id, report.model_dump(mode="json"))
                return report
            await anyio.sleep(1)

    async def _keep_claim(self, turn_id: int) -> None:
        while True:
            await anyio.sleep(LEASE_SECONDS / 4)
            await run_sync(self._journal.renew_turn, turn_id)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What came over the stream of a turn, and what broke it off."""

    reply: str = ""
    failure: Failed | None = None
    problem: NemoError | None = None


async def _hear(client: NemoClient, turn: TurnEntry, job: Job[EditReport]) -> _Heard:
    reply = Reply()
    failure = None
    try:
        async with aclosing(client.send_message(turn.session_id, turn.instruction)) as events:
            async for event in events:
                reply.feed(event)
                failure = event if isinstance(event, Failed) else failure
                job.tell(_doing(event, reply))
    except NemoError as problem:
        return _Heard(reply.text, failure, problem)
    return _Heard(reply.text, failure)


def _doing(event: AgentEvent, reply: Reply) -> str:
    if isinstance(event, ToolUsed):
        return f"Running {event.name}"
    return reply.text


async def _conclude(
    session: SessionEntry, client: NemoClient, turn: TurnEntry, heard: _Heard, credits: float | None
) -> EditReport:
    """Hold the draft against what it was before: three edits in ten end without a word about it."""
    problem = heard.problem
    changes: list[str] = []
    timeline = None
    left = None
    try:
        draft = (await client.state(session.id)).draft
        left = await _credits(session, client)
    except NemoError as unread:
        problem = problem or unread
    else:
        timeline = decode(draft)
        changes = differences(decode(turn.before), timeline)
        if not changes and (draft or None) != (turn.before or None):
            changes = [UNNAMED_CHANGE]
    if heard.failure and problem is None:
        problem = EditFailed(heard.failure.message)
    status = _status(changes, heard, problem)
    return EditReport(
        session_id=session.id,
        backend=session.backend,
        status=status,
        instruction=turn.instruction,
        reply=heard.reply,
        changes=changes,
        timeline=timeline,
        credits_spent=credits - left if credits is not None and left is not None else None,
        problem=Problem.of(problem) if problem and status == "failed" else None,
    )


def _status(changes: list[str], heard: _Heard, problem: NemoError | None) -> EditStatus:
    if changes:
        return "applied"
    if heard.failure and heard.failure.code == "not_understood":
        return "not_understood"
    if problem:
        return "failed"
    if heard.reply.rstrip().endswith(("?", "？")):
        return "needs_reply"
    return "no_change"


async def _credits(session: SessionEntry, client: NemoClient) -> float | None:
    """What is left before and after an edit; work on this machine costs nothing."""
    return None if session.backend == "local" else (await client.credits()).available
