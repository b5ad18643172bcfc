import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import httpx
import pytest
from pydantic import SecretStr

from mcp_nemo import errors
from mcp_nemo.api import AgentEvent, FixedToken, Heartbeat, NemoClient, Said
from mcp_nemo.api.credentials import Credentials
from mcp_nemo.api.stream import Failed
from mcp_nemo.errors import NemoError
from tests.api.backend import ATTRIBUTION, URL, Tokens

HELLO = b'data: {"content": {"parts": [{"text": "Hello"}]}}\n\n'


class Stream(httpx.AsyncByteStream):
    """Chunks, then perhaps an exception; `closed` once nobody listens any more."""

    def __init__(self, *chunks: bytes, ends_with: Exception | None = None) -> None:
        self._chunks = chunks
        self._ends_with = ends_with
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        if self._ends_with:
            raise self._ends_with

    async def aclose(self) -> None:
        self.closed = True


def streamed(*chunks: bytes, ends_with: Exception | None = None) -> httpx.Response:
    return response_of(Stream(*chunks, ends_with=ends_with))


def response_of(stream: httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=stream)


class Agent:
    """Answers `/run_sse` with one response after another."""

    def __init__(self, *responses: httpx.Response) -> None:
        self._responses = list(responses)
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._responses.pop(0)

    async def turn(
        self, credentials: Credentials, feed: Callable[[AgentEvent], None] = lambda _: None
    ) -> None:
        transport = httpx.MockTransport(self.answer)
        async with NemoClient(URL, credentials, ATTRIBUTION, transport=transport) as client:
            async for event in client.send_message("42", "Say hello"):
                feed(event)


async def test_a_message_is_sent_as_documented() -> None:
    agent = Agent(streamed(b": hi\n\n", HELLO))
    heard: list[AgentEvent] = []
    await agent.turn(FixedToken(SecretStr("t")), heard.append)
    assert heard == [Heartbeat(), Said("Hello")]
    (asked,) = agent.asked
    assert (asked.method, asked.url.path) == ("POST", "/run_sse")
    assert asked.headers["accept"] == "text/event-stream"
    assert asked.extensions["timeout"]["read"] == 15 * 60
    assert json.loads(asked.content) == {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": "42",
        "new_message": {"parts": [{"text": "Say hello"}]},
    }


@pytest.mark.parametrize(
    ("broken", "failure"),
    [
        (httpx.ReadError("reset"), errors.ConnectionBroken),
        (httpx.RemoteProtocolError("incomplete chunked read"), errors.ConnectionBroken),
        (httpx.ReadTimeout(""), errors.BackendTimeout),
    ],
)
async def test_a_broken_stream_gives_what_came_and_is_never_asked_for_again(
    broken: Exception, failure: type[NemoError]
) -> None:
    agent = Agent(streamed(HELLO, ends_with=broken))
    heard: list[AgentEvent] = []
    with pytest.raises(failure):
        await agent.turn(Tokens("old", "new"), heard.append)
    assert heard == [Said("Hello")]
    assert len(agent.asked) == 1


async def test_an_envelope_that_rejects_the_token_lets_the_message_go_once_more() -> None:
    agent = Agent(httpx.Response(200, json={"code": 1001}), streamed(HELLO))
    heard: list[AgentEvent] = []
    await agent.turn(Tokens("old", "new"), heard.append)
    assert heard == [Said("Hello")]
    assert [asked.headers["authorization"] for asked in agent.asked] == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (httpx.Response(401), errors.TokenRejected),
        (streamed(b'data: {"code": 1001}\n\n'), errors.TokenRejected),
        (
            streamed(HELLO, b'data: {"error": {"code": 2001, "message": "no credits"}}\n\n'),
            errors.OutOfCredits,
        ),
        (httpx.Response(200, json={"code": 2001, "message": "no credits"}), errors.OutOfCredits),
        (httpx.Response(404, json={"detail": "Session not found"}), errors.SessionGone),
        (httpx.Response(422, json={"detail": []}), errors.BadRequest),
        (httpx.Response(429), errors.RateLimited),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), errors.ServerFault),
        (httpx.Response(200, json={"code": 0, "data": {}}), errors.UnexpectedAnswer),
        (httpx.Response(200, html="<h1>Sign in to the wifi</h1>"), errors.UnexpectedAnswer),
    ],
)
async def test_a_refusal_in_place_of_the_stream_or_in_it_is_raised_after_one_post(
    response: httpx.Response, failure: type[NemoError]
) -> None:
    agent = Agent(response)
    with pytest.raises(failure):
        await agent.turn(Tokens("old", "new"))
    assert len(agent.asked) == 1


async def test_a_token_refused_twice_ends_the_turn() -> None:
    agent = Agent(*(httpx.Response(200, json={"code": 1001}) for _ in range(2)))
    with pytest.raises(errors.TokenRejected):
        await agent.turn(Tokens("old", "new", "newer"))
    assert len(agent.asked) == 2


@pytest.mark.parametrize("code", ["SAFETY", "404", "-1", "²"])
async def test_a_code_that_is_not_the_vendors_stays_an_event(code: str) -> None:
    frame = json.dumps({"errorCode": code, "errorMessage": "no"}).encode()
    heard: list[AgentEvent] = []
    await Agent(streamed(b"data: " + frame + b"\n\n", HELLO)).turn(Tokens("t"), heard.append)
    assert heard == [Failed("no", code), Said("Hello")]


async def test_leaving_early_hangs_up() -> None:
    stream = Stream(HELLO, HELLO)
    transport = httpx.MockTransport(Agent(response_of(stream)).answer)
    async with NemoClient(URL, Tokens("t"), ATTRIBUTION, transport=transport) as client:
        async with aclosing(client.send_message("42", "Say hello")) as events:
            async for _ in events:
                break
        assert stream.closed


async def test_an_event_is_there_before_the_next_is_sent() -> None:
    heard: list[AgentEvent] = []

    class Waiting(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b": hi\n\n"
            assert heard == [Heartbeat()]
            yield HELLO[:-1]
            assert heard == [Heartbeat()]
            yield b"\n"
            assert heard == [Heartbeat(), Said("Hello")]

    await Agent(response_of(Waiting())).turn(Tokens("t"), heard.append)
    assert heard == [Heartbeat(), Said("Hello")]
