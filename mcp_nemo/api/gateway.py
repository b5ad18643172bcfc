"""One way to the backend: who is asking goes on every request, and httpx's failures become ours."""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from mcp_nemo.errors import (
    BackendTimeout,
    ConfigurationError,
    ConnectionBroken,
    ConnectionFailed,
    NemoError,
    UnexpectedAnswer,
)

READ_SECONDS = 30
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Attribution:
    """Who is asking. Export is refused with 402 where one of the three headers is missing (S)."""

    source: str
    version: str
    platform: str

    def headers(self) -> dict[str, str]:
        return {
            "X-Skill-Source": _header_text(self.source),
            "X-Skill-Version": _header_text(self.version),
            "X-Skill-Platform": _header_text(self.platform),
        }


@dataclass(frozen=True)
class Body:
    """What a request carries. It can be sent again."""

    headers: Mapping[str, str]
    content: bytes | AsyncIterable[bytes]


def json_body(value: object) -> Body:
    # Plain ASCII, unlike httpx's own: it can carry whatever a draft held.
    return Body({"Content-Type": "application/json"}, json.dumps(value).encode())


def fits_header(text: str) -> bool:
    """Whether a token or an id can be sent: httpx quotes what it cannot send, secret or not."""
    return text != "" and text.isascii() and text.isprintable() and " " not in text


def is_loopback(url: httpx.URL) -> bool:
    return url.host in _LOOPBACK


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Gateway:
    """An httpx client for one API host."""

    def __init__(
        self, base_url: str, attribution: Attribution, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        with translated(base_url, "reading the address"):
            self.url = httpx.URL(base_url)
        self._http = httpx.AsyncClient(
            base_url=self.url,
            headers=attribution.headers(),
            transport=transport,
            # A proxy of the environment cannot reach this machine's own engine.
            trust_env=not is_loopback(self.url),
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._http.__aexit__(kind, error, traceback)

    async def send(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        read: float = READ_SECONDS,
    ) -> httpx.Response:
        """A response whose body is complete."""
        async with self.stream(method, path, doing, headers=headers, body=body, read=read) as response:
            await response.aread()
        return response

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        doing: str,
        *,
        headers: Mapping[str, str],
        body: Body | None = None,
        read: float = READ_SECONDS,
        follow: bool = False,
    ) -> AsyncGenerator[httpx.Response, None]:
        """A response whose body is still to be read. `read` is how long the host may be silent."""
        with translated(self.url.host, doing):
            host = self.url.join(url).host or str(self.url)
        with translated(host, doing):
            async with self._http.stream(
                method,
                url,
                headers={**headers, **(body.headers if body else {})},
                content=body.content if body else None,
                timeout=httpx.Timeout(30, connect=15, read=read),
                follow_redirects=follow,
            ) as response:
                yield response


@contextmanager
def translated(host: str, doing: str) -> Generator[None, None, None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict) as error:
        raise transport_failure(error, host, doing) from error


def transport_failure(error: Exception, host: str, doing: str) -> NemoError:
    """The failure an exception of httpx stands for: the entry of its nearest ancestor."""
    for kind in type(error).__mro__:
        if kind in _FAILURES:
            return _FAILURES[kind](error, host, doing)
    raise error


def _timeout(error: Exception, host: str, doing: str) -> NemoError:
    return BackendTimeout(host, doing)


def _unreachable(error: Exception, host: str, doing: str) -> NemoError:
    return ConnectionFailed(host, str(error) or type(error).__name__)


def _broken(error: Exception, host: str, doing: str) -> NemoError:
    return ConnectionBroken(host, str(error) or type(error).__name__, doing)


def _unreadable(error: Exception, host: str, doing: str) -> NemoError:
    return UnexpectedAnswer(f"{type(error).__name__} while {doing}")


def _misconfigured(error: Exception, host: str, doing: str) -> NemoError:
    return ConfigurationError(
        f"{host} is not an address to send requests to.", "Set NEMO_API_URL to an http or https URL."
    )


def _unsendable(error: Exception, host: str, doing: str) -> NemoError:
    # The exception's own words quote the header it stumbled over.
    return ConfigurationError(
        f"The request to {host} could not be written ({doing}).",
        "Look for stray characters in NEMO_TOKEN, NEMO_CLIENT_ID and the NEMO_SKILL settings.",
    )


_FAILURES: Mapping[type, Callable[[Exception, str, str], NemoError]] = {
    httpx.TimeoutException: _timeout,
    httpx.ConnectTimeout: _unreachable,
    httpx.PoolTimeout: _unreachable,
    httpx.ConnectError: _unreachable,
    httpx.ProxyError: _unreachable,
    httpx.TransportError: _broken,
    httpx.LocalProtocolError: _unsendable,
    httpx.UnsupportedProtocol: _misconfigured,
    httpx.InvalidURL: _misconfigured,
    httpx.HTTPError: _unreadable,
    httpx.StreamError: _unreadable,
    httpx.CookieConflict: _unreadable,
}


def _header_text(value: str) -> str:
    """Printable ASCII: a host may report any name, and an empty header might count as missing."""
    printable = "".join(c if c.isascii() and c.isprintable() else "?" for c in value)
    return printable.strip() or "unknown"
