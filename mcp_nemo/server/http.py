"""Serving teams over Streamable HTTP at `/mcp`, each caller with sessions of its own."""

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from urllib.parse import urlsplit

import anyio
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl, ConfigDict, TypeAdapter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from mcp_nemo import __version__
from mcp_nemo.errors import ConfigurationError
from mcp_nemo.server.access import AnyOf, FetchedKeys, IssuedTokens, NamedTokens, read_tokens
from mcp_nemo.server.app import build_server
from mcp_nemo.server.ending import CAN_WAIT_FOR_SIGNALS, ending_on_signal
from mcp_nemo.server.principals import principal
from mcp_nemo.settings import HttpSettings, Settings, is_loopback
from mcp_nemo.studio import Studio, open_studio
from mcp_nemo.studio.clock import SystemClock

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_GRACE_SECONDS = 1
_EVERY_ADDRESS = ("0.0.0.0", "::", "")


def serve_http(settings: Settings, http: HttpSettings) -> None:
    check(http)
    listener = _listen(http.host, http.port)
    http = http.model_copy(update={"port": listener.getsockname()[1]})
    login = verifier(http)
    anyio.run(_serve, settings, http, login, listener)


def check(http: HttpSettings) -> None:
    """Refuse what would let strangers in, or nobody at all."""
    if not (is_loopback(http.host) or http.has_login or http.unprotected):
        raise ConfigurationError(
            f"At {http.host} everyone who reaches this machine could edit and read its media: "
            "nothing was started.",
            "Give each user a token with NEMO_HTTP_TOKENS, or set NEMO_HTTP_ISSUER; behind a proxy that "
            "asks who is there, --http-unprotected serves all that comes through it as one user.",
        )
    if http.host in _EVERY_ADDRESS and not (http.url or http.allowed_hosts):
        raise ConfigurationError(
            f"{http.host!r} means every address of this machine, and says nothing of its names.",
            "Set NEMO_HTTP_ALLOWED_HOSTS to the names clients use, or NEMO_HTTP_URL to the address.",
        )


async def _serve(
    settings: Settings, http: HttpSettings, login: TokenVerifier | None, listener: socket.socket
) -> None:
    import uvicorn

    async with open_studio(settings, caller=principal) as studio, ending_on_signal(studio):
        config = uvicorn.Config(
            http_app(studio, http, login),
            log_level=settings.log_level.lower(),
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        if CAN_WAIT_FOR_SIGNALS:
            # uvicorn would take the signals for itself, and wait for clients that keep a stream open.
            server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]
        sys.stderr.write(f"mcp-nemo serves Streamable HTTP at {http.public_url}\n")
        await server.serve(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigurationError(
            f"{host} port {port} cannot be served: {error.strerror or error}.", "Choose another --port."
        ) from error


def http_app(studio: Studio, http: HttpSettings, login: TokenVerifier | None) -> Starlette:
    """Everything but the health and the login's own metadata stands behind the login, where there is one."""
    mcp = build_server(studio).streamable_http_app(
        transport_security=transport_security(http), stateless_http=http.stateless
    )
    routes: list[BaseRoute] = [Route("/health", _health)]
    middleware: list[Middleware] = []
    door: ASGIApp = mcp
    if login:
        resource, metadata = _url(http.public_url), None
        if http.issuer:
            routes += create_protected_resource_routes(resource, [_url(http.issuer)], list(http.scopes))
            metadata = build_resource_metadata_url(resource)
        door = RequireAuthMiddleware(mcp, list(http.scopes), metadata)
        backend = BearerAuthBackend(login, resource_server_url=resource)
        middleware = [
            Middleware(AuthenticationMiddleware, backend=backend),
            Middleware(AuthContextMiddleware),
        ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with mcp.router.lifespan_context(mcp):
            yield

    return Starlette(routes=[*routes, Mount("/", door)], middleware=middleware, lifespan=lifespan)


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True, "version": __version__})


def _url(address: str) -> AnyHttpUrl:
    """Without the slash that would be added: issuers are compared letter by letter."""
    return TypeAdapter(AnyHttpUrl, config=ConfigDict(url_preserve_empty_path=True)).validate_python(address)


def verifier(http: HttpSettings) -> TokenVerifier | None:
    """What tells who a token belongs to; None where there is no login."""
    verifiers: list[TokenVerifier] = []
    if http.tokens:
        verifiers.append(NamedTokens(read_tokens(http.tokens), http.public_url, http.scopes))
    if http.issuer:
        keys = FetchedKeys(http.issuer, http.jwks_url, SystemClock().now)
        verifiers.append(IssuedTokens(http.issuer, http.public_url, keys))
    return AnyOf(verifiers) if verifiers else None


def transport_security(http: HttpSettings) -> TransportSecuritySettings:
    """Only what is asked for under a name of this server, and by no page from elsewhere, is answered."""
    hosts = {*http.allowed_hosts, urlsplit(http.url).netloc, http.host, *_LOOPBACK} - {"", *_EVERY_ADDRESS}
    named = sorted(f"[{host}]" if host.count(":") > 1 and "[" not in host else host for host in hosts)
    allowed = [form for host in named for form in (host, f"{host}:*")]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in allowed]
    return TransportSecuritySettings(allowed_hosts=allowed, allowed_origins=[*http.allowed_origins, *origins])
