"""Carrying out a plan: its pieces made, or found on the shelf, and joined into one MP4."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from mcp_nemo.engine.render.crew import Executor, Order, in_processes, in_this_process
from mcp_nemo.engine.render.encoders import Encoder
from mcp_nemo.engine.render.plan import Canvas, RenderPlan, Shot, Stretch
from mcp_nemo.engine.render.shelf import Shelf
from mcp_nemo.engine.render.splice.joining import Part, Unjoinable, join
from mcp_nemo.engine.render.splice.parameters import ParameterSets
from mcp_nemo.engine.render.tasks import Company, PictureTask, SoundTask, Task, sound_task

# Frames: few enough to be shared out and kept, enough for an encoder to be at its best.
PIECE = 150
# Frames: to encode so many by themselves costs a key frame, and a part of the source that is decoded twice.
_KEPT_APART = 15
# Pixels: below that, worker processes take longer to start than they save. Six seconds of 1080p.
_WORTH_WORKERS = 400_000_000
# How many pictures are joined while one is encoded, or a second of sound.
_JOINED_MEANWHILE = 200


@dataclass(frozen=True, slots=True)
class Workshop:
    """`scratch` is a folder for what is not finished, on the same disk as the shelf.

    Without an executor, one is chosen by how much there is to do. The encoder is for films of which nothing
    is copied: only x264 can be told to go with the pictures of others.
    """

    shelf: Shelf
    scratch: Path
    executor: Executor | None = None
    encoder: Encoder = "x264"


def make(
    plan: RenderPlan,
    foreign: ParameterSets | None,
    workshop: Workshop,
    target: Path,
    progress: Callable[[float], None],
) -> None:
    """Write the film to `target`; `foreign` are the parameters of what the plan copies.

    Raises Unjoinable when a source or a kept piece is not what it seemed; such pieces are not kept on.
    """
    heard = sound_task(plan)
    sound = workshop.shelf.place_of(heard)
    drawn = [*_drawn(plan, foreign, sound, workshop.encoder)]
    places = {task: workshop.shelf.place_of(task) for task in drawn if isinstance(task, PictureTask)}
    wanted: dict[Path, Task] = {sound: heard, **{place: task for task, place in places.items()}}
    orders = [
        Order(task, workshop.scratch / place.name, place)
        for place, task in wanted.items()
        if not workshop.shelf.has(place)
    ]
    tell = _Progress(orders, plan, progress)
    for round_ in _rounds(orders, plan):
        executor = workshop.executor or _executor(round_, plan.canvas)
        executor(round_, tell)
    parts = [one if isinstance(one, Part) else Part(places[one], one.work) for one in drawn]
    try:
        join(parts, sound, plan.canvas, target, tell.joined)
    except Unjoinable:
        # A piece may have been damaged where it was kept.
        for place in wanted:
            place.unlink(missing_ok=True)
        raise
    progress(1)


def _drawn(
    plan: RenderPlan, foreign: ParameterSets | None, sound: Path, encoder: Encoder
) -> Iterator[PictureTask | Part]:
    """The picture of the film, one after another: what is encoded, and what is taken as it is."""
    company = Company(foreign.free_id(), foreign.reordered) if foreign else None
    encoder = "x264" if foreign else encoder
    rate = plan.canvas.rate
    pieces = (piece for stretch in plan.stretches for piece in _pieces(stretch, rate))
    for stretches in _together(pieces, rate):
        shot, copied = stretches[0].only_shot, stretches[0].copied
        if shot and copied and foreign:
            yield Part(shot.media.path, len(copied), copied, foreign.reordered)
            continue
        task = PictureTask(stretches, plan.canvas, plan.quality, encoder, company)
        draws_sound = stretches[0].ground.waveform_until and not stretches[0].shots
        yield replace(task, sound=sound, samples=plan.samples) if draws_sound else task


def _pieces(stretch: Stretch, rate: Fraction) -> Iterator[Stretch]:
    """What is long is cut where the source's own time is round: those cuts stay when a film changes."""
    if stretch.action == "copy" or stretch.end - stretch.start <= PIECE:
        yield stretch
        return
    passed = _passed(stretch.shots[0], rate) if len(stretch.shots) == 1 else 0
    cuts = range(stretch.start + PIECE - passed % PIECE, stretch.end, PIECE)
    for start, end in pairwise((stretch.start, *cuts, stretch.end)):
        yield stretch.part(start, end, rate)


def _together(pieces: Iterable[Stretch], rate: Fraction) -> Iterator[tuple[Stretch, ...]]:
    """Those that are encoded as one."""
    gathered: list[Stretch] = []
    for piece in pieces:
        if gathered and (_block(gathered[-1], rate) != _block(piece, rate) or _parted(gathered[-1], piece)):
            yield tuple(gathered)
            gathered.clear()
        gathered.append(piece)
    if gathered:
        yield tuple(gathered)


def _parted(*neighbours: Stretch) -> bool:
    """Titles are changed most often: what lies bare beside one is kept then, if there is enough of it."""
    bare = (piece for piece in neighbours if piece.only_shot and piece.end - piece.start >= _KEPT_APART)
    return any(piece.captions for piece in neighbours) and any(bare)


def _block(piece: Stretch, rate: Fraction) -> tuple[object, ...]:
    """The same for pieces that show a source running on: they are encoded together, and it stays open.

    After a crossfade the second of its sources runs on.
    """
    if piece.action == "copy" or not piece.shots:
        return (piece.start,)
    shot = piece.shots[-1]
    passed = _passed(shot, rate)
    return shot.media, shot.speed, passed - piece.start, passed // PIECE


def _passed(shot: Shot, rate: Fraction) -> int:
    """How many frames of the film its source would have run already."""
    return round(shot.source_start * rate / shot.speed)


def _rounds(orders: Sequence[Order], plan: RenderPlan) -> Iterator[Sequence[Order]]:
    """One, as a rule; what draws the sound can begin when there is sound.

    The sound takes longest, and what takes long is begun early: no worker is left alone with it in the end.
    """
    heard = [order for order in orders if isinstance(order.task, SoundTask)]
    seen = [order for order in orders if isinstance(order.task, PictureTask)]
    seen.sort(key=lambda order: order.task.work, reverse=True)
    yield from [heard, seen] if plan.draws_sound else [[*heard, *seen]]


def _executor(orders: Sequence[Order], canvas: Canvas) -> Executor:
    frames = sum(order.task.work for order in orders if isinstance(order.task, PictureTask))
    is_worth = len(orders) > 1 and frames * canvas.width * canvas.height > _WORTH_WORKERS
    return in_processes if is_worth else in_this_process


class _Progress:
    """Frames encoded, seconds of sound and pictures joined, against all there are to do."""

    def __init__(self, orders: Iterable[Order], plan: RenderPlan, progress: Callable[[float], None]) -> None:
        self._work = sum(order.task.work for order in orders) + plan.frames / _JOINED_MEANWHILE + 1
        self._done, self._progress = 0.0, progress

    def __call__(self, done: float) -> None:
        self._done += done
        self._progress(self._done / self._work)

    def joined(self, pictures: int) -> None:
        self(pictures / _JOINED_MEANWHILE)
