"""What must survive a restart: sessions, edits in flight and renders, in SQLite.

Several servers may share one home, so a claim is a row and not a lock in memory. Methods block and are
called through a worker thread. Plain `sqlite3`: it is opened at every start, and three tables need no mapper.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mcp_nemo.errors import DiskFull
from mcp_nemo.settings import Backend

# A server that has not renewed its claim on an edit for so long is taken for dead.
LEASE_SECONDS = 20.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, backend TEXT NOT NULL, api_url TEXT NOT NULL, title TEXT NOT NULL,
    task_id TEXT NOT NULL, used_at REAL NOT NULL, owner TEXT NOT NULL DEFAULT '',
    changed_at REAL
);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions, instruction TEXT NOT NULL,
    before TEXT NOT NULL, started_at REAL NOT NULL, lease_until REAL NOT NULL, outcome TEXT,
    told INTEGER NOT NULL DEFAULT 0
);
-- One edit at a time in a session, whichever process began it.
CREATE UNIQUE INDEX IF NOT EXISTS one_turn_running ON turns (session_id) WHERE outcome IS NULL;
CREATE TABLE IF NOT EXISTS renders (
    id TEXT PRIMARY KEY, backend_id TEXT NOT NULL, session_id TEXT NOT NULL REFERENCES sessions,
    save_as TEXT NOT NULL,
    quality TEXT NOT NULL, draft_digest TEXT NOT NULL, started_at REAL NOT NULL, outcome TEXT,
    told INTEGER NOT NULL DEFAULT 0, film_stamp TEXT
);
"""

_ADDED_COLUMNS = (
    ("sessions", "owner", "TEXT NOT NULL DEFAULT ''"),
    ("sessions", "changed_at", "REAL"),
    ("renders", "film_stamp", "TEXT"),
)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """`owner` is the principal it belongs to, empty where nobody has to say who they are.

    `changed_at` is when its timeline last changed, as seconds since the epoch; None: not known.
    """

    id: str
    backend: Backend
    api_url: str
    title: str
    task_id: str
    owner: str = ""
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class TurnEntry:
    """An edit that was sent; `before` is the draft it met, `outcome` what came of it, or None so far.

    `told` says whether the user has read the outcome: until then, saying the same again means asking for it.
    """

    id: int
    session_id: str
    instruction: str
    before: Any
    started_at: float
    lease_until: float
    outcome: dict[str, Any] | None
    told: bool


@dataclass(frozen=True, slots=True)
class RenderEntry:
    """An export that was begun, of which draft and to which path; `outcome` and `told` as of an edit.

    The backend knows it by `backend_id`, which differs from the user's `id` on a second try, and when a film
    is fetched once more. `film_stamp` tells whether the film is still as it was put there.
    """

    id: str
    backend_id: str
    session_id: str
    save_as: str
    quality: str
    draft_digest: str
    started_at: float
    outcome: dict[str, Any] | None = None
    told: bool = False
    film_stamp: str | None = None

    @property
    def has_failed(self) -> bool:
        return self.outcome is not None and self.outcome["status"] == "failed"


def journal_path(home: Path) -> Path:
    return home / "journal.sqlite3"


