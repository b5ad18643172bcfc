"""The songs in the user's own folders, which `NEMO_MUSIC_DIRS` names; each is studied once."""

import logging
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import av
from pydantic import TypeAdapter

from mcp_nemo.engine.analysis.cached import once
from mcp_nemo.engine.analysis.songs import Song, study
from mcp_nemo.engine.media import NotMedia

log = logging.getLogger(__name__)

SETTING: Final = "NEMO_MUSIC_DIRS"
_SUFFIXES: Final = {".mp3", ".wav", ".aac", ".m4a"}
_MOST_SONGS: Final = 500
_SONG: Final = TypeAdapter(Song)


def folders() -> tuple[Path, ...]:
    """Written as paths are on this system: parted by colons, or by semicolons on Windows."""
    return tuple(Path(part).expanduser() for part in os.environ.get(SETTING, "").split(os.pathsep) if part)


def songs(music_dirs: Sequence[Path], kept: Path) -> dict[Path, Song]:
    """What is known of each song, kept in a folder; blocks, and belongs in a worker process."""
    found = sorted(islice(_files(music_dirs), _MOST_SONGS))
    return {path: song for path in found if (song := _song(path, kept)) is not None}


def _files(music_dirs: Sequence[Path]) -> Iterator[Path]:
    for folder in music_dirs:
        for parent, _, names in os.walk(folder):
            yield from (Path(parent, name) for name in names if Path(name).suffix.lower() in _SUFFIXES)


def _song(path: Path, kept: Path) -> Song | None:
    try:
        return once(study, _SONG, path, kept)
    except (NotMedia, av.FFmpegError, OSError) as error:
        log.info("%s is left out of the music: %s", path, error)
        return None
