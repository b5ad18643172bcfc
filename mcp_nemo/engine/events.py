"""Events of `/run_sse` in the shape Google's ADK gives them, one frame each."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from mcp_nemo.engine.draft import Draft

AUTHOR = "nemo_agent"
HEARTBEAT = ": heartbeat\n\n"
HEARTBEAT_SECONDS = 10.0

Event = dict[str, Any]


async def frames(
    events: MemoryObjectReceiveStream[Event], heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """Each event as it comes; while none does, heartbeats."""
    async with events:
        while True:
            event = None
            with anyio.move_on_after(heartbeat_seconds):
                try:
                    event = await events.receive()
                except anyio.EndOfStream:
                    return
            yield _frame(event) if event else HEARTBEAT


def _frame(event: Event) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n"


def said(text: str, draft: Draft) -> Event:
    """The reply to an edit that was made, with the draft it led to."""
    return _event(text, actions={"stateDelta": {"draft": draft.to_wire()}})


def thought(text: str) -> Event:
    """What is being done: for those who watch the stream, not part of the reply."""
    return _event(text, thought=True, partial=True, turnComplete=False)


def refused(text: str, code: str) -> Event:
    """A reply that changed nothing, with ADK's two error fields saying why."""
    return _event(text, errorCode=code, errorMessage=text)


def _event(text: str, *, thought: bool = False, **fields: Any) -> Event:
    part = {"text": text, "thought": True} if thought else {"text": text}
    return {
        "content": {"role": "model", "parts": [part]},
        "partial": False,
        "turnComplete": True,
        "author": AUTHOR,
        "id": str(uuid.uuid4()),
        "timestamp": time.time(),
        "actions": {"stateDelta": {}},
        **fields,
    }
