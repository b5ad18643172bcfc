"""A backend that answers as it was told and remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from mcp_nemo.api import Attribution, NemoClient
from mcp_nemo.api.credentials import Credentials

URL = "https://api.example"
ATTRIBUTION = Attribution("mcp-nemo", "0.1.0", "tests")


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


class Backend:
    """An ASGI application: answers are given in turn, and the last one stays."""

    def __init__(self) -> None:
        self.asked: list[Received] = []
        self.slept: list[float] = []
        self._answers: dict[tuple[str, str], list[Response]] = {}

    def on(self, method: str, path: str, *answers: Response | dict[str, Any]) -> None:
        self._answers[method, path] = [
            answer if isinstance(answer, Response) else JSONResponse(answer) for answer in answers
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = scope["raw_path"].decode()
        self.asked.append(Received(request.method, path, request.headers, await request.body()))
        answers = self._answers[request.method, path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await answer(scope, receive, send)

    @property
    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(app=self)

    def client(self, credentials: Credentials) -> NemoClient:
        return NemoClient(URL, credentials, ATTRIBUTION, transport=self.transport, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def ok(**data: Any) -> dict[str, Any]:
    return {"code": 0, "message": "ok", "data": data}


class Tokens:
    """Anonymous credentials that hand out the given tokens, one after another."""

    own = False

    def __init__(self, *tokens: str, user_id: str | None = "anon_7") -> None:
        self.user_id = user_id
        self._tokens = list(tokens)

    async def token(self) -> str:
        return self._tokens[0]

    async def renew(self, rejected: str) -> str | None:
        assert self._tokens.pop(0) == rejected
        return self._tokens[0] if self._tokens else None
