"""A moment of a draft: a few seconds of it as a film, or one picture, small and made at once.

It is drawn from the plan of the whole film, on a smaller canvas. Its sound is the mix as it is, as how loud a
film is can be said only when all of it is known.
"""

import sys
import wave
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.aac import write_sound
from mcp_nemo.engine.render.failures import RenderFailure, failures_in_words
from mcp_nemo.engine.render.picture import film
from mcp_nemo.engine.render.plan import (
    SAMPLE_RATE,
    SAMPLES_PER_MS,
    Canvas,
    Ground,
    Layer,
    RenderPlan,
    Stretch,
    plan,
)
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.sound import mix
from mcp_nemo.engine.render.splice.joining import Part, join
from mcp_nemo.engine.render.tasks import PictureTask

MomentKind = Literal["film", "frame"]

MOST_LINES = 480
BEFORE_MS, AFTER_MS = 1000, 2000
# What was heard before decides how far music is lowered.
_WARM_UP = 2 * SAMPLE_RATE
_JPEG_QUALITY = 85
_FULL_SCALE = 32_767


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
    colours = frame.reformat(
        format="rgb24", src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG
    )
    Image.fromarray(colours.to_ndarray()).save(target, "JPEG", quality=_JPEG_QUALITY)


def _write_film(planned: RenderPlan, at_ms: int, target: Path) -> None:
    canvas = planned.canvas
    at = min(canvas.frame_at(at_ms), planned.frames - 1)
    first = max(0, at - canvas.frame_at(BEFORE_MS))
    end = min(planned.frames, at + canvas.frame_at(AFTER_MS))
    seen, heard = target.with_suffix(".picture.mp4"), target.with_suffix(".sound.mp4")
    task = PictureTask(_seen(planned, first, end), canvas, "draft")
    sound = _heard(planned, _sample_at(first, canvas), _sample_at(end, canvas), target)
    with ThreadPoolExecutor(1) as beside:
        listening = beside.submit(_write_sound, sound, heard)
        task.carry_out(seen, lambda _: None)
        listening.result()
    join([Part(seen, end - first)], heard, canvas.rate, target)


def _write_sound(blocks: Iterable[Samples], target: Path) -> None:
    sound = np.concatenate([*blocks])
    write_sound(lambda start, end: sound[start:end], len(sound), "fast", target, lambda _: None)


def _sample_at(frame: int, canvas: Canvas) -> int:
    return round(frame * SAMPLE_RATE / canvas.rate)


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


def _heard(planned: RenderPlan, first: int, end: int, scratch: Path) -> Iterator[Samples]:
    """The mix from sample `first` to `end`; files named after `scratch` hold what of it is composed."""
    layers = [layer for layer in planned.layers if layer.start < end and first < layer.end]
    # How far a loop has come is known only to who plays it from its beginning.
    origin = min(max(0, first - _WARM_UP), *(layer.start for layer in layers if layer.loop_ms), first)
    moved = [_from(layer, origin) for layer in layers]
    played = tuple(
        _performed(layer, first - origin, end - origin, scratch.with_suffix(f".{number}.wav"))
        if layer.music
        else layer
        for number, layer in enumerate(moved)
    )
    yield from _without_first(first - origin, mix(replace(planned, samples=end - origin, layers=played)))


def _from(layer: Layer, origin: int) -> Layer:
    """A layer on a clock that begins at sample `origin`, with what plays from there on."""
    passed = max(0, origin - layer.start)
    played_ms = round(passed * layer.speed / SAMPLES_PER_MS)
    return replace(
        layer,
        start=layer.start - origin,
        end=layer.end - origin,
        source_start_ms=layer.source_start_ms + played_ms,
    )


def _performed(layer: Layer, first: int, end: int, file: Path) -> Layer:
    """Composed music as a recording, silent before sample `first` and after `end`."""
    from mcp_nemo.engine.render.excerpt import excerpt

    assert layer.music
    begin = max(0, layer.start)
    silent_ms = max(0, first - begin) // SAMPLES_PER_MS
    start_ms = layer.source_start_ms + silent_ms
    whole_ms = layer.source_start_ms - (begin - layer.end) // SAMPLES_PER_MS
    end_ms = min(whole_ms, layer.source_start_ms - (begin - end) // SAMPLES_PER_MS)
    sound = excerpt(layer.music, whole_ms, layer.cuts_ms, start_ms, end_ms)
    _save(np.pad(sound, ((silent_ms * SAMPLES_PER_MS, 0), (0, 0))), file)
    info = MediaInfo("", file, file.name, "audio", duration_ms=end_ms - start_ms + silent_ms, has_sound=True)
    return replace(layer, media=info, music=None, source_start_ms=0)


def _without_first(count: int, blocks: Iterable[Samples]) -> Iterator[Samples]:
    for block in blocks:
        if len(block) > count:
            yield np.clip(block[count:], -1, 1)
        count = max(0, count - len(block))


def _save(sound: Samples, file: Path) -> None:
    with wave.open(str(file), "wb") as recording:
        recording.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        recording.writeframes((sound * _FULL_SCALE).astype("<i2").tobytes())


def main() -> int:
    """A MomentJob as JSON on stdin; a failure is told on stdout, in a sentence."""
    try:
        execute(MomentJob.model_validate_json(sys.stdin.buffer.read()))
    except RenderFailure as failure:
        sys.stdout.write(failure.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
