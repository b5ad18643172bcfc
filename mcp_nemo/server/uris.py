"""The addresses of the resources, and which of them a change concerns."""

from typing import Final

from mcp_nemo.studio.changes import Change

SESSIONS: Final = "nemo://sessions"
TIMELINE: Final = "nemo://timeline"
SESSION_TIMELINE: Final = "nemo://sessions/{session_id}/timeline"
SESSION_DATA: Final = "nemo://sessions/{session_id}/timeline.json"
SESSION_DRAFT: Final = "nemo://sessions/{session_id}/draft"
SESSION_PREVIEW: Final = "nemo://sessions/{session_id}/preview"
SESSION_MOMENT: Final = "nemo://sessions/{session_id}/moments/{seconds}"
SESSION_FRAME: Final = "nemo://sessions/{session_id}/frames/{seconds}"


def concerned(change: Change) -> tuple[str, ...]:
    """What reads differently from now on."""
    match change.what:
        case "session":
            return SESSIONS, TIMELINE
        case "film":
            return (of(SESSION_PREVIEW, change.session.id),)
        case "timeline":
            templates = (SESSION_TIMELINE, SESSION_DATA, SESSION_DRAFT)
            return TIMELINE, *(of(template, change.session.id) for template in templates)


def of(template: str, session_id: str) -> str:
    return template.replace("{session_id}", session_id)
