"""What a stretch of the film shows: plain data, enough to draw its frames from.

A stretch depends on no other: each may be encoded, copied or taken from a store by itself.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from mcp_nemo.engine.draft import FadeColor, Fit, Place, Size
from mcp_nemo.engine.media import MediaInfo

Action = Literal["copy", "encode"]

# Containers that count in milliseconds give their frames a little early or late.
_CLOCK_GRAIN = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Ramp:
    """A value that goes in a straight line from `first`, at frame `start` of the film, to `last` at `end`."""

    start: int
    end: int
    first: float
    last: float

    def at(self, frame: int) -> float:
        if frame >= self.end:
            return self.last
        return self.first + (self.last - self.first) * max(0, frame - self.start) / (self.end - self.start)

    def moved(self, by: int) -> "Ramp":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Look:
    """Relative changes from -1 to 1; at 0 a picture stays as it was recorded."""

    brightness: float = 0
    contrast: float = 0
    saturation: float = 0
    warmth: float = 0


@dataclass(frozen=True, slots=True)
class Framing:
    """How a picture comes onto the canvas: turned clockwise, mirrored, cropped as it then stands, fitted.

    `crop` are the shares taken off at the left, the top, the right and the bottom.
    """

    fit: Fit = "contain"
    rotate: int = 0
    flip_horizontal: bool = False
    flip_vertical: bool = False
    crop: tuple[float, float, float, float] = (0, 0, 0, 0)
    look: Look = Look()
    largest_zoom: float = 1


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture running under a stretch, which begins with its second `source_start`."""

    media: MediaInfo
    source_start: Fraction
    speed: Fraction = Fraction(1)
    framing: Framing = Framing()
    zoom: Ramp | None = None

    @property
    def is_untouched(self) -> bool:
        """Whether each picture is shown as it was filmed, as far as the canvas lets it."""
        is_framed = self.framing != Framing(self.framing.fit)
        return self.media.kind == "video" and self.speed == 1 and not (is_framed or self.zoom)

    def second_at(self, offset: int, rate: Fraction) -> Fraction:
        """Of the media; what is shown `offset` frames into the stretch is the last picture up to it.

        The nearest is meant: that keeps a cut exact though its time was rounded to milliseconds.
        """
        return self.source_start + Fraction(1, 2) / rate - _CLOCK_GRAIN + offset / rate * self.speed

    def advanced(self, offset: int, rate: Fraction) -> "Shot":
        return replace(self, source_start=self.source_start + offset / rate * self.speed)

    def moved(self, by: int) -> "Shot":
        return replace(self, zoom=self.zoom and self.zoom.moved(by))


@dataclass(frozen=True, slots=True)
class Ground:
    """What is seen where there is no shot: a colour, `#RRGGBB`, and maybe the sound drawn on it.

    `waveform_until` is the frame at which that drawing has been played through, 0 where there is none.
    """

    color: str = "#000000"
    waveform_until: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """A picture laid over the film; `width` and `opacity` are shares."""

    start: int
    end: int
    media: MediaInfo
    place: Place
    width: float
    opacity: float

    def moved(self, by: int) -> "Stamp":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Style:
    """How a title is written; colours as in the draft."""

    place: Place = "center"
    size: Size = "medium"
    color: str = "#FFFFFF"
    bold: bool = False
    background: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A title; the fades are in frames."""

    start: int
    end: int
    text: str
    style: Style
    fade_in: int = 0
    fade_out: int = 0

    def opacity(self, frame: int) -> float:
        rising = Ramp(self.start - 1, self.start + self.fade_in, 0, 1).at(frame)
        return min(rising, Ramp(self.end - 1 - self.fade_out, self.end, 1, 0).at(frame))

    def moved(self, by: int) -> "Caption":
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Veil:
    """A colour over everything, from not at all (0) to nothing else (1)."""

    color: FadeColor
    strength: Ramp

    def moved(self, by: int) -> "Veil":
        return replace(self, strength=self.strength.moved(by))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames `start` up to `end` of the film.

    No shot: the ground is seen. Two shots: the first gives way to the second as `blend` goes from 0 to 1.
    With `copied`, the coded pictures of the one shot's file that are shown at these times, in its ticks, are
    taken as they are; else the frames are drawn and encoded.
    """

    start: int
    end: int
    ground: Ground
    shots: tuple[Shot, ...]
    blend: Ramp | None
    stamps: tuple[Stamp, ...]
    captions: tuple[Caption, ...]
    veils: tuple[Veil, ...]
    reason: str
    copied: tuple[int, ...] = ()

    @property
    def action(self) -> Action:
        return "copy" if self.copied else "encode"

    @property
    def only_shot(self) -> Shot | None:
        """The one thing that is seen, with nothing drawn over it."""
        drawn = self.stamps or self.captions or self.veils
        return self.shots[0] if len(self.shots) == 1 and not drawn else None

    def part(self, start: int, end: int, rate: Fraction) -> "Stretch":
        """Frames `start` up to `end` of it, as a stretch to be encoded."""
        shots = tuple(shot.advanced(start - self.start, rate) for shot in self.shots)
        return replace(self, start=start, end=end, shots=shots, copied=())

    def moved(self, by: int) -> "Stretch":
        """The same to look at, so many frames later; a waveform is not, as it is drawn for its place."""
        return replace(
            self,
            start=self.start + by,
            end=self.end + by,
            shots=tuple(shot.moved(by) for shot in self.shots),
            blend=self.blend and self.blend.moved(by),
            stamps=tuple(stamp.moved(by) for stamp in self.stamps),
            captions=tuple(caption.moved(by) for caption in self.captions),
            veils=tuple(veil.moved(by) for veil in self.veils),
        )
