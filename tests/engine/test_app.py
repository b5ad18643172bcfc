"""The engine's HTTP face, asked as any client of the documented API would ask."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tests.media import make_sound, make_video, streams

ATTRIBUTION = {"X-Skill-Source": "test", "X-Skill-Version": "1", "X-Skill-Platform": "test"}


@pytest.fixture
async def anonymous(engine_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """With an anonymous token, as the cloud gives it."""
    async with httpx.AsyncClient(base_url=engine_url, headers=ATTRIBUTION, timeout=60) as http:
        answer = await http.post("/api/auth/anonymous-token", headers={"X-Client-Id": "someone"})
        http.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        yield http


@pytest.fixture
async def session(anonymous: httpx.AsyncClient) -> str:
    body = {"task_name": "film", "language": "en"}
    answer = await anonymous.post("/api/tasks/me/with-session/nemo_agent", json=body)
    return str(answer.json()["data"]["session_id"])


async def _upload(http: httpx.AsyncClient, session: str, *paths: Path) -> dict[str, Any]:
    files = [("files", (path.name, path.read_bytes())) for path in paths]
    answer = await http.post(f"/api/upload-video/nemo_agent/me/{session}", files=files)
    return dict(answer.json())


async def _state(http: httpx.AsyncClient, session: str) -> dict[str, Any]:
    answer = await http.get(f"/api/state/nemo_agent/me/{session}/latest")
    return dict(answer.json()["data"])


def _message(session: str, text: str) -> dict[str, Any]:
    return {
        "app_name": "nemo_agent",
        "user_id": "me",
        "session_id": session,
        "new_message": {"parts": [{"text": text}]},
    }


async def _say(http: httpx.AsyncClient, session: str, text: str) -> list[dict[str, Any]]:
    """The events of a turn."""
    answer = await http.post("/run_sse", json=_message(session, text))
    assert answer.headers["content-type"].startswith("text/event-stream")
    frames = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line.startswith("data: ")]
    return [json.loads(frame) for frame in frames]


async def test_a_token_needs_a_client_id(engine_url: str) -> None:
    async with httpx.AsyncClient(base_url=engine_url) as http:
        assert (await http.post("/api/auth/anonymous-token")).status_code == 400


async def test_one_client_id_is_one_user(engine_url: str) -> None:
    async with httpx.AsyncClient(base_url=engine_url) as http:
        answers = [
            (await http.post("/api/auth/anonymous-token", headers={"X-Client-Id": name})).json()["data"]
            for name in ("a", "a", "b")
        ]
    assert answers[0]["user_id"] == answers[1]["user_id"] != answers[2]["user_id"]
    assert answers[0]["credits"] == 100
    assert answers[0]["token"].startswith("nmv_usr_")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nmv_usr_nonsense"}])
async def test_a_wrong_token_is_code_1001(engine_url: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=engine_url, headers=headers) as http:
        answer = await http.get("/api/credits/balance/simple")
    assert answer.json()["code"] == 1001


async def test_session_ids_are_digits_no_float_can_hold(session: str) -> None:
    assert session.isdecimal()
    assert int(session) > 2**53


async def test_a_session_of_another_user_is_not_there(engine_url: str, session: str) -> None:
    async with httpx.AsyncClient(base_url=engine_url) as http:
        answer = await http.post("/api/auth/anonymous-token", headers={"X-Client-Id": "a stranger"})
        http.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        state = await http.get(f"/api/state/nemo_agent/me/{session}/latest")
        turn = await http.post("/run_sse", json=_message(session, "mute the video"))
    assert state.json()["code"] == 1002
    assert turn.status_code == 404
    assert turn.json() == {"detail": "Session not found"}


async def test_a_new_session_is_empty(anonymous: httpx.AsyncClient, session: str) -> None:
    assert (await _state(anonymous, session))["state"]["draft"] == {}


async def test_uploads_before_the_first_edit_stand_in_order(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    clips = [make_video(tmp_path / f"{name}.mp4", seconds=1) for name in "ab"]
    answer = await _upload(anonymous, session, *clips)
    assert [(file["filename"], file["file_type"]) for file in answer["data"]["files"]] == [
        ("a.mp4", "video"),
        ("b.mp4", "video"),
    ]
    assert answer["data"]["files"][0]["duration"] == pytest.approx(1, abs=0.05)
    draft = (await _state(anonymous, session))["state"]["draft"]
    [track] = draft["t"]
    assert track["tt"] == 0
    assert [segment["m"]["name"] for segment in track["sg"]] == ["a.mp4", "b.mp4"]


async def test_a_draft_has_only_the_documented_short_keys(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    await _say(anonymous, session, 'add happy music, then add a title "Hi"')
    draft = (await _state(anonymous, session))["state"]["draft"]
    assert set(draft) == {"t", "d", "m"}
    for track in draft["t"]:
        assert set(track) == {"tt", "sg", "m"}
        assert all(set(segment) == {"d", "m"} for segment in track["sg"])
    assert sorted(track["tt"] for track in draft["t"]) == [0, 1, 7]


async def test_uploads_after_the_first_edit_wait(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    await _say(anonymous, session, "mute the video")
    before = await _state(anonymous, session)
    await _upload(anonymous, session, make_sound(tmp_path / "song.wav", 1))
    after = await _state(anonymous, session)
    assert before["state"]["draft"] == after["state"]["draft"]
    assert len(after["state"]["video_infos"]) == 2


async def test_one_bad_file_keeps_its_whole_request_out(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    text = tmp_path / "b.mp4"
    text.write_text("no film")
    answer = await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1), text)
    assert answer["code"] == 4001
    assert (await _state(anonymous, session))["state"] == {
        "draft": {},
        "video_infos": [],
        "generated_media": [],
    }


async def test_events_have_the_shape_of_adk(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    *before, last = await _say(anonymous, session, "add music that fits the picture")
    assert all(event["partial"] and event["content"]["parts"][0]["thought"] for event in before)
    assert before
    assert last["author"] == "nemo_agent"
    assert last["content"]["role"] == "model"
    assert last["turnComplete"]
    assert last["actions"]["stateDelta"]["draft"] == (await _state(anonymous, session))["state"]["draft"]


async def test_undo_goes_back_but_not_before_the_upload(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    uploaded = (await _state(anonymous, session))["state"]["draft"]
    await _say(anonymous, session, "add happy music")
    [undone] = await _say(anonymous, session, "undo")
    assert "Undid: add happy music" in undone["content"]["parts"][0]["text"]
    assert (await _state(anonymous, session))["state"]["draft"] == uploaded
    [refused] = await _say(anonymous, session, "undo")
    assert refused["errorCode"] == "impossible"
    assert (await _state(anonymous, session))["state"]["draft"] == uploaded


async def test_a_caller_that_hangs_up_does_not_end_the_turn(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    async with anonymous.stream("POST", "/run_sse", json=_message(session, "add happy music")) as answer:
        assert answer.status_code == 200
    # A turn waits for the one before it, so this one comes after whatever became of that.
    await _say(anonymous, session, "mute the video")
    draft = (await _state(anonymous, session))["state"]["draft"]
    assert [track["tt"] for track in draft["t"]] == [0, 1]


async def test_export_without_attribution_is_402(anonymous: httpx.AsyncClient, session: str) -> None:
    body = {"id": "render_1", "sessionId": session, "draft": {}}
    for name in ATTRIBUTION:
        value = anonymous.headers.pop(name)
        assert (await anonymous.post("/api/render/proxy/lambda", json=body)).status_code == 402
        anonymous.headers[name] = value


async def _render(http: httpx.AsyncClient, session: str, draft: object, render_id: str) -> dict[str, Any]:
    body = {"id": render_id, "sessionId": session, "draft": draft, "output": {"quality": "draft"}}
    begun = (await http.post("/api/render/proxy/lambda", json=body)).json()
    assert begun["success"]
    while True:
        status: dict[str, Any] = (await http.get(f"/api/render/proxy/lambda/{render_id}")).json()
        if status["status"] in ("completed", "failed"):
            return status
        await anyio.lowlevel.checkpoint()


async def test_a_render_is_a_file_anyone_with_its_address_can_fetch(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "a.mp4", seconds=1))
    draft = (await _state(anonymous, session))["state"]["draft"]
    status = await _render(anonymous, session, draft, f"render_{session}")
    assert status["progress"] == 100
    assert status["output"]["duration"] == pytest.approx(1, abs=0.05)
    film = tmp_path / "film.mp4"
    async with httpx.AsyncClient() as stranger:
        film.write_bytes((await stranger.get(status["output"]["url"])).content)
    assert film.stat().st_size == status["output"]["size"]
    assert {facts.codec for facts in streams(film)} == {"h264", "aac"}


async def test_a_draft_of_others_is_refused_in_words(anonymous: httpx.AsyncClient, session: str) -> None:
    status = await _render(anonymous, session, {"t": [{"tt": 3, "sg": [{}]}]}, f"strange_{session}")
    assert status["status"] == "failed"
    assert status["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/run_sse", b"{"),
        ("/run_sse", b'{"session_id": 5}'),
        ("/api/render/proxy/lambda", b'{"id": "../../etc/passwd", "sessionId": "1", "draft": {}}'),
        (
            "/api/render/proxy/lambda",
            b'{"id": "a", "sessionId": "1", "draft": {}, "output": {"quality": "best"}}',
        ),
    ],
)
async def test_an_unreadable_body_is_422(anonymous: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await anonymous.post(path, content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_moment_is_of_ones_own_session(
    engine_url: str, anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    moment = f"/api/moment/nemo_agent/me/{session}"
    nothing = await anonymous.get(moment, params={"at_ms": 0, "kind": "frame"})
    await _upload(anonymous, session, make_video(tmp_path / "clip.mp4", seconds=1))
    frame = await anonymous.get(moment, params={"at_ms": 500, "kind": "frame"})
    odd = await anonymous.get(moment, params={"at_ms": -1, "kind": "song"})
    async with httpx.AsyncClient(base_url=engine_url) as stranger:
        refused = await stranger.get(moment, params={"at_ms": 500, "kind": "frame"})
    assert nothing.json() == {"code": 422, "message": "There is nothing on the timeline."}
    assert (frame.status_code, frame.headers["content-type"]) == (200, "image/jpeg")
    assert {tuple(fault["loc"]) for fault in odd.json()["detail"]} == {("at_ms",), ("kind",)}
    assert refused.json()["code"] == 1001


async def test_who_is_not_on_this_machine_is_told_no_paths(
    anonymous: httpx.AsyncClient, session: str, tmp_path: Path
) -> None:
    await _upload(anonymous, session, make_video(tmp_path / "clip.mp4", seconds=1))
    assert "local_path" not in json.dumps(await _state(anonymous, session))
