import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from mcp_nemo.api import Attribution, NemoClient, RenderStatus
from mcp_nemo.errors import (
    ExportBlocked,
    NemoError,
    NotFound,
    ServerFault,
    SessionGone,
    TokenRejected,
    UnexpectedAnswer,
)
from tests.api.backend import Backend, Tokens, ok

SESSION = "7305551234567890123456"
STATE = f"/api/state/nemo_agent/me/{SESSION}/latest"
CREDITS = "/api/credits/balance/simple"
RENDERS = "/api/render/proxy/lambda"


async def test_a_session_is_created_with_who_is_asking(backend: Backend, client: NemoClient) -> None:
    path = "/api/tasks/me/with-session/nemo_agent"
    backend.on("POST", path, ok(session_id=SESSION, task_id="t1", user_id="u1"))
    created = await client.create_session("project", "en")
    assert (created.session_id, created.task_id) == (SESSION, "t1")
    (asked,) = backend.asked
    assert asked.json == {"task_name": "project", "language": "en"}
    assert asked.bearer == "nmv_usr_secret"
    assert asked.headers["x-skill-source"] == "mcp-nemo"
    assert asked.headers["x-skill-version"] == "0.1.0"
    assert asked.headers["x-skill-platform"] == "tests"


async def test_a_session_id_sent_as_a_number_keeps_every_digit(backend: Backend, client: NemoClient) -> None:
    backend.on("POST", "/api/tasks/me/with-session/nemo_agent", ok(session_id=int(SESSION)))
    assert (await client.create_session("project", "en")).session_id == SESSION


async def test_an_answer_without_its_session_is_named(backend: Backend, client: NemoClient) -> None:
    backend.on("POST", "/api/tasks/me/with-session/nemo_agent", ok(task_id="t1"))
    with pytest.raises(UnexpectedAnswer, match="session_id"):
        await client.create_session("project", "en")


@pytest.mark.parametrize(("platform", "sent"), [("", "unknown"), ("猫 desktop\n", "? desktop?")])
def test_any_name_fits_the_headers(platform: str, sent: str) -> None:
    assert Attribution("mcp-nemo", "1", platform).headers()["X-Skill-Platform"] == sent


async def test_credits_may_be_written_as_text(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, ok(available="90", frozen=10, total=100.5, plan="free"))
    credits = await client.credits()
    assert (credits.available, credits.frozen, credits.total) == (90, 10, 100.5)


@pytest.mark.parametrize("draft", [{"t": [], "x": None, "m": {"a": 1.5}}, '{"t": []}', None])
async def test_the_draft_is_left_as_it_came(backend: Backend, client: NemoClient, draft: object) -> None:
    infos = [{"cdn_url": "https://cdn.example/a.mp4"}]
    backend.on("GET", STATE, ok(task_id="t1", state={"draft": draft, "video_infos": infos}))
    state = await client.state(SESSION)
    assert state.draft == draft
    assert state.video_infos == infos
    assert (state.task_id, state.generated_media, state.canvas_config) == ("t1", [], None)


@pytest.mark.parametrize("state", [{}, {"state": None}, {"state": {"video_infos": None}}])
async def test_a_state_may_be_empty(backend: Backend, client: NemoClient, state: dict[str, Any]) -> None:
    backend.on("GET", STATE, ok(**state))
    read = await client.state(SESSION)
    assert (read.draft, read.video_infos) == (None, [])


