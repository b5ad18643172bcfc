"""The NemoVideo HTTP API, a method for each endpoint."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import anyio
import httpx

from mcp_nemo.api.credentials import Credentials
from mcp_nemo.api.download import Unfinished, saving
from mcp_nemo.api.envelope import TOKEN_REJECTED, Answer, Purpose, accepted, failure, is_vendors, read_answer
from mcp_nemo.api.gateway import READ_SECONDS, Attribution, Body, Gateway, bearer, json_body
from mcp_nemo.api.models import (
    ClaimToken,
    Credits,
    NewSession,
    RenderStatus,
    SessionState,
    Uploaded,
    UploadedFile,
    parse,
)
from mcp_nemo.api.stream import AgentEvent, Failed, read_events
from mcp_nemo.api.upload import Progress, UploadSource, multipart
from mcp_nemo.errors import BackendTimeout, ConnectionBroken, NotFound, SessionGone, UnexpectedAnswer
from mcp_nemo.settings import CLOUD_WEB_URL

AGENT = "nemo_agent"
EVENT_STREAM = "text/event-stream"
# Silence this long ends a turn (S). Heartbeats break the silence, so the caller counts the whole turn.
TURN_SECONDS = 15 * 60
# What the service does with an upload before it answers is not known (G).
UPLOAD_ANSWER_SECONDS = 5 * 60
# After 429, where the service does not say how long to wait (S), and the longest that a call waits.
USUAL_RETRY_SECONDS = 30
LONGEST_RETRY_SECONDS = 40
# How hosts of files refuse an address that was good for a while.
_RUN_OUT = {401, 403, 404, 410}


class NemoClient:
    """Refusals and failures are raised as classes of `errors`.

    A call refused for a token of our own obtaining is made once more with a new one, and a call other
    than a message once more after a rate limit: those refusals come before any work. Nothing else is ever
    repeated here.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        attribution: Attribution,
        *,
        web_url: str = CLOUD_WEB_URL,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._gateway = Gateway(base_url, attribution, transport)
        self._sleep = sleep
        self._credentials = credentials
        self._web_url = web_url.rstrip("/")

    async def __aenter__(self) -> Self:
        await self._gateway.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._gateway.__aexit__(kind, error, traceback)

    async def create_session(self, title: str, language: str) -> NewSession:
        body = json_body({"task_name": title, "language": language})
        purpose = Purpose("creating a session")
        return parse(
            NewSession, await self._data("POST", f"/api/tasks/me/with-session/{AGENT}", purpose, body)
        )

    async def send_message(self, session_id: str, text: str) -> AsyncGenerator[AgentEvent, None]:
        """Say something to the agent. Close the generator when leaving it early.

        A stream that breaks is not an edit that failed: read the state, never send again. Codes of the
        vendor's are raised, also out of the stream; what else goes wrong in it is a `Failed` event.
        """
        message = {"parts": [{"text": text}]}
        body = json_body(
            {"app_name": AGENT, "user_id": "me", "session_id": session_id, "new_message": message}
        )
        purpose = Purpose("waiting for the reply", missing=SessionGone)
        async with self._turn(body, purpose) as stream, aclosing(read_events(stream.aiter_bytes())) as events:
            async for event in events:
                if isinstance(event, Failed) and is_vendors(event.code):
                    raise failure(
                        Answer(code=int(event.code), message=event.message), self._with_user(purpose)
                    )
                yield event

    async def upload_files(
        self, session_id: str, files: Sequence[UploadSource], progress: Progress | None = None
    ) -> list[UploadedFile]:
        """Upload from the disk; `progress` hears (sent, total) in bytes, from 0 again with a new token."""
        purpose = Purpose("uploading", file=", ".join(source.name for source in files))
        body = await multipart("files", files, progress)
        data = await self._data("POST", _upload_path(session_id), purpose, body, read=UPLOAD_ANSWER_SECONDS)
        return parse(Uploaded, data).files

    async def upload_urls(self, session_id: str, urls: Sequence[str]) -> list[UploadedFile]:
        body = json_body({"urls": list(urls), "source_type": "url"})
        purpose = Purpose("uploading", file=", ".join(urls))
        data = await self._data("POST", _upload_path(session_id), purpose, body, read=UPLOAD_ANSWER_SECONDS)
        return parse(Uploaded, data).files

    async def credits(self) -> Credits:
        return parse(
            Credits, await self._data("GET", "/api/credits/balance/simple", Purpose("reading the credits"))
        )

    async def state(self, session_id: str) -> SessionState:
        purpose = Purpose("reading the timeline", missing=SessionGone)
        path = f"/api/state/{AGENT}/me/{_segment(session_id)}/latest"
        return parse(SessionState, await self._data("GET", path, purpose))

    async def start_render(
        self, render_id: str, session_id: str, draft: object, format: str, quality: str
    ) -> RenderStatus:
        """Start a render under an id of the caller's, a new one each time. `draft` goes out as it came in."""
        body = {
            "id": render_id,
            "sessionId": session_id,
            "draft": draft,
            "output": {"format": format, "quality": quality},
        }
        purpose = Purpose("starting the render")
        return await self._render("POST", "/api/render/proxy/lambda", purpose, json_body(body))

    async def render_status(self, render_id: str) -> RenderStatus:
        return await self._render("GET", _render_path(render_id), _render_purpose("looking at the render"))

    async def cancel_render(self, render_id: str) -> None:
        purpose = _render_purpose("cancelling the render")
        accepted(
            await self._answer("POST", f"{_render_path(render_id)}/cancel", purpose), self._with_user(purpose)
        )

    async def download(self, url: str, target: Path, progress: Progress | None = None) -> int:
        """Save what a render's `url` leads to, without the token; the answer is its size in bytes."""
        if not _is_fetchable(url):
            raise UnexpectedAnswer("the video's address is not one to fetch from")
        return await self._save(url, target, progress, {})

    async def download_by_id(self, render_id: str, target: Path, progress: Progress | None = None) -> int:
        """The way round for a url that cannot be fetched: through the API, with the token."""
        url = f"/api/render/proxy/{_segment(render_id)}/download"
        return await self._save(url, target, progress, bearer(await self._credentials.token()))

    async def save_moment(self, session_id: str, at_ms: int, kind: str, target: Path) -> int:
        """Of our own engine alone: a few seconds around a time (`film`), or what is seen then (`frame`)."""
        url = f"/api/moment/{AGENT}/me/{_segment(session_id)}?at_ms={at_ms}&kind={kind}"
        return await self._save(url, target, None, bearer(await self._credentials.token()))

    async def claim_token(self, task_id: str, session_id: str) -> str:
        """A token that lets a browser take the session over; made to go into a URL, unlike any other."""
        body = json_body({"task_id": task_id, "session_id": session_id})
        data = await self._data("POST", "/api/auth/claim-token", Purpose("preparing the link"), body)
        return parse(ClaimToken, data).claim_token

    async def _data(
        self, method: str, path: str, purpose: Purpose, body: Body | None = None, read: float = READ_SECONDS
    ) -> Mapping[str, object]:
        return accepted(await self._answer(method, path, purpose, body, read), self._with_user(purpose))

    async def _render(
        self, method: str, path: str, purpose: Purpose, body: Body | None = None
    ) -> RenderStatus:
        """`success: false` is also what the render proxy says of a render that failed (R)."""
        answer = await self._answer(method, path, purpose, body)
        if answer.success is False and answer.status < 400 and not answer.code:
            return parse(RenderStatus, {**(answer.data or {}), "status": "failed", "error": answer.message})
        return parse(RenderStatus, accepted(answer, self._with_user(purpose)))

    async def _answer(
        self, method: str, path: str, purpose: Purpose, body: Body | None = None, read: float = READ_SECONDS
    ) -> Answer:
        """What the backend answers; asked for patience, it is asked once more."""
        answer = await self._with_token(method, path, purpose, body, read)
        wait = answer.retry_after if answer.retry_after is not None else USUAL_RETRY_SECONDS
        if answer.status != HTTPStatus.TOO_MANY_REQUESTS or wait > LONGEST_RETRY_SECONDS:
            return answer
        await self._sleep(wait)
        return await self._with_token(method, path, purpose, body, read)

    async def _with_token(
        self, method: str, path: str, purpose: Purpose, body: Body | None, read: float
    ) -> Answer:
        async def attempt(token: str) -> Answer:
            response = await self._gateway.send(
                method, path, purpose.doing, headers=bearer(token), body=body, read=read
            )
            return read_answer(response, token)

        token = await self._credentials.token()
        answer = await attempt(token)
        if answer.rejects_token and (fresh := await self._credentials.renew(token)):
            return await attempt(fresh)
        return answer

    @asynccontextmanager
    async def _turn(self, body: Body, purpose: Purpose) -> AsyncGenerator[httpx.Response, None]:
        """The open stream of a turn, asked for once.

        Only an envelope with 1001 in place of the stream lets the message go out again, with a new token:
        the service has then said in so many words that it did not let the message in.
        """
        async with AsyncExitStack() as stack:
            token = await self._credentials.token()
            stream = await stack.enter_async_context(self._run(token, body, purpose))
            refusal = await _refusal(stream, token)
            if refusal and refusal.code == TOKEN_REJECTED and (fresh := await self._credentials.renew(token)):
                stream = await stack.enter_async_context(self._run(fresh, body, purpose))
                refusal = await _refusal(stream, fresh)
            if refusal:
                accepted(refusal, self._with_user(purpose))
                raise UnexpectedAnswer("a reply that is no stream of events")
            yield stream

    def _run(self, token: str, body: Body, purpose: Purpose) -> AbstractAsyncContextManager[httpx.Response]:
        headers = bearer(token) | {"Accept": EVENT_STREAM, "Cache-Control": "no-store"}
        return self._gateway.stream(
            "POST", "/run_sse", purpose.doing, headers=headers, body=body, read=TURN_SECONDS
        )

    async def _save(
        self, url: str, target: Path, progress: Progress | None, headers: Mapping[str, str]
    ) -> int:
        """Save a file, going on where the connection broke off for as long as every try brings more."""
        async with saving(target, progress) as file:
            while True:
                had = file.size
                try:
                    await self._fetch(url, file, headers)
                    return file.size
                except (ConnectionBroken, BackendTimeout):
                    if file.size <= had or "Range" not in file.headers:
                        raise

    async def _fetch(self, url: str, file: Unfinished, headers: Mapping[str, str]) -> None:
        """Redirects are followed; httpx takes the bearer off when one leads to another host."""
        purpose = Purpose("downloading the video", missing=partial(NotFound, "the finished video"))
        asked = {**headers, **file.headers}
        async with self._gateway.stream("GET", url, purpose.doing, headers=asked, follow=True) as response:
            if not headers and response.status_code in _RUN_OUT:
                raise NotFound("the finished video any more")
            if not response.is_success or _has_type(response, "application/json"):
                await response.aread()
                accepted(read_answer(response), self._with_user(purpose))
                raise UnexpectedAnswer(f"HTTP {response.status_code} in place of the video")
            await file.take(response)

    def _with_user(self, purpose: Purpose) -> Purpose:
        """What is known of the user once a call was made."""
        own = self._credentials.own
        return replace(purpose, own_token=own, register_url=None if own else self._register_url())

    def _register_url(self) -> str:
        user_id = self._credentials.user_id
        return f"{self._web_url}/register" + (f"?bind={_segment(user_id)}" if user_id else "")


async def _refusal(response: httpx.Response, token: str) -> Answer | None:
    """What came in place of a stream."""
    if response.is_success and _has_type(response, EVENT_STREAM):
        return None
    await response.aread()
    return read_answer(response, token)


def _has_type(response: httpx.Response, content_type: str) -> bool:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower() == content_type


def _is_fetchable(url: str) -> bool:
    try:
        return httpx.URL(url).scheme in ("", "http", "https")
    except httpx.InvalidURL:
        return False


def _render_purpose(doing: str) -> Purpose:
    return Purpose(doing, missing=partial(NotFound, "this render"))


def _upload_path(session_id: str) -> str:
    return f"/api/upload-video/{AGENT}/me/{_segment(session_id)}"


def _render_path(render_id: str) -> str:
    return f"/api/render/proxy/lambda/{_segment(render_id)}"


def _segment(text: str) -> str:
    return quote(text, safe="")
