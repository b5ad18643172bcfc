"""Who may come in over HTTP: people with tokens of ours, or with tokens of an authorization server."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import httpx
import jwt
from mcp.client.auth.utils import build_oauth_authorization_server_metadata_discovery_urls
from mcp.server.auth.provider import AccessToken, TokenVerifier

from mcp_nemo.errors import ConfigurationError

SHORTEST_TOKEN = 24
# Signatures anybody can check but only the issuer can make.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# How long keys are believed, and how soon they may be fetched again for a key that is not among them.
KEYS_LAST_SECONDS = 60 * 60
KEYS_REST_SECONDS = 30
CLOCK_SKEW_SECONDS = 30
FETCH_SECONDS = 10
log = logging.getLogger(__name__)


class NamedTokens:
    """Tokens of ours, each with the name it stands for; kept only as hashes."""

    def __init__(self, names: Mapping[str, str], resource: str, scopes: Sequence[str] = ()) -> None:
        self._names = {_hash(token): name for token, name in names.items()}
        self._resource = resource
        self._scopes = list(scopes)

    async def verify_token(self, token: str) -> AccessToken | None:
        name = self._names.get(_hash(token))
        if name is None:
            return None
        return AccessToken(
            token=token, client_id=name, subject=name, scopes=self._scopes, resource=self._resource
        )


def read_tokens(path: Path) -> dict[str, str]:
    """Names by token, from a file with `name token` in each line; several tokens may have one name."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The tokens cannot be read from {path}: {error}.", "See to NEMO_HTTP_TOKENS."
        ) from error
    names: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or len(words[1]) < SHORTEST_TOKEN or words[1] in names:
            raise ConfigurationError(
                f"Line {number} of {path} is not a name and a token of its own.",
                f"Write `name token`, the token at least {SHORTEST_TOKEN} characters; "
                "`openssl rand -hex 24` makes one.",
            )
        names[words[1]] = words[0]
    if not names:
        raise ConfigurationError(
            f"There are no tokens in {path}.", "Write a line `name token` for each user."
        )
    return names


class Keys(Protocol):
    async def find(self, key_id: str) -> jwt.PyJWK | None: ...


class IssuedTokens:
    """JSON Web Tokens that an authorization server issued for this server."""

    def __init__(self, issuer: str, resource: str, keys: Keys) -> None:
        self._issuer = issuer
        self._resource = resource
        self._keys = keys

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            key = await self._keys.find(jwt.get_unverified_header(token).get("kid", ""))
            return self._read(token, key) if key else None
        except jwt.PyJWTError as error:
            log.info("a token was refused: %s", error)
            return None

    def _read(self, token: str, key: jwt.PyJWK) -> AccessToken | None:
        claims = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=self._issuer,
            audience=self._resource,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["exp", "iss", "aud"]},
        )
        subject, client = claims.get("sub"), claims.get("client_id") or claims.get("azp")
        if not (subject or client):
            return None
        return AccessToken(
            token=token,
            client_id=str(client or subject),
            subject=subject,
            scopes=_scopes(claims),
            expires_at=int(claims["exp"]) + CLOCK_SKEW_SECONDS,
            resource=self._resource,
            claims={"iss": self._issuer},
        )


class FetchedKeys:
    """The issuer's public keys, fetched when a token is signed with one that is not known yet."""

    def __init__(self, issuer: str, url: str, now: Callable[[], float]) -> None:
        """Without a `url` the issuer's metadata says where the keys are."""
        self._issuer = issuer
        self._url = url
        self._now = now
        self._known: dict[str, jwt.PyJWK] = {}
        self._asked_at = float("-inf")

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        age = self._now() - self._asked_at
        if age > KEYS_LAST_SECONDS or (key_id not in self._known and age > KEYS_REST_SECONDS):
            self._asked_at = self._now()
            await self._refresh()
        return self._known.get(key_id)

    async def _refresh(self) -> None:
        """What was known stays where the issuer cannot be reached: a short outage locks nobody out."""
        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                self._url = self._url or await self._discover(client)
                keys = jwt.PyJWKSet.from_dict(await _fetch(client, self._url)).keys
            self._known = {key.key_id or "": key for key in keys}
        except (httpx.HTTPError, ValueError, LookupError, jwt.PyJWTError) as error:
            log.warning("the keys of %s could not be fetched: %s", self._issuer, error)

    async def _discover(self, client: httpx.AsyncClient) -> str:
        for url in build_oauth_authorization_server_metadata_discovery_urls(self._issuer, self._issuer):
            try:
                metadata = await _fetch(client, url)
            except httpx.HTTPStatusError:
                continue
            if metadata.get("issuer") == self._issuer:
                return str(metadata["jwks_uri"])
        raise LookupError("it has no metadata under its name")


class AnyOf:
    """The first that knows a token answers for it."""

    def __init__(self, verifiers: Sequence[TokenVerifier]) -> None:
        self._verifiers = verifiers

    async def verify_token(self, token: str) -> AccessToken | None:
        for verifier in self._verifiers:
            if found := await verifier.verify_token(token):
                return found
        return None


async def _fetch(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = await client.get(url)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{url} holds no JSON object")
    return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """As OAuth writes them, or as a list, which some issuers do."""
    scopes = claims.get("scope") or claims.get("scp") or ()
    return scopes.split() if isinstance(scopes, str) else [str(scope) for scope in scopes]
