"""Uploads: each source is checked here, sent on its own, and answered for on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from anyio.to_thread import run_sync

from mcp_nemo.api import UploadedFile, UploadSource
from mcp_nemo.errors import NemoError, SubtitlesNotTaken, TransportError, UnexpectedAnswer
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.files import check_source, holds_subtitles
from mcp_nemo.studio.jobs import Job
from mcp_nemo.studio.originals import Originals
from mcp_nemo.studio.reports import Problem, UploadedRow, UploadReport


@dataclass(frozen=True, slots=True)
class Upload:
    """The sources of one call, on their way into one session.

    Run again after it was stopped, it sends what has not arrived.
    """

    session: OpenSession
    sources: Sequence[str]
    allowed: tuple[Path, ...]
    originals: Originals
    _taken: dict[int, UploadedRow] = field(default_factory=dict)
    # How many files the backend held before a source was first sent.
    _held_before: dict[int, int] = field(default_factory=dict)

    async def run(self, job: Job[UploadReport]) -> UploadReport:
        found = [await run_sync(self._find, source) for source in self.sources]
        total = sum(item.size for item in found if isinstance(item, _Local))
        sent = 0
        rows = []
        for number, item in enumerate(found):
            job.tell(_uploading(self.sources[number], sent, total), sent, total)
            rows.append(self._taken.get(number) or await self._row(number, item, job, sent))
            sent += item.size if isinstance(item, _Local) else 0
        return UploadReport(
            session_id=self.session.id,
            backend=self.session.backend,
            status="uploaded" if any(row.problem is None for row in rows) else "failed",
            files=rows,
        )

    def _find(self, source: str) -> "_Local | str | NemoError":
        name = name_of(source)
        if holds_subtitles(name) and self.session.backend == "cloud":
            return SubtitlesNotTaken(name)
        if is_url(source):
            return source
        try:
            path = check_source(source, self.allowed)
            return _Local(path, path.stat().st_size)
        except NemoError as problem:
            return problem

    async def _row(
        self, number: int, item: "_Local | str | NemoError", job: Job[UploadReport], sent: int
    ) -> UploadedRow:
        source = self.sources[number]
        size = item.size if isinstance(item, _Local) else None
        try:
            if isinstance(item, NemoError):
                raise item
            file = await self._send(number, item, job, sent)
        except NemoError as error:
            return UploadedRow(source=source, name=name_of(source), problem=Problem.of(error))
        name = file.filename or name_of(source)
        if isinstance(item, _Local):
            self.originals.add(self.session.id, name, item.path)
        self._taken[number] = UploadedRow(
            source=source,
            name=name,
            kind=file.file_type or None,
            duration_ms=file.duration_ms,
            width=file.width,
            height=file.height,
            size_bytes=size,
        )
        return self._taken[number]

    async def _send(
        self, number: int, item: "_Local | str", job: Job[UploadReport], sent: int
    ) -> UploadedFile:
        """Send a source; one that was cut off on its way is sent once more, unless it did arrive."""
        arrived = UploadedFile(filename=name_of(self.sources[number]))
        if await self._has_arrived(number):
            return arrived
        try:
            return await self._send_once(number, item, job, sent)
        except TransportError:
            if await self._has_arrived(number):
                return arrived
            return await self._send_once(number, item, job, sent)

    async def _has_arrived(self, number: int) -> bool:
        """Whether the backend holds more files than when this was first asked about a source."""
        held = await self._count_held()
        return held > self._held_before.setdefault(number, held)

    async def _count_held(self) -> int:
        """How many files the backend holds for the session."""
        return len((await (await self.session.client()).state(self.session.id)).video_infos)

    async def _send_once(
        self, number: int, item: "_Local | str", job: Job[UploadReport], sent: int
    ) -> UploadedFile:
        def progress(done: int, _: int) -> None:
            job.tell(_uploading(self.sources[number], sent + done, job.total or 0), sent + done)

        client = await self.session.client()
        if isinstance(item, str):
            taken = await client.upload_urls(self.session.id, [item])
        else:
            source = UploadSource(item.path, item.path.name)
            taken = await client.upload_files(self.session.id, [source], progress)
        if not taken:
            raise UnexpectedAnswer("the upload was accepted, but no file was named")
        return taken[0]


def _uploading(source: str, sent: float, total: float) -> str:
    return f"Uploading {name_of(source)[:100]}: {sent / 1e6:.1f} of {total / 1e6:.1f} MB"


@dataclass(frozen=True, slots=True)
class _Local:
    path: Path
    size: int


def is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def name_of(source: str) -> str:
    path = unquote(urlsplit(source).path) if is_url(source) else source
    return PurePosixPath(path.replace("\\", "/")).name or source
