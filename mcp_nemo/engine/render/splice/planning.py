"""Which parts of a planned film are copied: a plan and what is known of its sources make another plan."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, TypeAlias

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import RenderPlan, Shot, Stretch
from mcp_nemo.engine.render.splice.index import PictureIndex
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets

# Below that, the pictures to be encoded around a run outweigh it.
SHORTEST_RUN = 15

# What was found in each source, by its id: its pictures, or why they are not copied.
Indexes = Mapping[str, PictureIndex | NotCopied]
# How pictures are coded, and how far they are turned.
_Kind: TypeAlias = tuple[ParameterSets, int]


@dataclass(frozen=True, slots=True)
class _Copy:
    """Frames `start` up to `end` of the film."""

    start: int
    end: int
    stamps: tuple[int, ...]


class Copying(NamedTuple):
    """A plan with its copies, and their parameters, which those of what is encoded must go with.

    Where no edit touches most of the film, and it is encoded all the same, `hindrance` is a sentence that
    says why.
    """

    plan: RenderPlan
    parameters: ParameterSets | None
    hindrance: str


def copyable(plan: RenderPlan) -> list[MediaInfo]:
    """The sources that are worth an index: some stretch shows nothing else."""
    shots = filter(None, map(_untouched, plan.stretches))
    return list(dict.fromkeys(shot.media for shot in shots))


def with_copies(plan: RenderPlan, indexes: Indexes) -> Copying:
    """One film has room for one kind of foreign pictures: those that cover most of it."""
    rate = plan.canvas.rate
    copies = {stretch: found for stretch in plan.stretches if (found := _copies_in(stretch, indexes, rate))}
    chosen = _commonest(copies, indexes)
    kept = {stretch: found for stretch, found in copies.items() if _kind(stretch, indexes) == chosen}
    hindrances = {
        stretch: _hindrance(stretch, indexes, rate, stretch in copies)
        for stretch in plan.stretches
        if stretch not in kept and _untouched(stretch)
    }
    divided: list[Stretch] = []
    for stretch in plan.stretches:
        if stretch in kept:
            divided.extend(_divided(stretch, kept[stretch], rate))
        elif stretch in hindrances:
            reason = f"{stretch.reason}, whose pictures {hindrances[stretch]}"
            divided.append(replace(stretch, reason=reason))
        else:
            divided.append(stretch)
    parameters, turned = chosen or (None, 0)
    copying = replace(plan, canvas=replace(plan.canvas, turned=turned), stretches=tuple(divided))
    return Copying(copying, parameters, _in_a_sentence(hindrances, plan.frames))


def _commonest(copies: Mapping[Stretch, Sequence[_Copy]], indexes: Indexes) -> _Kind | None:
    covered: Counter[_Kind] = Counter()
    for stretch, found in copies.items():
        covered[_kind(stretch, indexes)] += sum(copy.end - copy.start for copy in found)
    return covered.most_common(1)[0][0] if covered else None


def _in_a_sentence(hindrances: Mapping[Stretch, str], frames: int) -> str:
    """Of what hindered most, where it is worth one."""
    hindered: Counter[str] = Counter()
    for stretch, hindrance in hindrances.items():
        sentence = f"{stretch.shots[0].media.name} was encoded anew: its pictures {hindrance}."
        hindered[sentence] += stretch.end - stretch.start
    return hindered.most_common(1)[0][0] if hindered.total() > frames / 2 else ""


def _untouched(stretch: Stretch) -> Shot | None:
    return stretch.only_shot if stretch.only_shot and stretch.only_shot.is_untouched else None


def _index(stretch: Stretch, indexes: Indexes) -> PictureIndex | NotCopied | None:
    shot = _untouched(stretch)
    return indexes.get(shot.media.id) if shot else None


def _kind(stretch: Stretch, indexes: Indexes) -> _Kind:
    index = _index(stretch, indexes)
    assert isinstance(index, PictureIndex)
    return index.parameters, index.turned


def _copies_in(stretch: Stretch, indexes: Indexes, rate: Fraction) -> list[_Copy]:
    shot, index = _untouched(stretch), _index(stretch, indexes)
    if shot is None or not isinstance(index, PictureIndex):
        return []
    copies = []
    for offset, first, count in _in_step(shot, index, stretch.end - stretch.start, rate):
        run = index.run(first, first + count) if count >= SHORTEST_RUN else None
        if run and run.count >= SHORTEST_RUN:
            start = stretch.start + offset + run.first - first
            copies.append(_Copy(start, start + run.count, index.stamps[run.first : run.end]))
    return copies


def _in_step(shot: Shot, index: PictureIndex, frames: int, rate: Fraction) -> Iterator[tuple[int, int, int]]:
    """Where each frame of the film shows the next picture of the source: from which frame and picture on, and
    for how many."""
    end = Fraction(shot.media.duration_ms, 1000)
    shown = index.shown(shot.second_at(0, rate), shot.speed / rate, frames, end)
    for _, run in groupby(range(frames), key=lambda offset: shown[offset] - offset):
        offsets = list(run)
        yield offsets[0], shown[offsets[0]], len(offsets)


def _divided(stretch: Stretch, copies: Sequence[_Copy], rate: Fraction) -> Iterator[Stretch]:
    reached = stretch.start
    for copy in copies:
        if reached < copy.start:
            head = stretch.part(reached, copy.start, rate)
            yield replace(head, reason=f"{stretch.reason}, up to its next key frame")
        yield replace(stretch.part(copy.start, copy.end, rate), copied=copy.stamps)
        reached = copy.end
    if reached < stretch.end:
        tail = stretch.part(reached, stretch.end, rate)
        yield replace(tail, reason=f"{stretch.reason}, whose pictures need later ones")


def _hindrance(stretch: Stretch, indexes: Indexes, rate: Fraction, fits: bool) -> str:
    """Why nothing of an untouched stretch is copied; completes `its pictures …`."""
    shot, index = _untouched(stretch), _index(stretch, indexes)
    assert shot is not None
    if not isinstance(index, PictureIndex):
        return str(index)
    if fits:
        return "are coded unlike most of the film"
    frames = stretch.end - stretch.start
    longest = max(count for _, _, count in _in_step(shot, index, frames, rate))
    if longest < min(frames, SHORTEST_RUN):
        return "come at another rate than the film's"
    return "are too far from a key frame"
