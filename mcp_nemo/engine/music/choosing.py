"""From what is shown to the music for it: one call for a worker process."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Final

import av

from mcp_nemo.engine.analysis import Analysis, Look, analysed
from mcp_nemo.engine.media import NotMedia
from mcp_nemo.engine.music import catalogue, library
from mcp_nemo.engine.music.catalogue import Offer, Ranked
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.seeing import seen
from mcp_nemo.engine.music.traits import traits_of

log = logging.getLogger(__name__)

_RUNNERS_UP: Final = 2
_MUCH_SPEECH: Final = 0.25
_PATIENCE_S: Final = 30.0
_PARTS: Final = ("brightness", "contrast", "saturation", "warmth", "motion")


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch of a file on the timeline; `share` is how much of the file it is, `heard` if it sounds."""

    path: Path
    length_ms: int
    share: float = 1.0
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """The best of all there is, best first; `seen` says in words what it is to go with."""

    ranked: Sequence[Ranked]
    seen: str
    spoken: bool = False

    @property
    def best(self) -> Offer:
        return self.ranked[0].offer

    def told(self) -> str:
        """The best with its reasons, and who came close."""
        names = list(dict.fromkeys(map(_called, (one.offer for one in self.ranked))))
        chosen, *others = names[: 1 + _RUNNERS_UP]
        close = f" Close behind: {', '.join(others)}." if others else ""
        return f"Chosen: {chosen} ({self.seen}; {self.ranked[0].reason}).{close}"


def choose(
    shown: Sequence[Shown],
    kept: Path,
    music_dirs: Sequence[Path] = (),
    uploaded: Mapping[Path, str] = MappingProxyType({}),
    *,
    only_songs: bool = False,
    not_again: Collection[Path] = (),
) -> Choice | None:
    """Blocks; keeps what is found out about files in a folder. None where there is nothing to choose from.

    `uploaded` are songs beside those of the folders, and what they are called.
    """
    found = list(_found(shown, kept))
    known = library.songs(music_dirs, kept, uploaded)
    songs = {path: song for path, song in known.items() if path not in not_again}
    offers = [*([] if only_songs else catalogue.composed()), *catalogue.recorded(songs, uploaded)]
    length_ms = max(1, sum(one.length_ms for one in shown))
    look, spoken = _together(found), _speech(found) >= _MUCH_SPEECH
    ranked = catalogue.rank(offers, traits_of(look, length_ms), length_ms, spoken=spoken)
    return Choice(ranked, seen(look, length_ms), spoken) if ranked else None


def unseen(why: str) -> Choice:
    """What is composed where there is nothing to go by."""
    return Choice(catalogue.rank(catalogue.composed(), traits_of(Look(), 1), 1), why)


def _found(shown: Sequence[Shown], kept: Path) -> Iterator[tuple[Shown, Analysis]]:
    """What is shown longest comes first, and the rest as far as patience goes."""
    until = monotonic() + _PATIENCE_S
    for one in sorted(shown, key=lambda one: one.length_ms, reverse=True):
        try:
            yield one, analysed(one.path, kept)
        except (NotMedia, av.FFmpegError, OSError) as error:
            log.warning("%s is left out of the picture: %s", one.path, error)
        if monotonic() > until:
            return


def _together(found: Sequence[tuple[Shown, Analysis]]) -> Look:
    """Of all that is shown, by how long it is; the cuts between files are cuts too."""
    pictures = [(one, analysis.look) for one, analysis in found if analysis.look.shots]
    if not pictures:
        return Look()
    total = sum(one.length_ms for one, _ in pictures)
    parts = {
        name: sum(getattr(look, name) * one.length_ms for one, look in pictures) / total for name in _PARTS
    }
    return Look(**parts, shots=sum(1 + round((look.shots - 1) * one.share) for one, look in pictures))


def _speech(found: Sequence[tuple[Shown, Analysis]]) -> float:
    """The share of the time in which someone is heard speaking."""
    spoken = sum(analysis.hearing.speech * one.length_ms for one, analysis in found if one.heard)
    return spoken / max(1, sum(one.length_ms for one, _ in found))


def _called(offer: Offer) -> str:
    if offer.path:
        return f'your song "{" ".join(offer.name.split())}"'
    return MOODS[offer.mood].label.lower()