class Journal:
    """Sessions are found by their owner, and edits and renders by the session they are in."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.time) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = journal_path(home)
        self._clock = clock
        with self._transaction() as db:
            db.executescript(_SCHEMA)
            _add_columns(db)

    def add_session(self, entry: SessionEntry) -> None:
        now = self._clock()
        with self._transaction() as db:
            what = (entry.id, entry.backend, entry.api_url, entry.title, entry.task_id)
            db.execute(
                "INSERT INTO sessions (id, backend, api_url, title, task_id, used_at, owner, changed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*what, now, entry.owner, now),
            )

    def use_session(self, owner: str, session_id: str) -> SessionEntry | None:
        """The session named, or with an empty name the owner's latest; it then is the latest.

        One of another owner is not found, as if there were none.
        """
        entry = self.find_session(owner, session_id)
        if entry:
            with self._transaction() as db:
                db.execute("UPDATE sessions SET used_at = ? WHERE id = ?", (self._clock(), entry.id))
        return entry

    def find_session(self, owner: str, session_id: str) -> SessionEntry | None:
        """As `use_session`, but the latest session stays what it is."""
        named = "AND id = :id" if session_id else "ORDER BY used_at DESC LIMIT 1"
        query = f"SELECT * FROM sessions WHERE owner = :owner {named}"
        with self._transaction() as db:
            row = db.execute(query, {"owner": owner, "id": session_id}).fetchone()
            return _session(row) if row else None

    def change_session(self, session_id: str) -> None:
        """Its timeline has changed just now."""
        with self._transaction() as db:
            db.execute("UPDATE sessions SET changed_at = ? WHERE id = ?", (self._clock(), session_id))

    def sessions_of(self, owner: str) -> list[SessionEntry]:
        """Those of one owner, the latest first."""
        return [entry for entry in self.sessions() if entry.owner == owner]

    def sessions(self) -> list[SessionEntry]:
        """Everybody's, the latest first."""
        with self._transaction() as db:
            return [_session(row) for row in db.execute("SELECT * FROM sessions ORDER BY used_at DESC")]

    def begin_turn(self, session_id: str, instruction: str, before: object) -> TurnEntry | None:
        """Claim the session for one edit; None when an edit is running in it already."""
        now = self._clock()
        row = (session_id, instruction, json.dumps(before), now, now + LEASE_SECONDS)
        with self._transaction() as db:
            try:
                db.execute(
                    "INSERT INTO turns (session_id, instruction, before, started_at, lease_until)"
                    " VALUES (?, ?, ?, ?, ?)",
                    row,
                )
            except sqlite3.IntegrityError:
                return None
        return self.last_turn(session_id)

    def renew_turn(self, turn_id: int) -> None:
        with self._transaction() as db:
            until = self._clock() + LEASE_SECONDS
            db.execute("UPDATE turns SET lease_until = ? WHERE id = ?", (until, turn_id))

    def adopt_turn(self, turn_id: int) -> bool:
        """Take over the claim of a server that is gone; false when another was quicker."""
        now = self._clock()
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE turns SET lease_until = ? WHERE id = ? AND outcome IS NULL AND lease_until < ?",
                (now + LEASE_SECONDS, turn_id, now),
            )
            return changed.rowcount == 1

    def finish_turn(self, turn_id: int, outcome: dict[str, Any]) -> None:
        with self._transaction() as db:
            db.execute(
                "UPDATE turns SET outcome = ? WHERE id = ? AND outcome IS NULL",
                (json.dumps(outcome), turn_id),
            )

    def tell_turn(self, session_id: str) -> None:
        """The outcome of the session's latest edit has been read."""
        with self._transaction() as db:
            db.execute(
                "UPDATE turns SET told = 1 WHERE session_id = ? AND outcome IS NOT NULL", (session_id,)
            )

    def last_turn(self, session_id: str) -> TurnEntry | None:
        with self._transaction() as db:
            query = "SELECT * FROM turns WHERE session_id = ? ORDER BY id DESC LIMIT 1"
            row = db.execute(query, (session_id,)).fetchone()
            return _turn(row) if row else None

    def add_render(self, entry: RenderEntry) -> None:
        with self._transaction() as db:
            what = (
                entry.id,
                entry.backend_id,
                entry.session_id,
                entry.save_as,
                entry.quality,
                entry.draft_digest,
            )
            db.execute(
                "INSERT INTO renders"
                " (id, backend_id, session_id, save_as, quality, draft_digest, started_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*what, entry.started_at),
            )

    def retry_render(self, render_id: str, backend_id: str) -> None:
        with self._transaction() as db:
            db.execute("UPDATE renders SET backend_id = ? WHERE id = ?", (backend_id, render_id))

    def finish_render(self, render_id: str, outcome: dict[str, Any], film_stamp: str | None = None) -> None:
        with self._transaction() as db:
            db.execute(
                "UPDATE renders SET outcome = ?, film_stamp = ? WHERE id = ?",
                (json.dumps(outcome), film_stamp, render_id),
            )

    def tell_render(self, render_id: str) -> None:
        with self._transaction() as db:
            db.execute("UPDATE renders SET told = 1 WHERE id = ? AND outcome IS NOT NULL", (render_id,))

    def render(self, render_id: str) -> RenderEntry | None:
        return next(iter(self._renders("id = ?", render_id)), None)

    def last_render(self, session_id: str) -> RenderEntry | None:
        return next(iter(self._renders("session_id = ?", session_id)), None)

    def last_film(self, session_id: str) -> RenderEntry | None:
        """The last export that gave a film, whatever came of those after it."""
        finished = "session_id = ? AND json_extract(outcome, '$.status') = 'completed'"
        return next(iter(self._renders(finished, session_id)), None)

    def renders_like(self, entry: RenderEntry) -> list[RenderEntry]:
        """Those of the same draft in the same quality, the latest first."""
        same = "session_id = ? AND draft_digest = ? AND quality = ?"
        return self._renders(same, entry.session_id, entry.draft_digest, entry.quality)

    def _renders(self, condition: str, *values: str) -> list[RenderEntry]:
        with self._transaction() as db:
            query = f"SELECT * FROM renders WHERE {condition} ORDER BY started_at DESC"
            return [_render(row) for row in db.execute(query, values)]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # A connection each time: worker threads come and go, and the file is local.
        with _room_in(self._path.parent), closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=WAL")
            with connection:
                yield connection


@contextmanager
def _room_in(folder: Path) -> Iterator[None]:
    """Not even reading goes on where there is none: SQLite writes files beside its own for that too."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise DiskFull(str(folder)) from error
        raise


def _add_columns(db: sqlite3.Connection) -> None:
    """A journal of an earlier version: its sessions belong to nobody in particular."""
    # Claimed before looking: another server may be at the same.
    db.execute("BEGIN IMMEDIATE")
    for table, column, kind in _ADDED_COLUMNS:
        if column not in {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def _session(row: sqlite3.Row) -> SessionEntry:
    return SessionEntry(**{field.name: row[field.name] for field in fields(SessionEntry)})


def _turn(row: sqlite3.Row) -> TurnEntry:
    parsed = {"before": json.loads(row["before"]), "outcome": _outcome(row), "told": bool(row["told"])}
    return TurnEntry(**dict(row) | parsed)


def _render(row: sqlite3.Row) -> RenderEntry:
    return RenderEntry(**dict(row) | {"outcome": _outcome(row), "told": bool(row["told"])})


def _outcome(row: sqlite3.Row) -> dict[str, Any] | None:
    return json.loads(row["outcome"]) if row["outcome"] else None
