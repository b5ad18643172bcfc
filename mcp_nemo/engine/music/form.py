"""What happens when: the sections of a piece, with a new one beginning on a strong cut where it can."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from mcp_nemo.engine.music.grid import NEAR_MS as NEAR_MS
from mcp_nemo.engine.music.grid import Cut, Grid
from mcp_nemo.engine.music.score import SectionName


@dataclass(frozen=True, slots=True)
class Span:
    """A section in bars, `end` not included."""

    name: SectionName
    start: int
    end: int
    energy: float


# A section with its share of the piece and its energy.
_Form = tuple[tuple[SectionName, float, float], ...]
# By how many bars there are at least: the ways a piece can go.
_FORMS: Final[tuple[tuple[int, tuple[_Form, ...]], ...]] = (
    (
        24,
        (
            (
                ("intro", 0.1, 0.3),
                ("body", 0.3, 0.55),
                ("lift", 0.22, 0.8),
                ("break", 0.13, 0.4),
                ("lift", 0.25, 1.0),
            ),
            (("body", 0.3, 0.5), ("lift", 0.2, 0.78), ("body", 0.22, 0.58), ("lift", 0.28, 1.0)),
            (("intro", 0.16, 0.35), ("body", 0.24, 0.5), ("body", 0.24, 0.66), ("lift", 0.36, 0.95)),
        ),
    ),
    (
        8,
        (
            (("intro", 0.18, 0.35), ("body", 0.4, 0.55), ("lift", 0.42, 0.95)),
            (("body", 0.5, 0.55), ("lift", 0.5, 0.95)),
            (("body", 0.4, 0.55), ("break", 0.2, 0.4), ("lift", 0.4, 0.95)),
        ),
    ),
    (4, ((("body", 0.5, 0.5), ("lift", 0.5, 0.85)),)),
    (1, ((("body", 1.0, 0.6),),)),
)
# Longer pieces go round: body, lift and break again, sixteen, sixteen and eight bars each.
_ROUND_BARS: Final = 40
_LONG_PIECE_BARS: Final = 64


def sections(grid: Grid, cuts: Sequence[Cut], random: Random) -> tuple[Span, ...]:
    """Intro, body, lift, perhaps a break and another lift, and the ending: one bar with the last chord."""
    planned = _plan(grid.bars, random)
    starts = [0, *(_move_to_cut(start, grid, cuts) for _, start, _ in planned[1:]), grid.bars]
    spans = [
        Span(name, start, end, energy)
        for (name, _, energy), start, end in zip(planned, starts, starts[1:], strict=False)
        if start < end
    ]
    return (*spans, Span("ending", grid.bars, grid.bars + 1, 0.5))


def _plan(bars: int, random: Random) -> list[tuple[SectionName, int, float]]:
    """Each section's name, first bar and energy."""
    if bars >= _LONG_PIECE_BARS:
        return _plan_long(bars)
    form = random.choice(next((forms for least, forms in _FORMS if bars >= least), ((),)))
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
        if abs((bar := grid.nearest_bar(cut.at_ms)) - start) <= reach
        and abs(grid.bar_at(bar) - cut.at_ms) < NEAR_MS
        and 0 < bar < grid.bars
    ]
    return max(close)[1] if close else start
