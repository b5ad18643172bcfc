import logging
import traceback
from typing import Any

import httpx
import httpx_sse
import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from mcp_nemo import errors
from mcp_nemo.api import FixedToken, NemoClient
from mcp_nemo.api.gateway import transport_failure
from mcp_nemo.errors import NemoError
from tests.api.backend import ATTRIBUTION, URL, Backend, Tokens
from tests.api.conftest import TOKEN

CREDITS = "/api/credits/balance/simple"

BY_CODE = {
    1001: errors.TokenRejected,
    1002: errors.SessionGone,
    2001: errors.OutOfCredits,
    4001: errors.UnsupportedMedia,
    4002: errors.FileTooLarge,
    402: errors.ExportBlocked,
    404: errors.NotFound,
    429: errors.RateLimited,
    9999: errors.ServerFault,
}
BY_STATUS = {
    301: errors.UnexpectedAnswer,
    400: errors.BadRequest,
    401: errors.TokenRejected,
    402: errors.ExportBlocked,
    403: errors.Forbidden,
    404: errors.NotFound,
    408: errors.ServerFault,
    409: errors.BadRequest,
    413: errors.FileTooLarge,
    415: errors.UnsupportedMedia,
    422: errors.BadRequest,
    429: errors.RateLimited,
    500: errors.ServerFault,
    503: errors.ServerFault,
    507: errors.DiskFull,
}
BY_EXCEPTION = {
    "CloseError": errors.ConnectionBroken,
    "ConnectError": errors.ConnectionFailed,
    "ConnectTimeout": errors.ConnectionFailed,
    "CookieConflict": errors.UnexpectedAnswer,
    "DecodingError": errors.UnexpectedAnswer,
    "HTTPError": errors.UnexpectedAnswer,
    "HTTPStatusError": errors.UnexpectedAnswer,
    "InvalidURL": errors.ConfigurationError,
    "LocalProtocolError": errors.ConfigurationError,
    "NetworkError": errors.ConnectionBroken,
    "PoolTimeout": errors.ConnectionFailed,
    "ProtocolError": errors.ConnectionBroken,
    "ProxyError": errors.ConnectionFailed,
    "ReadError": errors.ConnectionBroken,
    "ReadTimeout": errors.BackendTimeout,
    "RemoteProtocolError": errors.ConnectionBroken,
    "RequestError": errors.UnexpectedAnswer,
    "RequestNotRead": errors.UnexpectedAnswer,
    "ResponseNotRead": errors.UnexpectedAnswer,
    "SSEError": errors.ConnectionBroken,
    "StreamClosed": errors.UnexpectedAnswer,
    "StreamConsumed": errors.UnexpectedAnswer,
    "StreamError": errors.UnexpectedAnswer,
    "TimeoutException": errors.BackendTimeout,
    "TooManyRedirects": errors.UnexpectedAnswer,
    "TransportError": errors.ConnectionBroken,
    "UnsupportedProtocol": errors.ConfigurationError,
    "WriteError": errors.ConnectionBroken,
    "WriteTimeout": errors.BackendTimeout,
}
EXCEPTIONS = {
    name: kind
    for name, kind in {**vars(httpx), **vars(httpx_sse)}.items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_every_exception_of_httpx_has_its_failure(name: str) -> None:
    kind = EXCEPTIONS[name]
    failure = transport_failure(kind.__new__(kind), "api.example", "reading the credits")
    assert type(failure) is BY_EXCEPTION[name]


def test_no_failure_is_kept_for_an_exception_that_went() -> None:
    assert set(BY_EXCEPTION) == set(EXCEPTIONS)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", BY_CODE)
async def test_a_code_counts_whatever_the_status(
    backend: Backend, client: NemoClient, code: int, status: int
) -> None:
    backend.on("GET", CREDITS, JSONResponse({"code": code, "message": "no"}, status))
    expected = errors.BadRequest if (code, status) == (9999, 400) else BY_CODE[code]
    with pytest.raises(NemoError) as caught:
        await client.credits()
    assert type(caught.value) is expected


@pytest.mark.parametrize("body", ["", "<html>busy</html>", '{"detail": "no"}', '{"code": 0}', "[]"])
@pytest.mark.parametrize("status", BY_STATUS)
async def test_a_status_counts_whatever_the_body(
    backend: Backend, client: NemoClient, status: int, body: str
) -> None:
    backend.on("GET", CREDITS, PlainTextResponse(body, status))
    with pytest.raises(NemoError) as caught:
        await client.credits()
    assert type(caught.value) is BY_STATUS[status]


@pytest.mark.parametrize("code", ["1002", 1002])
async def test_a_code_may_be_text(backend: Backend, client: NemoClient, code: object) -> None:
    backend.on("GET", CREDITS, {"code": code})
    with pytest.raises(errors.SessionGone):
        await client.credits()


async def test_402_is_about_the_plan_whatever_the_code(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, JSONResponse({"code": 2001}, 402))
    with pytest.raises(errors.ExportBlocked):
        await client.credits()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"code": 1, "message": "agent\n  busy"}, "code 1: agent busy"),
        ({"success": False, "error": "proxy down"}, "HTTP 200: proxy down"),
        ({"code": 1}, "code 1"),
        ({"code": 1, "message": "x" * 5000}, "x" * 300 + "…"),
    ],
)
async def test_what_the_backend_says_is_passed_on(
    backend: Backend, client: NemoClient, body: dict[str, Any], said: str
) -> None:
    backend.on("GET", CREDITS, body)
    with pytest.raises(errors.ServerFault) as caught:
        await client.credits()
    assert said in caught.value.message


