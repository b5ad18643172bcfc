"""What will be seen, as stretches that lie end to end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mcp_nemo.engine.draft import SPEED_STEPS, Draft, Fit, Overlay, Title, VideoClip
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan.canvas import Canvas
from mcp_nemo.engine.render.plan.media import Media, find
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

# Long enough to be no flash, short enough to be no effect.
_SOFT_EDGE_MS = 200
# A title shorter than this many soft edges would hardly be seen whole.
_EDGES_IN_A_TITLE = 5


@dataclass(frozen=True, slots=True)
class _Clip:
    """A clip in frames of the canvas; up to `blended` the one before it is still seen."""

    start: int
    blended: int
    end: int
    media: MediaInfo
    source_start: Fraction
    speed: Fraction
    framing: Framing
    zoom: Ramp | None

    def shot(self, frame: int, rate: Fraction) -> Shot:
        played = (frame - self.start) / rate * self.speed
        return Shot(self.media, self.source_start + played, self.speed, self.framing, self.zoom)


def stretches_of(draft: Draft, media: Media, canvas: Canvas, frames: int) -> tuple[Stretch, ...]:
    """Cut the film wherever what is seen becomes another thing; where clips overlap, the later one shows."""
    return tuple(_Picture(draft, media, canvas, frames).stretches())


class _Picture:
    def __init__(self, draft: Draft, media: Media, canvas: Canvas, frames: int) -> None:
        self._canvas, self._frames = canvas, frames
        self._clips = tuple(_clips(draft, media, canvas)) or tuple(_backdrop(draft, media, frames))
        self._ground = _ground(draft, frames)
        self._stamps = tuple(_stamp(overlay, media, canvas) for overlay in draft.overlay.overlays)
        self._captions = tuple(_caption(title, canvas) for title in draft.text.titles)
        self._veils = tuple(_veils(draft, canvas, frames))

    def stretches(self) -> Iterator[Stretch]:
        edges = sorted(edge for edge in {0, self._frames, *self._edges()} if 0 <= edge <= self._frames)
        return (self._stretch(start, end) for start, end in pairwise(edges))

    def _edges(self) -> Iterator[int]:
        for clip in self._clips:
            yield from (clip.start, clip.blended, clip.end)
        laid: tuple[Stamp | Caption, ...] = (*self._stamps, *self._captions)
        for one in laid:
            yield from (one.start, one.end)
        for veil in self._veils:
            # Where there is nothing of it; at its other end the film begins, or ends.
            yield veil.strength.end if veil.strength.first else veil.strength.start

    def _stretch(self, start: int, end: int) -> Stretch:
        clips = self._seen(start)
        shots = tuple(clip.shot(start, self._canvas.rate) for clip in clips)
        captions = tuple(caption for caption in self._captions if caption.start <= start < caption.end)
        stamps = tuple(stamp for stamp in self._stamps if stamp.start <= start < stamp.end)
        veils = tuple(veil for veil in self._veils if veil.strength.at(start) or veil.strength.at(end - 1))
        return Stretch(
            start,
            end,
            ground=self._ground,
            shots=shots,
            blend=Ramp(clips[-1].start - 1, clips[-1].blended, 0, 1) if len(clips) > 1 else None,
            stamps=stamps,
            captions=captions,
            veils=veils,
            reason=_reason(shots, self._ground, stamps, captions, veils),
        )

    def _seen(self, frame: int) -> list[_Clip]:
        under = sorted((c for c in self._clips if c.start <= frame < c.end), key=lambda clip: clip.start)
        return under[-2:] if under and frame < under[-1].blended else under[-1:]


def _clips(draft: Draft, media: Media, canvas: Canvas) -> Iterator[_Clip]:
    for clip in draft.video.clips:
        if find(media, clip.source).kind == "audio":
            continue
        start, end = canvas.frame_at(clip.start_ms), canvas.frame_at(clip.end_ms)
        yield _Clip(
            start,
            canvas.frame_at(clip.start_ms + clip.crossfade_ms) if clip.crossfade_ms else start,
            end,
            media[clip.source],
            Fraction(clip.source_start_ms, 1000),
            Fraction(round(clip.speed * SPEED_STEPS), SPEED_STEPS),
            _framing(clip, draft.fit),
            Ramp(start, end - 1, clip.zoom.start, clip.zoom.end) if clip.zoom else None,
        )


def _framing(clip: VideoClip, fit: Fit) -> Framing:
    crop, zoom = clip.crop, clip.zoom
    return Framing(
        fit,
        clip.rotate,
        clip.flip_horizontal,
        clip.flip_vertical,
        (crop.left, crop.top, crop.right, crop.bottom) if crop else (0, 0, 0, 0),
        Look(clip.brightness, clip.contrast, clip.saturation, clip.warmth),
        max(zoom.start, zoom.end) if zoom else 1,
    )


def _backdrop(draft: Draft, media: Media, frames: int) -> Iterator[_Clip]:
    if draft.backdrop and draft.backdrop.kind == "media":
        shown = find(media, draft.backdrop.source)
        if shown.kind != "audio":
            yield _Clip(0, 0, frames, shown, Fraction(0), Fraction(1), Framing(draft.fit), None)


def _ground(draft: Draft, frames: int) -> Ground:
    """A backdrop stands in for a picture; the gaps between pictures stay black."""
    if draft.backdrop is None or draft.video.clips:
        return Ground()
    return Ground(draft.backdrop.color, frames if draft.backdrop.kind == "waveform" else 0)


def _stamp(overlay: Overlay, media: Media, canvas: Canvas) -> Stamp:
    return Stamp(
        canvas.frame_at(overlay.start_ms),
        canvas.frame_at(overlay.end_ms),
        find(media, overlay.source),
        overlay.place,
        overlay.width,
        overlay.opacity,
    )


def _caption(title: Title, canvas: Canvas) -> Caption:
    soft = _SOFT_EDGE_MS if title.duration_ms >= _SOFT_EDGE_MS * _EDGES_IN_A_TITLE else 0
    return Caption(
        canvas.frame_at(title.start_ms),
        canvas.frame_at(title.end_ms),
        title.text,
        Style(title.place, title.size, title.color, title.bold, title.background),
        canvas.frame_at(title.fade_in_ms or soft),
        canvas.frame_at(title.fade_out_ms or soft),
    )


def _veils(draft: Draft, canvas: Canvas, frames: int) -> Iterator[Veil]:
    """The film's first frame, or its last, is nothing but the colour."""
    if rising := min(frames, canvas.frame_at(draft.picture_fade_in_ms)):
        yield Veil(draft.picture_fade_color, Ramp(0, rising, 1, 0))
    if falling := min(frames, canvas.frame_at(draft.picture_fade_out_ms)):
        color = draft.picture_fade_out_color or draft.picture_fade_color
        yield Veil(color, Ramp(frames - 1 - falling, frames - 1, 0, 1))


