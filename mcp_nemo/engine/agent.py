"""One instruction at a time: words to operations, operations to a new draft, told as it goes."""

import logging
import math
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import anyio.to_process
from anyio.abc import ObjectReceiveStream, ObjectSendStream, TaskGroup
from anyio.to_thread import run_sync

from mcp_nemo.engine import events
from mcp_nemo.engine.analysis import look
from mcp_nemo.engine.director import NotUnderstood, Scene, abilities, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply, describe
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.music.matching import match
from mcp_nemo.engine.operations import Operation
from mcp_nemo.engine.store import SessionRow, Store

HEARTBEAT_SECONDS = 10.0
log = logging.getLogger(__name__)

Event = dict[str, Any]


class Agent:
    """Turns run in the task group given: a caller that hangs up does not end one."""

    def __init__(self, store: Store, tasks: TaskGroup) -> None:
        self._store = store
        self._tasks = tasks
        self._locks: dict[str, anyio.Lock] = {}

    def turn(self, session: SessionRow, said: str) -> AsyncIterator[str]:
        """Begin a turn, and give the frames of its stream."""
        send, receive = anyio.create_memory_object_stream[Event](math.inf)
        self._tasks.start_soon(self._run, session, said, send)
        return _frames(receive)

    async def _run(self, session: SessionRow, said: str, send: ObjectSendStream[Event]) -> None:
        async with send, self._locks.setdefault(session.id, anyio.Lock()):
            try:
                await self._edit(session, said, send)
            except Exception:
                # The edge of a turn: whatever went wrong, the caller is told and the engine goes on.
                log.exception("a turn failed")
                await send.send({"error": "The engine failed on this instruction; nothing was changed."})

    async def _edit(self, session: SessionRow, said: str, send: ObjectSendStream[Event]) -> None:
        draft = await run_sync(self._store.draft, session.id) or Draft(title=session.title)
        media = await run_sync(self._store.media, session.id)
        understood = await run_sync(understand, said, Scene(draft=draft, media=tuple(media.values())))
        if isinstance(understood, NotUnderstood):
            await send.send(events.refused(_not_understood(understood), "not_understood"))
            return
        if any(operation.op == "undo" for operation in understood.operations):
            await self._undo(session, send)
            return
        operations = []
        for operation in understood.operations:
            operations.append(await self._suit_music(operation, draft, media, send))
        try:
            changed = apply(draft, operations, media, seed=secrets.randbelow(2**31))
        except Impossible as impossible:
            await send.send(events.refused(f"{impossible.message} {impossible.hint}", "impossible"))
            return
        await run_sync(self._store.save_draft, session.id, changed, said)
        reply = " ".join(describe(operation) for operation in operations)
        await self._tell(session, reply, send)
