"""Where everything of a storyboard stands, in pixels: computed from the timeline alone.

It is read at some 700 pixels of width, in a chat, so letters are large and words are few.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from mcp_nemo.preview.charge import Spot
from mcp_nemo.timeline import Segment, Timeline, Track
from mcp_nemo.timeline.spans import length

WIDTH = 1200
MARGIN = 24
NAMES_WIDTH = 148
HEADLINE_HEIGHT = 60
RULER_HEIGHT = 34
FOOTNOTE_HEIGHT = 60
# The part of a bar for its name, and for the loudness of a clip that is also seen.
LABEL_HEIGHT = 38
SOUND_HEIGHT = 40

_LANE_GAP = 14
_ROW_GAP = 4
_AUDIO_HEIGHT = 104
_PICTURED_HEIGHT = 190
# What would go beyond is counted, not drawn.
_MOST_ROWS = 3
_MOST_LANES = 8
_HIGHEST_BOTTOM = 1000
_NARROWEST_BAR = 3
_TICKS_APART = 110
_STEPS_MS = (
    *(100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000),
    *(60_000 * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440)),
)
_TALLEST, _WIDEST = 0.5, 2.4


class Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


class Tick(NamedTuple):
    x: int
    label: str


class Tile(NamedTuple):
    """A picture of the filmstrip, and the second of the media it shows."""

    box: Box
    second: float


@dataclass(frozen=True, slots=True)
class Bar:
    spot: Spot
    segment: Segment
    box: Box
    is_pictured: bool

    @property
    def film(self) -> Box:
        left, top, right, bottom = self.box
        return Box(left, top + LABEL_HEIGHT, right, bottom - SOUND_HEIGHT)

    @property
    def sound(self) -> Box:
        left, top, right, bottom = self.box
        return Box(left, bottom - SOUND_HEIGHT if self.is_pictured else top + LABEL_HEIGHT, right, bottom)

    def second_at(self, x: float) -> float:
        """The second of its media that plays at `x`."""
        share = (x - self.box.left) / self.box.width
        played_ms = share * self.segment.duration_ms * (self.segment.speed or 1)
        return ((self.segment.source_start_ms or 0) + played_ms) / 1000


@dataclass(frozen=True, slots=True)
class Lane:
    track: Track
    box: Box
    bars: tuple[Bar, ...]

    @property
    def rows(self) -> list[list[Bar]]:
        """Bars on one level, from left to right."""
        by_row = sorted(self.bars, key=lambda bar: (bar.box.top, bar.box.left))
        return [list(row) for _, row in groupby(by_row, lambda bar: bar.box.top)]


@dataclass(frozen=True, slots=True)
class Board:
    timeline: Timeline
    height: int
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    hidden_tracks: int

    @property
    def bars(self) -> Iterator[Bar]:
        return (bar for lane in self.lanes for bar in lane.bars)


def arrange(timeline: Timeline, pictured: frozenset[Spot]) -> Board:
    """Lay a timeline out; clips at `pictured` spots get room for a filmstrip."""
    scale = _Scale(timeline)
    bottom = HEADLINE_HEIGHT + RULER_HEIGHT
    shown = [(number, track) for number, track in enumerate(timeline.tracks) if track.segments]
    lanes: list[Lane] = []
    for number, track in shown:
        if len(lanes) == _MOST_LANES or bottom > _HIGHEST_BOTTOM:
            break
        lanes.append(_lane(number, track, bottom, scale, pictured))
        bottom = lanes[-1].box.bottom + _LANE_GAP
    hidden = len(shown) - len(lanes)
    if hidden or not lanes:
        bottom += FOOTNOTE_HEIGHT
    return Board(timeline, bottom - _LANE_GAP + MARGIN, scale.ticks(), tuple(lanes), hidden)


def tiles(bar: Bar, aspect: float) -> list[Tile]:
    """Pictures side by side, about as wide as they are by nature, that fill the bar's filmstrip."""
    film = bar.film
    natural = film.height * min(max(aspect, _TALLEST), _WIDEST)
    count = max(1, round(film.width / natural))
    edges = [film.left + round(film.width * place / count) for place in range(count + 1)]
    return [
        Tile(Box(left, film.top, right, film.bottom), bar.second_at((left + right) / 2))
        for left, right in pairwise(edges)
    ]


class _Scale:
    """From milliseconds to pixels."""

    def __init__(self, timeline: Timeline) -> None:
        ends = (segment.end_ms for track in timeline.tracks for segment in track.segments)
        self.total_ms = max(timeline.duration_ms, *ends, 0)
        self._left, self.right = NAMES_WIDTH, WIDTH - MARGIN

    def x(self, ms: int) -> int:
        return self._left + round((self.right - self._left) * ms / max(self.total_ms, 1))

    def ticks(self) -> tuple[Tick, ...]:
        if not self.total_ms:
            return ()
        most = (self.right - self._left) / _TICKS_APART
        step = next((step for step in _STEPS_MS if self.total_ms / step <= most), self.total_ms)
        return tuple(Tick(self.x(ms), length(ms)) for ms in range(0, self.total_ms + 1, step))


def _lane(number: int, track: Track, top: int, scale: _Scale, pictured: frozenset[Spot]) -> Lane:
    spots = [Spot(track=number, segment=place) for place in range(len(track.segments))]
    has_film = track.kind == "video" and not pictured.isdisjoint(spots)
    height = _PICTURED_HEIGHT if has_film else _AUDIO_HEIGHT if track.kind == "audio" else LABEL_HEIGHT
    rows = _rows(track.segments)
    bars = []
    for spot, segment, row in zip(spots, track.segments, rows, strict=True):
        left, right = scale.x(segment.start_ms), scale.x(segment.end_ms)
        bar_top = top + row * (height + _ROW_GAP)
        box = Box(left, bar_top, max(right, left + _NARROWEST_BAR), bar_top + height)
        bars.append(Bar(spot, segment, box, has_film))
    bottom = top + (max(rows, default=0) + 1) * (height + _ROW_GAP) - _ROW_GAP
    return Lane(track, Box(MARGIN, top, scale.right, bottom), tuple(bars))


def _rows(segments: Sequence[Segment]) -> list[int]:
    """The row for each segment: the first that is free when it starts, else the last."""
    free_from_ms = [0] * _MOST_ROWS
    rows = []
    for segment in segments:
        free = (row for row, ms in enumerate(free_from_ms) if ms <= segment.start_ms)
        row = next(free, _MOST_ROWS - 1)
        free_from_ms[row] = max(free_from_ms[row], segment.end_ms)
        rows.append(row)
    return rows
