"""Wishes about how the picture stands on the screen, and how it comes and goes."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeVar

from mcp_nemo.engine.director.clips import each, take_clips
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.fading import fade_time
from mcp_nemo.engine.director.moments import FRACTIONS
from mcp_nemo.engine.director.pieces import (
    Angle,
    By,
    Clips,
    Color,
    Duration,
    Edge,
    Factor,
    Fading,
    File,
    Length,
    Number,
    Pixels,
    Ratio,
    Share,
    Stretch,
    Tint,
    Value,
    Way,
    Whole,
)
from mcp_nemo.engine.director.spans import take_spans
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.draft import FadeColor
from mcp_nemo.engine.edits import canvas_for
from mcp_nemo.engine.operations import (
    FADE_MS,
    Crop,
    Crossfade,
    FadePicture,
    Flip,
    Operation,
    Rotate,
    SetCanvas,
    Zoom,
)

V = TypeVar("V")

CROSSFADE_MS: Final = 1000
_HELPING: Final = ("add", "change", "use", "show", "replace", "should")
_WAYS: Final[Sequence[Way]] = ("in", "out")
_COLORS: Final[dict[str, FadeColor]] = {"#000000": "black", "#FFFFFF": "white"}


def crossfade(wish: Wish, context: Context) -> Sequence[Operation]:
    gone = wish.take_verb("remove", "cut") or bool(wish.take_words("not"))
    wish.take_verb(*_HELPING)
    fading = wish.take(Fading)
    length = wish.take(Length) or wish.take(Duration)
    ms = length.ms if length else fading.ms if fading and fading.ms else CROSSFADE_MS
    every = wish.take_words("every", "each")
    files = [value for value in wish.values if isinstance(value, File)]
    clips = [] if every else take_clips(wish, context) or []
    wish.take_words("crossfade", "between", "target.video", "clips", "clip", "pronoun", "verb.cut", "slowly")
    into = max(clips, default=None)
    if len(clips) > max(1, len(files)) and files:
        raise Unclear("which clip is meant: some were recorded as one file")
    if len(clips) > 2 or (len(clips) == 2 and abs(clips[0] - clips[1]) != 1):
        raise Unclear("between which two neighbouring clips")
    return [Crossfade(duration_ms=0 if gone else ms, clip=into)]


def fade_picture(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Fade from black at the start and to black at the end, one second each"."""
    gone = wish.take_verb("remove") or bool(wish.take_words("not"))
    wish.take_verb(*_HELPING)
    told = _fades_told(wish)
    if not told.ways:
        raise Unclear("fade in or out")
    if not set(told.codes.values()) <= _COLORS.keys():
        raise Unclear("a picture fades from or to black or white")
    wish.take_words("target.video", "pronoun", "each", "slowly", "edge", "out")
    wish.take(Whole)
    lengths = {way: 0 if gone else told.lengths.get(way, told.length_ms) for way in told.ways}
    colors = [_COLORS[told.codes.get(way, "#000000")] for way in _WAYS if way in told.ways]
    out_color = colors[-1] if colors[-1] != colors[0] else None
    return [
        FadePicture(in_ms=lengths.get("in"), out_ms=lengths.get("out"), color=colors[0], out_color=out_color)
    ]


@dataclass(slots=True)
class _Fades:
    """Which ways it fades, in which colours, and how long: each way by itself, or both."""

    ways: set[Way]
    codes: dict[Way, str]
    lengths: dict[Way, int]
    length_ms: int


def _fades_told(wish: Wish) -> _Fades:
    told = _Fades(set(), {}, {}, 2 * FADE_MS if wish.has("slowly") else FADE_MS)
    for tint in _all(wish, Tint):
        told.ways.add(tint.way)
        told.codes[tint.way] = tint.code
    for color in _all(wish, Color):
        told.codes |= {way: color.code for way in _WAYS if way not in told.codes}
    said: list[Value] = [*_all(wish, Stretch), *_all(wish, Edge)]
    times = [fade_time(value) for value in said]
    for fading in (*_all(wish, Fading), *times):
        if fading is None:
            raise Unclear("when to fade")
        told.ways |= fading.ways
        if fading.ms is not None:
            told.lengths |= dict.fromkeys(fading.ways, fading.ms)
            told.length_ms = fading.ms
    length = wish.take(Length) or wish.take(Duration)
    if length:
        told.length_ms = length.ms
    return told


def _all(wish: Wish, kind: type[V]) -> Iterator[V]:
    while (value := wish.take(kind)) is not None:
        yield value


def canvas(wish: Wish, context: Context) -> Sequence[Operation]:
    cropped = wish.take_verb("crop", "shorten_to", "trim")
    bars_gone = wish.take_verb("remove")
    wish.take_if(Clips, lambda clips: clips.every)
    wish.take_verb(*_HELPING, "use")
    ratio, pixels = wish.take(Ratio), wish.take(Pixels)
    named = wish.take_words("aspect")
    lines = wish.take_words("resolution")
    bars_gone |= wish.has("bars") and not (ratio or pixels) and (cropped or wish.take_verb("cut"))
    fit = wish.take_words("fit")
    wish.take_words("match", "shape", "target.video", "pronoun", "backing", "aspect", "with", "venue")
    wish.take(Whole)
    draft = context.scene.draft
    if pixels and pixels.width:
        width, height = pixels.width, pixels.height
    elif ratio or named:
        width, height = canvas_for(f"{ratio.width:g}:{ratio.height:g}" if ratio else named[0], draft)
    elif fit or pixels or lines:
        width, height = context.canvas
    else:
        raise Unclear("which shape")
    if lines or (pixels and not pixels.width):
        width, height = _with_shorter_side(width, height, pixels.height if pixels else int(lines[0]))
    if bars_gone:
        fit = _without_bars(fit)
    return [SetCanvas(width=width, height=height, fit=_fit(fit, cropped, draft.fit))]


