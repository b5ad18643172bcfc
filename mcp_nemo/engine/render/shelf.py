"""Finished pieces, kept by what they were made from, so that a film made again costs only what changed."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import av

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import Canvas
from mcp_nemo.engine.render.tasks import PictureTask, Task

# Raised when the same task gives another piece than before.
_EDITION = 5
# About an hour of 1080p in `high`.
MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that several renders may share: a piece appears in it whole, and is never changed."""

    folder: Path
    most_bytes: int = MOST_BYTES

    def place_of(self, task: Task) -> Path:
        return self.folder / f"{key_of(task)}.mp4"

    def place_of_index(self, media: MediaInfo, canvas: Canvas) -> Path:
        return self.folder / f"{_key(media, canvas, _stamp(media.path))}.npz"

    def has(self, place: Path) -> bool:
        """A piece that is asked for counts as used."""
        try:
            os.utime(place)
        except FileNotFoundError:
            return False
        return True

    def tidy(self) -> None:
        """Throw out what was not used for longest, until the rest is small enough."""
        room = self.most_bytes
        for piece, facts in sorted(self._kept(), key=lambda pair: pair[1].st_mtime_ns, reverse=True):
            room -= facts.st_size
            if room < 0:
                # Another render may have thrown it out, and Windows keeps what is being read.
                with suppress(OSError):
                    piece.unlink()

    def _kept(self) -> Iterator[tuple[Path, os.stat_result]]:
        for piece in self.folder.iterdir():
            with suppress(FileNotFoundError):
                yield piece, piece.stat()


def key_of(task: Task) -> str:
    """The same for tasks that give the same piece, wherever in a film; another when a source was changed."""
    stamps = [_stamp(path) for path in sorted(task.sources)]
    if isinstance(task, PictureTask):
        task = task.at_the_beginning
    return _key(task, stamps)


def _key(*made_from: object) -> str:
    told = repr((_EDITION, sorted(av.library_versions.items()), *made_from))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _stamp(source: Path) -> tuple[int, int]:
    """Whoever opens a source that is gone says so better."""
    if not source.exists():
        return 0, 0
    facts = source.stat()
    return facts.st_size, facts.st_mtime_ns
