"""Stretches of a film that are worth a word because nothing happens in them."""

from collections.abc import Sequence
from itertools import islice
from pathlib import PurePath
from typing import Final, NamedTuple

from mcp_nemo.timeline import Segment, Timeline
from mcp_nemo.timeline.spans import span

# A pause in speech or a fade is shorter.
_WORTH_TELLING_SECONDS: Final = 2.0
_TOLD: Final = 3
_FILMS: Final = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi")


class Stretch(NamedTuple):
    """In seconds."""

    start: float
    end: float

    @property
    def is_long(self) -> bool:
        # A frame may be missing at either end.
        return self.end - self.start > _WORTH_TELLING_SECONDS - 0.05

    def within(self, other: "Stretch") -> "Stretch":
        """What both share; where they share nothing, it has no length."""
        start = max(self.start, other.start)
        return Stretch(start, max(start, min(self.end, other.end)))


def footage(timeline: Timeline) -> list[Stretch]:
    """Where films run, as their names or addresses tell: what else is shown may well stand still."""
    return [
        Stretch(segment.start_ms / 1000, segment.end_ms / 1000)
        for track in timeline.tracks
        if track.kind == "video"
        for segment in track.segments
        if _is_film(segment)
    ]


def _is_film(segment: Segment) -> bool:
    words = (segment.name, (segment.source or "").partition("?")[0])
    return any(PurePath(word).suffix.lower() in _FILMS for word in words)


def told(kind: str, stretches: Sequence[Stretch]) -> list[str]:
    """`black at 4-7s`, for the first long ones, and how many more there are."""
    long = [stretch for stretch in stretches if stretch.is_long]
    words = [
        f"{kind} at {span(round(start * 1000), round(end * 1000))}" for start, end in islice(long, _TOLD)
    ]
    return [*words, f"{kind} {len(long) - _TOLD} times more"] if len(long) > _TOLD else words
