"""The one way around MCPServer, to requests that it answers otherwise or not at all."""

from typing import Any, TypeVar

from mcp.server import MCPServer, ServerRequestContext
from mcp.server.connection import Connection
from mcp.server.lowlevel.server import RequestHandler
from mcp_types import RequestParams

Params = TypeVar("Params", bound=RequestParams)
RequestContext = ServerRequestContext[Any, Any]


def answer(
    server: MCPServer[Any], method: str, params: type[Params], handler: RequestHandler[Any, Params]
) -> None:
    """Answer requests of a method, also of one that MCPServer has an answer to."""
    server._lowlevel_server.add_request_handler(method, params, handler)


def usual_answer(server: MCPServer[Any], method: str) -> RequestHandler[Any, Any]:
    """What answers a method now, for an answer that goes on with it."""
    known = server._lowlevel_server.get_request_handler(method)
    assert known
    return known.handler


def connection_of(ctx: RequestContext) -> Connection:
    """What all requests of a handshake-era client have in common; `ctx.session` is new for each."""
    return ctx.session._connection
