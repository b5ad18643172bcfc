"""Connections to the backends: the cloud, and the engine of this machine, made when first needed."""

import json
import secrets
import subprocess
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream
from pydantic import SecretStr

from mcp_nemo import __version__
from mcp_nemo.api import AnonymousToken, Attribution, Credentials, FixedToken, NemoClient
from mcp_nemo.errors import EngineUnavailable, NemoError
from mcp_nemo.journal import SessionEntry
from mcp_nemo.settings import Backend, Settings, credentials_dir
from mcp_nemo.studio.clock import Clock, SystemClock

_START_SECONDS = 30
# What speaking to a process meets that is silent, has ended, or is just being ended by another task.
_NOBODY_THERE = (
    OSError,
    anyio.IncompleteRead,
    anyio.EndOfStream,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
)
_STOP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session, and the way to its backend: an engine that had to be restarted has a new address."""

    entry: SessionEntry
    backends: "Backends"

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def backend(self) -> Backend:
        return self.entry.backend

    async def client(self) -> NemoClient:
        return await self.backends.connect(self.entry.backend, self.entry.api_url)

    async def draft(self) -> object:
        """As the backend gives it, not decoded."""
        return (await (await self.client()).state(self.id)).draft

    async def credits(self) -> float | None:
        """What is left; None on this machine, where nothing is spent, and where it cannot be read.

        No work depends on it, so it holds none up.
        """
        if self.backend == "local":
            return None
        try:
            return (await (await self.client()).credits()).available
        except NemoError:
            return None


class Backends:
    """Clients by backend and address; closed together."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._platform = settings.skill_platform or "unknown"
        self._engine = LocalEngine(settings)
        self._clients: dict[str, NemoClient] = {}
        self._lock = anyio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._stack.push_async_callback(self.stop_engine)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with anyio.CancelScope(shield=True):
            await self._stack.aclose()

    def introduce(self, client_name: str) -> None:
        """Say who asks, for attribution, unless the configuration does."""
        if not self._settings.skill_platform and client_name:
            self._platform = client_name

    async def connect(self, backend: Backend, api_url: str) -> NemoClient:
        """The client for a backend; `api_url` is not used for the engine of this machine."""
        async with self._lock:
            token = None
            if backend == "local":
                api_url, token = await self._engine.connect()
            if api_url not in self._clients:
                client = self._client(api_url, token)
                self._clients[api_url] = await self._stack.enter_async_context(client)
            return self._clients[api_url]

    async def stop_engine(self) -> None:
        await self._engine.stop()

    def _client(self, api_url: str, token: SecretStr | None) -> NemoClient:
        attribution = Attribution(self._settings.skill_source, __version__, self._platform)
        credentials = self._credentials(api_url, token, attribution)
        return NemoClient(
            api_url, credentials, attribution, web_url=self._settings.web_url, sleep=self._clock.sleep
        )

    def _credentials(self, api_url: str, token: SecretStr | None, attribution: Attribution) -> Credentials:
        # The user's token goes to the address it was configured for, and to no other.
        if token is None and api_url == self._settings.cloud_url:
            token = self._settings.token
        if token:
            return FixedToken(token)
        return AnonymousToken(api_url, attribution, credentials_dir(), self._settings.client_id)


class LocalEngine:
    """The engine as a child of this process; it ends when its standard input does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: Process | None = None
        self._answers: BufferedByteReceiveStream
        self._url = ""
        self._token = SecretStr("")

    async def connect(self) -> tuple[str, SecretStr]:
        """Its address and the token it accepts; starts it, also anew when it has ended."""
        if not await self._lives():
            await self._start()
        return self._url, self._token

    async def _lives(self) -> bool:
        # Asked, because a process that was killed is known as ended only some time later.
        if self._process is None or self._process.returncode is not None:
            return False
        try:
            # Shielded: an answer left unread would be taken for that to the next question.
            with anyio.fail_after(_START_SECONDS, shield=True):
                await self._ask(b"\n")
        except _NOBODY_THERE:
            await self.stop()
            return False
        return True

    async def _ask(self, question: bytes) -> str:
        assert self._process
        assert self._process.stdin
        await self._process.stdin.send(question)
        return (await self._answers.receive_until(b"\n", 200)).decode()

    async def stop(self) -> None:
        if self._process is None:
            return
        assert self._process.stdin
        with suppress(anyio.BrokenResourceError):
            await self._process.stdin.aclose()
        with anyio.move_on_after(_STOP_SECONDS):
            await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
        await self._process.aclose()

    async def _start(self) -> None:
        self._token = SecretStr(f"nmv_usr_{secrets.token_urlsafe(32)}")
        # A session of its own: an interrupt at the terminal is for the server, which then ends the engine.
        self._process = await anyio.open_process(
            [sys.executable, "-m", "mcp_nemo.engine"],
            stdin=subprocess.PIPE,
            stderr=None,
            start_new_session=True,
        )
        assert self._process.stdout
        self._answers = BufferedByteReceiveStream(self._process.stdout)
        charge = {
            "home": str(self._settings.home / "engine"),
            "token": self._token.get_secret_value(),
            "log_level": self._settings.log_level,
            "music_dirs": [str(folder) for folder in self._settings.music_dirs],
            "soundfont": self._settings.soundfont,
            "encoder": self._settings.encoder,
        }
        try:
            with anyio.fail_after(_START_SECONDS):
                self._url = await self._ask(json.dumps(charge).encode() + b"\n")
        except TimeoutError:
            raise EngineUnavailable(f"it did not start within {_START_SECONDS} s") from None
        except _NOBODY_THERE as error:
            raise EngineUnavailable("it ended at once") from error
