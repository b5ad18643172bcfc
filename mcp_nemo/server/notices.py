"""Telling clients of both protocol eras that a resource, or the list of them, has changed.

A client since 2026-07-28 listens with `subscriptions/listen`, and the SDK writes to it. Those before are
written to here: each hears of a changed list, and of the resources it has subscribed to.
Everybody hears of their own sessions only.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
import mcp_types as t
from mcp.server import MCPServer
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
)

from mcp_nemo.server.lowlevel import RequestContext, answer, connection_of
from mcp_nemo.server.principals import principal
from mcp_nemo.server.uris import concerned
from mcp_nemo.studio import Studio
from mcp_nemo.studio.changes import Change

# A client that does not read for so long goes without the notice; a busy machine alone must not cause that.
_PATIENCE_SECONDS: Final = 60


def add_notices(server: MCPServer[Any], studio: Studio, listeners: "Listeners") -> None:
    """`listeners` is what the server was built with as its `subscriptions`."""
    subscribers = Subscribers()
    answer(server, "resources/subscribe", t.SubscribeRequestParams, subscribers.subscribe)
    answer(server, "resources/unsubscribe", t.UnsubscribeRequestParams, subscribers.unsubscribe)
    server.middleware.append(subscribers.welcome)

    async def tell(change: Change) -> None:
        owner, events = change.session.owner, _events(change)
        await listeners.tell(owner, events)
        await subscribers.tell(owner, events)

    studio.changes.follow(tell)


def _events(change: Change) -> list[ServerEvent]:
    events: list[ServerEvent] = [ResourceUpdated(uri) for uri in concerned(change)]
    return [ResourcesListChanged(), *events] if change.what == "session" else events


class Listeners:
    """Clients since 2026-07-28: a bus, as the SDK wants it, of a bus for each principal."""

    def __init__(self) -> None:
        self._buses: dict[str, InMemorySubscriptionBus] = defaultdict(InMemorySubscriptionBus)

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        return self._buses[principal()].subscribe(listener)

    async def publish(self, event: ServerEvent) -> None:
        await self.tell(principal(), [event])

    async def tell(self, owner: str, events: Sequence[ServerEvent]) -> None:
        for event in events:
            await self._buses[owner].publish(event)


class Subscribers:
    """Clients before 2026-07-28, from the handshake to the end of the connection."""

    def __init__(self) -> None:
        self._clients: dict[Connection, _Client] = {}

    async def welcome(self, ctx: RequestContext, call_next: CallNext) -> HandlerResult:
        """Middleware: say what is to be had, and keep in mind who came."""
        result = await call_next(ctx)
        if ctx.method == "initialize" and isinstance(result, dict):
            # The SDK offers no way to say so but a runner of one's own for each transport.
            result["capabilities"]["resources"]["listChanged"] = True
        elif ctx.method == "notifications/initialized":
            self._client(ctx)
        return result

    async def subscribe(self, ctx: RequestContext, params: t.SubscribeRequestParams) -> t.EmptyResult:
        self._client(ctx).uris.add(str(params.uri))
        return t.EmptyResult()

    async def unsubscribe(self, ctx: RequestContext, params: t.UnsubscribeRequestParams) -> t.EmptyResult:
        self._client(ctx).uris.discard(str(params.uri))
        return t.EmptyResult()

    async def tell(self, owner: str, events: Sequence[ServerEvent]) -> None:
        async with anyio.create_task_group() as tasks:
            for client in self._clients.values():
                if client.owner == owner:
                    tasks.start_soon(client.tell, events)

    def _client(self, ctx: RequestContext) -> "_Client":
        connection = connection_of(ctx)
        if connection not in self._clients:
            self._clients[connection] = _Client(connection, principal())
            connection.exit_stack.callback(self._clients.pop, connection)
        return self._clients[connection]


@dataclass(frozen=True, slots=True)
class _Client:
    connection: Connection
    owner: str
    uris: set[str] = field(default_factory=set)

    async def tell(self, events: Sequence[ServerEvent]) -> None:
        with anyio.move_on_after(_PATIENCE_SECONDS):
            for event in events:
                if isinstance(event, ResourcesListChanged):
                    await self.connection.send_resource_list_changed()
                elif isinstance(event, ResourceUpdated) and event.uri in self.uris:
                    await self.connection.send_resource_updated(event.uri)
