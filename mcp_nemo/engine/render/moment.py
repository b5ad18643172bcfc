"""A moment of a draft: a few seconds of it as a film, or one picture, small and made at once.

It is drawn from the plan of the whole film, on a smaller canvas. Its sound is the mix as it is, as how loud a
film is can be said only when all of it is known.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from av.video.reformatter import ColorRange, Colorspace
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from mcp_nemo.engine.colorimetry import Matrix
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.aac import write_sound
from mcp_nemo.engine.render.failures import RenderFailure, failures_in_words
from mcp_nemo.engine.render.passage import passage
from mcp_nemo.engine.render.picture import film
from mcp_nemo.engine.render.plan import (
    SAMPLE_RATE,
    Canvas,
    Ground,
    RenderPlan,
    Stretch,
    plan,
)
from mcp_nemo.engine.render.splice.joining import Part, join
from mcp_nemo.engine.render.tasks import PictureTask

MomentKind = Literal["film", "frame"]

MOST_LINES = 480
BEFORE_MS, AFTER_MS = 1000, 2000
_JPEG_QUALITY = 85
_MATRICES: dict[Matrix, Colorspace] = {"bt601": Colorspace.ITU601, "bt709": Colorspace.ITU709}


class MomentJob(BaseModel):
    """`draft` is a draft as on the wire. Beside `target`, an MP4 or a JPEG, there is room for scratch files.

    A time after the end of the film means its last frame.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: dict[str, Any]
    media: tuple[MediaInfo, ...]
    at_ms: int = Field(ge=0)
    kind: MomentKind
    target: Path


def execute(job: MomentJob) -> None:
    """Raises RenderFailure."""
    with failures_in_words(job.target):
        planned = plan(Draft.from_wire(job.draft), {info.id: info for info in job.media}, "draft")
        planned = replace(planned, canvas=_shrunk(planned.canvas))
        if job.kind == "frame":
            _write_frame(planned, job.at_ms, job.target)
        else:
            _write_film(planned, job.at_ms, job.target)


def _shrunk(canvas: Canvas) -> Canvas:
    scale = min(Fraction(1), Fraction(MOST_LINES, min(canvas.width, canvas.height)))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (canvas.width, canvas.height))
    return replace(canvas, width=width, height=height)


def _write_frame(planned: RenderPlan, at_ms: int, target: Path) -> None:
    number = min(planned.canvas.frame_at(at_ms), planned.frames - 1)
    [frame] = film(_seen(planned, number, number + 1), planned.canvas, ())
    coded = _MATRICES[planned.canvas.matrix]
    colours = frame.reformat(format="rgb24", src_colorspace=coded, src_color_range=ColorRange.MPEG)
    Image.fromarray(colours.to_ndarray()).save(target, "JPEG", quality=_JPEG_QUALITY)


def _write_film(planned: RenderPlan, at_ms: int, target: Path) -> None:
    canvas = planned.canvas
    at = min(canvas.frame_at(at_ms), planned.frames - 1)
    first = max(0, at - canvas.frame_at(BEFORE_MS))
    end = min(planned.frames, at + canvas.frame_at(AFTER_MS))
    seen, heard = target.with_suffix(".picture.mp4"), target.with_suffix(".sound.mp4")
    with ThreadPoolExecutor(1) as beside:
        listening = beside.submit(_write_sound, planned, first, end, heard)
        PictureTask(_seen(planned, first, end), canvas, "draft").carry_out(
            seen, lambda _: None, os.cpu_count() or 1
        )
        listening.result()
    join([Part(seen, end - first)], heard, canvas, target)


def _write_sound(planned: RenderPlan, first: int, end: int, target: Path) -> None:
    """Of frames `first` up to `end`."""
    begin, over = (round(frame * SAMPLE_RATE / planned.canvas.rate) for frame in (first, end))
    sound = passage(planned, begin, over, target.parent)
    write_sound(lambda start, end: sound[start:end], len(sound), "fast", target, lambda _: None)


def _seen(planned: RenderPlan, first: int, end: int) -> tuple[Stretch, ...]:
    """Without the drawing of the sound, which would have to be heard from beginning to end."""
    rate = planned.canvas.rate
    return tuple(
        replace(
            stretch.part(max(stretch.start, first), min(stretch.end, end), rate),
            ground=Ground(stretch.ground.color),
        )
        for stretch in planned.stretches
        if stretch.start < end and first < stretch.end
    )


def main() -> int:
    """A MomentJob as JSON on stdin; a failure is told on stdout, in a sentence."""
    try:
        execute(MomentJob.model_validate_json(sys.stdin.buffer.read()))
    except RenderFailure as failure:
        sys.stdout.write(failure.message)
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # To take Python down in order would take a tenth of a second, in which nothing is done any more.
    os._exit(status)
