"""What the backend answers, unwrapped: its three envelopes, and the failure each refusal stands for.

Envelopes (labels as in the notes on the API): `{"code": 0, "message"?, "data"}` (S), the render proxy's
`{"success", "data" | "error"}` (R), a bare body (S). Which HTTP status goes with a code is unknown, so the
body is read whatever the status is.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic_core import from_json

from mcp_nemo.errors import (
    BadRequest,
    DiskFull,
    ExportBlocked,
    FileTooLarge,
    Forbidden,
    NemoError,
    NotFound,
    OutOfCredits,
    RateLimited,
    ServerFault,
    SessionGone,
    TokenRejected,
    UnexpectedAnswer,
    UnsupportedMedia,
)

TOKEN_REJECTED = 1001
_LONGEST_DETAIL = 300
# What the vendor's tokens look like (V).
_TOKEN_OPENING = "nmv_usr_"
_TOKEN = re.compile(rf"{_TOKEN_OPENING}[\w.-]+")


@dataclass(frozen=True)
class Purpose:
    """What a request was for: the words its failures need."""

    doing: str
    file: str = "The file"
    missing: Callable[[], NemoError] = NotFound
    own_token: bool = False
    register_url: str | None = None


@dataclass(frozen=True)
class Answer:
    """`code` is the envelope's, 0 when it has none; `success` is None when nothing says so."""

    status: int = HTTPStatus.OK
    code: int = 0
    success: bool | None = None
    message: str = ""
    data: Mapping[str, object] | None = None
    retry_after: float | None = None

    @property
    def refused(self) -> bool:
        return self.status >= HTTPStatus.BAD_REQUEST or self.code != 0 or self.success is False

    @property
    def rejects_token(self) -> bool:
        return self.code == TOKEN_REJECTED or self.status == HTTPStatus.UNAUTHORIZED


Refusal = Callable[[Answer, Purpose], NemoError]

_BY_CODE: dict[int, Refusal] = {
    TOKEN_REJECTED: lambda answer, purpose: TokenRejected(own=purpose.own_token),
    1002: lambda answer, purpose: SessionGone(),
    2001: lambda answer, purpose: OutOfCredits(purpose.register_url),
    4001: lambda answer, purpose: UnsupportedMedia(purpose.file),
    4002: lambda answer, purpose: FileTooLarge(purpose.file),
}
_BY_STATUS: dict[int, Refusal] = {
    400: lambda answer, purpose: BadRequest(answer.message),
    401: lambda answer, purpose: TokenRejected(own=purpose.own_token),
    402: lambda answer, purpose: ExportBlocked(),
    403: lambda answer, purpose: Forbidden(),
    404: lambda answer, purpose: purpose.missing(),
    408: lambda answer, purpose: ServerFault("HTTP 408"),
    413: lambda answer, purpose: FileTooLarge(purpose.file),
    415: lambda answer, purpose: UnsupportedMedia(purpose.file),
    422: lambda answer, purpose: BadRequest(answer.message),
    429: lambda answer, purpose: RateLimited(answer.retry_after),
    # Only our own engine's disk is one that somebody can make room on.
    507: lambda answer, purpose: DiskFull("the engine's data"),
}
# A code may also repeat the HTTP status.
_BY_EITHER = _BY_CODE | _BY_STATUS


def is_vendors(code: str) -> bool:
    """Whether a code in a stream is one of the vendor's own: the agent has words, and HTTP's, for others."""
    return code.isdecimal() and int(code) in _BY_CODE


def failure(answer: Answer, purpose: Purpose) -> NemoError:
    """The failure a refusal stands for. 402 means the plan, whatever the body says."""
    if answer.status == HTTPStatus.PAYMENT_REQUIRED:
        return ExportBlocked()
    refusal = _BY_EITHER.get(answer.code) or _BY_STATUS.get(answer.status)
    if refusal is not None:
        return refusal(answer, purpose)
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return BadRequest(answer.message)
    said = f"code {answer.code}" if answer.code else f"HTTP {answer.status}"
    return ServerFault(f"{said}: {answer.message}" if answer.message else said)


def accepted(answer: Answer, purpose: Purpose) -> Mapping[str, object]:
    """The data of an answer that is not a refusal."""
    if answer.refused:
        raise failure(answer, purpose)
    if answer.data is None or answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise UnexpectedAnswer(f"HTTP {answer.status} without what was asked for")
    return answer.data


def read_answer(response: httpx.Response, secret: str = "") -> Answer:
    """Read a response whose body is complete. `secret` is blotted out of what the backend says."""
    retry_after = _seconds(response.headers.get("retry-after", ""))
    body = decode_json(response.content)
    if not isinstance(body, dict):
        return Answer(response.status_code, data=None if response.content else {}, retry_after=retry_after)
    message = _message(body)
    data = body.get("data", body)
    return Answer(
        status=response.status_code,
        code=read_code(body.get("code")),
        success=body["success"] if isinstance(body.get("success"), bool) else None,
        message=message.replace(secret, "[token]") if secret else message,
        data=data if isinstance(data, dict) else {},
        retry_after=retry_after,
    )


def decode_json(text: str | bytes) -> object:
    """The JSON value, or None where there is none."""
    try:
        value: object = from_json(text)
    except ValueError:
        return _decode_slowly(text)
    return value


def _decode_slowly(text: str | bytes) -> object:
    """Half a surrogate pair is legal in JSON, but not to pydantic's decoder, which is three times as fast."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def read_code(value: object) -> int:
    """A code, also one written as text; 0 for anything else."""
    try:
        return int(value) if isinstance(value, int | str) and not isinstance(value, bool) else 0
    except ValueError:
        return 0


def _message(body: Mapping[str, object]) -> str:
    """The first text under the names for one; ADK says `detail`, and puts a list there for a bad body."""
    for name in ("message", "error", "errorMessage", "detail"):
        if said := said_in(body.get(name)):
            return said
    return ""


def said_in(value: object) -> str:
    """One line of text out of a text, or out of an object or a list of objects that holds one."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("message") or value.get("msg")
    if not isinstance(value, str):
        return ""
    line = " ".join(sendable(value).split())
    return line if len(line) <= _LONGEST_DETAIL else line[:_LONGEST_DETAIL] + "…"


def sendable(text: str) -> str:
    """Text of the backend's, fit to be passed on: without tokens, and without half surrogate pairs.

    Half a pair is legal in JSON, and can be sent nowhere. A token may be an older one of ours.
    """
    if _TOKEN_OPENING in text:
        text = _TOKEN.sub("[token]", text)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _seconds(retry_after: str) -> float | None:
    """Retry-After in seconds; its other form, a date, is left to the caller's own pace."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
