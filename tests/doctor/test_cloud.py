"""The live service, played by a real engine, and what is said when it answers otherwise."""

from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from pydantic import SecretStr

from mcp_nemo.doctor.cloud import CREDITS, RENDER, STATE, Endpoint, Look, check_cloud
from mcp_nemo.doctor.findings import Finding
from mcp_nemo.doctor.shapes import Shape, read_paths
from mcp_nemo.journal import Journal, RenderEntry
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.faults import Fault, Faults, answers, cuts_after, drops
from tests.media import make_video

STATE_PATH = "/api/state"
RENDER_PATH = "/api/render"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


async def _silence(done: float, total: float | None, doing: str) -> None:
    """Nobody listens."""


async def _work(settings: Settings) -> None:
    """A session of an earlier run, with its token, and a render the service has never heard of."""
    async with open_studio(settings) as studio:
        session = await studio.create_session("film", "en")
    entry = RenderEntry("r1", "r1", session.session_id, "film.mp4", "draft", "", 0.0)
    journal = await run_sync(Journal, settings.home)
    await run_sync(journal.add_render, entry)


def _of(look: Look, name: str) -> list[Finding]:
    return [finding for finding in look.findings if finding.name == name]


def _shape(look: Look, endpoint: Endpoint) -> Shape:
    [shape] = [shape for shape in look.shapes if shape.endpoint == f"GET {endpoint.path}"]
    return shape


async def test_without_a_token_only_the_refusal_is_looked_at(cloud: Settings, faults: Faults) -> None:
    look = await check_cloud(cloud)
    assert [finding.state for finding in look.findings] == ["ok", "ok"]
    assert "code 1001" in _of(look, "service")[0].seen
    assert [(asked.method, asked.path) for asked in faults.asked] == [("GET", CREDITS.path)]
    assert "authorization" not in faults.asked[0].headers
    assert look.shapes[0].envelope == "code beside no data"


async def test_a_whole_edit_is_found_again_and_only_read(
    cloud: Settings, faults: Faults, tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with open_studio(cloud) as studio:
        await studio.create_session("film", "en")
        await studio.upload_media([str(clip)], "", _silence)
        await studio.export_video("", "draft", "", "", _silence)
    faults.asked.clear()
    look = await check_cloud(cloud)
    assert {finding.state for finding in look.findings} == {"ok"}
    assert "100 available" in _of(look, "credits")[0].seen
    assert "lasts 1 s; tracks: 1, segments: 1" in _of(look, "state")[0].seen
    assert "completed, 100%" in _of(look, "render")[0].seen
    assert {asked.method for asked in faults.asked} == {"GET"}
    assert len(faults.asked) == len(look.shapes) == 3
    draft_keys = [key for key in _shape(look, STATE).keys if ".draft" in key.path]
    assert len(draft_keys) > 5
    assert all(key.known for key in draft_keys)
    assert _shape(look, RENDER).envelope == "bare"


async def test_without_a_session_the_credits_are_all_there_is_to_read(
    cloud: Settings, faults: Faults
) -> None:
    await _work(cloud)
    faults.asked.clear()
    look = await check_cloud(cloud.model_copy(update={"home": cloud.home / "other"}))
    assert [asked.path for asked in faults.asked] == [CREDITS.path]
    assert "no session" in _of(look, "state")[0].seen
    assert not (cloud.home / "other").exists()


async def test_keys_that_came_and_went_are_told(cloud: Settings, faults: Faults) -> None:
    await _work(cloud)
    odd = {"code": 0, "data": {"available": 3, "total": 3, "gifts": [{"sum": 1}]}}
    state = {"code": 0, "data": {"state": {"draft": {"t": [{"tt": 12, "sg": [{"d": 9, "zz": 1}]}]}}}}
    faults.on("GET", CREDITS.path, answers(200, odd))
    faults.on("GET", STATE_PATH, answers(200, state))
    faults.on(
        "GET", RENDER_PATH, answers(200, {"success": True, "data": {"status": "queued", "progress": 1}})
    )
    look = await check_cloud(cloud)
    [lacking, balance] = _of(look, "credits")
    assert lacking.state == "warning"
    assert "data.frozen" in lacking.seen
    assert balance.state == "ok"
    unknown = {key.path for shape in look.shapes for key in shape.keys if not key.known}
    assert unknown == {
        "data.gifts",
        "data.gifts[]",
        "data.gifts[].sum",
        "data.state.draft.t[].sg[].zz",
    }
    assert _shape(look, STATE).words("state.draft.t[].tt") == ("12",)
    [strange, _] = _of(look, "render")
    assert strange.state == "warning"
    assert "queued" in strange.seen


@pytest.mark.parametrize(
    ("fault", "seen", "fix"),
    [
        (answers(500, {"detail": "Internal Server Error"}), "HTTP 500", "few minutes"),
        (answers(200, b"<html>hello</html>", "text/html"), "HTTP 200 without", "newer mcp-nemo"),
        (answers(200, {"code": 0, "data": {"balance": 5}}), "available missing", "newer mcp-nemo"),
        (answers(403, {"detail": "no"}), "does not allow", "account"),
        (answers(418, {"message": "teapot"}), "teapot", "newer mcp-nemo"),
    ],
)
async def test_a_refusal_is_a_problem_and_the_rest_is_read_all_the_same(
    cloud: Settings, faults: Faults, fault: Fault, seen: str, fix: str
) -> None:
    await _work(cloud)
    faults.on("GET", CREDITS.path, fault)
    look = await check_cloud(cloud)
    [finding] = _of(look, "credits")
    assert finding.state == "problem"
    assert seen in finding.seen
    assert fix in finding.fix
    assert _of(look, "state")[0].state == "ok"
    assert _shape(look, CREDITS).status in (200, 403, 418, 500)


@pytest.mark.parametrize("fault", [drops, cuts_after(10)])
async def test_a_connection_that_breaks_is_a_problem_and_ends_the_visit(
    cloud: Settings, faults: Faults, fault: Fault
) -> None:
    await _work(cloud)
    faults.on("GET", CREDITS.path, fault)
    look = await check_cloud(cloud)
    [finding] = look.findings
    assert finding.state == "problem"
    assert "HTTPS_PROXY" in finding.fix
    assert look.shapes == []


@pytest.mark.parametrize("token", [None, SecretStr("nmv_usr_any")])
@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("http://127.0.0.1:9", "cannot be reached"),
        ("ftp://x", "not an address"),
        ("http://api.example:port", "not an address"),
        ("nonsense", "not an address"),
    ],
)
async def test_an_address_nobody_answers_at_is_a_problem(
    elsewhere: Settings, address: str, seen: str, token: SecretStr | None
) -> None:
    look = await check_cloud(elsewhere.model_copy(update={"api_url": address, "token": token}))
    [finding] = [finding for finding in look.findings if finding.state != "ok"]
    assert finding.state == "problem"
    assert seen in finding.seen


