"""The engine and its tools, as they are here and as they might be."""

import sys
from pathlib import Path

import pytest

from mcp_nemo.doctor.engine import check_engine, check_rendering, encoders, typefaces
from mcp_nemo.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


async def test_the_engine_starts_answers_and_ends(settings: Settings) -> None:
    finding = await check_engine(settings)
    assert finding.state == "ok"
    assert "starts in" in finding.seen


async def test_an_engine_that_cannot_keep_its_data_is_a_problem(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    (settings.home / "engine").touch()
    finding = await check_engine(settings)
    assert finding.state == "problem"
    assert str(settings.home / "engine") in finding.fix
    assert "Not a directory" in capfd.readouterr().err


def test_encoders_and_a_latin_typeface_come_with_the_packages() -> None:
    found = {finding.name: finding for finding in check_rendering()}
    assert found["encoders"].state == "ok"
    # Which other scripts can be written depends on the machine.
    assert found["typefaces"].state in ("ok", "warning")
    assert ("Latin" in found["typefaces"].seen) == (found["typefaces"].state == "ok")


def test_what_is_missing_is_named() -> None:
    assert encoders(["libx264"]).state == "problem"
    assert "libx264" in encoders(["libx264"]).seen
    assert typefaces(["Korean"]).state == "warning"
    assert "Korean" in typefaces(["Korean"]).seen


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        ("import mcp_nemo_of_nobody", "No module named 'mcp_nemo_of_nobody'"),
        ("import sys; sys.exit(3)", "ended with 3"),
        ("import threading; threading.Event().wait()", "no answer within 0.2 s"),
    ],
)
def test_a_process_that_fails_is_a_problem(program: str, seen: str) -> None:
    [finding] = check_rendering((sys.executable, "-c", program), seconds=0.2 if "wait" in program else 10)
    assert finding.state == "problem"
    assert seen in finding.seen
