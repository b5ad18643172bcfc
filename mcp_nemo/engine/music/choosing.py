"""From a file to the music for it: one call for a worker process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcp_nemo.engine.analysis import analysed
from mcp_nemo.engine.music import catalogue, library
from mcp_nemo.engine.music.catalogue import Ranked
from mcp_nemo.engine.music.matching import Match, match
from mcp_nemo.engine.music.traits import traits_of

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """`match` is what we would compose; `ranked` the best of all there is, the user's own songs among it."""

    match: Match
    ranked: Sequence[Ranked]


def choose(path: Path, length_ms: int, kept: Path, music_dirs: Sequence[Path] = ()) -> Choice:
    """Blocks; what is found out about files is kept in a folder. av's FFmpegError for what cannot be read."""
    found = analysed(path, kept)
    offers = [*catalogue.composed(), *catalogue.recorded(library.songs(music_dirs, kept))]
    ranked = catalogue.rank(offers, traits_of(found.look, length_ms), length_ms, found.hearing)
    return Choice(match(found.look, length_ms, found.hearing), ranked[:_SHOWN])
