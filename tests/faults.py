"""The real engine behind a layer of faults: scripted per test, everything else goes through untouched.

And a disk without room, for any process.
"""

import json
import queue
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_nemo.engine.app import build_app
from mcp_nemo.engine.store import Store

Fault = Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]


class Cut(Exception):
    """Ends a response in the middle, and the connection with it."""


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Faults:
    """An ASGI layer around the engine."""

    app: ASGIApp
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _script: list[tuple[str, str, Fault]] = field(default_factory=list)

    def on(self, method: str, path: str, *faults: Fault) -> None:
        """The next requests to a path that begins so meet these faults, one each."""
        self._script += [(method, path, fault) for fault in faults]

    def clear(self) -> None:
        """No more faults."""
        self._script.clear()

    def count(self, method: str, path: str) -> int:
        return sum(asked.method == method and asked.path.startswith(path) for asked in self.asked)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append(Asked(scope["method"], scope["path"], headers))
        fault = self._next(scope["method"], scope["path"])
        if fault:
            await fault(self.app, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _next(self, method: str, path: str) -> Fault | None:
        for number, (wanted, beginning, fault) in enumerate(self._script):
            if method == wanted and path.startswith(beginning):
                del self._script[number]
                return fault
        return None


def answers(
    status: int,
    body: object = b"",
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Fault:
    """An answer in place of the engine's; what is not bytes goes out as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"content-type": content_type, **(headers or {})}

    async def fault(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        raw = [(name.encode(), value.encode()) for name, value in lines.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    return fault


def cuts_after(count: int) -> Fault:
    """The engine does its work to the end, but only so many bytes of its answer get through."""

    async def fault(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        left = count

        async def narrow(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                message = {**message, "body": body[:left]}
                left -= len(body)
            if left >= 0 or message.get("body"):
                await send(message)

        await app(scope, receive, narrow)
        raise Cut

    return fault


async def drops(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """The request never reaches the engine, and the connection ends."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    raise Cut


def streams(frames: "queue.Queue[bytes | None]") -> Fault:
    """A stream of events that a test feeds, frame by frame; None ends it."""

    async def fault(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while (frame := await run_sync(frames.get)) is not None:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return fault


def passes(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    """No fault, this once."""
    return app(scope, receive, send)


def calls(action: Callable[[], None], then: Fault = passes) -> Fault:
    """Something happens when the request has come in, whole."""

    async def fault(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        come = [await receive()]
        while come[-1].get("more_body"):
            come.append(await receive())

        async def again() -> Message:
            return come.pop(0) if come else await receive()

        action()
        await then(app, scope, again, send)

    return fault


@contextmanager
def faulty_engine(home: Path) -> Iterator[Faults]:
    """The engine and its faults at an address of their own."""
    faults = Faults(build_app(Store(home)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        faults.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(faults, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield faults
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """A process can write to no file, as on a full disk; those it has started before can. Linux only."""
    import resource

    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
