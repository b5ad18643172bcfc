"""One turn: the message goes out once, the stream is heard to its end, and the draft says what changed.

A stream that breaks off says nothing about the edit, which may go on at the backend. There is no way to
resume a stream, and a second message would be a second, paid turn: so the draft is watched instead.
"""

from contextlib import aclosing
from dataclasses import dataclass, field

import anyio
from anyio.to_thread import run_sync

from mcp_nemo.api import AgentEvent, Failed, Heartbeat, Reply, Said, StateChanged, ToolUsed
from mcp_nemo.errors import (
    EditFailed,
    EditLost,
    EditTimedOut,
    NemoError,
    ServerFault,
    TransportError,
    UnexpectedAnswer,
)
from mcp_nemo.journal import TurnEntry
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.clock import Clock
from mcp_nemo.studio.jobs import Job
from mcp_nemo.studio.questions import asks
from mcp_nemo.studio.reports import EditReport, EditStatus, Problem
from mcp_nemo.studio.wording import translate
from mcp_nemo.timeline import decode, differences

# From the vendor's own public skill.
FIRST_LOOK_SECONDS = 30
NEXT_LOOK_SECONDS = 60
UNCHANGED_LOOKS = 5
SILENT_SECONDS = 10 * 60
TURN_SECONDS = 15 * 60

UNNAMED_CHANGE = "Something changed that has no words here."


@dataclass(slots=True)
class Heard:
    """What came over the stream, and what broke it off."""

    reply: Reply = field(default_factory=Reply)
    completed: bool = False
    failure: Failed | None = None
    problem: NemoError | None = None

    def feed(self, event: AgentEvent) -> None:
        self.reply.feed(event)
        if isinstance(event, Failed):
            self.failure = event
        if isinstance(event, Failed | StateChanged) or (isinstance(event, Said) and not event.partial):
            self.completed = True

    @property
    def leaves_open(self) -> bool:
        """Whether the edit may still be going on, for all that was heard."""
        if isinstance(self.problem, TransportError):
            return self.problem.may_have_arrived and not isinstance(self.problem, EditTimedOut)
        if self.problem:
            return isinstance(self.problem, ServerFault | UnexpectedAnswer)
        return not self.completed and not self.reply.text


@dataclass(frozen=True, slots=True)
class Turn:
    """An edit that was claimed in the journal."""

    session: OpenSession
    entry: TurnEntry
    clock: Clock

    async def run(self, job: Job[EditReport]) -> EditReport:
        """Send the message and follow it to the end; the one place from which a message goes out."""
        credits = await self.session.credits()
        heard = await self._hear(job)
        if heard.leaves_open and not await self._is_changed():
            await self._watch(job, heard)
        return await self._conclude(heard, credits)

    async def take_over(self, job: Job[EditReport]) -> EditReport:
        """Find out what came of a turn whose server is gone."""
        heard = Heard()
        if not await self._is_changed() and self.clock.now() < self.entry.started_at + TURN_SECONDS:
            await self._watch(job, heard)
        heard.problem = heard.problem or EditLost()
        return await self._conclude(heard, None)

    async def _hear(self, job: Job[EditReport]) -> Heard:
        heard = Heard()
        patience = _Patience(self.clock)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(patience.run_out, heard, tasks.cancel_scope)
            try:
                client = await self.session.client()
                async with aclosing(client.send_message(self.session.id, self.entry.instruction)) as events:
                    async for event in events:
                        patience.renew(event)
                        heard.feed(event)
                        job.tell(_doing(event, heard.reply))
            except NemoError as problem:
                heard.problem = problem
            tasks.cancel_scope.cancel()
        return heard

    async def _is_changed(self) -> bool:
        return _differs(await self._draft(), self.entry.before)

    async def _draft(self) -> object:
        """What stands there before the edit, where it cannot be read."""
        try:
            return await self.session.draft()
        except NemoError:
            return self.entry.before

    async def _watch(self, job: Job[EditReport], heard: Heard) -> None:
        """Look at the draft until it has changed and settled, or has stayed as it was long enough."""
        if self.session.backend == "local":
            # An engine that broke off has ended, and nothing goes on in it.
            heard.problem = heard.problem or EditLost()
            return
        seen, delay, unchanged = self.entry.before, FIRST_LOOK_SECONDS, 0
        while unchanged < UNCHANGED_LOOKS:
            job.tell("The connection broke off; watching the timeline for what comes of the edit.")
            await self.clock.sleep(delay)
            draft = await self._draft()
            if not _differs(draft, seen) and _differs(draft, self.entry.before):
                return
            settling = _differs(draft, seen)
            unchanged = 0 if settling else unchanged + 1
            seen, delay = draft, FIRST_LOOK_SECONDS if settling else NEXT_LOOK_SECONDS
        heard.problem = EditLost()

    async def _conclude(self, heard: Heard, credits: float | None) -> EditReport:
        """Hold the draft against what it was before: three edits in ten end without a word about it."""
        problem = heard.problem or (EditFailed(heard.failure.message) if heard.failure else None)
        timeline, changes, left = None, [], None
        try:
            draft = await self.session.draft()
            left = await self.session.credits()
        except NemoError as unread:
            # Nobody saw that nothing changed.
            problem = unread if problem is None or isinstance(problem, EditLost) else problem
        else:
            timeline = decode(draft)
            changes = differences(decode(self.entry.before), timeline)
            if not changes and _differs(draft, self.entry.before):
                changes = [UNNAMED_CHANGE]
        reply = (await run_sync(translate, heard.reply.text)).text
        asking = await run_sync(asks, reply)
        status = _status(changes, heard, problem, asking=asking)
        return EditReport(
            session_id=self.session.id,
            backend=self.session.backend,
            status=status,
            instruction=self.entry.instruction,
            reply=reply,
            changes=changes,
            timeline=timeline,
            credits_spent=credits - left if credits is not None and left is not None else None,
            problem=Problem.of(problem) if problem and status == "failed" else None,
        )


class _Patience:
    """How long a turn may take, and how long it may be silent but for heartbeats."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end = clock.now() + TURN_SECONDS
        self._silence_ends = clock.now() + SILENT_SECONDS

    def renew(self, event: AgentEvent) -> None:
        if not isinstance(event, Heartbeat):
            self._silence_ends = self._clock.now() + SILENT_SECONDS

    async def run_out(self, heard: Heard, scope: anyio.CancelScope) -> None:
        while (left := min(self._end, self._silence_ends) - self._clock.now()) > 0:
            await self._clock.sleep(left)
        over = self._clock.now() >= self._end
        heard.problem = EditTimedOut(TURN_SECONDS if over else SILENT_SECONDS, silent=not over)
        scope.cancel()


def _doing(event: AgentEvent, reply: Reply) -> str:
    if isinstance(event, ToolUsed):
        return f"Running {event.name}"
    return reply.text


def _differs(draft: object, other: object) -> bool:
    """Absent, null and empty all mean an empty timeline."""
    return (draft or None) != (other or None)


def _status(changes: list[str], heard: Heard, problem: NemoError | None, *, asking: bool) -> EditStatus:
    if changes:
        return "applied"
    if heard.failure and heard.failure.code == "not_understood":
        return "not_understood"
    if problem:
        return "failed"
    return "needs_reply" if asking else "no_change"
