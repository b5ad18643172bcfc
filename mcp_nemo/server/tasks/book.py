"""The tasks that clients hold the ids of, in SQLite: they are found again after a restart.

Methods block and are called through a worker thread.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

TaskStatus = Literal["working", "completed", "failed", "cancelled"]
# What names a piece of work, so that any server can follow it.
Handle = Mapping[str, Any]

# Longer than any work takes, and until tomorrow for a user who went to bed.
LIFE_SECONDS = 24 * 60 * 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, tool TEXT NOT NULL, handle TEXT NOT NULL, status TEXT NOT NULL,
    message TEXT NOT NULL, outcome TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Task:
    """`outcome` is the tool's answer when completed, the protocol's error when failed."""

    id: str
    owner: str
    tool: str
    handle: Handle
    status: TaskStatus
    message: str
    outcome: dict[str, Any] | None
    created_at: float
    updated_at: float


class TaskBook:
    def __init__(self, home: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = home / "tasks.sqlite3"
        self._clock = clock

    def open(self, owner: str, tool: str, handle: Handle, message: str) -> Task:
        now = self._clock()
        task = Task(secrets.token_urlsafe(24), owner, tool, handle, "working", message, None, now, now)
        with self._transaction() as db:
            db.execute("DELETE FROM tasks WHERE created_at <= ?", (now - LIFE_SECONDS,))
            db.execute(
                "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                (task.id, owner, tool, json.dumps(handle), task.status, message, now, now),
            )
        return task

    def find(self, task_id: str, owner: str) -> Task | None:
        """None also for a task of somebody else, and for one whose time is over."""
        with self._transaction() as db:
            query = "SELECT * FROM tasks WHERE id = ? AND owner = ? AND created_at > ?"
            row = db.execute(query, (task_id, owner, self._clock() - LIFE_SECONDS)).fetchone()
            return _task(row) if row else None

    def note(self, task_id: str, message: str) -> None:
        """Say how far the work is."""
        with self._transaction() as db:
            db.execute(
                "UPDATE tasks SET message = ?, updated_at = ?"
                " WHERE id = ? AND status = 'working' AND message != ?",
                (message, self._clock(), task_id, message),
            )

    def close(
        self, task_id: str, status: TaskStatus, message: str, outcome: Mapping[str, Any] | None = None
    ) -> None:
        """End a task that is not over yet: what was said of its end once stays."""
        with self._transaction() as db:
            db.execute(
                "UPDATE tasks SET status = ?, message = ?, outcome = ?, updated_at = ?"
                " WHERE id = ? AND status = 'working'",
                (status, message, json.dumps(outcome) if outcome else None, self._clock(), task_id),
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # A connection each time: worker threads come and go, and the file is local.
        connection = sqlite3.connect(self._path, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                connection.execute(_SCHEMA)
                yield connection
        finally:
            connection.close()


def _task(row: sqlite3.Row) -> Task:
    outcome = json.loads(row["outcome"]) if row["outcome"] else None
    return Task(**dict(row) | {"handle": json.loads(row["handle"]), "outcome": outcome})
