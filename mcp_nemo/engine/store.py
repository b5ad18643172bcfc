"""What the engine keeps: users, sessions, every version of every draft, media and renders, in SQLite.

Methods block and are called through a worker thread. Several processes may share one home: each method
is one short transaction.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, ColumnElement, ForeignKey, Select, create_engine, event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

from mcp_nemo.engine.colorimetry import Colours
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo

LOCAL_USER = "local"
# Of a render that is not begun yet, in percent.
PENDING_PROGRESS = 5


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON}


class UserRow(Base):
    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str | None] = mapped_column(unique=True)
    credits: Mapped[float]


class TokenRow(Base):
    """Only a token's digest is kept."""

    __tablename__ = "tokens"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[float]


class SessionRow(Base):
    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    task_id: Mapped[str]
    title: Mapped[str]
    language: Mapped[str]
    # The version that is shown; undo moves it back, and later versions stay.
    version: Mapped[int] = mapped_column(default=0)


class VersionRow(Base):
    __tablename__ = "versions"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    parent: Mapped[int]
    said: Mapped[str]
    draft: Mapped[dict[str, Any]]


class OperationRow(Base):
    """A kind of operation that a version was made by."""

    __tablename__ = "operations"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    op: Mapped[str] = mapped_column(primary_key=True)


class WishRow(Base):
    """What was understood when a version was made: what "it" means in the message after."""

    __tablename__ = "wishes"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    operations: Mapped[bytes]


class ColoursRow(Base):
    """Of films; a table of its own, which homes of older versions get when they are opened."""

    __tablename__ = "colours"
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id"), primary_key=True)
    matrix: Mapped[int]
    primaries: Mapped[int]
    transfer: Mapped[int]
    full_range: Mapped[bool]

    def colours(self) -> Colours:
        return Colours(self.matrix, self.primaries, self.transfer, self.full_range)


class MediaRow(Base):
    __tablename__ = "media"
    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    order: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str]
    duration_ms: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    frame_rate: Mapped[float]
    has_sound: Mapped[bool]
    colours: Mapped[ColoursRow | None] = relationship(lazy="joined")

    def info(self) -> MediaInfo:
        columns = {name: getattr(self, name) for name in MediaInfo.__dataclass_fields__}
        colours = self.colours.colours() if self.colours else None
        return MediaInfo(**columns | {"path": Path(self.path), "colours": colours})


class RenderRow(Base):
    __tablename__ = "renders"
    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), index=True)
    draft: Mapped[dict[str, Any]]
    quality: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    progress: Mapped[float] = mapped_column(default=PENDING_PROGRESS)
    # Part of the address the finished file is fetched from, without a bearer.
    secret: Mapped[str]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    error_code: Mapped[str | None]
    # The engine that works on it, until when; after that another may take it over.
    worker: Mapped[str | None]
    lease_until: Mapped[float] = mapped_column(default=0)


