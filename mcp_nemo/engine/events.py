"""Events of `/run_sse` in the shape Google's ADK gives them, one frame each."""

import json
import time
import uuid
from typing import Any

AUTHOR = "nemo_agent"
HEARTBEAT = ": heartbeat\n\n"


def frame(event: dict[str, Any]) -> str:
    return f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n"


def said(text: str, *, partial: bool = False, **extra: Any) -> dict[str, Any]:
    """A part of the reply; what is `partial` is repeated whole by the event that completes it."""
    return {
        "content": {"role": "model", "parts": [{"text": text}]},
        "partial": partial,
        "author": AUTHOR,
        "id": str(uuid.uuid4()),
        "timestamp": time.time(),
        "actions": {"stateDelta": {}},
        "turnComplete": not partial,
    } | extra


def thought(text: str) -> dict[str, Any]:
    """What is being done: for those who watch the stream, not part of the reply."""
    event = said(text, partial=True)
    event["content"]["parts"][0]["thought"] = True
    return event


def refused(text: str, code: str) -> dict[str, Any]:
    """A reply that changed nothing, with ADK's two error fields saying why."""
    return said(text, errorCode=code, errorMessage=text)
