"""The engine's HTTP face: the documented NemoVideo API, served from this machine."""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from anyio.to_thread import run_sync
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mcp_nemo.engine.agent import Agent
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.moments import Moments, while_awaited
from mcp_nemo.engine.render.encoders import AskedEncoder
from mcp_nemo.engine.renders import Renders
from mcp_nemo.engine.store import RenderRow, SessionRow, Store, UserRow, has_no_room
from mcp_nemo.engine.uploads import Uploads
from mcp_nemo.engine.wire import (
    NewRender,
    NewSession,
    Refused,
    Run,
    Urls,
    WantedMoment,
    file_shape,
    ok,
    refusal,
    render_shape,
)

ANONYMOUS_CREDITS = 100.0
TOKEN_SECONDS = 7 * 24 * 3600
ATTRIBUTION = ("x-skill-source", "x-skill-version", "x-skill-platform")
AGENT = "nemo_agent"

Clock = Callable[[], float]


def build_app(
    store: Store,
    *,
    private_token: str | None = None,
    music_dirs: Sequence[Path] = (),
    encoder: AskedEncoder = "x264",
    clock: Clock = time.time,
) -> Starlette:
    """The engine over a store.

    With a `private_token`, that is the only one accepted, and it belongs to the user of this machine;
    without one, anonymous tokens are given as the cloud gives them.
    """
    service = _Service(store, private_token, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            service.agent = Agent(store, tasks, music_dirs)
            service.renders = Renders(store, tasks, clock, encoder=encoder)
            tasks.start_soon(service.renders.take_up_abandoned)
            yield
            tasks.cancel_scope.cancel()
        await run_sync(store.close)

    session = f"{AGENT}/me/{{session_id}}"
    routes = [
        Route("/api/auth/anonymous-token", service.anonymous_token, methods=["POST"]),
        Route(f"/api/tasks/me/with-session/{AGENT}", service.create_session, methods=["POST"]),
        Route("/run_sse", service.run, methods=["POST"]),
        Route(f"/api/upload-video/{session}", service.upload, methods=["POST"]),
        Route("/api/credits/balance/simple", service.credits, methods=["GET"]),
        Route(f"/api/state/{session}/latest", service.state, methods=["GET"]),
        Route("/api/render/proxy/lambda", service.start_render, methods=["POST"]),
        Route("/api/render/proxy/lambda/{render_id}", service.render_status, methods=["GET"]),
        Route("/api/render/proxy/lambda/{render_id}/cancel", service.cancel_render, methods=["POST"]),
        Route("/api/render/proxy/{render_id}/download", service.download_render, methods=["GET"]),
        # Our own: what a moment of the draft looks like, before anything is exported.
        Route(f"/api/moment/{session}", service.moment, methods=["GET"]),
        # Where the cloud has a CDN: addresses nobody can guess, fetched without a bearer.
        Route("/renders/{secret}/{name}", service.fetch_render, methods=["GET"], name="render"),
        Route("/media/{media_id}", service.fetch_media, methods=["GET"], name="media"),
    ]
    handlers = {Refused: _refused, ValidationError: _unreadable, OperationalError: _not_kept}
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)


