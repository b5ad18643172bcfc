"""Where the beats fall: the tempo whose bars meet the cuts of the picture.

Tempos in the range are tried one after another. For each, bars and beats are pinned onto cuts from the first
cut to the last, the tempo bending by a few percent from one pin to the next, as a conductor's would; the few
best ways of doing so are followed side by side. Where no bar of four ends on a strong cut, one of two, three
or five beats does, as composers for film have it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

from mcp_nemo.engine.music.score import Landing

BEATS_IN_BAR: Final = 4
NEAR_MS: Final = 40.0
_MOST_BEND: Final = 0.05
# A pin may miss its cut by this much where that keeps the tempo steadier.
_SLACK_MS: Final = 30.0
_TEMPO_STEPS: Final = 24
_WAYS: Final = 6
# Ways that came as far within so much go on alike.
_ALIKE_MS: Final = 15.0
# What a cut on a beat is worth beside one on a bar line, and what bending the tempo costs.
_ON_BEAT: Final = 0.6
_COST_OF_BENDING: Final = 1.0
# What a bar of another metre costs, however strong the cut is that it leads to: weak ones are not worth it.
_COST_OF_METRE: Final = (0.0, 0.03, 0.015, 0.03)
# A shot longer than this makes its cut no stronger.
_LONG_SHOT_MS: Final = 8000
SHORTEST_RING_MS: Final = 1200.0
_LONGEST_RING_MS: Final = 4500.0


# A beat and its time in ms.
Pin = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Cut:
    at_ms: int
    weight: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The tempo is constant from one pin to the next; the first and the last carry on beyond them.

    `bar_lines` are the beats that bars begin on, the last chord's among them as the last.
    """

    tempo: float
    bar_lines: tuple[int, ...]
    duration_ms: int
    pins: tuple[Pin, ...]

    def at(self, beat: float) -> float:
        """The time of a beat, in ms."""
        return _between(self.pins, beat)

    def beat_at(self, ms: float) -> float:
        return _between([(at, beat) for beat, at in self.pins], ms)

    def bar_at(self, bar: int) -> float:
        """The time of a bar line, in ms."""
        return self.at(self.bar_lines[bar])

    def nearest_bar(self, at_ms: float) -> int:
        beat = self.beat_at(at_ms)
        after = bisect_left(self.bar_lines, beat)
        around = range(max(0, after - 1), min(after + 1, len(self.bar_lines)))
        return min(around, key=lambda bar: abs(self.bar_lines[bar] - beat))

    def landing(self, cut_ms: int) -> Landing:
        beat = max(0, round(self.beat_at(cut_ms)))
        return Landing(cut_ms, round(self.at(beat)) - cut_ms, beat in self.bar_lines)

    @property
    def final_beat(self) -> int:
        return self.bar_lines[-1]

    @property
    def ring_beats(self) -> float:
        """How long the last chord can sound."""
        return self.beat_at(self.duration_ms) - self.final_beat

    @property
    def bars(self) -> int:
        """Bars before the last chord."""
        return len(self.bar_lines) - 1


def _between(points: Sequence[tuple[float, float]], x: float) -> float:
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
    return _grid(chosen, way, duration_ms)


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
    """`bar_lines` are the pins that bars begin anew on."""

    worth: float
    pins: tuple[Pin, ...] = ((0, 0.0),)
    bar_lines: tuple[int, ...] = (0,)

    def on(self, pin: Pin, on_bar: bool, worth: float) -> "_Way":
        lines = (*self.bar_lines, pin[0]) if on_bar else self.bar_lines
        return _Way(self.worth + worth, (*self.pins, pin), lines)


def _best_way(pulse: _Pulse, cuts: Sequence[Cut], duration_ms: int) -> _Way:
    ways = [_Way(0.0)]
    for cut in cuts:
        if cut.at_ms > duration_ms - SHORTEST_RING_MS:
            break
        longer = [further for way in ways for further in _pinned(way, cut, pulse)]
        ways = nlargest(_WAYS, _best_of_each([*ways, *longer]), key=lambda way: way.worth)
    return ways[0]


