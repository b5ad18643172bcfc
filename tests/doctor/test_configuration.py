"""What is said of settings and variables, and what is never shown of them."""

import pytest
from pydantic import SecretStr

from mcp_nemo.doctor.configuration import check_configuration
from mcp_nemo.doctor.findings import Finding
from mcp_nemo.doctor.installation import check_installation, packages
from mcp_nemo.settings import CLOUD_API_URL, Settings

TOKEN = "nmv_usr_" + "x" * 35


def _by_name(settings: Settings, environment: dict[str, str] | None = None) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_configuration(settings, environment or {})}


def test_nothing_set_is_nothing_wrong() -> None:
    found = _by_name(Settings())
    assert {finding.state for finding in found.values()} == {"ok"}
    assert found["backend"].seen.startswith("local")
    assert CLOUD_API_URL in found["API address"].seen


@pytest.mark.parametrize(
    ("settings", "backend", "reason"),
    [
        (Settings(token=SecretStr(TOKEN)), "cloud", "NEMO_TOKEN is set"),
        (Settings(api_url="https://api.example"), "cloud", "NEMO_API_URL"),
        (Settings(backend="cloud"), "cloud", "NEMO_BACKEND"),
        (Settings(backend="local"), "local", "NEMO_BACKEND"),
    ],
)
def test_the_backend_is_told_with_the_reason(settings: Settings, backend: str, reason: str) -> None:
    seen = _by_name(settings)["backend"].seen
    assert seen.startswith(backend)
    assert reason in seen


def test_variables_are_shown_and_secrets_are_measured() -> None:
    found = _by_name(
        Settings(),
        {
            "NEMO_TOKEN": TOKEN,
            "NEMO_CLIENT_ID": "c" * 36,
            "NEMO_BACKEND": "auto",
            "NEMO_HOME": "",
            "PATH": "x",
        },
    )
    assert found["NEMO_TOKEN"].seen == "set, 43 characters"
    assert found["NEMO_CLIENT_ID"].seen == "set, 36 characters"
    assert found["NEMO_BACKEND"].seen == "auto"
    assert "not set" in found["NEMO_HOME"].seen
    assert "PATH" not in found


def test_a_misspelt_variable_is_named_with_its_likely_name_and_without_its_value() -> None:
    finding = _by_name(Settings(), {"NEMO_TOEKN": TOKEN})["NEMO_TOEKN"]
    assert finding.state == "warning"
    assert "NEMO_TOKEN " in finding.fix
    assert TOKEN not in repr(finding)


def test_a_variable_like_no_other_gets_no_guess() -> None:
    finding = _by_name(Settings(), {"NEMO_QQQQQQQQQQ": "1"})["NEMO_QQQQQQQQQQ"]
    assert finding.state == "warning"
    assert "Rename" not in finding.fix


@pytest.mark.parametrize("name", ["nemo_token", "Nemo_Token"])
def test_variables_count_in_any_case_as_they_do_for_the_settings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, TOKEN)
    settings = Settings()
    assert settings.token
    assert _by_name(settings, {name: TOKEN})[name].seen == "set, 43 characters"


@pytest.mark.parametrize(
    "address", ["api.example", "ftp://api.example", "https://", "https://api.example:port"]
)
def test_what_is_no_web_address_is_a_problem(address: str) -> None:
    found = _by_name(Settings(api_url=address, web_url=address))
    assert found["API address"].state == "problem"
    assert "NEMO_API_URL" in found["API address"].fix
    assert "NEMO_WEB_URL" in found["web address"].fix


def test_an_unencrypted_address_is_only_right_for_this_machine() -> None:
    assert _by_name(Settings(api_url="http://127.0.0.1:8787"))["API address"].state == "ok"
    assert _by_name(Settings(api_url="http://api.example"))["API address"].state == "warning"


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ключ"])
def test_a_token_that_cannot_be_sent_is_a_problem(token: str) -> None:
    finding = _by_name(Settings(token=SecretStr(token)))["token"]
    assert finding.state == "problem"
    assert token not in repr(finding)


def test_a_client_id_that_cannot_be_sent_is_a_problem() -> None:
    assert _by_name(Settings(client_id="two words"))["client id"].state == "problem"


def test_a_token_for_a_local_backend_is_not_used() -> None:
    finding = _by_name(Settings(token=SecretStr(TOKEN), backend="local"))["unused setting"]
    assert finding.state == "warning"
    assert "NEMO_TOKEN" in finding.fix


def test_waiting_longer_than_hosts_do_is_warned_of() -> None:
    assert "wait" not in _by_name(Settings(wait_seconds=59))
    assert _by_name(Settings(wait_seconds=60))["wait"].state == "warning"


def test_versions_are_told() -> None:
    found = {finding.name: finding for finding in check_installation()}
    assert {"mcp-nemo", "Python", "system", "packages"} == set(found)
    assert "mcp " in found["packages"].seen
    assert "av " in found["packages"].seen


def test_a_package_that_is_not_there_is_a_problem() -> None:
    assert packages("mcp-nemo-of-nobody").state == "problem"


def test_a_finding_must_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="no fix"):
        Finding("home", "problem", "gone")
