"""Folders as they may be found, and fixes that mend what they are given for."""

import os
import subprocess
from pathlib import Path

import pytest

from mcp_nemo.doctor.findings import Finding, State
from mcp_nemo.doctor.folders import LITTLE_SPACE, NO_SPACE, check_folders, space
from mcp_nemo.doctor.kept import check_journal
from mcp_nemo.journal import Journal, SessionEntry
from mcp_nemo.settings import Settings, credentials_dir

for_users = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write anything")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "media").mkdir()
    return Settings(
        home=tmp_path / "state", output_dir=tmp_path / "films" / "out", media_dirs=(tmp_path / "media",)
    )


def _find(settings: Settings, name: str) -> list[Finding]:
    return [finding for finding in check_folders(settings) if finding.name == name]


def test_folders_that_are_still_to_be_made_are_not_made(settings: Settings, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    found = check_folders(settings)
    assert {finding.state for finding in found if finding.name != "free space"} == {"ok"}
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_stays_in_a_folder_that_was_written_to(settings: Settings) -> None:
    settings.home.mkdir()
    assert "can be written to" in _find(settings, "home")[0].seen
    assert list(settings.home.iterdir()) == []


@pytest.mark.parametrize(
    ("field", "name", "variable"),
    [("home", "home", "NEMO_HOME"), ("output_dir", "output folder", "NEMO_OUTPUT_DIR")],
)
def test_a_folder_below_a_file_is_a_problem(
    settings: Settings, tmp_path: Path, field: str, name: str, variable: str
) -> None:
    (tmp_path / "file").touch()
    [finding] = _find(settings.model_copy(update={field: tmp_path / "file" / "below"}), name)
    assert finding.state == "problem"
    assert "Not a directory" in finding.seen
    assert variable in finding.fix


@for_users
def test_a_folder_of_somebody_else_is_a_problem(settings: Settings) -> None:
    settings.home.mkdir(mode=0o500)
    [finding] = _find(settings, "home")
    assert finding.state == "problem"
    assert "Permission denied" in finding.seen


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (NO_SPACE - 1, "problem"),
        (NO_SPACE, "warning"),
        (LITTLE_SPACE - 1, "warning"),
        (LITTLE_SPACE, "ok"),
    ],
)
def test_room_on_the_disk(free: int, state: State, tmp_path: Path) -> None:
    assert space(tmp_path, free).state == state


def test_folders_on_one_disk_share_a_finding(settings: Settings) -> None:
    assert len(_find(settings, "free space")) == 1


def test_one_missing_media_folder_is_a_warning_and_none_at_all_a_problem(settings: Settings) -> None:
    gone = settings.home / "gone"
    some = settings.model_copy(update={"media_dirs": (*settings.media_dirs, gone)})
    assert [finding.state for finding in _find(some, "media folder")] == ["ok", "warning"]
    none = settings.model_copy(update={"media_dirs": (gone,)})
    assert [finding.state for finding in _find(none, "media folder")] == ["problem"]
    [finding] = _find(settings.model_copy(update={"media_dirs": ()}), "media folder")
    assert finding.state == "problem"


@for_users
def test_a_media_folder_that_may_not_be_read(settings: Settings) -> None:
    settings.media_dirs[0].chmod(0)
    [finding] = _find(settings, "media folder")
    settings.media_dirs[0].chmod(0o700)
    assert "Permission denied" in finding.seen


@pytest.mark.skipif(os.name != "posix", reason="needs modes")
def test_credentials_open_to_others_are_a_problem_and_the_fix_mends_it(settings: Settings) -> None:
    folder = credentials_dir()
    folder.mkdir(parents=True, mode=0o755)
    (folder / "client_id").touch(mode=0o644)
    (folder / "mcp-nemo-tokens.json").touch(mode=0o600)
    found = _find(settings, "credentials")
    assert [finding.state for finding in found] == ["problem", "problem"]
    for finding in found:
        subprocess.run(finding.fix, shell=True, check=True)
    assert [finding.state for finding in _find(settings, "credentials")] == ["ok"]


def test_a_journal_that_is_not_there_yet_is_not_made(settings: Settings) -> None:
    assert check_journal(settings).state == "ok"
    assert not settings.home.exists()


def test_a_sound_journal_is_counted(settings: Settings) -> None:
    Journal(settings.home).add_session(SessionEntry("1", "local", "", "film", ""))
    assert "sessions in it: 1" in check_journal(settings).seen


def test_a_journal_that_is_no_database_is_a_problem(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "journal.sqlite3").write_bytes(b"no database " * 100)
    finding = check_journal(settings)
    assert finding.state == "problem"
    assert "not a database" in finding.seen


def test_a_journal_with_a_damaged_page_is_a_problem(settings: Settings) -> None:
    journal = Journal(settings.home)
    for number in range(20):
        journal.add_session(SessionEntry(str(number), "local", "", "a title of some length " * 100, ""))
    [path] = settings.home.glob("*.sqlite3")
    content = bytearray(path.read_bytes())
    # The second half: the pages with the rows, and not the schema.
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    assert check_journal(settings).state == "problem"


@for_users
def test_a_journal_that_may_not_be_written_is_a_problem(settings: Settings) -> None:
    Journal(settings.home)
    [path] = settings.home.glob("*.sqlite3")
    path.chmod(0o400)
    assert "readonly" in check_journal(settings).seen