def _best_of_each(ways: Sequence[_Way]) -> Iterable[_Way]:
    """Of those that can go on in the same way."""
    best: dict[tuple[int, int], _Way] = {}
    for way in ways:
        last_beat, last_ms = way.pins[-1]
        state = (round(last_ms / _ALIKE_MS), (last_beat - way.bar_lines[-1]) % BEATS_IN_BAR)
        if state not in best or best[state].worth < way.worth:
            best[state] = way
    return best.values()


def _pinned(way: _Way, cut: Cut, pulse: _Pulse) -> Iterator[_Way]:
    """The ways to go on so that a bar or a beat falls on the cut."""
    last_beat, last_ms = way.pins[-1]
    gap = cut.at_ms - last_ms
    for beat in _candidates(way, gap / pulse.usual):
        beats = beat - last_beat
        at_ms = last_ms + min(max(gap, beats * pulse.shortest), beats * pulse.longest)
        if abs(at_ms - cut.at_ms) <= _SLACK_MS:
            bent = abs(at_ms - last_ms - beats * pulse.usual) / (beats * pulse.usual)
            worth = cut.weight * (1 - _COST_OF_BENDING * bent)
            bar_beats = beat - way.bar_lines[-1]
            if bar_beats % BEATS_IN_BAR:
                yield way.on((beat, at_ms), False, worth - cut.weight * (1 - _ON_BEAT))
            if bar_beats > 1:
                yield way.on((beat, at_ms), True, worth - _COST_OF_METRE[bar_beats % BEATS_IN_BAR])


def _candidates(way: _Way, beats: float) -> set[int]:
    """The beats, half bars and bars on either side of so many beats later."""
    last_beat, bar_line = way.pins[-1][0], way.bar_lines[-1]
    place = last_beat + beats - bar_line
    before = [bar_line + int(place // unit) * unit for unit in (1, 2, BEATS_IN_BAR)]
    after = [beat + unit for beat, unit in zip(before, (1, 2, BEATS_IN_BAR), strict=True)]
    return {beat for beat in (*before, *after) if beat > last_beat}


def _grid(tempo: float, way: _Way, duration_ms: int) -> Grid:
    beat_ms = 60_000 / tempo
    last_beat, last_ms = way.pins[-1]
    final_beat = _final_beat(duration_ms, way, beat_ms)
    end = max(final_beat, last_beat) + BEATS_IN_BAR
    return Grid(
        tempo=tempo,
        bar_lines=_filled((*way.bar_lines, final_beat)),
        duration_ms=duration_ms,
        pins=(*way.pins, (end, last_ms + (end - last_beat) * beat_ms)),
    )


def _filled(lines: Sequence[int]) -> tuple[int, ...]:
    """Bars of four in between, and before each of the lines a bar of what is left over."""
    filled: list[int] = []
    for start, end in pairwise(lines):
        bars = range(start, end, BEATS_IN_BAR)
        alone = (end - start) % BEATS_IN_BAR == 1 and len(bars) > 1
        filled += bars[:-1] if alone else bars
    return (*filled, lines[-1])


def _final_beat(duration_ms: int, way: _Way, beat_ms: float) -> int:
    """The beat of the last chord: on the last pin if that leaves it room to ring, else near the end."""
    ring = min(max(1.25 * BEATS_IN_BAR * beat_ms, SHORTEST_RING_MS), _LONGEST_RING_MS, 0.55 * duration_ms)
    last_beat, last_ms = way.pins[-1]
    left = duration_ms - last_ms
    bar_line = way.bar_lines[-1]
    if last_beat and left < 1.6 * ring and left < 0.6 * duration_ms:
        beat = last_beat
    else:
        beats = last_beat + (left - ring) / beat_ms
        unit = BEATS_IN_BAR if beats >= 3 * BEATS_IN_BAR else 1
        beat = max(last_beat, bar_line + round((beats - bar_line) / unit) * unit)
    return bar_line if beat - bar_line == 1 else beat
