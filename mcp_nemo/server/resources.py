"""The sessions and their timelines as resources, for people who attach them to a conversation.

Reading one leaves no trace: the latest session stays the latest, and no outcome counts as told.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import mcp_types as t
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.context import CallNext, HandlerResult
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_nemo.errors import NemoError, NoSession, NothingToShow, SessionGone, UnknownSession
from mcp_nemo.server import uris
from mcp_nemo.server.lowlevel import RequestContext, answer
from mcp_nemo.studio import Studio
from mcp_nemo.studio.changes import Change
from mcp_nemo.studio.reports import TimelineReport
from mcp_nemo.timeline import outline, summarize
from mcp_nemo.timeline.labels import one_line

MARKDOWN: Final = "text/markdown"
JSON: Final = "application/json"
MP4: Final = "video/mp4"
JPEG: Final = "image/jpeg"
# Sessions that are listed; all others can be read all the same.
LISTED_SESSIONS: Final = 20
# Retired in 2026-07-28, where it is INVALID_PARAMS.
NOT_FOUND_BEFORE_2026: Final = -32002


@dataclass(frozen=True, slots=True)
class View:
    """What can be read of every session."""

    template: str
    title: str
    description: str
    mime_type: str
    is_listed: bool = True


TIMELINE: Final = View(uris.SESSION_TIMELINE, "Timeline", "The timeline of a session, for reading.", MARKDOWN)
DATA: Final = View(
    uris.SESSION_DATA,
    "Timeline as data",
    "The decoded timeline of a session: times in milliseconds, volumes as factors.",
    JSON,
)
DRAFT: Final = View(
    uris.SESSION_DRAFT, "Raw draft", "The draft of a session as the backend gave it, not decoded.", JSON
)

PREVIEW: Final = View(
    uris.SESSION_PREVIEW,
    "Preview",
    "A small film of a session's last export.",
    MP4,
    # Not every session has one.
    is_listed=False,
)

MOMENT: Final = View(
    uris.SESSION_MOMENT,
    "Moment",
    "About three seconds of the edit as it is now, around a time in seconds such as 12.5: picture and sound, "
    "on this machine.",
    MP4,
    is_listed=False,
)
FRAME: Final = View(
    uris.SESSION_FRAME,
    "Frame",
    "What the edit shows at a time in seconds such as 12.5, titles and looks included, on this machine.",
    JPEG,
    is_listed=False,
)


def add_resources(server: MCPServer[Any], studio: Studio) -> None:
    resources = Resources(server, studio)
    server.resource(uris.SESSIONS, title="Editing sessions", mime_type=MARKDOWN)(resources.sessions)
    server.resource(uris.TIMELINE, title="Timeline", mime_type=MARKDOWN)(resources.timeline)
    resources.offer(TIMELINE, resources.session_timeline)
    resources.offer(DATA, resources.session_data)
    resources.offer(DRAFT, resources.session_draft)
    resources.offer(PREVIEW, resources.session_preview)
    resources.register(MOMENT, resources.session_moment)
    resources.register(FRAME, resources.session_frame)
    answer(server, "resources/list", t.PaginatedRequestParams, resources.list)
    server.middleware.append(_not_found_as_it_was)
    studio.changes.follow(resources.forget)


class Resources:
    """The docstrings of the first two are what clients show."""

    def __init__(self, server: MCPServer[Any], studio: Studio) -> None:
        self._server = server
        self._studio = studio
        self._views: list[View] = []
        # In bytes, by URI: known from when it was last read, until something changes.
        self._sizes: dict[str, int] = {}

    async def sessions(self) -> str:
        """The editing sessions, the latest first."""
        rows = [f"- {s.id}: {one_line(s.title)} ({s.backend})" for s in await self._studio.sessions()]
        return "\n".join(rows) or "There are no sessions yet."

    async def timeline(self) -> str:
        """The timeline of the latest session."""
        return await self.session_timeline("")

    async def session_timeline(self, session_id: str) -> str:
        report = await self._report(session_id)
        return summarize(report) if report.is_empty else f"{summarize(report)}\n\n{outline(report)}"

    async def session_data(self, session_id: str) -> str:
        return (await self._report(session_id)).model_dump_json(exclude_none=True)

    async def session_draft(self, session_id: str) -> str:
        with _resource_errors():
            return json.dumps(await self._studio.draft(session_id), ensure_ascii=False)

    async def session_preview(self, session_id: str) -> bytes:
        with _resource_errors():
            return await self._studio.preview(session_id)

    async def session_moment(self, session_id: str, seconds: str) -> bytes:
        with _resource_errors():
            return await self._studio.moment(session_id, seconds, "film")

    async def session_frame(self, session_id: str, seconds: str) -> bytes:
        with _resource_errors():
            return await self._studio.moment(session_id, seconds, "frame")

    async def _report(self, session_id: str) -> TimelineReport:
        with _resource_errors():
            return await self._studio.view_timeline(session_id)

    def offer(self, view: View, read: Callable[[str], Awaitable[str | bytes]]) -> None:
        async def measured(session_id: str) -> str | bytes:
            content = await read(session_id)
            size = len(content.encode() if isinstance(content, str) else content)
            self._sizes[uris.of(view.template, session_id)] = size
            return content

        self._views.append(view)
        self.register(view, measured)

    def register(self, view: View, read: Callable[..., Awaitable[str | bytes]]) -> None:
        add = self._server.resource(
            view.template,
            name=view.title,
            title=view.title,
            description=view.description,
            mime_type=view.mime_type,
        )
        add(read)

    async def forget(self, change: Change) -> None:
        for uri in uris.concerned(change):
            self._sizes.pop(uri, None)

    async def list(self, _: RequestContext, __: t.PaginatedRequestParams) -> t.ListResourcesResult:
        listed = await self._server.list_resources()
        for session in (await self._studio.sessions())[:LISTED_SESSIONS]:
            listed += [
                self._listed(view, session.id, session.title, session.changed_at)
                for view in self._views
                if view.is_listed
            ]
        return t.ListResourcesResult(resources=listed)

    def _listed(self, view: View, session_id: str, title: str, changed_at: float | None) -> t.Resource:
        uri = uris.of(view.template, session_id)
        return t.Resource(
            uri=uri,
            name=f"{one_line(title)} ({session_id}): {view.title}",
            title=f"{one_line(title)}: {view.title}",
            description=view.description,
            mime_type=view.mime_type,
            size=self._sizes.get(uri),
            annotations=t.Annotations(last_modified=_iso(changed_at)) if changed_at else None,
        )


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


@contextmanager
def _resource_errors() -> Iterator[None]:
    try:
        yield
    except (NoSession, UnknownSession, SessionGone, NothingToShow) as error:
        raise ResourceNotFoundError(f"{error.message} {error.hint}") from error
    except NemoError as error:
        raise ResourceError(f"{error.message} {error.hint}") from error


async def _not_found_as_it_was(ctx: RequestContext, call_next: CallNext) -> HandlerResult:
    """Middleware: a resource that is not there has another code for clients before 2026-07-28."""
    try:
        return await call_next(ctx)
    except MCPError as error:
        is_modern = ctx.protocol_version in MODERN_PROTOCOL_VERSIONS
        if is_modern or ctx.method != "resources/read" or not _names_resource(error):
            raise
        raise MCPError(NOT_FOUND_BEFORE_2026, error.message, error.data) from error


def _names_resource(error: MCPError) -> bool:
    """Whether it is about a resource, and not about the shape of the request."""
    return error.code == t.INVALID_PARAMS and isinstance(error.data, Mapping) and "uri" in error.data