async def test_a_state_that_is_not_there_is_a_session_gone(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", STATE, JSONResponse({"detail": "Session not found"}, 404))
    with pytest.raises(SessionGone):
        await client.state(SESSION)


async def test_ids_stay_inside_their_place_in_a_path(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", "/api/state/nemo_agent/me/..%2Fx%3Fy/latest", ok())
    await client.state("../x?y")
    assert len(backend.asked) == 1


@pytest.mark.parametrize("duration", ["nan", "long", None, 1e400, True])
async def test_a_number_that_is_none_is_left_out(
    backend: Backend, client: NemoClient, duration: object
) -> None:
    body = json.dumps(ok(files=[{"filename": "a.mp4", "duration": duration}]))
    backend.on("POST", f"/api/upload-video/nemo_agent/me/{SESSION}", Response(body))
    (uploaded,) = await client.upload_urls(SESSION, ["https://example.com/a.mp4"])
    assert (uploaded.filename, uploaded.duration_ms) == ("a.mp4", None)


async def test_addresses_are_uploaded_as_a_list(backend: Backend, client: NemoClient) -> None:
    file = {"filename": "a.mp4", "file_type": "video", "cdn_url": "https://cdn.example/a", "duration": "2.5"}
    backend.on("POST", f"/api/upload-video/nemo_agent/me/{SESSION}", ok(files=[file, "?"]))
    (uploaded,) = await client.upload_urls(SESSION, ["https://example.com/a.mp4"])
    assert (uploaded.filename, uploaded.duration_ms, uploaded.width) == ("a.mp4", 2500, None)
    assert backend.asked[0].json == {"urls": ["https://example.com/a.mp4"], "source_type": "url"}


async def test_a_draft_goes_out_as_it_came_in(backend: Backend, client: NemoClient) -> None:
    draft = json.loads(r'{"t":[{"tt":0,"sg":[{"d":1.0,"q":null,"m":{"n":"\ud83d","é":1e400}}]}],"zz":[]}')
    backend.on("POST", RENDERS, {"success": True, "data": {"id": "r1", "status": "pending", "progress": 5}})
    render = await client.start_render("r1", SESSION, draft, "mp4", "high")
    assert (render.status, render.progress) == ("pending", 5)
    output = {"format": "mp4", "quality": "high"}
    assert backend.asked[0].json == {"id": "r1", "sessionId": SESSION, "draft": draft, "output": output}


COMPLETED = RenderStatus.model_construct(
    status="completed", progress=100, url="https://cdn.example/v", duration_ms=1500, size=9
)


@pytest.mark.parametrize(
    "answer",
    [
        {
            "taskId": "r1",
            "status": "completed",
            "progress": 100,
            "output": {"url": "https://cdn.example/v", "duration": 1.5, "size": 9},
        },
        {
            "success": True,
            "data": {
                "status": "COMPLETED",
                "progress": "100",
                "outputUrl": "https://cdn.example/v",
                "duration": 1.5,
                "size": "9",
            },
        },
        ok(
            status="completed",
            progress=140,
            message="done",
            output={"url": "https://cdn.example/v", "duration": "1.5", "size": 9},
        ),
    ],
)
async def test_every_shape_of_a_poll_is_one_status(
    backend: Backend, client: NemoClient, answer: dict[str, Any]
) -> None:
    backend.on("GET", f"{RENDERS}/r1", answer)
    assert await client.render_status("r1") == COMPLETED


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ({"status": "failed", "error": "no space", "error_code": "disk_full"}, "no space", "disk_full"),
        ({"status": "failed", "message": "lambda timed out"}, "lambda timed out", None),
        ({"status": "failed", "error": None, "message": "lambda timed out"}, "lambda timed out", None),
        ({"status": "failed", "error": {"message": "codec"}}, "codec", None),
        ({"status": "aborted", "error": "stopped"}, "stopped", None),
        ({"success": False, "error": "draft is empty"}, "draft is empty", None),
        ({"success": False, "data": {"error_code": "disk_full"}, "error": "full"}, "full", "disk_full"),
    ],
)
async def test_every_shape_of_a_failed_render_says_why(
    backend: Backend, client: NemoClient, answer: dict[str, Any], error: str, code: str | None
) -> None:
    backend.on("GET", f"{RENDERS}/r1", answer)
    render = await client.render_status("r1")
    assert (render.status, render.error, render.error_code) == ("failed", error, code)


@pytest.mark.parametrize(
    ("body", "status", "failure"),
    [
        ({"success": False, "error": "upgrade"}, 402, ExportBlocked),
        ({"success": False, "error": "busy"}, 503, ServerFault),
        ({"success": False, "code": 1002}, 200, SessionGone),
        ({"detail": "Not Found"}, 404, NotFound),
    ],
)
async def test_a_poll_that_is_refused_is_no_failed_render(
    backend: Backend, client: NemoClient, body: dict[str, Any], status: int, failure: type[NemoError]
) -> None:
    backend.on("GET", f"{RENDERS}/r1", JSONResponse(body, status))
    with pytest.raises(failure):
        await client.render_status("r1")


async def test_an_unknown_word_for_a_render_is_not_an_end(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", f"{RENDERS}/r1", {"status": "muxing", "progress": None})
    render = await client.render_status("r1")
    assert (render.status, render.progress, render.error) == ("processing", 0, "")


async def test_a_cancel_may_be_answered_with_nothing(backend: Backend, client: NemoClient) -> None:
    backend.on("POST", f"{RENDERS}/r1/cancel", Response(status_code=204))
    await client.cancel_render("r1")
    assert [asked.path for asked in backend.asked] == [f"{RENDERS}/r1/cancel"]


async def test_a_claim_token_is_fetched(backend: Backend, client: NemoClient) -> None:
    backend.on("POST", "/api/auth/claim-token", ok(claim_token="clm_1", expires_in=7))
    assert await client.claim_token("t1", SESSION) == "clm_1"
    assert backend.asked[0].json == {"task_id": "t1", "session_id": SESSION}


REJECTED = {"code": 1001, "message": "token expired"}


@pytest.mark.parametrize("refusal", [JSONResponse(REJECTED), JSONResponse(REJECTED, 403), Response("", 401)])
async def test_an_anonymous_token_is_renewed_once(backend: Backend, refusal: Response) -> None:
    backend.on("GET", CREDITS, refusal, ok(available=100))
    async with backend.client(Tokens("old", "new")) as client:
        assert (await client.credits()).available == 100
    assert [asked.bearer for asked in backend.asked] == ["old", "new"]


async def test_a_second_refusal_is_the_last(backend: Backend) -> None:
    backend.on("GET", CREDITS, REJECTED)
    async with backend.client(Tokens("old", "new", "newer")) as client:
        with pytest.raises(TokenRejected, match="does not accept"):
            await client.credits()
    assert len(backend.asked) == 2


async def test_an_own_token_is_never_replaced(backend: Backend, client: NemoClient) -> None:
    backend.on("GET", CREDITS, JSONResponse(REJECTED, 401))
    with pytest.raises(TokenRejected) as caught:
        await client.credits()
    assert "NEMO_TOKEN" in caught.value.hint
    assert len(backend.asked) == 1
