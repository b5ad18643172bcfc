"""The user's own songs, in the folders that `NEMO_MUSIC_DIRS` names or uploaded; each is studied once."""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import Final

import av
from pydantic import TypeAdapter

from mcp_nemo.engine.analysis.cached import once
from mcp_nemo.engine.analysis.songs import Song, study
from mcp_nemo.engine.media import NotMedia

log = logging.getLogger(__name__)

_SUFFIXES: Final = {".mp3", ".wav", ".aac", ".m4a"}
_MOST_SONGS: Final = 500
_PATIENCE_S: Final = 20.0
_SONG: Final = TypeAdapter(Song)


def songs(
    music_dirs: Sequence[Path], kept: Path, uploaded: Iterable[Path] = (), patience_s: float = _PATIENCE_S
) -> dict[Path, Song]:
    """What is known of each song, kept in a folder; blocks, and belongs in a worker process.

    Uploaded ones come first. Of a large folder the first calls know a part: each goes on where the one
    before lost its patience.
    """
    known: dict[Path, Song] = {}
    until = monotonic() + patience_s
    for path in islice(chain(uploaded, files(music_dirs)), _MOST_SONGS):
        if (song := _song(path, kept)) is not None:
            known[path] = song
        if monotonic() > until:
            log.info("%d songs are known so far; more the next time", len(known))
            break
    return known


def files(music_dirs: Sequence[Path]) -> Iterator[Path]:
    """In a steady order. Hidden files are passed over, and so are links that lead out of the folders."""
    roots = [_real(folder) for folder in music_dirs]
    for root in roots:
        for parent, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for path in (_real(Path(parent, name)) for name in sorted(names) if not name.startswith(".")):
                if path.suffix.lower() in _SUFFIXES and _lies_in(path, roots) and path.is_file():
                    yield path


def _real(path: Path) -> Path:
    # Unlike `resolve`, without complaint about links that go round in circles.
    return Path(os.path.realpath(path))


def _lies_in(path: Path, roots: Sequence[Path]) -> bool:
    return any(
        not any(part.startswith(".") for part in path.relative_to(root).parts)
        for root in roots
        if path.is_relative_to(root)
    )


def _song(path: Path, kept: Path) -> Song | None:
    try:
        return once(study, _SONG, path, kept)
    except (NotMedia, av.FFmpegError, OSError) as error:
        log.info("%s is left out of the music: %s", path, error)
        return None
