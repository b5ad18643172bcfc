"""A render as one process asks another for it: plain data in, plain data out."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.check import check
from mcp_nemo.engine.render.encoders import AskedEncoder, Choice, Encoder, chosen, refusal, works_here
from mcp_nemo.engine.render.failures import EncoderFailed, RenderFailure, failures_in_words
from mcp_nemo.engine.render.indexes import index_of
from mcp_nemo.engine.render.making import Workshop, make
from mcp_nemo.engine.render.plan import Canvas, Quality, RenderPlan, plan
from mcp_nemo.engine.render.shelf import Shelf
from mcp_nemo.engine.render.splice.index import PictureIndex
from mcp_nemo.engine.render.splice.joining import Unjoinable
from mcp_nemo.engine.render.splice.parameters import NotCopied
from mcp_nemo.engine.render.splice.planning import copyable, with_copies
from mcp_nemo.engine.render.titles import missing_from


class RenderJob(BaseModel):
    """`draft` is a draft as on the wire; `shelf` a folder where pieces are kept for other renders, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: dict[str, Any]
    media: tuple[MediaInfo, ...]
    target: Path
    quality: Quality = "high"
    encoder: AskedEncoder = "x264"
    shelf: Path | None = None


class RenderResult(BaseModel):
    """`plan` says in words what was done; `warnings` what could not be, or not spared, in
    sentences.

    `copied` is the share of the pictures that were taken from their source as they are, from 0 to 1.
    """

    model_config = ConfigDict(frozen=True)

    path: Path
    duration_ms: int
    size: int
    width: int
    height: int
    plan: str
    copied: float = 0
    warnings: tuple[str, ...] = ()


# Whether an encoder can make pictures of this size and quality.
Trial = Callable[[Encoder, Canvas, Quality], bool]


def execute(job: RenderJob, progress: Callable[[float], None], trial: Trial = works_here) -> RenderResult:
    """Render to the job's target; raises RenderFailure, and then leaves nothing behind but kept pieces."""
    with failures_in_words(job.target), _scratch(scratch_of(job.target)) as scratch:
        planned = plan(Draft.from_wire(job.draft), {info.id: info for info in job.media}, job.quality)
        shelf = Shelf(job.shelf or scratch / "pieces")
        shelf.folder.mkdir(exist_ok=True)
        unfinished = scratch / job.target.name
        choice = chosen(job.encoder, lambda encoder: trial(encoder, planned.canvas, planned.quality))
        workshop = Workshop(shelf, scratch, encoder=choice.encoder)
        try:
            planned, hindrance = _made(planned, workshop, unfinished, progress)
        except EncoderFailed as failure:
            choice = Choice("x264", refusal(failure.encoder))
            planned, hindrance = _made(planned, replace(workshop, encoder="x264"), unfinished, progress)
        if findings := check(unfinished, planned):
            raise RenderFailure("render_failed", f"The film did not pass its checks: {'; '.join(findings)}.")
        unfinished.replace(job.target)
        shelf.tidy()
    return RenderResult(
        path=job.target,
        duration_ms=planned.duration_ms,
        size=job.target.stat().st_size,
        width=planned.canvas.width,
        height=planned.canvas.height,
        plan=planned.describe(),
        copied=planned.share_copied,
        warnings=(*_warnings(planned, choice), *filter(None, [hindrance])),
    )


def scratch_of(target: Path) -> Path:
    """The folder that a render of `target` works in; one that was ended from outside leaves it behind."""
    return target.with_name(f".{target.stem}.scratch")


def _made(
    planned: RenderPlan, workshop: Workshop, target: Path, progress: Callable[[float], None]
) -> tuple[RenderPlan, str]:
    """Make the film, and give back the plan that it was made by, with its copies and what hindered more."""
    sources = copyable(planned)
    with ThreadPoolExecutor() as threads:
        found = threads.map(lambda media: _looked_into(media, planned.canvas, workshop), sources)
        indexes = {media.id: index for media, index in zip(sources, found, strict=True)}
    copying, foreign, hindrance = with_copies(planned, indexes)
    # Once more with new pieces, where a kept one was damaged.
    for _ in range(2):
        with suppress(Unjoinable):
            make(copying, foreign, workshop, target, progress)
            return copying, hindrance
    # When in doubt, all is encoded.
    make(planned, None, replace(workshop, encoder="x264"), target, progress)
    return planned, ""


def _looked_into(media: MediaInfo, canvas: Canvas, workshop: Workshop) -> PictureIndex | NotCopied:
    try:
        return index_of(media, canvas, workshop.shelf, workshop.scratch)
    except NotCopied as reason:
        return reason


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _warnings(planned: RenderPlan, choice: Choice) -> Iterator[str]:
    if choice.warning:
        yield choice.warning
    missing = missing_from(caption for stretch in planned.stretches for caption in stretch.captions)
    if missing:
        yield f"No typeface on this machine has {' '.join(missing)}: left out of the titles."