async def test_the_detail_of_a_bad_body_is_passed_on(backend: Backend, client: NemoClient) -> None:
    detail = [{"loc": ["body", "task_name"], "msg": "Field required"}]
    backend.on("GET", CREDITS, JSONResponse({"detail": detail}, 422))
    with pytest.raises(errors.BadRequest, match="Field required"):
        await client.credits()


async def test_too_many_requests_are_waited_for_once(backend: Backend, client: NemoClient) -> None:
    limited = Response(status_code=429, headers={"retry-after": "17"})
    backend.on("GET", CREDITS, limited, {"code": 0, "data": {"available": 5}})
    assert (await client.credits()).available == 5
    assert backend.slept == [17]


async def test_without_a_time_it_waits_as_long_as_the_skills_do(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, Response(status_code=429))
    with pytest.raises(errors.RateLimited):
        await client.credits()
    assert backend.slept == [30]
    assert len(backend.asked) == 2


async def test_a_long_wait_is_told_and_not_waited_for(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, Response(status_code=429, headers={"retry-after": "170"}))
    with pytest.raises(errors.RateLimited) as caught:
        await client.credits()
    assert "170 seconds" in caught.value.hint
    assert backend.slept == []


async def test_a_message_is_not_repeated_after_a_rate_limit(backend: Backend, client: NemoClient) -> None:
    backend.on("POST", "/run_sse", Response(status_code=429, headers={"retry-after": "1"}))
    with pytest.raises(errors.RateLimited):
        async for _ in client.send_message("1", "mute it"):
            pass
    assert len(backend.asked) == 1


@pytest.mark.parametrize(
    ("user_id", "bind"), [("anon_7", "?bind=anon_7"), ("a&b", "?bind=a%26b"), (None, "")]
)
async def test_out_of_credits_leads_an_anonymous_user_to_register(
    backend: Backend, user_id: str | None, bind: str
) -> None:
    backend.on("GET", CREDITS, {"code": 2001})
    async with backend.client(Tokens("a", user_id=user_id)) as client:
        with pytest.raises(errors.OutOfCredits) as caught:
            await client.credits()
    assert caught.value.hint.endswith(f"https://nemovideo.com/register{bind}")


async def test_out_of_credits_sends_a_registered_user_to_top_up(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, {"code": 2001})
    with pytest.raises(errors.OutOfCredits) as caught:
        await client.credits()
    assert "Top up" in caught.value.hint


async def test_a_redirect_is_not_followed_with_the_token(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, RedirectResponse("https://elsewhere.example/"))
    with pytest.raises(errors.UnexpectedAnswer, match="307"):
        await client.credits()
    assert len(backend.asked) == 1


@pytest.mark.parametrize("url", ["https://exa mple:port", "ftp://api.example", "api.example"])
async def test_an_address_that_is_none_is_a_matter_of_configuration(url: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        async with NemoClient(url, Tokens("a"), ATTRIBUTION) as client:
            await client.credits()
    assert url.removeprefix("ftp://") in caught.value.message
    assert "NEMO_API_URL" in caught.value.hint


@pytest.mark.parametrize("token", ["", " ", "nmv_usr\nsecret", "nmv usr", "nmv_猫"])
def test_a_token_that_fits_no_header_is_refused_unseen(token: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        FixedToken(SecretStr(token))
    assert "nmv" not in "".join(traceback.format_exception(caught.value)).split("Error: ")[-1]


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"refused {request.url}", request=request)


def _echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(500, json={"code": 5, "message": f"who is {request.headers['authorization']}?"})


def _strange(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"available": request.headers["authorization"]})


@pytest.mark.parametrize("handler", [_refuse, _echo, _strange])
async def test_a_failure_never_shows_the_token(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    credentials = FixedToken(SecretStr(TOKEN))
    async with NemoClient(URL, credentials, ATTRIBUTION, transport=httpx.MockTransport(handler)) as client:
        with pytest.raises(NemoError) as caught:
            await client.credits()
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert TOKEN not in shown + caplog.text + repr(client) + repr(credentials)
