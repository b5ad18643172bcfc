"""The one way around MCPServer, to requests that it answers otherwise or not at all."""

from typing import Any, Protocol, TypeVar

from mcp.server import MCPServer, ServerRequestContext
from mcp.server.connection import Connection
from mcp_types import RequestParams
from pydantic import BaseModel

Params = TypeVar("Params", bound=RequestParams, contravariant=True)
RequestContext = ServerRequestContext[Any, Any]


class Handler(Protocol[Params]):
    async def __call__(self, context: RequestContext, params: Params, /) -> BaseModel: ...


def answer(server: MCPServer[Any], method: str, params: type[Params], handler: Handler[Params]) -> None:
    """Answer requests of a method, also of one that MCPServer has an answer to."""
    server._lowlevel_server.add_request_handler(method, params, handler)


def connection_of(context: RequestContext) -> Connection:
    """What all requests of a handshake-era client have in common; `context.session` is new for each."""
    return context.session._connection
