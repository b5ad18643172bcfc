"""The timeline and the sessions as resources, for people who attach them to a conversation."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from mcp_nemo.errors import NemoError, NoSession, SessionGone, UnknownSession
from mcp_nemo.studio import Studio
from mcp_nemo.studio.reports import TimelineReport
from mcp_nemo.timeline import outline, summarize

MARKDOWN = "text/markdown"
JSON = "application/json"


def add_resources(server: MCPServer, studio: Studio) -> None:
    @server.resource("nemo://sessions", title="Editing sessions", mime_type=MARKDOWN)
    async def sessions() -> str:
        """The editing sessions of this computer, the latest first."""
        rows = [f"- {s.id}: {s.title} ({s.backend})" for s in await studio.sessions()]
        return "\n".join(rows) or "There are no sessions yet."

    @server.resource("nemo://timeline", title="Timeline", mime_type=MARKDOWN)
    async def timeline() -> str:
        """The timeline of the latest session."""
        return _markdown(await _read(studio, ""))

    @server.resource("nemo://sessions/{session_id}/timeline", title="Timeline", mime_type=MARKDOWN)
    async def session_timeline(session_id: str) -> str:
        """The timeline of a session."""
        return _markdown(await _read(studio, session_id))

    @server.resource("nemo://sessions/{session_id}/timeline.json", title="Timeline as data", mime_type=JSON)
    async def session_timeline_data(session_id: str) -> str:
        """The decoded timeline of a session: times in milliseconds, volumes as factors."""
        return (await _read(studio, session_id)).model_dump_json(exclude_none=True)

    @server.resource("nemo://sessions/{session_id}/draft", title="Raw draft", mime_type=JSON)
    async def session_draft(session_id: str) -> str:
        """The draft of a session as the backend gave it, not decoded."""
        with _resource_errors():
            return json.dumps(await studio.draft(session_id), ensure_ascii=False)


async def _read(studio: Studio, session_id: str) -> TimelineReport:
    with _resource_errors():
        return await studio.get_timeline(session_id)


def _markdown(report: TimelineReport) -> str:
    if report.is_empty:
        return summarize(report)
    return f"{summarize(report)}\n\n{outline(report)}"


@contextmanager
def _resource_errors() -> Iterator[None]:
    try:
        yield
    except (NoSession, UnknownSession, SessionGone) as error:
        raise ResourceNotFoundError(f"{error.message} {error.hint}") from error
    except NemoError as error:
        raise ResourceError(f"{error.message} {error.hint}") from error