class _Service:
    """The handlers; `agent` and `renders` work in the background while the application runs."""

    agent: Agent
    renders: Renders

    def __init__(self, store: Store, private_token: str | None, clock: Clock) -> None:
        self._store = store
        self._private_token = private_token
        self._clock = clock
        self._uploads = Uploads(store)
        self._moments = Moments(store)

    async def anonymous_token(self, request: Request) -> Response:
        client_id = request.headers.get("x-client-id")
        if not client_id:
            raise Refused(400, "X-Client-Id is missing", 400)
        if self._private_token:
            raise Refused(403, "this engine has an owner, and gives no tokens", 403)
        user = await run_sync(self._store.user_of_client, client_id, ANONYMOUS_CREDITS)
        expires_at = self._clock() + TOKEN_SECONDS
        token = await run_sync(self._store.issue_token, user.id, expires_at)
        return ok(
            token=token,
            user_id=user.id,
            expires_at=datetime.fromtimestamp(expires_at, UTC).isoformat(),
            credits=user.credits,
        )

    async def create_session(self, request: Request) -> Response:
        user = await self._user(request)
        body = NewSession.model_validate_json(await request.body() or b"{}")
        row = await run_sync(self._store.add_session, user.id, body.task_name, body.language)
        return ok(session_id=row.id, task_id=row.task_id, user_id=user.id)

    async def run(self, request: Request) -> Response:
        user = await self._user(request)
        body = Run.model_validate_json(await request.body())
        row = await run_sync(self._store.session, user.id, body.session_id)
        if row is None:
            return JSONResponse({"detail": "Session not found"}, 404)
        return StreamingResponse(
            self.agent.turn(row, body.new_message.text),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    async def upload(self, request: Request) -> Response:
        row = await self._session(request, await self._user(request))
        if request.headers.get("content-type", "").startswith("application/json"):
            urls = Urls.model_validate_json(await request.body()).urls
            media = await self._uploads.fetch(row, urls)
        else:
            async with request.form(max_files=100) as form:
                media = await self._uploads.receive(row, form.getlist("files"))
        return ok(files=[file_shape(request, info) for info in media], session_state_applied=True)

    async def credits(self, request: Request) -> Response:
        user = await self._user(request)
        return ok(available=user.credits, frozen=0, total=user.credits)

    async def state(self, request: Request) -> Response:
        row = await self._session(request, await self._user(request))
        draft = await run_sync(self._store.draft, row.id)
        media = await run_sync(self._store.media, row.id)
        state = {
            "draft": draft.to_wire() if draft else {},
            "video_infos": [self._described(request, info) for info in media.values()],
            "generated_media": [],
        }
        return ok(session_id=row.id, task_id=row.task_id, task_name=row.title, state=state)

    def _described(self, request: Request, info: MediaInfo) -> dict[str, Any]:
        """To the user of this machine, with our own word for where the file is."""
        where = {"local_path": str(info.path)} if self._private_token else {}
        return file_shape(request, info) | where

    async def moment(self, request: Request) -> Response:
        row = await self._session(request, await self._user(request))
        wanted = WantedMoment.model_validate(dict(request.query_params))
        show = partial(self._moments.show, row.id, wanted.at_ms, wanted.kind)
        shown = await while_awaited(request, show)
        if shown.problem:
            raise Refused(422, shown.problem, 422)
        return Response(shown.data, media_type="video/mp4" if wanted.kind == "film" else "image/jpeg")

    async def start_render(self, request: Request) -> Response:
        user = await self._user(request)
        if not all(request.headers.get(name) for name in ATTRIBUTION):
            raise Refused(402, "attribution headers are missing", 402)
        body = NewRender.model_validate_json(await request.body())
        session = await run_sync(self._store.session, user.id, body.session_id)
        if session is None:
            raise Refused(1002, "session not found")
        row = await run_sync(
            self._store.add_render, body.id, body.session_id, body.draft, body.output.quality
        )
        await self.renders.ensure_running(row)
        return JSONResponse({"success": True, "data": render_shape(request, self.renders.as_known(row))})

    async def render_status(self, request: Request) -> Response:
        row = await self._render(request)
        await self.renders.ensure_running(row)
        return JSONResponse(render_shape(request, self.renders.as_known(row)))

    async def cancel_render(self, request: Request) -> Response:
        await self.renders.cancel(await self._render(request))
        return JSONResponse({"success": True, "data": {}})

    async def download_render(self, request: Request) -> Response:
        return _mp4(await self._render(request), self._store)

    async def fetch_render(self, request: Request) -> Response:
        row = await run_sync(self._store.render_by_secret, request.path_params["secret"])
        return _mp4(row, self._store)

    async def fetch_media(self, request: Request) -> Response:
        info = await run_sync(self._store.media_by_id, request.path_params["media_id"])
        if info is None:
            raise Refused(404, "no such file", 404)
        # Said, because looking a type up reads the system's tables.
        return FileResponse(info.path, media_type="application/octet-stream")

    async def _user(self, request: Request) -> UserRow:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self._private_token is None:
            user = await run_sync(self._store.user_of_token, token, self._clock())
        elif secrets.compare_digest(token.encode(), self._private_token.encode()):
            user = await run_sync(self._store.local_user, ANONYMOUS_CREDITS)
        else:
            user = None
        if user is None:
            raise Refused(1001, "token invalid or expired")
        return user

    async def _session(self, request: Request, user: UserRow) -> SessionRow:
        row = await run_sync(self._store.session, user.id, request.path_params["session_id"])
        if row is None:
            raise Refused(1002, "session not found")
        return row

    async def _render(self, request: Request) -> RenderRow:
        user = await self._user(request)
        row = await run_sync(self._store.render, user.id, request.path_params["render_id"])
        if row is None:
            raise Refused(404, "no such render", 404)
        return row


async def _refused(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return refusal(refused)


async def _unreadable(_: Request, error: Exception) -> Response:
    assert isinstance(error, ValidationError)
    detail = error.errors(include_url=False, include_input=False, include_context=False)
    return JSONResponse({"detail": detail}, 422)


async def _not_kept(_: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    if not has_no_room(error):
        raise error
    return refusal(Refused(507, "there is no room left on the disk", 507))


def _mp4(row: RenderRow | None, store: Store) -> Response:
    if row is None or row.status != "completed":
        raise Refused(404, "no such file", 404)
    return FileResponse(store.render_path(row.id), media_type="video/mp4")
