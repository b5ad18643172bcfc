"""What is told of a session, and kept of it."""

import sqlite3
from pathlib import Path

import anyio
import pytest

from mcp_nemo.journal import Journal, SessionEntry, journal_path
from mcp_nemo.studio.changes import Change, Changes
from mcp_nemo.studio.jobs import Job, start

SESSION = SessionEntry("1", "local", "", "Trip", "")
EDITED = Change(SESSION, "timeline")


async def test_work_that_breaks_off_may_have_changed_something() -> None:
    heard: list[Change] = []

    async def listen(change: Change) -> None:
        heard.append(change)

    async def break_off(_: Job[bool]) -> bool:
        raise OSError("gone")

    async with anyio.create_task_group() as tasks:
        changes = Changes(tasks)
        changes.follow(listen)
        broken = start(tasks, changes.after(break_off, EDITED, lambda result: result))
        await broken.finished.wait()
    assert heard == [EDITED]


async def test_only_what_has_happened_is_told() -> None:
    heard: list[Change] = []

    async def listen(change: Change) -> None:
        heard.append(change)

    async def work(_: Job[bool]) -> bool:
        return False

    async with anyio.create_task_group() as tasks:
        changes = Changes(tasks)
        changes.follow(listen)
        start(tasks, changes.after(work, EDITED, lambda result: result))
    assert heard == []


async def test_a_listener_that_fails_keeps_no_other_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Change] = []

    async def fail(_: Change) -> None:
        raise OSError("gone")

    async def listen(change: Change) -> None:
        heard.append(change)

    async with anyio.create_task_group() as tasks:
        changes = Changes(tasks)
        changes.follow(fail)
        changes.follow(listen)
        changes.tell(EDITED)
    assert heard == [EDITED]
    assert "OSError: gone" in caplog.text


def test_a_change_is_kept_with_its_time(tmp_path: Path) -> None:
    now = 100.0
    journal = Journal(tmp_path, lambda: now)
    journal.add_session(SESSION)
    now = 200.0
    journal.change_session(SESSION.id)
    assert [entry.changed_at for entry in journal.sessions()] == [200]


def test_looking_at_a_session_does_not_make_it_the_latest(tmp_path: Path) -> None:
    now = 1.0
    journal = Journal(tmp_path, lambda: now)
    for number in ("1", "2"):
        now += 1
        journal.add_session(SessionEntry(number, "local", "", "Trip", ""))
    now += 1
    assert journal.find_session("", "1")
    assert [entry.id for entry in journal.sessions()] == ["2", "1"]
    assert journal.use_session("", "1")
    assert [entry.id for entry in journal.sessions()] == ["1", "2"]


def test_a_journal_from_before_is_gone_on_with(tmp_path: Path) -> None:
    with sqlite3.connect(journal_path(tmp_path)) as db:
        db.execute(
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, backend TEXT NOT NULL, api_url TEXT NOT NULL,"
            " title TEXT NOT NULL, task_id TEXT NOT NULL, used_at REAL NOT NULL)"
        )
        db.execute("INSERT INTO sessions VALUES ('1', 'local', '', 'Trip', '', 5)")
    db.close()
    assert Journal(tmp_path).sessions() == [SESSION]
