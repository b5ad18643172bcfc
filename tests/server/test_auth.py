"""Who may come in: by a token from the file, or by one that an authorization server issued."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mcp_nemo.errors import ConfigurationError
from mcp_nemo.server.access import KEYS_LAST_SECONDS, KEYS_REST_SECONDS, FetchedKeys, read_tokens
from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Mode
from tests.server.serving import ANA, PUBLIC_URL, assistant, listening, served, tokens_file
from tests.server.test_http import HEADERS, LIST


@dataclass
class Issuer:
    """An authorization server: its keys, and the tokens it signs."""

    url: str = ""
    asked: int = 0
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)

    def add_key(self, name: str) -> None:
        self.keys[name] = ec.generate_private_key(ec.SECP256R1())

    def claims(self, **changes: object) -> dict[str, Any]:
        usual = {"iss": self.url, "aud": PUBLIC_URL, "sub": "ana", "exp": time.time() + 600}
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def sign(self, key: str = "first", **changes: object) -> str:
        return jwt.encode(self.claims(**changes), self.keys[key], algorithm="ES256", headers={"kid": key})

    async def metadata(self, _: Request) -> JSONResponse:
        return JSONResponse({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})

    async def key_set(self, _: Request) -> JSONResponse:
        self.asked += 1
        algorithm = jwt.get_algorithm_by_name("ES256")
        keys = [
            algorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": name, "alg": "ES256"}
            for name, key in self.keys.items()
        ]
        return JSONResponse({"keys": keys})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/oauth-authorization-server", self.metadata),
                Route("/keys", self.key_set),
            ]
        )


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    issuer.add_key("first")
    async with listening(issuer.app()) as url:
        issuer.url = url
        yield issuer


@asynccontextmanager
async def _asking(url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=url.removesuffix("/mcp"), headers=HEADERS, timeout=60) as http:
        yield http


async def _status(url: str, token: str) -> int:
    async with _asking(url) as http:
        answer = await http.post("/mcp", json=LIST, headers={"authorization": f"Bearer {token}"})
        return answer.status_code


async def test_a_name_with_a_token_comes_in(settings: Settings, tmp_path: Path, mode: Mode) -> None:
    async with (
        served(settings, tokens=tokens_file(tmp_path)) as url,
        assistant(url, ANA, mode) as client,
    ):
        assert not (await call(client, "create_session")).result.is_error


@pytest.mark.parametrize("header", ["", "Bearer", f"Basic {ANA}", f"Bearer {ANA}x", "Bearer ana"])
async def test_nobody_else_does(settings: Settings, tmp_path: Path, header: str) -> None:
    async with served(settings, tokens=tokens_file(tmp_path)) as url, _asking(url) as http:
        for method, path in (("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"), ("GET", "/elsewhere")):
            sent = {"authorization": header} if header else {}
            answer = await http.request(method, path, json=LIST, headers=sent)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer ")
            assert ANA not in answer.text


async def test_a_refusal_says_where_to_log_in(settings: Settings, issuer: Issuer) -> None:
    async with served(settings, issuer=issuer.url, scopes=("video",)) as url, _asking(url) as http:
        refused = await http.post("/mcp", json=LIST)
        assert refused.status_code == 401
        where = "https://nemo.example/.well-known/oauth-protected-resource/mcp"
        assert f'resource_metadata="{where}"' in refused.headers["www-authenticate"]
        metadata = (await http.get(where.removeprefix("https://nemo.example"))).json()
    assert metadata["resource"] == PUBLIC_URL
    # Letter by letter: clients compare it with what the issuer calls itself.
    assert metadata["authorization_servers"] == [issuer.url]
    assert metadata["scopes_supported"] == ["video"]


async def test_an_issued_token_comes_in(settings: Settings, issuer: Issuer, mode: Mode) -> None:
    async with served(settings, issuer=issuer.url) as url:
        async with assistant(url, issuer.sign(), mode) as client:
            session = (await call(client, "create_session")).facts["session_id"]
        # A later token of the same subject is the same person; another subject is not.
        async with assistant(url, issuer.sign(aud=["https://other.example", PUBLIC_URL]), mode) as client:
            assert (await call(client, "get_timeline")).facts["session_id"] == session
        async with assistant(url, issuer.sign(sub="ben"), mode) as client:
            assert (await call(client, "get_timeline", session_id=session)).code == "unknown_session"


async def test_a_client_for_itself_is_nobody_of_that_name(settings: Settings, issuer: Issuer) -> None:
    async with served(settings, issuer=issuer.url) as url:
        async with assistant(url, issuer.sign(sub="ana")) as client:
            await call(client, "create_session")
        async with assistant(url, issuer.sign(sub=None, client_id="ana")) as client:
            assert (await call(client, "get_timeline")).code == "no_session"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_700_000_000},
        {"exp": None},
        {"aud": "https://other.example/mcp"},
        {"aud": None},
        {"iss": "https://other.example"},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"nbf": 4_000_000_000},
    ],
)
async def test_a_token_for_something_else_does_not(
    settings: Settings, issuer: Issuer, changes: dict[str, Any]
) -> None:
    async with served(settings, issuer=issuer.url) as url:
        assert await _status(url, issuer.sign(**changes)) == 401


async def test_a_forged_token_does_not(settings: Settings, issuer: Issuer) -> None:
    stranger = Issuer(issuer.url)
    stranger.add_key("first")
    stranger.add_key("unknown")
    public = issuer.keys["first"].public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    forged = [
        stranger.sign(),
        stranger.sign("unknown"),
        jwt.encode(issuer.claims(), "", algorithm="none", headers={"kid": "first"}),
        jwt.encode(issuer.claims(), public, algorithm="HS256", headers={"kid": "first"}),
        issuer.sign()[:-4] + "AAAA",
        "not.a.token",
    ]
    async with served(settings, issuer=issuer.url) as url:
        assert [await _status(url, token) for token in forged] == [401] * len(forged)
        assert await _status(url, issuer.sign()) != 401


async def test_a_scope_that_is_missing_is_said(settings: Settings, issuer: Issuer) -> None:
    async with served(settings, issuer=issuer.url, scopes=("video",), stateless=True) as url:
        assert await _status(url, issuer.sign(scope="mail")) == 403
        assert await _status(url, issuer.sign(scope="mail video")) == 200
        assert await _status(url, issuer.sign(scp=["video"])) == 200


async def test_both_kinds_of_token_may_be_used(settings: Settings, issuer: Issuer, tmp_path: Path) -> None:
    async with served(settings, issuer=issuer.url, tokens=tokens_file(tmp_path), stateless=True) as url:
        assert await _status(url, ANA) == 200
        assert await _status(url, issuer.sign()) == 200


async def test_a_new_key_is_fetched_but_not_at_everyones_bidding(issuer: Issuer) -> None:
    now = 0.0
    keys = FetchedKeys(issuer.url, "", lambda: now)
    assert await keys.find("first")
    issuer.add_key("second")
    for _ in range(5):
        assert await keys.find("second") is None
    assert issuer.asked == 1
    now += KEYS_REST_SECONDS + 1
    assert await keys.find("second")
    del issuer.keys["first"]
    assert await keys.find("first")
    now += KEYS_LAST_SECONDS + 1
    assert await keys.find("first") is None


async def test_an_outage_of_the_issuer_locks_nobody_out() -> None:
    now = 0.0
    issuer = Issuer()
    issuer.add_key("first")
    async with listening(issuer.app()) as url:
        issuer.url = url
        keys = FetchedKeys(url, "", lambda: now)
        assert await keys.find("first")
    now += KEYS_LAST_SECONDS + 1
    assert await keys.find("first")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("ana", "Line 1"),
        ("# who\n\nana short", "Line 3"),
        (f"ana {ANA}\nben {ANA}", "Line 2"),
        (f"ana {ANA} more", "Line 1"),
        ("# nobody\n", "no tokens"),
    ],
)
def test_a_bad_file_of_tokens_is_said(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "tokens"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=named) as refusal:
        read_tokens(path)
    assert ANA not in refusal.value.message + refusal.value.hint


def test_a_file_of_tokens_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_tokens(tmp_path / "none")