class Store:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.media_dir.mkdir(parents=True, exist_ok=True)
        self.render_dir.mkdir(parents=True, exist_ok=True)
        self._database = create_engine(f"sqlite:///{home / 'engine.sqlite3'}")
        event.listen(self._database, "connect", _prepare)
        Base.metadata.create_all(self._database)
        self._sessions = sessionmaker(self._database, expire_on_commit=False)

    @property
    def media_dir(self) -> Path:
        return self.home / "media"

    @property
    def render_dir(self) -> Path:
        return self.home / "renders"

    def render_path(self, render_id: str) -> Path:
        return self.render_dir / f"{render_id}.mp4"

    @property
    def shelf_dir(self) -> Path:
        """Where renders keep the pieces they are made of."""
        return self.home / "pieces"

    @property
    def findings_dir(self) -> Path:
        """What was found out about files by looking and listening."""
        return self.home / "findings"

    def close(self) -> None:
        self._database.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._sessions.begin() as session:
            yield session

    def user_of_client(self, client_id: str, credits: float) -> UserRow:
        """The anonymous user of a client id, made on first sight."""
        with self._transaction() as db:
            user = db.scalar(select(UserRow).where(UserRow.client_id == client_id))
            if user is None:
                user = UserRow(id=f"anon_{secrets.token_hex(8)}", client_id=client_id, credits=credits)
                db.add(user)
            return user

    def local_user(self, credits: float) -> UserRow:
        with self._transaction() as db:
            return db.merge(UserRow(id=LOCAL_USER, client_id=None, credits=credits))

    def issue_token(self, user_id: str, expires_at: float) -> str:
        token = f"nmv_usr_{secrets.token_urlsafe(32)}"
        with self._transaction() as db:
            db.add(TokenRow(digest=_digest(token), user_id=user_id, expires_at=expires_at))
        return token

    def user_of_token(self, token: str, now: float) -> UserRow | None:
        with self._transaction() as db:
            row = db.get(TokenRow, _digest(token))
            return db.get(UserRow, row.user_id) if row and row.expires_at > now else None

    def add_session(self, user_id: str, title: str, language: str) -> SessionRow:
        row = SessionRow(
            # As in the cloud: digits, and more of them than a float can hold.
            id=str(10**18 + secrets.randbelow(9 * 10**18)),
            user_id=user_id,
            task_id=secrets.token_hex(8),
            title=title,
            language=language,
        )
        with self._transaction() as db:
            db.add(row)
        return row

    def session(self, user_id: str, session_id: str) -> SessionRow | None:
        with self._transaction() as db:
            row = db.get(SessionRow, session_id)
            return row if row and row.user_id == user_id else None

    def draft(self, session_id: str) -> Draft | None:
        with self._transaction() as db:
            version = _current_version(db, session_id)
            return Draft.from_wire(version.draft) if version else None

    def save_draft(
        self, session_id: str, draft: Draft, said: str, ops: Iterable[str] = (), wishes: bytes = b""
    ) -> None:
        """Keep a new version; the ones before stay.

        `ops` are the kinds of operations it was made by, `wishes` those that were understood, as JSON.
        """
        with self._transaction() as db:
            row = db.get_one(SessionRow, session_id)
            number = _newest(db, session_id) + 1
            db.add(
                VersionRow(
                    session_id=session_id, number=number, parent=row.version, said=said, draft=draft.to_wire()
                )
            )
            db.add_all(OperationRow(session_id=session_id, number=number, op=op) for op in set(ops))
            if wishes:
                db.add(WishRow(session_id=session_id, number=number, operations=wishes))
            row.version = number

    def latest_wishes(self, session_id: str) -> bytes:
        """What the newest version was made by, as JSON; empty where it is not the one shown."""
        with self._transaction() as db:
            shown = db.get_one(SessionRow, session_id).version
            wish = db.get(WishRow, (session_id, shown)) if shown == _newest(db, session_id) else None
            return wish.operations if wish else b""

    def edited(self, session_id: str) -> bool:
        """Whether an instruction was ever carried out in the session."""
        with self._transaction() as db:
            said = select(VersionRow.number).where(VersionRow.session_id == session_id, VersionRow.said != "")
            return db.scalar(said.limit(1)) is not None

    def undo(self, session_id: str, steps: int = 1) -> list[str]:
        """Show an earlier version again, and tell the instructions undone, the latest first.

        None is undone where there are fewer than asked for.
        """
        with self._transaction() as db:
            undone = list(islice(_history(db, session_id), steps))
            return _show_before(db, session_id, undone if len(undone) == steps else [])

    def restore_before(self, session_id: str, ops: Iterable[str]) -> list[str]:
        """As undo, down to the latest version that was made by one of the kinds of operations."""
        wanted = set(ops)
        with self._transaction() as db:
            undone = []
            for version in _history(db, session_id):
                undone.append(version)
                if wanted & _ops_of(db, version):
                    return _show_before(db, session_id, undone)
            return []

    def redo(self, session_id: str, steps: int = 1) -> list[str]:
        """Show what was undone again, and tell the instructions; none where there are fewer."""
        with self._transaction() as db:
            row = db.get_one(SessionRow, session_id)
            redone = list(islice(_undone(db, row), steps))
            if len(redone) < steps:
                return []
            row.version = redone[-1].number
            return [version.said for version in redone]

    def add_media(self, session_id: str, info: MediaInfo) -> None:
        with self._transaction() as db:
            count = len(db.scalars(_media_of(session_id)).all())
            colours = ColoursRow(**asdict(info.colours)) if info.colours else None
            columns = asdict(info) | {"path": str(info.path), "colours": colours}
            db.add(MediaRow(session_id=session_id, order=count, **columns))

    def media(self, session_id: str) -> dict[str, MediaInfo]:
        with self._transaction() as db:
            return {row.id: row.info() for row in db.scalars(_media_of(session_id))}

    def media_by_id(self, media_id: str) -> MediaInfo | None:
        with self._transaction() as db:
            row = db.get(MediaRow, media_id)
            return row.info() if row else None

    def add_render(
        self, render_id: str, session_id: str, draft: Mapping[str, Any], quality: str
    ) -> RenderRow:
        """A new render, or the one that already has this id."""
        with self._transaction() as db:
            row = db.get(RenderRow, render_id)
            if row is None:
                row = RenderRow(
                    id=render_id,
                    session_id=session_id,
                    draft=dict(draft),
                    quality=quality,
                    secret=secrets.token_urlsafe(24),
                )
                db.add(row)
            return row

    def render(self, user_id: str, render_id: str) -> RenderRow | None:
        with self._transaction() as db:
            row = db.get(RenderRow, render_id)
            owner = db.get_one(SessionRow, row.session_id).user_id if row else None
            return row if owner == user_id else None

    def render_by_secret(self, secret: str) -> RenderRow | None:
        with self._transaction() as db:
            return db.scalar(select(RenderRow).where(RenderRow.secret == secret))

    def abandoned_renders(self, now: float) -> Sequence[RenderRow]:
        """Those not over that nobody is working on."""
        with self._transaction() as db:
            return db.scalars(select(RenderRow).where(*_is_free(now))).all()

    def claim_render(self, render_id: str, worker: str, now: float, lease_until: float) -> bool:
        """Take a render nobody is working on; false when somebody is, or it is over."""
        claim = update(RenderRow).where(RenderRow.id == render_id, *_is_free(now))
        with self._database.begin() as connection:
            claimed = connection.execute(claim.values(worker=worker, lease_until=lease_until))
            return claimed.rowcount == 1

    def release_render(self, render_id: str, worker: str) -> None:
        """Let others take it at once, where it is not over."""
        self.update_render(render_id, worker, lease_until=0)

    def works_on(self, render_id: str, worker: str) -> bool:
        """Whether it was this worker who claimed the render last."""
        with self._transaction() as db:
            return db.get_one(RenderRow, render_id).worker == worker

    def update_render(self, render_id: str, worker: str, **columns: object) -> bool:
        """False, and nothing changed, when the render is over or somebody else works on it."""
        change = update(RenderRow).where(*_is_with(render_id, worker)).values(**columns)
        with self._database.begin() as connection:
            return connection.execute(change).rowcount == 1

    def is_with(self, render_id: str, worker: str) -> bool:
        """Whether this worker may go on with the render."""
        with self._transaction() as db:
            return db.scalar(select(RenderRow.id).where(*_is_with(render_id, worker))) is not None

    def fail_render(self, render_id: str, error: str, code: str) -> None:
        """Whoever works on it; a finished render stays so."""
        unfinished = (RenderRow.id == render_id, RenderRow.status != "completed")
        failed = {"status": "failed", "error": error, "error_code": code}
        with self._database.begin() as connection:
            connection.execute(update(RenderRow).where(*unfinished).values(**failed))