async def test_an_own_token_that_is_refused_is_a_problem(cloud: Settings, faults: Faults) -> None:
    look = await check_cloud(cloud.model_copy(update={"token": SecretStr("nmv_usr_wrong")}))
    [finding] = look.findings
    assert finding.state == "problem"
    assert "NEMO_TOKEN" in finding.fix
    assert len(faults.asked) == 1


async def test_an_anonymous_token_that_is_refused_is_not_replaced(cloud: Settings, faults: Faults) -> None:
    await _work(cloud)
    faults.asked.clear()
    faults.on("GET", CREDITS.path, answers(200, {"code": 1001, "message": "token expired"}))
    [finding] = (await check_cloud(cloud)).findings
    assert finding.state == "warning"
    assert [(asked.method, asked.path) for asked in faults.asked] == [("GET", CREDITS.path)]


async def test_what_the_service_has_forgotten_is_a_warning(cloud: Settings, faults: Faults) -> None:
    await _work(cloud)
    faults.on("GET", STATE_PATH, answers(200, {"code": 1002, "message": "session not found"}))
    look = await check_cloud(cloud)
    assert _of(look, "state")[0].state == "warning"
    [render] = _of(look, "render")
    assert render.state == "warning"
    assert "does not have this render" in render.seen


async def test_no_credits_left_is_a_warning(cloud: Settings, faults: Faults) -> None:
    await _work(cloud)
    faults.on("GET", CREDITS.path, answers(200, {"available": 0, "frozen": 0, "total": 100}))
    assert _of(await check_cloud(cloud), "credits")[0].state == "warning"


@pytest.mark.parametrize(
    ("fault", "fix"),
    [(answers(200, b"<html>", "text/html"), "NEMO_API_URL"), (answers(502, b"bad gateway"), "few minutes")],
)
async def test_a_service_that_does_not_refuse_as_it_should_is_a_problem(
    cloud: Settings, faults: Faults, fault: Fault, fix: str
) -> None:
    faults.on("GET", CREDITS.path, fault)
    [_, service] = (await check_cloud(cloud)).findings
    assert service.state == "problem"
    assert fix in service.fix


async def test_the_way_out_goes_through_the_proxy_of_the_environment(
    cloud: Settings, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the server's own requests do, and not to this machine."""
    monkeypatch.setenv("HTTP_PROXY", faults.url)
    await check_cloud(cloud.model_copy(update={"api_url": "http://cloud.example"}))
    assert faults.asked[-1].headers["host"] == "cloud.example"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert _of(await check_cloud(cloud), "service")[0].state == "ok"


@pytest.mark.parametrize("endpoint", [CREDITS, STATE, RENDER])
def test_what_is_promised_is_what_the_client_reads(endpoint: Endpoint) -> None:
    read = {" or ".join(paths) for paths in read_paths(endpoint.model)}
    assert set(endpoint.promised) <= read
