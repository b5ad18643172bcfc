"""Previews that were made before, bounded in number and size; the least recently used go first.

Methods block on the file system and are called through a worker thread. Several servers may share one
folder: each file appears whole, and a file that is gone was merely taken by another's tidying.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MOST_FILES = 100
MOST_BYTES = 150_000_000
_ABANDONED_SECONDS = 600


class Shelf:
    def __init__(self, folder: Path, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._most_files = most_files
        self._most_bytes = most_bytes

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def unfinished(self) -> Path:
        """A name that nobody else uses."""
        return self.folder / f".{secrets.token_hex(8)}.part"

    def put(self, unfinished: Path, name: str) -> None:
        unfinished.replace(self.folder / name)
        self._tidy()

    def get(self, name: str) -> bytes | None:
        path = self.folder / name
        try:
            # Its time of change is when it was last used.
            os.utime(path)
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def _tidy(self) -> None:
        """Remove what goes beyond the bounds, and what a worker that was killed left unfinished."""
        room = self._most_bytes
        kept = sorted(self._files(), reverse=True)
        for place, (changed_at, size, path) in enumerate(kept):
            room -= size
            abandoned = path.suffix == ".part" and changed_at < time.time() - _ABANDONED_SECONDS
            if place >= self._most_files or room < 0 or abandoned:
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path
