"""What a test does in the chat, and what it sees in the view."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, FrameLocator, Page, Request, Route

# What MCP Apps has hosts enforce for a view that asks for nothing (2026-01-26, "Restrictive Default").
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self' data:; connect-src 'none'"
)
_TYPES = {".html": "text/html", ".js": "text/javascript"}


class Chat:
    """The host page lives at the server's own address, so that its client may speak to it."""

    def __init__(self, page: Page, server_url: str, files: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.strayed: list[str] = []
        self._view = b""
        self._files = {"/host.html": files / "host.html", "/host.js": files / "bundle.js"}
        self._axe = (files / "node_modules/axe-core/axe.min.js").read_text()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self._route)
        page.goto(f"{server_url}/host.html")
        page.wait_for_function("globalThis.chat")

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """What the assistant does: the whole result of a tool call."""
        result: dict[str, Any] = self.page.evaluate(
            "([name, args]) => chat.call(name, args)", [tool, arguments]
        )
        return result

    def show(
        self,
        tool: str,
        result: dict[str, Any] | None = None,
        *,
        arguments: dict[str, object] | None = None,
        can: object = None,
        **context: object,
    ) -> FrameLocator:
        """The view a tool names, with a result of it, in a host of this context and these capabilities."""
        arguments = arguments or {}
        result = result or self.call(tool, **arguments)
        self.page.evaluate("(shown) => chat.show(...shown)", [tool, arguments, result, context, can])
        return self.view

    @property
    def view(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def change(self, **context: object) -> None:
        self.page.evaluate("(context) => chat.change(context)", context)

    def expect_told(self, wish: str) -> None:
        """The view let the assistant know of one thing: that the user wished this."""
        self.page.wait_for_function("chat.told.length")
        told: list[str] = self.page.evaluate("chat.told")
        assert [wish in said for said in told] == [True], told

    def grave_findings(self) -> list[str]:
        """What axe finds in the view that is serious or critical."""
        frame = self.page.frames[1]
        frame.evaluate(self._axe)
        found = frame.evaluate("axe.run()")["violations"]
        return [
            f"{rule['id']}: {node['html']}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    def _route(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        if path == "/view.html" and request.method == "PUT":
            self._view = request.post_data_buffer or b""
            route.fulfill(status=204)
        elif path == "/view.html":
            route.fulfill(
                body=self._view, content_type="text/html", headers={"Content-Security-Policy": _POLICY}
            )
        elif path in self._files:
            route.fulfill(path=self._files[path], content_type=_TYPES[self._files[path].suffix])
        elif path == "/mcp" and request.frame == self.page.main_frame:
            route.continue_()
        else:
            self.strayed.append(request.url)
            route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