def _without_bars(fit: Sequence[str]) -> list[str]:
    """ "Remove the black bars", and nothing else about the frame."""
    if set(fit) != {"contain"}:
        raise Unclear("what to remove")
    return ["cover"]


def _with_shorter_side(width: int, height: int, lines: int) -> tuple[int, int]:
    if not min(width, height):
        raise Unclear("there is no picture whose size could change")
    scale = lines / min(width, height)
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2


def _fit(named: Sequence[str], cropped: bool, present: str) -> Literal["contain", "cover", "blur"]:
    for fit in ("blur", "contain", "cover"):
        if fit in named:
            return fit
    return "cover" if cropped else "contain"


_RIGHT_ANGLES: Final[dict[float, Literal[90, 180, 270]]] = {90: 90, 180: 180, 270: 270}


def rotate(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("rotate", *_HELPING)
    angle = wish.take(Angle) or wish.take_made(_bare_angle)
    ways = [way for way in wish.take_words("rotate") if way != "quarter"]
    wish.take_words("axis.vertical")
    degrees = int(angle.degrees) if angle else 180 if "around" in ways else 90
    if "left" in ways:
        degrees = -degrees
    if degrees % 360 not in _RIGHT_ANGLES:
        raise Unclear("pictures are turned by 90, 180 or 270 degrees")
    turn = _RIGHT_ANGLES[degrees % 360]
    clips = take_clips(wish, context)
    wish.take_words("target.video", "pronoun")
    return [Rotate(clip=clip, degrees=turn) for clip in each(clips)]


def _bare_angle(value: Value) -> Angle | None:
    return Angle(value.value) if isinstance(value, Number) and value.value in _RIGHT_ANGLES else None


def flip(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("flip", *_HELPING)
    axes = set(wish.take_words("axis"))
    if len(axes) > 1:
        raise Unclear("which way round")
    clips = take_clips(wish, context)
    wish.take_words("target.video", "pronoun", "rotate.around")
    axis: Literal["horizontal", "vertical"] = "vertical" if "vertical" in axes else "horizontal"
    return [Flip(clip=clip, axis=axis) for clip in each(clips)]


def _sides(said: Sequence[str]) -> set[str]:
    """ "The left and right edges" are two, "the edges" four."""
    named = {word for word in said if word != "all"} or set(said)
    sides = {side for word in named for side in _SIDES.get(word, (word,))}
    if not sides <= set(_SIDES["all"]):
        raise Unclear("at which side to crop")
    return sides


_SIDES: Final = {
    "vertical": ("top", "bottom"),
    "both": ("left", "right"),
    "all": ("left", "top", "right", "bottom"),
}


def crop(wish: Wish, context: Context) -> Sequence[Operation]:
    undone = wish.take_verb("remove", "reset")
    wish.take_verb("crop", "cut", "trim", *_HELPING)
    clips = take_clips(wish, context)
    wish.take_words("target.video", "pronoun")
    if undone:
        return [Crop(clip=clip) for clip in each(clips)]
    share = wish.take(Share) or wish.take(By)
    sides = _sides(wish.take_words("side", "place", "axis.vertical"))
    wish.take_words("each", "every")
    part = wish.take_word(*FRACTIONS)
    off = share.factor if isinstance(share, Share) else share.share if share else FRACTIONS.get(part or "")
    if off is None or not sides:
        raise Unclear("how much to crop, and at which side")
    return [Crop(clip=clip, **dict.fromkeys(sides, off)) for clip in each(clips)]


_ZOOM: Final = 1.2


def zoom(wish: Wish, context: Context) -> Sequence[Operation]:
    gone = wish.take_verb("remove", "undo", "reset") or bool(wish.take_words("not"))
    wish.take_verb(*_HELPING)
    ways = set(wish.take_words("zoom"))
    factor, share, change = wish.take(Factor), wish.take(Share), wish.take(By)
    largest = _ZOOM
    if factor:
        largest = factor.value
    elif share:
        largest = share.factor if share.factor > 1 else 1 + share.factor
    elif change:
        largest = 1 + change.share
    elif (degree := wish.take_word("degree")) is not None:
        largest = 1.1 if degree == "slight" else 1.5
    spans = take_spans(wish, context)
    wish.take_words("target.video", "pronoun", "slowly", "clip", "each")
    wish.take(Whole)
    if len(ways) > 1 and not gone:
        raise Unclear("in or out")
    start, end = (1.0, 1.0) if gone else (largest, 1.0) if ways == {"out"} else (1.0, largest)
    return [Zoom(**asdict(span), start=start, end=end) for span in spans]


def wants_crop(wish: Wish) -> bool:
    """Crop the picture, not the time: some part of a side, or the sides themselves."""
    has_side = wish.has("side", "place") and (wish.holds(Share, By) or wish.has(*FRACTIONS))
    return has_side and wish.has("verb.crop", "verb.cut", "verb.trim") and not wish.holds(Stretch)
