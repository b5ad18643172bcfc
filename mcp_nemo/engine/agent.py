"""One instruction at a time: words to operations, operations to a new draft, told as it goes."""

import logging
import math
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectSendStream
from anyio.to_thread import run_sync
from pydantic import ValidationError

from mcp_nemo.engine import events, refusals, subtitles
from mcp_nemo.engine.describing import renumbered
from mcp_nemo.engine.director import NotUnderstood, Scene, Understood, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply, describe, with_tempo
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.operations import (
    OPERATIONS,
    Operation,
    Redo,
    RestoreBefore,
    Undo,
    UseSubtitles,
    VersionOperation,
)
from mcp_nemo.engine.selection import Selection, is_open
from mcp_nemo.engine.store import SessionRow, Store

log = logging.getLogger(__name__)

Tell = Callable[[events.Event], None]


class Agent:
    """Turns run in the task group given: a caller that hangs up does not end one."""

    def __init__(self, store: Store, tasks: TaskGroup, music_dirs: Sequence[Path] = ()) -> None:
        self._store = store
        self._tasks = tasks
        self._selection = Selection(store.findings_dir, music_dirs)
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
        latest = await run_sync(self._latest, session)
        scene = Scene(draft, tuple(media.values()), latest)
        understood = await run_sync(understand, said, scene)
        if isinstance(understood, NotUnderstood):
            tell(events.refused(refusals.not_understood(understood, said), "not_understood"))
            return
        match understood.operations:
            case (Undo() | Redo() | RestoreBefore() as operation,):
                await self._change_version(session, said, operation, tell)
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
        changed, known, done, ops = draft, media, [], []
        for operation, words in zip(understood.operations, understood.said, strict=True):
            seed = secrets.randbelow(2**31)
            try:
                if is_open(operation):
                    tell(events.thought("Looking at the picture to choose the music."))
                    selected = await self._selection.select(operation, changed, known, seed)
                    operation, known, seed = selected.operation, selected.media, selected.seed
                    done.append(selected.reason)
                elif isinstance(operation, UseSubtitles):
                    found = await run_sync(subtitles.resolved, operation, changed, known)
                    operation = found.operation
                    done.append(found.told)
                before, changed = changed, apply(changed, [operation], known, seed=seed)
            except Impossible as impossible:
                why = refusals.impossible(impossible, words, understood.said, said)
                tell(events.refused(why, "impossible"))
                return
            ops.append(operation.op)
            done.append(describe(await run_sync(with_tempo, operation, before, changed)))
        done.append(renumbered(draft, changed))
        songs = [known[id] for id in known if id not in media]
        await run_sync(self._keep, session, changed, said, ops, understood.operations, songs)
        tell(events.said(" ".join(filter(None, done)), changed))

    def _keep(
        self,
        session: SessionRow,
        draft: Draft,
        said: str,
        ops: Sequence[str],
        wishes: Sequence[Operation],
        songs: Sequence[MediaInfo],
    ) -> None:
        for song in songs:
            self._store.add_media(session.id, song)
        self._store.save_draft(session.id, draft, said, ops, OPERATIONS.dump_json(tuple(wishes)))

    def _latest(self, session: SessionRow) -> Sequence[Operation]:
        """What the last message led to; nothing where that was undone."""
        wishes = self._store.latest_wishes(session.id)
        try:
            return OPERATIONS.validate_json(wishes) if wishes else ()
        except ValidationError:
            # Written by another release, whose operations were others.
            return ()

    async def _change_version(
        self, session: SessionRow, said: str, operation: VersionOperation, tell: Tell
    ) -> None:
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
            tell(events.refused(refusals.in_language_of(said, refusal), "impossible"))
            return
        draft = await run_sync(self._store.draft, session.id) or Draft(title=session.title)
        tell(events.said(f"{done}: {'; '.join(passed)}", draft))


def _too_little(steps: int) -> str:
    return "nothing" if steps == 1 else f"less than {steps} edits"
