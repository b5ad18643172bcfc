"""Events of `/run_sse` in the shape Google's ADK gives them, one frame each."""

import json
import time
import uuid
from typing import Any

from mcp_nemo.engine.draft import Draft

AUTHOR = "nemo_agent"
HEARTBEAT = ": heartbeat\n\n"


def frame(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n"


def said(text: str, draft: Draft) -> dict[str, Any]:
    """The reply to an edit that was made, with the draft it led to."""
    return _event(text, actions={"stateDelta": {"draft": draft.to_wire()}})


def thought(text: str) -> dict[str, Any]:
    """What is being done: for those who watch the stream, not part of the reply."""
    return _event(text, thought=True, partial=True, turnComplete=False)


def refused(text: str, code: str) -> dict[str, Any]:
    """A reply that changed nothing, with ADK's two error fields saying why."""
    return _event(text, errorCode=code, errorMessage=text)


def _event(text: str, *, thought: bool = False, **fields: Any) -> dict[str, Any]:
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
