"""The timeline as a view inside the chat, for hosts that know MCP Apps; others lose nothing."""

from typing import Any, Final

from mcp.server.apps import Apps

from mcp_nemo.server.view import READ_ONLY_HTML, TIMELINE_HTML

TIMELINE_URI: Final = "ui://nemo/timeline.html"

# The `meta` of each tool whose answer the view shows.
IN_THE_TIMELINE_VIEW: Final[dict[str, Any]] = {"ui": {"resourceUri": TIMELINE_URI}}


def timeline_app(*, read_only: bool = False) -> Apps:
    """The page alone: the tools are the server's own, and name it in their `meta`."""
    app = Apps()
    app.add_html_resource(
        TIMELINE_URI,
        READ_ONLY_HTML if read_only else TIMELINE_HTML,
        name="timeline-view",
        title="Timeline view",
        description="Player, tracks and last change of a session, for hosts that show MCP Apps.",
        prefers_border=True,
    )
    return app
