"""The command as a whole: both renderings, the exit code, and no secret in either."""

import json
import logging
from pathlib import Path

import anyio
import pytest
from jsonschema import validate
from pydantic import SecretStr

from mcp_nemo.api import AnonymousToken, Attribution
from mcp_nemo.doctor import run_doctor
from mcp_nemo.doctor.findings import Diagnosis, Section, ok, problem, warning
from mcp_nemo.doctor.redaction import redacted
from mcp_nemo.doctor.report import as_json, as_text
from mcp_nemo.doctor.shapes import Key, Shape
from mcp_nemo.settings import Settings, credentials_dir
from tests.faults import Faults, answers

TOKEN = "nmv_usr_planted/In-Every.Place"
PATH = "/api/credits"
ECHO = {"code": TOKEN, "message": f"no {TOKEN}", "data": {TOKEN: 1, "status": TOKEN, "available": TOKEN}}

DIAGNOSIS = Diagnosis(
    (
        Section("Configuration", (ok("backend", "local"), problem("token", "it is broken", "Mend it."))),
        Section("Folders", (warning("free space", "3 MB", "Free some."), ok("home", "fine"))),
    ),
    (
        Shape(
            "GET /somewhere",
            200,
            "application/json",
            "bare",
            12,
            (
                Key("status", ("string",), (4, 6), ("done", "failed"), True),
                Key("gift", ("integer", "null"), None, (), False),
            ),
            ("total",),
        ),
    ),
)


def test_the_text_repeats_what_is_to_be_done_with_problems_last() -> None:
    text = as_text(DIAGNOSIS)
    body, todo = text.split("To do")
    assert body.index("Configuration") < body.index("Folders") < body.index("GET /somewhere")
    assert todo.index("Free some.") < todo.index("it is broken") < todo.index("Mend it.")
    assert "backend" not in todo
    assert text.endswith("1 problem, 1 warning.")
    assert "string of 4 to 6: done, failed" in body
    assert "UNKNOWN  gift    integer or null" in body
    assert "MISSING  total" in body


def test_the_text_of_a_sound_installation_asks_for_nothing() -> None:
    text = as_text(Diagnosis((Section("Folders", (ok("home", "fine"),)),)))
    assert "To do" not in text
    assert text.endswith("No problems, no warnings.")


def test_only_problems_make_it_fail() -> None:
    assert not DIAGNOSIS.ok
    assert Diagnosis(DIAGNOSIS.sections[1:]).ok


def test_json_says_the_same_as_the_text() -> None:
    document = json.loads(as_json(DIAGNOSIS))
    assert document["ok"] is False
    assert document["findings"][1] == {
        "group": "Configuration",
        "name": "token",
        "state": "problem",
        "seen": "it is broken",
        "fix": "Mend it.",
    }
    [shape] = document["shapes"]
    assert shape["keys"][0]["words"] == ["done", "failed"]
    assert shape["missing"] == ["total"]


def test_a_sound_installation_passes_with_json_alone_on_stdout(
    cloud: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_doctor(cloud, cloud=False, as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    state = {"enum": ["ok", "warning", "problem"]}
    finding = {"required": ["group", "name", "state", "seen", "fix"], "properties": {"state": state}}
    validate(document, {"properties": {"findings": {"items": finding}, "shapes": {"maxItems": 0}}})
    assert document["ok"] is True
    assert {finding["group"] for finding in document["findings"]} == {
        "Installation",
        "Configuration",
        "Folders",
        "Engine",
    }


@pytest.mark.parametrize("as_json", [False, True])
def test_a_planted_token_is_in_no_output(
    as_json: bool,
    cloud: Settings,
    faults: Faults,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even where it was put in the wrong place, or where the service sends it back."""
    for name in ("NEMO_TOKEN", "NEMO_TOEKN", "NEMO_CLIENT_ID", "NEMO_SKILL_SOURCE"):
        monkeypatch.setenv(name, TOKEN)
    faults.on("GET", PATH, answers(200, ECHO))
    settings = cloud.model_copy(update={"token": SecretStr(TOKEN), "log_level": "DEBUG"})
    with caplog.at_level(logging.DEBUG):
        assert run_doctor(settings, cloud=True, as_json=as_json) == 1
    printed = capfd.readouterr()
    assert "GET /api/credits/balance/simple" in printed.out
    assert "[hidden]" in printed.out
    assert faults.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    for output in (printed.out, printed.err, caplog.text):
        assert TOKEN not in output


def test_the_anonymous_token_that_was_kept_is_a_secret_too(cloud: Settings) -> None:
    attribution = Attribution("mcp-nemo", "0.1.0", "tests")
    token = anyio.run(AnonymousToken(cloud.cloud_url, attribution, credentials_dir()).token)
    assert redacted(f"<{token}>", cloud) == "<[hidden]>"


def test_a_password_in_an_address_is_a_secret_too(tmp_path: Path) -> None:
    text = redacted("https://user:pass@api.example/ is not http://api.example", Settings(home=tmp_path))
    assert text == "https://[hidden]@api.example/ is not http://api.example"


def test_a_secret_that_json_writes_differently_is_found() -> None:
    settings = Settings(token=SecretStr('nmv_"quoted"\\'))
    assert "quoted" not in redacted(json.dumps({"seen": 'nmv_"quoted"\\'}), settings)
