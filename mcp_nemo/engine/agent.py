"""One instruction at a time: words to operations, operations to a new draft, told as it goes."""

import logging
import math
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress

import anyio
import anyio.to_process
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectSendStream
from anyio.to_thread import run_sync

from mcp_nemo.engine import events
from mcp_nemo.engine.analysis import Look, look
from mcp_nemo.engine.director import NotUnderstood, Scene, Understood, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply, describe
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.music.matching import match
from mcp_nemo.engine.operations import (
    AddMusic,
    Operation,
    Redo,
    ReplaceMusic,
    RestoreBefore,
    Undo,
    VersionOperation,
)
from mcp_nemo.engine.store import SessionRow, Store

log = logging.getLogger(__name__)

Tell = Callable[[events.Event], None]


class Agent:
    """Turns run in the task group given: a caller that hangs up does not end one."""

    def __init__(self, store: Store, tasks: TaskGroup) -> None:
        self._store = store
        self._tasks = tasks
        self._locks: dict[str, anyio.Lock] = {}

    def turn(self, session: SessionRow, said: str) -> AsyncIterator[str]:
        """Begin a turn, and give the frames of its stream."""
        send, receive = anyio.create_memory_object_stream[events.Event](math.inf)
        self._tasks.start_soon(self._run, session, said, send)
        return events.frames(receive)

    async def _run(self, session: SessionRow, said: str, send: MemoryObjectSendStream[events.Event]) -> None:
        def tell(event: events.Event) -> None:
            # Nobody may be listening any more; the work is done all the same.
            with suppress(anyio.BrokenResourceError):
                send.send_nowait(event)

        async with send, self._locks.setdefault(session.id, anyio.Lock()):
            try:
                await self._edit(session, said, tell)
            except Exception:
                # The edge of a turn: whatever went wrong, the caller is told and the engine goes on.
                log.exception("a turn failed")
                tell({"error": "The engine failed on this instruction; nothing was changed."})

    async def _edit(self, session: SessionRow, said: str, tell: Tell) -> None:
        draft = await run_sync(self._store.draft, session.id) or Draft(title=session.title)
        media = await run_sync(self._store.media, session.id)
        understood = await run_sync(understand, said, Scene(draft, tuple(media.values())))
        if isinstance(understood, NotUnderstood):
            tell(events.refused(_not_understood(understood), "not_understood"))
            return
        match understood.operations:
            case (Undo() | Redo() | RestoreBefore() as operation,):
                await self._change_version(session, operation, tell)
            case _:
                await self._change(session, said, draft, media, understood, tell)

    async def _change(
        self,
        session: SessionRow,
        said: str,
        draft: Draft,
        media: Mapping[str, MediaInfo],
        understood: Understood,
        tell: Tell,
    ) -> None:
        tell(events.thought(f"Doing: {'; '.join(dict.fromkeys(understood.said))}."))
        operations, reasons = await _suited(understood.operations, draft, media, tell)
        seed = secrets.randbelow(2**31)
        changed = draft
        for operation, words in zip(operations, understood.said, strict=True):
            try:
                changed = apply(changed, [operation], media, seed=seed)
            except Impossible as impossible:
                tell(events.refused(_impossible(impossible, words, understood.said), "impossible"))
                return
        ops = [operation.op for operation in operations]
        await run_sync(self._store.save_draft, session.id, changed, said, ops)
        done = " ".join([*reasons, *map(describe, operations)])
        tell(events.said(done, changed))

    async def _change_version(self, session: SessionRow, operation: VersionOperation, tell: Tell) -> None:
        match operation:
            case Undo(steps=steps):
                passed = await run_sync(self._store.undo, session.id, steps)
                done, refusal = "Undid", f"There is {_too_little(steps)} to undo."
            case Redo(steps=steps):
                passed = await run_sync(self._store.redo, session.id, steps)
                done, refusal = "Done again", f"There is {_too_little(steps)} to do again."
            case RestoreBefore(ops=ops):
                passed = await run_sync(self._store.restore_before, session.id, ops)
                done, refusal = "Undid", "Nothing of that kind was done."
        if not passed:
            tell(events.refused(refusal, "impossible"))
            return
        draft = await run_sync(self._store.draft, session.id) or Draft(title=session.title)
        tell(events.said(f"{done}: {'; '.join(passed)}", draft))


def _too_little(steps: int) -> str:
    return "nothing" if steps == 1 else f"less than {steps} edits"


async def _suited(
    operations: Sequence[Operation], draft: Draft, media: Mapping[str, MediaInfo], tell: Tell
) -> tuple[Sequence[Operation], list[str]]:
    """Choose a mood where the music is to match the picture, and say why that one."""
    if not any(_wants_a_mood(operation) for operation in operations):
        return operations, []
    tell(events.thought("Looking at the picture to choose the music."))
    found = match(await _look(draft, media), draft.duration_ms)
    suited = [
        operation.model_copy(update={"mood": found.mood}) if _wants_a_mood(operation) else operation
        for operation in operations
    ]
    return suited, [f"The picture: {found.reason}."]


def _wants_a_mood(operation: Operation) -> bool:
    return isinstance(operation, AddMusic | ReplaceMusic) and operation.mood is None


async def _look(draft: Draft, media: Mapping[str, MediaInfo]) -> Look:
    """The look of what is shown longest."""
    if not draft.video.clips:
        return Look()
    longest = max(draft.video.clips, key=lambda clip: clip.duration_ms)
    return await anyio.to_process.run_sync(look, media[longest.source].path, cancellable=True)


def _impossible(impossible: Impossible, words: str, said: Sequence[str]) -> str:
    """The limits, and, where more was asked for, which wish it is about."""
    others = dict.fromkeys(other for other in said if other != words)
    lines = [f"{impossible.message} {impossible.hint}"]
    if others:
        lines = [f'"{words}" cannot be done, so nothing was. {lines[0]}']
        lines.append(f"Understood, and not done either: {'; '.join(others)}.")
    return "\n".join(lines)


def _not_understood(refusal: NotUnderstood) -> str:
    """What was not clear, what was, and how it can be said."""
    lines = [f"Not understood: {refusal.about}" + (f" ({refusal.why})." if refusal.why else ".")]
    if refusal.understood:
        lines.append(f"Understood, and not done either: {'; '.join(refusal.understood)}.")
    if refusal.suggestions:
        lines += ["Nearest to that, and sure to work:", *(f"- {way}" for way in refusal.suggestions)]
    return "\n".join(lines)
