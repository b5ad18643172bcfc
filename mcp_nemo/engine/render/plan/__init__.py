"""What a render will do, decided before anything is opened.

A plan is made from the draft and what is known of its media, and from nothing else.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan.canvas import Canvas, canvas_for
from mcp_nemo.engine.render.plan.media import Media, MissingMedia, NothingToRender, Unplannable, find
from mcp_nemo.engine.render.plan.picture import stretches_of
from mcp_nemo.engine.render.plan.sound import SAMPLE_RATE, SAMPLES_PER_MS, Layer, layers_of
from mcp_nemo.engine.render.plan.stretch import (
    Caption,
    Framing,
    Ground,
    Look,
    Ramp,
    Shot,
    Stamp,
    Stretch,
    Style,
    Veil,
)

__all__ = [
    "SAMPLES_PER_MS",
    "SAMPLE_RATE",
    "Canvas",
    "Caption",
    "Framing",
    "Ground",
    "Layer",
    "Look",
    "Media",
    "MissingMedia",
    "NothingToRender",
    "Quality",
    "Ramp",
    "RenderPlan",
    "Shot",
    "Stamp",
    "Stretch",
    "Style",
    "Unplannable",
    "Veil",
    "plan",
]

Quality = Literal["draft", "high", "max"]

# What streaming services play at; only a programme with music is brought there.
PROGRAMME_LUFS = -14.0


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """`loudness` is what the sound as a whole is brought to, in LUFS; None leaves it as it is."""

    canvas: Canvas
    frames: int
    samples: int
    stretches: tuple[Stretch, ...]
    layers: tuple[Layer, ...]
    quality: Quality
    loudness: float | None = None

    @property
    def share_copied(self) -> float:
        copied = sum(stretch.end - stretch.start for stretch in self.stretches if stretch.action == "copy")
        return copied / self.frames

    @property
    def duration_ms(self) -> int:
        return round(self.frames * 1000 / self.canvas.rate)

    @property
    def draws_sound(self) -> bool:
        return any(stretch.ground.waveform_until and not stretch.shots for stretch in self.stretches)

    def describe(self) -> str:
        """In words: `0.0-12.0 s encode: clip.mp4; 12.0-15.2 s encode: title over clip.mp4; …`."""
        brought = () if self.loudness is None else (f"all sound to {self.loudness:.0f} LUFS",)
        return "; ".join(
            (*map(self._stretch_in_words, self.stretches), *map(_layer_in_words, self.layers), *brought)
        )

    def _stretch_in_words(self, stretch: Stretch) -> str:
        span = _span(stretch.start / self.canvas.rate, stretch.end / self.canvas.rate)
        return f"{span} {stretch.action}: {stretch.reason}"


def plan(draft: Draft, media: Media, quality: Quality) -> RenderPlan:
    """Raises Unplannable when the draft is empty or names media that are not given."""
    if draft.duration_ms == 0:
        raise NothingToRender
    canvas = canvas_for(draft, _pictures(draft, media))
    frames = max(1, canvas.frame_at(draft.duration_ms))
    samples = round(frames * SAMPLE_RATE / canvas.rate)
    layers = layers_of(draft, media, samples)
    return RenderPlan(
        canvas=canvas,
        frames=frames,
        samples=samples,
        stretches=stretches_of(draft, media, canvas, frames),
        layers=layers,
        quality=quality,
        loudness=PROGRAMME_LUFS if any(layer.is_music for layer in layers) else None,
    )


def _pictures(draft: Draft, media: Media) -> list[MediaInfo]:
    sources = [clip.source for clip in draft.video.clips]
    if not sources and draft.backdrop and draft.backdrop.kind == "media":
        sources = [draft.backdrop.source]
    return [info for info in (find(media, source) for source in sources) if info.kind != "audio"]


def _layer_in_words(layer: Layer) -> str:
    span = _span(Fraction(layer.start, SAMPLE_RATE), Fraction(layer.end, SAMPLE_RATE))
    return f"{span} {layer.describe()}"


def _span(start: Fraction, end: Fraction) -> str:
    return f"{float(start):.1f}-{float(end):.1f} s"
