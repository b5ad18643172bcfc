"""What a render will do, decided before anything is opened.

A plan is made from the draft and what is known of its media, and from nothing else. Its stretches
lie end to end and depend on no other: each may be encoded, copied or taken from a store by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from mcp_nemo.engine.draft import AudioClip, Draft, MusicRecipe, Place, VideoClip
from mcp_nemo.engine.media import MediaInfo

Quality = Literal["draft", "high", "max"]
Action = Literal["encode"]

SAMPLE_RATE = 48_000
SAMPLES_PER_MS = SAMPLE_RATE // 1000

_LONGEST_SIDE = 1920
_UNKNOWN_SIZE = (1280, 720)
_STILL_RATE = Fraction(30)
_SLOWEST_RATE, _FASTEST_RATE = 24, 60
_COMMON_RATES = (
    Fraction(24_000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30_000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60_000, 1001),
    Fraction(60),
)
# Wide enough for a phone's average of 29.9, too narrow to call 28 frames 30.
_RATE_TOLERANCE = 0.01


class Unplannable(Exception):
    """The message is a sentence for a person."""


class NothingToRender(Unplannable):
    def __init__(self) -> None:
        super().__init__("There is nothing on the timeline.")


class MissingMedia(Unplannable):
    def __init__(self, source: str) -> None:
        super().__init__(f"The timeline uses the media {source!r}, which is not there.")


@dataclass(frozen=True, slots=True)
class Canvas:
    width: int
    height: int
    rate: Fraction

    def frame_at(self, milliseconds: int) -> int:
        return round(milliseconds * self.rate / 1000)


@dataclass(frozen=True, slots=True)
class Caption:
    """A title, in frames of the canvas."""

    start: int
    end: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames `start` up to `end` of the film; black where `media` is None.

    `source_start` is the second of the media shown in the first of these frames.
    """

    start: int
    end: int
    media: MediaInfo | None
    source_start: Fraction
    captions: tuple[Caption, ...]
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One sound from `start` to `end`, in samples; either `media` or `music` is set.

    `cuts_ms` are where the picture changes, counted from the beginning of the music.
    """

    start: int
    end: int
    name: str
    media: MediaInfo | None
    music: MusicRecipe | None
    source_start_ms: int
    volume: float
    fade_in_ms: int
    fade_out_ms: int
    cuts_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderPlan:
    canvas: Canvas
    frames: int
    samples: int
    stretches: tuple[Stretch, ...]
    layers: tuple[Layer, ...]
    quality: Quality

    @property
    def duration_ms(self) -> int:
        return round(self.frames * 1000 / self.canvas.rate)

    def describe(self) -> str:
        """In words: `0.0-12.0 s encode: clip.mp4; 12.0-15.2 s encode: title over clip.mp4; …`."""
        return "; ".join((*map(self._stretch_in_words, self.stretches), *map(_layer_in_words, self.layers)))

    def _stretch_in_words(self, stretch: Stretch) -> str:
        span = _span(stretch.start / self.canvas.rate, stretch.end / self.canvas.rate)
        return f"{span} {stretch.action}: {stretch.reason}"


def _layer_in_words(layer: Layer) -> str:
    span = _span(Fraction(layer.start, SAMPLE_RATE), Fraction(layer.end, SAMPLE_RATE))
    return f"{span} mix: {layer.name} at {layer.volume:.0%}"


def _span(start: Fraction, end: Fraction) -> str:
    return f"{float(start):.1f}-{float(end):.1f} s"


@dataclass(frozen=True, slots=True)
class _Shot:
    """A clip in frames of the canvas."""

    start: int
    end: int
    media: MediaInfo | None
    source_start: Fraction


_BLACK = _Shot(0, 0, None, Fraction(0))


def plan(draft: Draft, media: Mapping[str, MediaInfo], quality: Quality) -> RenderPlan:
    """Raises Unplannable when the draft is empty or names media that are not given."""
    if draft.duration_ms == 0:
        raise NothingToRender
    canvas = _canvas(draft, _pictures(draft, media))
    frames = max(1, canvas.frame_at(draft.duration_ms))
    samples = round(frames * SAMPLE_RATE / canvas.rate)
    return RenderPlan(
        canvas=canvas,
        frames=frames,
        samples=samples,
        stretches=tuple(_stretches(_shots(draft, media, canvas), _captions(draft, canvas), canvas, frames)),
        layers=_layers(draft, media, samples),
        quality=quality,
    )


def _find(media: Mapping[str, MediaInfo], source: str) -> MediaInfo:
    if source not in media:
        raise MissingMedia(source)
    return media[source]


def _pictures(draft: Draft, media: Mapping[str, MediaInfo]) -> list[MediaInfo]:
    shown = (_find(media, clip.source) for clip in draft.video.clips)
    return [info for info in shown if info.kind != "audio"]


def _canvas(draft: Draft, shown: Sequence[MediaInfo]) -> Canvas:
    width, height = draft.width, draft.height
    if not (width and height):
        width, height = (shown[0].width, shown[0].height) if shown else _UNKNOWN_SIZE
    shrink = min(Fraction(1), Fraction(_LONGEST_SIDE, max(width, height)))
    filmed = next((info.frame_rate for info in shown if info.kind == "video"), 0)
    return Canvas(_even(width * shrink), _even(height * shrink), _rate(draft.frame_rate or filmed))


def _even(length: Fraction) -> int:
    """Colour is kept for squares of two pixels."""
    return max(2, round(length / 2) * 2)


def _rate(measured: float) -> Fraction:
    if measured <= 0:
        return _STILL_RATE
    while measured < _SLOWEST_RATE * (1 - _RATE_TOLERANCE):
        measured *= 2
    while measured > _FASTEST_RATE * (1 + _RATE_TOLERANCE):
        measured /= 2
    nearest = min(_COMMON_RATES, key=lambda rate: abs(measured - rate))
    return nearest if abs(measured - nearest) <= measured * _RATE_TOLERANCE else Fraction(round(measured))


def _shots(draft: Draft, media: Mapping[str, MediaInfo], canvas: Canvas) -> tuple[_Shot, ...]:
    return tuple(
        _Shot(
            canvas.frame_at(clip.start_ms),
            canvas.frame_at(clip.end_ms),
            media[clip.source],
            Fraction(clip.source_start_ms, 1000),
        )
        for clip in draft.video.clips
        if media[clip.source].kind != "audio"
    )


def _captions(draft: Draft, canvas: Canvas) -> tuple[Caption, ...]:
    return tuple(
        Caption(canvas.frame_at(title.start_ms), canvas.frame_at(title.end_ms), title.text, title.place)
        for title in draft.text.titles
    )


def _stretches(
    shots: tuple[_Shot, ...], captions: tuple[Caption, ...], canvas: Canvas, frames: int
) -> Iterator[Stretch]:
    """Cut the film wherever a clip or a title begins or ends; where clips overlap, the later one shows."""
    edges = {0, frames}
    edges |= {edge for shot in shots for edge in (shot.start, shot.end)}
    edges |= {edge for caption in captions for edge in (caption.start, caption.end)}
    for start, end in pairwise(sorted(edge for edge in edges if edge <= frames)):
        over = tuple(caption for caption in captions if caption.start <= start < caption.end)
        under = max((s for s in shots if s.start <= start < s.end), key=lambda s: s.start, default=_BLACK)
        yield Stretch(
            start,
            end,
            media=under.media,
            source_start=under.source_start + (start - under.start) / canvas.rate,
            captions=over,
            action="encode",
            reason=("title over " if over else "") + (under.media.name if under.media else "black"),
        )


def _layers(draft: Draft, media: Mapping[str, MediaInfo], samples: int) -> tuple[Layer, ...]:
    """All that is heard, in the order of its beginning."""
    filmed = [_layer(clip, _find(media, clip.source), samples) for clip in draft.video.clips]
    laid = [
        _layer(clip, _find(media, clip.source), samples)
        if clip.music is None
        else _music_layer(clip, clip.music, draft.cuts_ms, samples)
        for clip in draft.audio.clips
    ]
    heard = [
        layer
        for layer in (*filmed, *laid)
        if layer.volume and layer.start < layer.end and (layer.media is None or layer.media.has_sound)
    ]
    return _joined(sorted(heard, key=lambda layer: layer.start))


def _layer(clip: VideoClip | AudioClip, media: MediaInfo | None, samples: int) -> Layer:
    """A sound that is longer than the film ends, and fades, with it."""
    return Layer(
        start=clip.start_ms * SAMPLES_PER_MS,
        end=min(clip.end_ms * SAMPLES_PER_MS, samples),
        name=media.name if media else clip.name,
        media=media,
        music=None,
        source_start_ms=clip.source_start_ms,
        volume=clip.volume,
        fade_in_ms=clip.fade_in_ms,
        fade_out_ms=clip.fade_out_ms,
    )


def _music_layer(clip: AudioClip, music: MusicRecipe, cuts_ms: tuple[int, ...], samples: int) -> Layer:
    beginning = clip.start_ms - clip.source_start_ms
    inside = tuple(cut - beginning for cut in cuts_ms if beginning < cut < clip.end_ms)
    return replace(_layer(clip, None, samples), music=music, cuts_ms=inside)


def _joined(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """A clip cut in two and left in its place sounds as if it were whole."""
    whole: list[Layer] = []
    for layer in layers:
        for place, earlier in enumerate(whole):
            if _continues(earlier, layer):
                whole[place] = replace(earlier, end=layer.end, fade_out_ms=layer.fade_out_ms)
                break
        else:
            whole.append(layer)
    return tuple(whole)


def _continues(earlier: Layer, later: Layer) -> bool:
    played_ms = (later.start - earlier.start) // SAMPLES_PER_MS
    return (
        earlier.media is not None
        and earlier.media == later.media
        and earlier.end == later.start
        and earlier.source_start_ms + played_ms == later.source_start_ms
        and earlier.volume == later.volume
        and earlier.fade_out_ms == later.fade_in_ms == 0
    )
