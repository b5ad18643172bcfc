"""Where the beats fall and what happens when: the tempo that meets the cuts, and the sections.

The tempo is searched in the mood's range so that bar lines fall on cuts; what is left over is taken up
by bending it, a few percent at most, from one cut to the next, as a conductor would.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.music.score import SectionName

BEATS_IN_BAR: Final = 4
_TEMPO_STEP: Final = 0.25
_MOST_BEND: Final = 0.03
NEAR_MS: Final = 40.0
# A shot longer than this makes its cut no stronger.
_LONG_SHOT_MS: Final = 8000
_SHORTEST_RING_MS: Final = 1200.0
_LONGEST_RING_MS: Final = 4500.0


# A beat and its time in ms.
Pin = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cut:
    at_ms: int
    weight: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The tempo is constant from one pin to the next; the first and the last carry on beyond them."""

    tempo: float
    final_beat: int
    duration_ms: int
    pins: tuple[Pin, ...]

    def at(self, beat: float) -> float:
        """The time of a beat, in ms."""
        return _between(self.pins, beat)

    def beat_at(self, ms: float) -> float:
        return _between([(at, beat) for beat, at in self.pins], ms)

    @property
    def ring_beats(self) -> float:
        """How long the last chord can sound."""
        return self.beat_at(self.duration_ms) - self.final_beat

    @property
    def bars(self) -> int:
        """Bars before the last chord; the last of them may be cut short by it."""
        return -(-self.final_beat // BEATS_IN_BAR)


def _between(points: Sequence[Pin], x: float) -> float:
    index = max(1, min(bisect_right(points, (x, float("inf"))), len(points) - 1))
    (x_a, y_a), (x_b, y_b) = points[index - 1], points[index]
    return y_a + (x - x_a) * (y_b - y_a) / (x_b - x_a)


@dataclass(frozen=True, slots=True)
class Span:
    """A section in bars, `end` not included."""

    name: SectionName
    start: int
    end: int
    energy: float


def strength(cuts_ms: Sequence[int], duration_ms: int) -> tuple[Cut, ...]:
    """A cut weighs as much as the shorter of the two shots it parts: montage is texture, not form."""
    inside = sorted({cut for cut in cuts_ms if 0 < cut < duration_ms})
    edges = [0, *inside, duration_ms]
    return tuple(
        Cut(cut, min(cut - before, after - cut, _LONG_SHOT_MS) / _LONG_SHOT_MS)
        for before, cut, after in zip(edges, inside, edges[2:], strict=False)
    )


def lay_grid(duration_ms: int, cuts: Sequence[Cut], tempo: tuple[float, float], preferred: float) -> Grid:
    """`preferred` is taken when no other tempo meets the cuts better."""
    low, high = tempo
    steps = int((high - low) / _TEMPO_STEP)
    choices = [preferred, *(low + index * _TEMPO_STEP for index in range(steps + 1))]

    def fitness(grid: Grid) -> float:
        return _meeting(grid, cuts) - 0.05 * abs(grid.tempo - preferred) / (high - low)

    return max((_bend(choice, duration_ms, cuts) for choice in choices), key=fitness)


def _meeting(grid: Grid, cuts: Sequence[Cut]) -> float:
    """How well cuts are met: on a bar line is best, on another beat is something."""
    met = 0.0
    for cut in cuts:
        beat = nearest_beat(grid, cut.at_ms)
        worth = 1.0 if beat % BEATS_IN_BAR == 0 else 0.3
        met += cut.weight * worth * (abs(grid.at(beat) - cut.at_ms) <= NEAR_MS)
    return met


def _final_beat(duration_ms: int, cuts: Sequence[Cut], beat_ms: float) -> int:
    """The beat of the last chord: on the last cut if that leaves it room to ring, else near the end."""
    ring = min(max(1.25 * BEATS_IN_BAR * beat_ms, _SHORTEST_RING_MS), _LONGEST_RING_MS, 0.55 * duration_ms)
    left = duration_ms - cuts[-1].at_ms if cuts else 0
    if _SHORTEST_RING_MS < left < 1.6 * ring and left < 0.6 * duration_ms:
        ring = left
    beats = (duration_ms - ring) / beat_ms
    unit = BEATS_IN_BAR if beats >= 3 * BEATS_IN_BAR else 1
    return max(0, round(beats / unit) * unit)


def _bend(tempo: float, duration_ms: int, cuts: Sequence[Cut]) -> Grid:
    """Pin bars, else beats, onto the cuts, strongest first, where the tempo hardly changes."""
    beat_ms = 60_000 / tempo
    final_beat = _final_beat(duration_ms, cuts, beat_ms)
    pins: list[Pin] = [(0.0, 0.0)]
    for unit in (BEATS_IN_BAR, 1):
        for cut in sorted(cuts, key=lambda cut: -cut.weight):
            beat = round(cut.at_ms / beat_ms / unit) * unit
            pin = (float(beat), float(cut.at_ms))
            if beat <= final_beat and _steady(pins, pin, beat_ms):
                insort(pins, pin)
    last_beat, last_ms = pins[-1]
    end = max(final_beat, last_beat) + BEATS_IN_BAR
    return Grid(tempo, final_beat, duration_ms, (*pins, (end, last_ms + (end - last_beat) * beat_ms)))


def _steady(pins: Sequence[Pin], pin: Pin, beat_ms: float) -> bool:
    """Whether the tempo stays near enough between this pin and its neighbours, a bar away at least."""
    index = bisect_right(pins, pin)
    beat, ms = pin
    return all(
        abs(beat - other_beat) >= BEATS_IN_BAR
        and abs((ms - other_ms) / (beat - other_beat) / beat_ms - 1) <= _MOST_BEND
        for other_beat, other_ms in pins[index - 1 : index + 1]
    )


# By how many bars there are at least: sections with their share of the piece and their energy.
_FORMS: Final[tuple[tuple[int, tuple[tuple[SectionName, float, float], ...]], ...]] = (
    (
        24,
        (
            ("intro", 0.1, 0.3),
            ("body", 0.3, 0.55),
            ("lift", 0.22, 0.8),
            ("break", 0.13, 0.4),
            ("lift", 0.25, 1.0),
        ),
    ),
    (8, (("intro", 0.18, 0.35), ("body", 0.4, 0.55), ("lift", 0.42, 0.95))),
    (4, (("body", 0.5, 0.5), ("lift", 0.5, 0.85))),
    (1, (("body", 1.0, 0.6),)),
)
# Longer pieces go round: body, lift and break again, sixteen, sixteen and eight bars each.
_ROUND_BARS: Final = 40
_LONG_PIECE_BARS: Final = 64


def sections(grid: Grid, cuts: Sequence[Cut]) -> tuple[Span, ...]:
    """Intro, body, lift, perhaps a break and another lift, and the ending: one bar with the last chord."""
    planned = _plan(grid.bars)
    starts = [0, *(_move_to_cut(start, grid, cuts) for _, start, _ in planned[1:]), grid.bars]
    spans = [
        Span(name, start, end, energy)
        for (name, _, energy), start, end in zip(planned, starts, starts[1:], strict=False)
        if start < end
    ]
    return (*spans, Span("ending", grid.bars, grid.bars + 1, 0.5))


def _plan(bars: int) -> list[tuple[SectionName, int, float]]:
    """Each section's name, first bar and energy."""
    if bars >= _LONG_PIECE_BARS:
        return _plan_long(bars)
    form = next((form for least, form in _FORMS if bars >= least), ())
    planned = []
    done = 0.0
    for name, share, energy in form:
        planned.append((name, _even(done * bars, bars), energy))
        done += share
    return planned


def _even(bar: float, bars: int) -> int:
    return round(bar / 2) * 2 if bars >= 8 else round(bar)


def _plan_long(bars: int) -> list[tuple[SectionName, int, float]]:
    rounds = max(1, round((bars - 8) / _ROUND_BARS))
    length = (bars - 8) / rounds
    planned: list[tuple[SectionName, int, float]] = [("intro", 0, 0.3)]
    for index in range(rounds):
        start = 8 + index * length
        risen = 0.15 * (index + 1) / rounds
        planned += [
            ("body", _even(start, bars), 0.5 + risen),
            ("lift", _even(start + 0.4 * length, bars), 0.8 + risen),
            ("break", _even(start + 0.8 * length, bars), 0.35 + risen),
        ]
    # The last round ends on its height, without a break.
    return planned[:-1]


def _move_to_cut(start: int, grid: Grid, cuts: Sequence[Cut]) -> int:
    """The bar of the strongest cut close by, where there is one."""
    reach = min(max(1, grid.bars // 20), 3)
    close = [
        (cut.weight, bar)
        for cut in cuts
        if abs((bar := nearest_bar(grid, cut.at_ms)) - start) <= reach
        and abs(grid.at(bar * BEATS_IN_BAR) - cut.at_ms) < NEAR_MS
        and 0 < bar < grid.bars
    ]
    return max(close)[1] if close else start


def nearest_bar(grid: Grid, at_ms: float) -> int:
    guess = round(grid.beat_at(at_ms) / BEATS_IN_BAR)
    return max(0, guess)


def nearest_beat(grid: Grid, at_ms: float) -> int:
    return max(0, round(grid.beat_at(at_ms)))
