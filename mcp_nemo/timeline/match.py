"""Which segment of one version is which of the next."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from mcp_nemo.timeline.model import Segment, Timeline, Track

# Such things change without anybody having edited.
_NOISE: Final = re.compile(r"(^|[._])id$|Id$|uuid|hash|token|signature|created|updated|modified|timestamp")

# Cutting at another speed rounds to whole milliseconds.
ROUNDING_MS: Final = 2


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
    """`cuts` are segments that became several, whatever else was done; all are in one of the four, once."""

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
    """Pair the surest first: what is the same, then by content, by source or name, by place."""
    removed, added = list(before), list(after)
    pairs = _take_pairs(removed, added, lambda each: each)
    cuts = _take_cuts(removed, added)
    for key in _KEYS:
        pairs += _take_pairs(removed, added, key)
    return Match(sorted(pairs, key=lambda pair: pair[1].start_ms), cuts, removed, added)


_KEYS: Final[tuple[Callable[[Shown], Hashable], ...]] = (
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
    waiting = _grouped(removed, key)
    pairs = [
        (waiting[key(new)].pop(0), new) for new in added if key(new) is not None and waiting.get(key(new))
    ]
    _drop(removed, [old for old, _ in pairs])
    _drop(added, [new for _, new in pairs])
    return pairs


def _take_cuts(removed: list[Shown], added: list[Shown]) -> list[tuple[Shown, list[Shown]]]:
    """Move what became several, and its pieces, out of both lists."""
    alike = _grouped(added, lambda each: each.content)
    cuts = []
    for whole in tuple(removed):
        candidates = alike.get(whole.content, [])
        pieces = [each for each in candidates if _shows_part_of(whole, each)]
        if len(pieces) > 1 and (_are_apart(pieces) or _are_as_long(whole, pieces)):
            cuts.append((whole, pieces))
            _drop(candidates, pieces)
            _drop(removed, [whole])
            _drop(added, pieces)
    return cuts


def _grouped(segments: Sequence[Shown], key: Callable[[Shown], Hashable]) -> dict[Hashable, list[Shown]]:
    groups: dict[Hashable, list[Shown]] = {}
    for each in segments:
        groups.setdefault(key(each), []).append(each)
    return groups


def _drop(segments: list[Shown], taken: Sequence[Shown]) -> None:
    ids = {id(each) for each in taken}
    segments[:] = [each for each in segments if id(each) not in ids]


def _shows_part_of(whole: Shown, piece: Shown) -> bool:
    starts_inside = whole.source_start_ms <= piece.source_start_ms
    ends_inside = piece.source_end_ms <= whole.source_end_ms + ROUNDING_MS
    return starts_inside and ends_inside and piece.track == whole.track


def _are_apart(pieces: Sequence[Shown]) -> bool:
    """Whether the pieces, in order, repeat nothing of the whole."""
    return all(a.source_end_ms <= b.source_start_ms + ROUNDING_MS for a, b in pairwise(pieces))


def _are_as_long(whole: Shown, pieces: Sequence[Shown]) -> bool:
    """Whether a picture that stands still, and so has no time of its own, was cut."""
    end_to_end = all(a.end_ms == b.start_ms for a, b in pairwise(pieces))
    return end_to_end and sum(piece.duration_ms for piece in pieces) == whole.duration_ms


def _matters(path: str, value: str) -> bool:
    return not _NOISE.search(path) and "://" not in value
