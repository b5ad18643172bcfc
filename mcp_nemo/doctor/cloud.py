"""The live service, looked at and not touched: nothing is created, changed, spent or obtained."""

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, get_args

import httpx
from anyio.to_thread import run_sync

from mcp_nemo import __version__
from mcp_nemo.api import Attribution, Credentials, FixedToken, NemoClient, RenderStatus, SessionState
from mcp_nemo.api.envelope import read_answer
from mcp_nemo.api.gateway import Gateway, translated
from mcp_nemo.api.models import Credits, RenderState, Wire
from mcp_nemo.doctor.findings import Finding, ok, problem, warning
from mcp_nemo.doctor.kept import kept_token, kept_work
from mcp_nemo.doctor.recorder import Recorder
from mcp_nemo.doctor.shapes import Shape, shape_of
from mcp_nemo.errors import (
    BadRequest,
    NemoError,
    NotFound,
    ServerFault,
    SessionGone,
    TokenRejected,
    TransportError,
    UnexpectedAnswer,
)
from mcp_nemo.settings import Settings
from mcp_nemo.timeline import decode

AnyWire = TypeVar("AnyWire", bound=Wire)

_LATER = "Run doctor again in a few minutes; if it stays, the fault is the service's."
_REPORT = (
    "Look for a newer mcp-nemo; if there is none, report it with the output of "
    "mcp-nemo doctor --cloud --json, which holds shapes and no contents."
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`promised` are the keys all sources agree on; where one is missing, something would not work."""

    name: str
    path: str
    model: type[Wire]
    promised: tuple[str, ...]
    draft_at: str = ""

    def shape(self, response: httpx.Response) -> Shape:
        return shape_of(response, f"GET {self.path}", self.model, self.draft_at)


CREDITS = Endpoint(
    "credits",
    "/api/credits/balance/simple",
    Credits,
    promised=("available", "frozen", "total"),
)
STATE = Endpoint(
    "state",
    "/api/state/nemo_agent/me/{session_id}/latest",
    SessionState,
    promised=("state.draft",),
    draft_at="state.draft",
)
RENDER = Endpoint(
    "render",
    "/api/render/proxy/lambda/{render_id}",
    RenderStatus,
    promised=("status", "progress"),
)


@dataclass(frozen=True, slots=True)
class Look:
    findings: list[Finding]
    shapes: list[Shape]


async def check_cloud(settings: Settings) -> Look:
    try:
        with translated(settings.cloud_url, "reading the address"):
            recorder = Recorder(httpx.URL(settings.cloud_url))
        credentials = FixedToken(settings.token) if settings.token else await run_sync(kept_token, settings)
    except NemoError as error:
        return Look([problem("service", error.message, error.hint)], [])
    attribution = Attribution(settings.skill_source, __version__, settings.skill_platform or "unknown")
    if credentials is None:
        async with Gateway(settings.cloud_url, attribution, recorder) as gateway:
            return await _knock(gateway, recorder)
    return await _Visit(settings, credentials, attribution, recorder).look_around()


async def _knock(gateway: Gateway, recorder: Recorder) -> Look:
    """Without a token all there is to see is how the service refuses."""
    token = ok("token", "none is kept here; creating a session would obtain one, which doctor never does")
    try:
        response = await gateway.send("GET", CREDITS.path, "reaching the service", headers={})
    except NemoError as error:
        return Look([token, _finding("service", error)], [])
    answer = read_answer(response)
    seen = f"answers HTTP {answer.status} with code {answer.code} where there is no token"
    if answer.rejects_token:
        service = ok("service", seen)
    elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        service = problem("service", seen, _LATER)
    else:
        service = problem("service", f"{seen}, unlike the NemoVideo API", "Check NEMO_API_URL.")
    return Look([token, service], [CREDITS.shape(answer) for answer in recorder.take()])


class _Visit:
    """The calls that change nothing, one after another, until one fails as all the others would."""

    def __init__(
        self, settings: Settings, credentials: Credentials, attribution: Attribution, recorder: Recorder
    ) -> None:
        url, web_url = settings.cloud_url, settings.web_url
        self._client = NemoClient(url, credentials, attribution, web_url=web_url, transport=recorder)
        self._credentials = credentials
        self._settings = settings
        self._recorder = recorder
        self._found = Look([], [])
        self._over = False

    async def look_around(self) -> Look:
        async with self._client as client:
            if credits := await self._look(CREDITS, client.credits()):
                self._say(_balance(credits))
            if not self._over:
                await self._look_at_work(client)
        return self._found

    async def _look_at_work(self, client: NemoClient) -> None:
        work = await run_sync(kept_work, self._settings)
        if work is None:
            self._say(ok("state", "not read, as the journal has no session of this service"))
            return
        session, render = work
        if state := await self._look(STATE, client.state(session.id)):
            self._say(ok("state", _extent(state.draft)))
        if render is None:
            self._say(ok("render", "not read, as the latest session has none"))
        elif not self._over and (status := await self._look(RENDER, client.render_status(render.backend_id))):
            self._say(ok("render", f"the latest is {status.status}, {status.progress:g}%"))

    async def _look(self, endpoint: Endpoint, call: Awaitable[AnyWire]) -> AnyWire | None:
        """What the client makes of an answer; None where it raises, which is then said."""
        answer = None
        try:
            answer = await call
        except NemoError as error:
            self._say(self._failure(endpoint.name, error))
            self._over = isinstance(error, TransportError | TokenRejected)
        shapes = [endpoint.shape(response) for response in self._recorder.take()]
        self._found.shapes.extend(shapes)
        if answer:
            for shape in shapes:
                self._say(*_deviations(endpoint, shape))
        return answer

    def _failure(self, name: str, error: NemoError) -> Finding:
        if isinstance(error, TokenRejected) and not self._credentials.own:
            seen = "the anonymous token of an earlier session is not accepted any more"
            return warning(name, seen, "Nothing by hand: the next tool call obtains another.")
        return _finding(name, error)

    def _say(self, *findings: Finding) -> None:
        self._found.findings.extend(findings)


def _balance(credits: Credits) -> Finding:
    seen = f"{credits.available:g} available"
    if credits.available > 0:
        return ok("credits", seen)
    return warning("credits", seen, "Get more on the NemoVideo website: edits in the cloud cost credits.")


def _extent(draft: object) -> str:
    timeline = decode(draft)
    segments = sum(len(track.segments) for track in timeline.tracks)
    seconds = timeline.duration_ms / 1000
    return f"the latest session lasts {seconds:g} s; tracks: {len(timeline.tracks)}, segments: {segments}"


def _deviations(endpoint: Endpoint, shape: Shape) -> Iterator[Finding]:
    missing = [path for path in shape.missing if path.removeprefix("data.") in endpoint.promised]
    if missing:
        yield warning(endpoint.name, f"the answer lacks {', '.join(missing)}", _REPORT)
    if endpoint is RENDER:
        strange = [word for word in shape.words("status") if word.lower() not in get_args(RenderState)]
        if strange:
            yield warning(endpoint.name, f"the status {strange[0]} is not a known one", _REPORT)


def _finding(name: str, error: NemoError) -> Finding:
    """What failures tell an assistant to do is not always what helps who runs the doctor."""
    match error:
        case SessionGone():
            return warning(name, error.message, error.hint)
        case NotFound():
            return warning(name, error.message, "Export again, if the video is still wanted.")
        case TransportError():
            fix = "Check the network, the proxy (HTTPS_PROXY) and NEMO_API_URL, then run doctor again."
        case ServerFault():
            fix = _LATER
        case BadRequest() | UnexpectedAnswer():
            fix = _REPORT
        case _:
            fix = error.hint
    return problem(name, error.message, fix)
