"""Pictures of any size, turn and colour, brought to a canvas."""

import struct
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction

from av.filter import Graph
from av.filter.context import FilterContext
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame

from mcp_nemo.engine.colorimetry import HIGH_DYNAMIC_RANGE, Colours, Matrix
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.filters import Step, chain, frames_into
from mcp_nemo.engine.render.plan import Canvas, Framing, Look
from mcp_nemo.engine.render.tones import Toner

_TURNED: dict[int, tuple[tuple[str, str], ...]] = {
    0: (),
    90: (("transpose", "clock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "cclock"),),
}
_LEAST_LEFT = Fraction(1, 100)
# A blurred surround is made small, where blurring is cheap, and darkened so that the picture stands out.
_SURROUND_SHRINK = 8
_SURROUND_BLUR = 3
_SURROUND_DARKENING = "16+(val-16)*0.7"
# A brightness of 1/5 brings a middle grey a fifth up.
_GAMMA_STOPS = 2.2
_WARMEST = 0.15


class Fitter:
    """Brings the frames of one medium to the canvas; those that fit it already pass untouched."""

    def __init__(self, canvas: Canvas, media: MediaInfo, framing: Framing) -> None:
        self._framing = framing
        self._whole = Fraction(media.width, media.height)
        self._canvas = _magnified(canvas, _useful_zoom(canvas, media, framing))
        self._contained, self._covering = _sizes(self._canvas, _aspect(self._whole, framing))
        self._toner: Toner | None = None
        self._graph = Graph()
        self._graph_is_for: tuple[object, ...] = ()
        self._given: VideoFrame | None = None
        self._fitted: VideoFrame | None = None

    def fit(self, frame: VideoFrame) -> VideoFrame:
        """In yuv420p and the canvas's matrix, larger where a zoom needs it; the same again is free."""
        if self._fitted is None or frame is not self._given:
            self._given = frame
            toned = self._toned(frame)
            self._fitted = toned if self._fits(toned) else self._filtered(toned)
        return self._fitted

    def _toned(self, frame: VideoFrame) -> VideoFrame:
        if frame.color_trc not in HIGH_DYNAMIC_RANGE:
            return frame
        if self._toner is None or not self._toner.suits(frame):
            self._toner = Toner(frame, self._sufficient(frame))
        return self._toner.toned(frame)

    def _sufficient(self, frame: VideoFrame) -> tuple[int, int]:
        """How large a frame has to be for what is seen of it, as long as it is not turned."""
        across, down = _left_over(self._framing)
        width, height = self._contained if self._framing.fit == "contain" else self._covering
        wanted = (round(width / across), round(height / down))
        if (round(frame.rotation / 90) + self._framing.rotate // 90) % 2:
            wanted = wanted[::-1]
        return min(frame.width, wanted[0]), min(frame.height, wanted[1])

    def _fits(self, frame: VideoFrame) -> bool:
        return (
            (frame.width, frame.height) == (self._canvas.width, self._canvas.height)
            and self._whole == Fraction(frame.width, frame.height)
            and frame.rotation == 0
            and not is_mirrored(frame)
            and _is_plain(self._framing)
            and are_coded_for(self._canvas, frame)
        )

    def _filtered(self, frame: VideoFrame) -> VideoFrame:
        turn = (frame.rotation, is_mirrored(frame))
        kind = (frame.width, frame.height, frame.format.name, turn, Colours.of(frame))
        if kind != self._graph_is_for:
            self._graph, self._graph_is_for = self._graph_for(frame), kind
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _graph_for(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        framed = chain(graph, frames_into(graph, frame), self._framed(frame))
        if self._framing.fit == "blur" and self._contained != self._covering:
            fitted = self._before_its_blur(graph, framed, frame)
        else:
            fitted = chain(graph, framed, self._fitted_steps(frame))
        chain(graph, fitted, (("format", "yuv420p"), ("buffersink", "")))
        graph.configure()
        return graph

    def _framed(self, frame: VideoFrame) -> Iterator[Step]:
        framing = self._framing
        if is_mirrored(frame):
            yield "vflip", ""
        yield from _TURNED[-round(frame.rotation / 90) * 90 % 360]
        yield from _TURNED[framing.rotate]
        if framing.flip_horizontal:
            yield "hflip", ""
        if framing.flip_vertical:
            yield "vflip", ""
        if any(framing.crop):
            left, top, _, _ = framing.crop
            across, down = map(float, _left_over(framing))
            yield "crop", f"iw*{across}:ih*{down}:iw*{left}:ih*{top}"

    def _fitted_steps(self, frame: VideoFrame) -> Iterator[Step]:
        """Cutting and padding go by the middle."""
        canvas = f"{self._canvas.width}:{self._canvas.height}"
        covers = self._framing.fit == "cover"
        yield from self._scaled(frame, *(self._covering if covers else self._contained))
        yield from _coloured(self._framing.look)
        yield ("crop", canvas) if covers else ("pad", f"{canvas}:-1:-1")

    def _before_its_blur(self, graph: Graph, framed: FilterContext, frame: VideoFrame) -> FilterContext:
        twice, together = graph.add("split"), graph.add("overlay", "(W-w)/2:(H-h)/2:format=yuv420")
        framed.link_to(twice)
        width, height = self._covering
        small = (side // _SURROUND_SHRINK // 2 * 2 + 2 for side in self._covering)
        surround = (
            *self._scaled(frame, *small),
            *_coloured(self._framing.look),
            ("gblur", f"{_SURROUND_BLUR}"),
            ("lutyuv", f"y={_SURROUND_DARKENING}"),
            ("scale", f"{width}:{height}"),
            ("crop", f"{self._canvas.width}:{self._canvas.height}"),
        )
        picture = (*self._scaled(frame, *self._contained), *_coloured(self._framing.look))
        chain(graph, twice, surround, output=0).link_to(together, 0, 0)
        chain(graph, twice, picture, output=1).link_to(together, 0, 1)
        return together

    def _scaled(self, frame: VideoFrame, width: int, height: int) -> Iterator[Step]:
        yield "scale", f"{width}:{height}:{_recoded(frame, self._canvas.matrix)}"
        yield "format", "yuv420p"
        yield "setsar", "1"


def _recoded(frame: VideoFrame, matrix: Matrix) -> str:
    """Options of the filter `scale`."""
    came = Colours.of(frame).matrix_at(frame.height) or "auto"
    return f"in_color_matrix={came}:out_color_matrix={matrix}:out_range=tv"


def is_mirrored(frame: VideoFrame) -> bool:
    """Whether players turn it upside down before they turn it by its rotation (its display matrix)."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if not isinstance(matrix, SideData):
        return False
    a, b, _, c, d = struct.unpack_from("<5i", bytes(matrix))
    return bool(a * d < b * c)


def are_coded_for(canvas: Canvas, frame: VideoFrame) -> bool:
    """Whether the pixels of such frames mean what those of the canvas mean."""
    colours = Colours.of(frame)
    return (
        frame.format.name == "yuv420p"
        and colours.are_standard
        and colours.matrix_at(frame.height) == canvas.matrix
    )


def turned(frames: Generator[VideoFrame, None, None], clockwise: int) -> Generator[VideoFrame, None, None]:
    """By 90, 180 or 270 degrees; the frames are all of one kind."""
    graph: Graph | None = None
    with closing(frames):
        for frame in frames:
            if graph is None:
                graph = Graph()
                chain(graph, frames_into(graph, frame), (*_TURNED[clockwise], ("buffersink", "")))
                graph.configure()
            graph.vpush(frame)
            yield graph.vpull()


def _coloured(look: Look) -> Iterator[Step]:
    """Warmth first, so that black and white stays so; the brightness bends, so that black stays black."""
    if look.warmth:
        warmth = _WARMEST * look.warmth
        yield "colorcorrect", f"rh={warmth}:bh={-warmth}"
    if look.brightness or look.contrast or look.saturation:
        gamma = 2 ** (-_GAMMA_STOPS * look.brightness)
        stood_out = f"clip(((val-16)/219-0.5)*{1 + look.contrast}+0.5,0,1)"
        chroma = f"clip(128+(val-128)*{1 + look.saturation},16,240)"
        yield "lutyuv", f"y='16+219*pow({stood_out},{gamma})':u='{chroma}':v='{chroma}'"


def _is_plain(framing: Framing) -> bool:
    return not (framing.rotate or framing.flip_horizontal or framing.flip_vertical or any(framing.crop)) and (
        framing.look == Look()
    )


def _aspect(whole: Fraction, framing: Framing) -> Fraction:
    """Of what is seen of a picture."""
    across, down = _left_over(framing)
    return (1 / whole if framing.rotate % 180 else whole) * across / down


def _left_over(framing: Framing) -> tuple[Fraction, Fraction]:
    """The shares of width and height that are not cropped away; never nothing."""
    left, top, right, bottom = (Fraction(share).limit_denominator(10_000) for share in framing.crop)
    return max(_LEAST_LEFT, 1 - left - right), max(_LEAST_LEFT, 1 - top - bottom)


def _sizes(canvas: Canvas, aspect: Fraction) -> tuple[tuple[int, int], tuple[int, int]]:
    """The largest size of an aspect inside the canvas, and the smallest that covers it."""
    across, down = _even(canvas.height * aspect + 1), _even(canvas.width / aspect + 1)
    inside = (max(2, min(canvas.width, across)), max(2, min(canvas.height, down)))
    return inside, (max(canvas.width, across), max(canvas.height, down))


def _useful_zoom(canvas: Canvas, media: MediaInfo, framing: Framing) -> float:
    """A zoom shows more of a picture that has more pixels than the canvas."""
    finer = max(media.width / canvas.width, media.height / canvas.height)
    return max(1.0, min(framing.largest_zoom, finer))


def _magnified(canvas: Canvas, factor: float) -> Canvas:
    width, height = (max(2, _even(side * factor)) for side in (canvas.width, canvas.height))
    return replace(canvas, width=width, height=height)


def _even(length: Fraction | float) -> int:
    return int(length) // 2 * 2