def _reason(
    shots: tuple[Shot, ...],
    ground: Ground,
    stamps: tuple[Stamp, ...],
    captions: tuple[Caption, ...],
    veils: tuple[Veil, ...],
) -> str:
    """Why the stretch cannot be left as it is: what is done, and to what."""
    done = (
        *(f"fade with {veil.color}" for veil in veils),
        *(["title"] if captions else []),
        *(f"overlay {stamp.media.name}" for stamp in stamps),
    )
    return " over ".join((*done, _seen_in_words(shots, ground)))


def _seen_in_words(shots: tuple[Shot, ...], ground: Ground) -> str:
    if len(shots) > 1:
        return f"crossfade from {_changed(shots[0])} to {_changed(shots[1])}"
    if shots:
        return _changed(shots[0])
    if ground.waveform_until:
        return "waveform"
    return "black" if ground == Ground() else ground.color


def _changed(shot: Shot) -> str:
    framing = shot.framing
    changes = (
        f"{float(shot.speed):g} times as fast" if shot.speed != 1 else "",
        "turned" if framing.rotate else "",
        "mirrored" if framing.flip_horizontal or framing.flip_vertical else "",
        "cropped" if any(framing.crop) else "",
        "zoomed" if shot.zoom else "",
        "recoloured" if framing.look != Look() else "",
    )
    told: Iterable[str] = filter(None, changes)
    return ", ".join((shot.media.name, *told))
