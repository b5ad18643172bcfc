"""Which segment of one version is which of the next."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import Final

from mcp_nemo.timeline.model import Segment, Timeline, Track

# Such things change without anybody having edited.
_NOISE: Final = re.compile(r"(^|[._])id$|Id$|uuid|hash|token|signature|created|updated|modified|timestamp")

# Cutting at another speed rounds to whole milliseconds.
_ROUNDING_MS: Final = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment as a viewer meets it: what the draft leaves out has its neutral value."""

    kind: str
    track: str
    name: str
    text: str
    source: str
    start_ms: int
    duration_ms: int
    volume: float
    fade_in_ms: int
    fade_out_ms: int
    speed: float
    source_start_ms: int
    place: str
    details: tuple[tuple[str, str], ...]
    segment: Segment = field(compare=False)

    @classmethod
    def of(cls, segment: Segment, track: Track) -> "Shown":
        return cls(
            kind=track.kind,
            track=track.name,
            name=segment.name,
            text=segment.text or "",
            source=segment.source or "",
            start_ms=segment.start_ms,
            duration_ms=segment.duration_ms,
            volume=1.0 if segment.volume is None else segment.volume,
            fade_in_ms=segment.fade_in_ms or 0,
            fade_out_ms=segment.fade_out_ms or 0,
            speed=1.0 if segment.speed is None else segment.speed,
            source_start_ms=segment.source_start_ms or 0,
            place=segment.place or "",
            details=tuple(sorted(item for item in segment.details.items() if _matters(*item))),
            segment=segment,
        )

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms

    @property
    def source_end_ms(self) -> int:
        return self.source_start_ms + round(self.duration_ms * self.speed)

    @property
    def content(self) -> tuple[str, str, str]:
        return self.name, self.text, self.source


@dataclass(frozen=True, slots=True)
class Match:
    """`cuts` are segments that became several; every segment is in one of the four, once."""

    pairs: list[tuple[Shown, Shown]]
    cuts: list[tuple[Shown, list[Shown]]]
    removed: list[Shown]
    added: list[Shown]


def shown(timeline: Timeline, kind: str) -> list[Shown]:
    """All segments on tracks of this kind, in the order they are seen."""
    tracks = [track for track in timeline.tracks if track.kind == kind]
    found = [Shown.of(segment, track) for track in tracks for segment in track.segments]
    return sorted(found, key=lambda each: each.start_ms)


def match(before: Sequence[Shown], after: Sequence[Shown]) -> Match:
    """Pair the surest first: the same segment, the same content, the same source or name, the same place."""
    cuts = _cuts(before, after)
    cut = {id(each) for whole, pieces in cuts for each in (whole, *pieces)}
    removed = [each for each in before if id(each) not in cut]
    added = [each for each in after if id(each) not in cut]
    pairs: list[tuple[Shown, Shown]] = []
    for key in _KEYS:
        pairs += _take_pairs(removed, added, key)
    return Match(sorted(pairs, key=lambda pair: pair[1].start_ms), cuts, removed, added)


_KEYS: Final[tuple[Callable[[Shown], Hashable], ...]] = (
    lambda each: each,
    lambda each: (each.content, each.source_start_ms, each.duration_ms),
    lambda each: (each.content, each.start_ms),
    lambda each: each.content,
    lambda each: each.source or None,
    lambda each: each.text or each.name,
    lambda each: each.start_ms,
)


def _take_pairs(
    removed: list[Shown], added: list[Shown], key: Callable[[Shown], Hashable]
) -> list[tuple[Shown, Shown]]:
    """Move what has the same key, first with first, out of both lists; a key of None fits nothing."""
    waiting: dict[Hashable, list[Shown]] = {}
    for old in removed:
        waiting.setdefault(key(old), []).append(old)
    pairs = [
        (waiting[key(new)].pop(0), new) for new in added if key(new) is not None and waiting.get(key(new))
    ]
    taken = {id(each) for pair in pairs for each in pair}
    removed[:] = [each for each in removed if id(each) not in taken]
    added[:] = [each for each in added if id(each) not in taken]
    return pairs


def _cuts(before: Sequence[Shown], after: Sequence[Shown]) -> list[tuple[Shown, list[Shown]]]:
    found = []
    for content, group in groupby(sorted(before, key=lambda e: e.content), key=lambda e: e.content):
        wholes = list(group)
        pieces = [each for each in after if each.content == content]
        if len(wholes) == 1 and len(pieces) > 1 and _is_cut(wholes[0], pieces):
            found.append((wholes[0], pieces))
    return found


def _is_cut(whole: Shown, pieces: list[Shown]) -> bool:
    """Whether the pieces, in order, show parts of the whole and nothing else about them is new."""
    first, last = pieces[0], pieces[-1]
    inside = (
        first.source_start_ms >= whole.source_start_ms
        and last.source_end_ms <= whole.source_end_ms + _ROUNDING_MS
    )
    apart = all(a.source_end_ms <= b.source_start_ms + _ROUNDING_MS for a, b in pairwise(pieces))
    whole_fades = [whole.fade_in_ms, *[0] * 2 * (len(pieces) - 1), whole.fade_out_ms]
    fades = [fade for piece in pieces for fade in (piece.fade_in_ms, piece.fade_out_ms)]
    return inside and apart and fades == whole_fades and all(_look(each) == _look(whole) for each in pieces)


def _look(each: Shown) -> Shown:
    return replace(each, start_ms=0, duration_ms=0, source_start_ms=0, fade_in_ms=0, fade_out_ms=0)


def _matters(path: str, value: str) -> bool:
    return not _NOISE.search(path) and "://" not in value
