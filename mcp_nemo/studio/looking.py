"""Looking at a session: its timeline as a storyboard, moments of it, and a small copy of its last film."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import anyio
from anyio.to_thread import run_sync
from pydantic import ValidationError

from mcp_nemo import __version__
from mcp_nemo.api.disk import writing_to
from mcp_nemo.errors import NothingToShow
from mcp_nemo.journal import Journal
from mcp_nemo.preview.charge import Charge, FilmCharge, Medium, MimeType, Outcome, StoryboardCharge
from mcp_nemo.preview.matching import media_of
from mcp_nemo.preview.shelf import Shelf
from mcp_nemo.settings import Settings
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.rendering import digest
from mcp_nemo.timeline import Timeline, decode
from mcp_nemo.workers import environment

# How long media is read for a storyboard; what has not come by then is left out.
_LOOK_SECONDS = 8.0
# Of the time a call may take, how much a worker may use for its work; the rest is for its start and end.
_SHARE_FOR_WORK = 0.6
_SECONDS = re.compile(r"\d{1,6}(\.\d{1,20})?", re.ASCII)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SUFFIXES: dict[MimeType, str] = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4"}

MomentKind = Literal["film", "frame"]
_MOMENT_TYPES: dict[MomentKind, MimeType] = {"film": "video/mp4", "frame": "image/jpeg"}


class Picture(NamedTuple):
    data: bytes
    mime_type: MimeType


class Looking:
    """Nothing here takes longer than `wait_seconds`; a call that is cancelled takes its worker with it."""

    def __init__(self, settings: Settings, journal: Journal) -> None:
        self._wait_seconds = settings.wait_seconds
        self._engine_home = settings.home / "engine"
        self._journal = journal
        self._shelf = Shelf(settings.home / "previews")
        self._one_at_a_time = anyio.CapacityLimiter(1)

    async def storyboard(self, session: OpenSession) -> Picture:
        """One PNG or JPEG under 200 KB; media that cannot be read is drawn as bars alone."""
        with self._in_time():
            state = await (await session.client()).state(session.id)
            timeline = decode(state.draft)
            files = [*state.video_infos, *state.generated_media]
            media = media_of(timeline, files, _may_fetch(session, self._engine_home))
            name = digest([__version__, state.draft, [_lasting(medium.address) for medium in media]])
            kept = await self._kept(name, "image/jpeg", "image/png")
            return kept or await self._draw(timeline, tuple(media), name)

    async def preview(self, session: OpenSession) -> bytes:
        """An MP4 of at most 480 lines and 6 MB of the session's last export; NothingToShow without one."""
        with self._in_time():
            film = await run_sync(self._last_film, session.id)
            name = await run_sync(_version_of, film)
            kept = await self._kept(name, "video/mp4")
            seconds = self._wait_seconds * _SHARE_FOR_WORK
            made = kept or await self._work(
                FilmCharge(film=film, target=self._shelf.unfinished(), seconds=seconds), name
            )
        if made is None:
            raise NothingToShow("the last export cannot be opened")
        return made.data

    async def moment(self, session: OpenSession, seconds: str, kind: MomentKind) -> bytes:
        """Of the draft as it is: about three seconds as an MP4, or a frame as a JPEG, of at most 480 lines.

        `seconds` count from the beginning of the film. NothingToShow where there is no such moment.
        """
        if session.backend != "local":
            raise NothingToShow(
                "moments are drawn on this machine, and this session is in the cloud; "
                'get_timeline with view "storyboard" shows its frames'
            )
        at_ms = _read_ms(seconds)
        with self._in_time():
            draft = await session.draft()
            _refuse_beyond(decode(draft), at_ms)
            name = digest([__version__, draft, at_ms])
            kept = await self._kept(name, _MOMENT_TYPES[kind])
            return kept.data if kept else await self._fetch_moment(session, at_ms, kind, name)

    async def _fetch_moment(self, session: OpenSession, at_ms: int, kind: MomentKind, name: str) -> bytes:
        with writing_to(self._shelf.folder):
            await run_sync(self._shelf.prepare)
        target = self._shelf.unfinished()
        await (await session.client()).save_moment(session.id, at_ms, kind, target)
        data = await run_sync(target.read_bytes)
        await run_sync(self._shelf.put, target, f"{name}{_SUFFIXES[_MOMENT_TYPES[kind]]}")
        return data

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            with anyio.fail_after(self._wait_seconds):
                yield
        except TimeoutError as error:
            raise NothingToShow("it could not be made in time") from error

    async def _draw(self, timeline: Timeline, media: tuple[Medium, ...], name: str) -> Picture:
        charge = StoryboardCharge(
            timeline=timeline,
            media=media,
            target=self._shelf.unfinished(),
            seconds=min(_LOOK_SECONDS, self._wait_seconds * _SHARE_FOR_WORK),
        )
        # A file may bring its decoder down: then the bars alone are drawn, and not kept.
        bars_alone = charge.model_copy(update={"media": ()})
        drawn = await self._work(charge, name) or await self._work(bars_alone, None)
        if drawn is None:
            raise NothingToShow("the storyboard could not be drawn")
        return drawn

    async def _work(self, charge: Charge, name: str | None) -> Picture | None:
        """What a worker makes, or None when it breaks down; kept by `name` when nothing is missing in it."""
        with writing_to(self._shelf.folder):
            await run_sync(self._shelf.prepare)
        async with self._one_at_a_time:
            outcome = await _outcome_of(charge)
        try:
            if outcome is None:
                return None
            made = Picture(await run_sync(charge.target.read_bytes), outcome.mime_type)
            if outcome.is_whole and name:
                await run_sync(self._shelf.put, charge.target, f"{name}{_SUFFIXES[outcome.mime_type]}")
            return made
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.Path(charge.target).unlink(missing_ok=True)

    async def _kept(self, name: str, *mime_types: MimeType) -> Picture | None:
        for mime_type in mime_types:
            if data := await run_sync(self._shelf.get, f"{name}{_SUFFIXES[mime_type]}"):
                return Picture(data, mime_type)
        return None

    def _last_film(self, session_id: str) -> Path:
        last = self._journal.last_film(session_id)
        if last is None or last.outcome is None:
            raise NothingToShow("this session has no finished export")
        path = Path(last.outcome["path"])
        if not path.is_file():
            raise NothingToShow(f"{path.name} is no longer where it was saved")
        return path


