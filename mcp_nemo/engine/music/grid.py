"""Where the beats fall: the tempo whose bars meet the cuts of the picture.

Tempos in the range are tried one after another. For each, bars and beats are pinned onto cuts from the first
cut to the last, the tempo bending by a few percent from one pin to the next, as a conductor's would; the few
best ways of doing so are followed side by side.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

BEATS_IN_BAR: Final = 4
NEAR_MS: Final = 40.0
_MOST_BEND: Final = 0.05
# A pin may miss its cut by this much where that keeps the tempo steadier.
_SLACK_MS: Final = 30.0
_TEMPO_STEPS: Final = 24
_WAYS: Final = 16
# What a cut on a beat is worth beside one on a bar line, and what bending the tempo costs.
_ON_BEAT: Final = 0.65
_COST_OF_BENDING: Final = 1.0
# A shot longer than this makes its cut no stronger.
_LONG_SHOT_MS: Final = 8000
SHORTEST_RING_MS: Final = 1200.0
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

    def nearest_bar(self, at_ms: float) -> int:
        return max(0, round(self.beat_at(at_ms) / BEATS_IN_BAR))

    def nearest_beat(self, at_ms: float) -> int:
        return max(0, round(self.beat_at(at_ms)))

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


def strength(cuts_ms: Sequence[int], duration_ms: int) -> tuple[Cut, ...]:
    """A cut weighs as much as the shorter of the two shots it parts: montage is texture, not form."""
    inside = sorted({cut for cut in cuts_ms if 0 < cut < duration_ms})
    edges = [0, *inside, duration_ms]
    return tuple(
        Cut(cut, min(cut - before, after - cut, _LONG_SHOT_MS) / _LONG_SHOT_MS)
        for before, cut, after in zip(edges, inside, edges[2:], strict=False)
    )


def lay_grid(duration_ms: int, cuts: Sequence[Cut], tempo: tuple[float, float], preferred: float) -> Grid:
    """`preferred` is taken when no other tempo meets the cuts better; none bends out of the range."""
    low, high = tempo
    spread = (high - low) / _TEMPO_STEPS
    choices = (
        {preferred, *(low + index * spread for index in range(_TEMPO_STEPS + 1))} if cuts else {preferred}
    )
    ways = [(choice, _best_way(_Pulse.of(choice, tempo), cuts, duration_ms)) for choice in sorted(choices)]

    def fitness(way: tuple[float, "_Way"]) -> float:
        return way[1].worth - 0.05 * abs(way[0] - preferred) / max(high - low, 1e-9)

    chosen, way = max(ways, key=fitness)
    return _grid(chosen, way.pins, duration_ms)


@dataclass(frozen=True, slots=True)
class _Pulse:
    """The length of a beat, and the shortest and the longest it may be bent to, in ms."""

    usual: float
    shortest: float
    longest: float

    @staticmethod
    def of(tempo: float, within: tuple[float, float]) -> "_Pulse":
        low, high = within
        usual = 60_000 / tempo
        if low == high:
            return _Pulse(usual, usual * (1 - _MOST_BEND / 2), usual * (1 + _MOST_BEND / 2))
        shortest = max(usual * (1 - _MOST_BEND), 60_000 / high)
        return _Pulse(usual, shortest, min(usual * (1 + _MOST_BEND), 60_000 / low))


@dataclass(frozen=True, slots=True)
class _Way:
    worth: float
    pins: tuple[Pin, ...]


def _best_way(pulse: _Pulse, cuts: Sequence[Cut], duration_ms: int) -> _Way:
    ways = [_Way(0.0, ((0.0, 0.0),))]
    for cut in cuts:
        if cut.at_ms > duration_ms - SHORTEST_RING_MS:
            break
        longer = [further for way in ways for further in _pinned(way, cut, pulse)]
        ways = nlargest(_WAYS, [*ways, *longer], key=lambda way: way.worth)
    return ways[0]


def _pinned(way: _Way, cut: Cut, pulse: _Pulse) -> Iterator[_Way]:
    """The ways to go on so that a bar or a beat falls on the cut."""
    last_beat, last_ms = way.pins[-1]
    gap = cut.at_ms - last_ms
    for beat in _candidates(last_beat, gap / pulse.usual):
        beats = beat - last_beat
        at_ms = last_ms + min(max(gap, beats * pulse.shortest), beats * pulse.longest)
        if abs(at_ms - cut.at_ms) <= _SLACK_MS:
            worth = cut.weight * (1.0 if beat % BEATS_IN_BAR == 0 else _ON_BEAT)
            bent = abs(at_ms - last_ms - beats * pulse.usual) / (beats * pulse.usual)
            yield _Way(way.worth + worth - _COST_OF_BENDING * bent * cut.weight, (*way.pins, (beat, at_ms)))


def _candidates(last_beat: float, beats: float) -> set[float]:
    """The beats and the bar lines on either side of so many beats later."""
    place = last_beat + beats
    bar = place // BEATS_IN_BAR * BEATS_IN_BAR
    return {beat for beat in (place // 1, place // 1 + 1, bar, bar + BEATS_IN_BAR) if beat > last_beat}


def _grid(tempo: float, pins: tuple[Pin, ...], duration_ms: int) -> Grid:
    beat_ms = 60_000 / tempo
    last_beat, last_ms = pins[-1]
    final_beat = _final_beat(duration_ms, pins, beat_ms)
    end = max(final_beat, last_beat) + BEATS_IN_BAR
    return Grid(tempo, final_beat, duration_ms, (*pins, (end, last_ms + (end - last_beat) * beat_ms)))


def _final_beat(duration_ms: int, pins: Sequence[Pin], beat_ms: float) -> int:
    """The beat of the last chord: on the last pin if that leaves it room to ring, else near the end."""
    ring = min(max(1.25 * BEATS_IN_BAR * beat_ms, SHORTEST_RING_MS), _LONGEST_RING_MS, 0.55 * duration_ms)
    last_beat, last_ms = pins[-1]
    left = duration_ms - last_ms
    if last_beat and left < 1.6 * ring and left < 0.6 * duration_ms:
        return round(last_beat)
    beats = last_beat + (left - ring) / beat_ms
    unit = BEATS_IN_BAR if beats >= 3 * BEATS_IN_BAR else 1
    return max(0, round(last_beat), round(beats / unit) * unit)
