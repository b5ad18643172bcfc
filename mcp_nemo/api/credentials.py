"""Tokens: the user's own, or an anonymous one that is obtained once and kept."""

import json
import os
import tempfile
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio
import httpx
from anyio.to_thread import run_sync
from pydantic import SecretStr

from mcp_nemo.api.disk import writing_to
from mcp_nemo.api.envelope import Purpose, accepted, decode_json, read_answer
from mcp_nemo.api.gateway import Attribution, Gateway, fits_header
from mcp_nemo.api.models import AnonymousGrant, parse
from mcp_nemo.errors import ConfigurationError, UnexpectedAnswer


class Credentials(Protocol):
    @property
    def own(self) -> bool:
        """Whether the token is the user's own: such a one is never replaced."""

    @property
    def user_id(self) -> str | None:
        """The anonymous user registration keeps; None for an own token, or while not known."""

    async def token(self) -> str: ...

    async def renew(self, rejected: str) -> str | None:
        """Another token in place of the rejected one; None when there is none to be had."""


class FixedToken:
    own = True
    user_id = None

    def __init__(self, token: SecretStr) -> None:
        self._token = token.get_secret_value().strip()
        if not fits_header(self._token):
            raise ConfigurationError(
                "NEMO_TOKEN holds characters no token has.", "Copy the token again, without line breaks."
            )

    async def token(self) -> str:
        return self._token

    async def renew(self, rejected: str) -> str | None:
        return None


class AnonymousToken:
    """A token asked for with a client id that stays the same: one per id and about ten per address in
    seven days (S), so both outlive the process. `client_id` takes the place of the kept one.
    """

    own = False

    def __init__(
        self,
        base_url: str,
        attribution: Attribution,
        folder: Path,
        client_id: str = "",
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if client_id and not fits_header(client_id):
            raise ConfigurationError(
                "NEMO_CLIENT_ID holds characters no client id has.", "Set it to a UUID, or unset it."
            )
        self._gateway = partial(Gateway, base_url, attribution, transport)
        self._vault = Vault(folder, base_url, client_id)
        self._client_id = client_id
        self._now = now
        self._lock = anyio.Lock()
        self._grant: AnonymousGrant | None = None

    @property
    def user_id(self) -> str | None:
        return self._grant.user_id if self._grant else None

    async def token(self) -> str:
        return await self._other_than(rejected="")

    async def renew(self, rejected: str) -> str | None:
        token = await self._other_than(rejected)
        return None if token == rejected else token

    async def _other_than(self, rejected: str) -> str:
        """The token in hand, or the one another process kept meanwhile, or a new one."""
        async with self._lock:
            self._grant = (
                self._usable(self._grant, rejected)
                or self._usable(await run_sync(self._vault.grant), rejected)
                or await self._obtain()
            )
            return self._grant.token.get_secret_value()

    def _usable(self, grant: AnonymousGrant | None, rejected: str) -> AnonymousGrant | None:
        if grant is None or grant.expired(self._now()) or grant.token.get_secret_value() == rejected:
            return None
        return grant

    async def _obtain(self) -> AnonymousGrant:
        headers = {"X-Client-Id": self._client_id or await run_sync(self._vault.client_id)}
        purpose = Purpose("getting an anonymous token")
        async with self._gateway() as gateway:
            response = await gateway.send("POST", "/api/auth/anonymous-token", purpose.doing, headers=headers)
        grant = parse(AnonymousGrant, accepted(read_answer(response), purpose))
        # In hand before it is kept: a disk that is full must not cost one of the few tokens.
        self._grant = grant
        await run_sync(self._vault.keep, grant)
        return grant


class Vault:
    """The vendor's folder: its `client_id`, and beside it a file of ours with the tokens, by API address.

    Everything here blocks. Files are replaced whole, so that a reader in another process sees the old
    content or the new.
    """

    def __init__(self, folder: Path, base_url: str, client_id: str = "") -> None:
        self._folder = folder
        # Another client id is another user.
        self._key = f"{base_url} {client_id}".strip()
        self._id_file = folder / "client_id"
        self._tokens_file = folder / "mcp-nemo-tokens.json"

    def client_id(self) -> str:
        kept = self._read(self._id_file).strip()
        if fits_header(kept):
            return kept
        fresh = str(uuid.uuid4())
        self._write(self._id_file, fresh + "\n")
        return fresh

    def grant(self) -> AnonymousGrant | None:
        entry = self._entries().get(self._key)
        try:
            return parse(AnonymousGrant, entry)
        except UnexpectedAnswer:
            return None

    def keep(self, grant: AnonymousGrant) -> None:
        entry = grant.model_dump() | {"token": grant.token.get_secret_value()}
        entries = {**self._entries(), self._key: entry}
        self._write(self._tokens_file, json.dumps(entries, indent=2) + "\n")

    def _entries(self) -> Mapping[str, object]:
        entries = decode_json(self._read(self._tokens_file))
        return entries if isinstance(entries, dict) else {}

    def _read(self, path: Path) -> str:
        with writing_to(self._folder):
            try:
                return path.read_text(encoding="utf-8")
            except (FileNotFoundError, UnicodeDecodeError):
                return ""

    def _write(self, path: Path, text: str) -> None:
        with writing_to(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            # mkstemp makes the file 0600.
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=f".{path.name}-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