async def _outcome_of(charge: Charge) -> Outcome | None:
    # Cancelling kills the process. A session of its own: an interrupt at the terminal is for the server.
    finished = await anyio.run_process(
        [sys.executable, "-m", "mcp_nemo.preview"],
        input=charge.model_dump_json().encode(),
        stderr=None,
        check=False,
        env=environment(),
        start_new_session=True,
    )
    try:
        return Outcome.model_validate_json(finished.stdout)
    except ValidationError:
        return None


def _read_ms(seconds: str) -> int:
    if not _SECONDS.fullmatch(seconds):
        raise NothingToShow(f"{seconds!r} is not a number of seconds, such as 12.5")
    return round(float(seconds) * 1000)


def _refuse_beyond(timeline: Timeline, at_ms: int) -> None:
    if not timeline.duration_ms:
        raise NothingToShow("the timeline is empty")
    if at_ms > timeline.duration_ms:
        raise NothingToShow(f"the film ends after {timeline.duration_ms / 1000:g} s")


def _may_fetch(session: OpenSession, engine_home: Path) -> Callable[[str], bool]:
    """Which addresses a worker may open: those of the backend itself, and the web's over TLS.

    What the engine of this machine keeps may be read from the disk, which takes half the time.
    """
    own = urlsplit(session.entry.api_url).netloc

    def allowed(address: str) -> bool:
        try:
            url = urlsplit(address)
            host = url.hostname
        except ValueError:
            return False
        if session.backend == "local":
            is_engines = url.scheme == "http" and host in _LOOPBACK
            file = Path(address)
            return is_engines or (file.is_relative_to(engine_home) and ".." not in file.parts)
        return url.scheme == "https" or (url.scheme == "http" and url.netloc == own)

    return allowed


def _lasting(address: str) -> str:
    """What stays of an address while its signature or its engine's port change."""
    return urlsplit(address).path


def _version_of(film: Path) -> str:
    facts = film.stat()
    return digest([__version__, str(film), facts.st_size, facts.st_mtime_ns])