def has_no_room(error: OperationalError) -> bool:
    """Whether a full disk, or one that cannot be written to, is why something was not kept."""
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


_IS_UNFINISHED = RenderRow.status.in_(("pending", "processing"))


def _is_free(now: float) -> tuple[ColumnElement[bool], ...]:
    return _IS_UNFINISHED, RenderRow.lease_until < now


def _is_with(render_id: str, worker: str) -> tuple[ColumnElement[bool], ...]:
    return RenderRow.id == render_id, _IS_UNFINISHED, RenderRow.worker == worker


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _current_version(db: Session, session_id: str) -> VersionRow | None:
    row = db.get_one(SessionRow, session_id)
    return db.get(VersionRow, (session_id, row.version)) if row.version else None


def _newest(db: Session, session_id: str) -> int:
    numbers = select(VersionRow.number).where(VersionRow.session_id == session_id)
    return db.scalar(numbers.order_by(VersionRow.number.desc())) or 0


def _history(db: Session, session_id: str) -> Iterator[VersionRow]:
    """The version shown and those it came from; what an upload put there was not said, and ends it."""
    version = _current_version(db, session_id)
    while version and version.said:
        yield version
        version = db.get(VersionRow, (session_id, version.parent)) if version.parent else None


def _undone(db: Session, row: SessionRow) -> Iterator[VersionRow]:
    """What came of the version shown, the latest where there are several."""
    number = row.version
    while version := db.scalar(
        select(VersionRow)
        .where(VersionRow.session_id == row.id, VersionRow.parent == number, VersionRow.said != "")
        .order_by(VersionRow.number.desc())
    ):
        yield version
        number = version.number


def _show_before(db: Session, session_id: str, undone: Sequence[VersionRow]) -> list[str]:
    if undone:
        db.get_one(SessionRow, session_id).version = undone[-1].parent
    return [version.said for version in undone]


def _ops_of(db: Session, version: VersionRow) -> set[str]:
    of_version = (OperationRow.session_id == version.session_id, OperationRow.number == version.number)
    return set(db.scalars(select(OperationRow.op).where(*of_version)))


def _media_of(session_id: str) -> Select[MediaRow]:
    return select(MediaRow).where(MediaRow.session_id == session_id).order_by(MediaRow.order)
