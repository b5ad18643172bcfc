"""The picture of a film: frames of its sources, fitted to the canvas, with titles over them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from fractions import Fraction
from itertools import groupby

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import Canvas, Caption, RenderPlan, Stretch
from mcp_nemo.engine.render.source import Source, open_source
from mcp_nemo.engine.render.titles import Lettering, Plane, opacity

# Containers that count in milliseconds give their frames a little early or late.
_CLOCK_GRAIN = Fraction(1, 1000)
_UNSPECIFIED = 2
_HIGH_DEFINITION = 720
_UPRIGHT: Mapping[int, tuple[tuple[str, str], ...]] = {
    0: (),
    90: (("transpose", "cclock"),),
    180: (("hflip", ""), ("vflip", "")),
    270: (("transpose", "clock"),),
}
_BLACK_LUMA, _LUMA_RANGE, _GREY_CHROMA = 16, 219, 128

Coverage = NDArray[np.float32]


def film(plan: RenderPlan, letterings: Mapping[Caption, Lettering]) -> Iterator[VideoFrame]:
    """Every frame of the plan, in order, in yuv420p and BT.709; a frame may come more than once."""
    for media, stretches in groupby(plan.stretches, key=lambda stretch: stretch.media):
        fitter = _Fitter(plan.canvas, media)
        with closing(open_source(media, plan.canvas)) as source:
            for stretch in stretches:
                pictures = _pictures(stretch, source, plan.canvas.rate)
                for number, picture in enumerate(pictures, start=stretch.start):
                    over = [(letterings[c], opacity(c, number, plan.canvas.rate)) for c in stretch.captions]
                    fitted = fitter.fit(picture)
                    yield blended(fitted, over) if over else fitted


def _pictures(stretch: Stretch, source: Source, rate: Fraction) -> Iterator[VideoFrame]:
    """The nearest frame is shown: that keeps a cut exact though its time was rounded to milliseconds."""
    first = stretch.source_start + Fraction(1, 2) / rate - _CLOCK_GRAIN
    for offset in range(stretch.end - stretch.start):
        yield source.at(first + offset / rate)


def blended(frame: VideoFrame, titles: Iterable[tuple[Lettering, float]]) -> VideoFrame:
    """A new frame with titles over it, each with its opacity."""
    width, height = frame.width, frame.height
    packed = np.array(frame.to_ndarray(), np.uint8)
    luma, u, v = np.split(packed.reshape(-1), (width * height, width * height * 5 // 4))
    for title, strength in titles:
        alpha = title.alpha.astype(np.float32) * (strength / 255)
        light = _BLACK_LUMA + title.light.astype(np.float32) * (_LUMA_RANGE / 255)
        _blend(luma.reshape(height, width), title.x, title.y, light, alpha)
        rows, columns = alpha.shape
        halved = alpha.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3))
        for plane in (u, v):
            grey = np.full_like(halved, _GREY_CHROMA)
            _blend(plane.reshape(height // 2, width // 2), title.x // 2, title.y // 2, grey, halved)
    return VideoFrame.from_ndarray(packed, format="yuv420p")


def _blend(plane: Plane, x: int, y: int, light: Coverage, alpha: Coverage) -> None:
    under = plane[y : y + alpha.shape[0], x : x + alpha.shape[1]]
    under[:] = under + (light - under) * alpha + 0.5


class _Fitter:
    """Brings frames of any size, turn and colour to the canvas; those that fit it pass untouched."""

    def __init__(self, canvas: Canvas, media: MediaInfo | None) -> None:
        self._canvas = canvas
        shown = media or canvas
        self._aspect = Fraction(shown.width, shown.height)
        self._graph = Graph()
        self._graph_is_for: tuple[object, ...] = ()
        self._given: VideoFrame | None = None
        self._fitted: VideoFrame | None = None

    def fit(self, frame: VideoFrame) -> VideoFrame:
        """The same frame again costs nothing."""
        if self._fitted is None or frame is not self._given:
            self._given = frame
            self._fitted = frame if self._fits(frame) else self._filtered(frame)
        return self._fitted

    def _fits(self, frame: VideoFrame) -> bool:
        return (
            frame.format.name == "yuv420p"
            and (frame.width, frame.height) == (self._canvas.width, self._canvas.height)
            and self._aspect == Fraction(frame.width, frame.height)
            and frame.rotation == 0
            and _matrix(frame) == Colorspace.ITU709
            and frame.color_range != ColorRange.JPEG
        )

    def _filtered(self, frame: VideoFrame) -> VideoFrame:
        kind = (
            frame.width,
            frame.height,
            frame.format.name,
            frame.rotation,
            frame.colorspace,
            frame.color_range,
        )
        if kind != self._graph_is_for:
            self._graph, self._graph_is_for = self._graph_for(frame), kind
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _graph_for(self, frame: VideoFrame) -> Graph:
        width, height = self._fitted_size()
        left, top = _even((self._canvas.width - width) / 2), _even((self._canvas.height - height) / 2)
        coded = "bt709" if _matrix(frame) == Colorspace.ITU709 else "auto"
        graph = Graph()
        source = graph.add(
            "buffer",
            video_size=f"{frame.width}x{frame.height}",
            pix_fmt=frame.format.name,
            time_base=str(frame.time_base or 1),
            colorspace=str(int(frame.colorspace)),
            range=str(int(frame.color_range)),
        )
        steps = (
            *_UPRIGHT[round(frame.rotation / 90) * 90 % 360],
            ("scale", f"{width}:{height}:in_color_matrix={coded}:out_color_matrix=bt709:out_range=tv"),
            ("format", "yuv420p"),
            ("pad", f"{self._canvas.width}:{self._canvas.height}:{left}:{top}"),
            ("buffersink", ""),
        )
        graph.link_nodes(source, *(graph.add(name, arguments or None) for name, arguments in steps))
        graph.configure()
        return graph

    def _fitted_size(self) -> tuple[int, int]:
        width = min(self._canvas.width, _even(self._canvas.height * self._aspect + 1))
        height = min(self._canvas.height, _even(self._canvas.width / self._aspect + 1))
        return max(2, width), max(2, height)


def _matrix(frame: VideoFrame) -> int:
    """How the colours are coded; where nothing is said, players go by the size."""
    if frame.colorspace != _UNSPECIFIED:
        return frame.colorspace
    return Colorspace.ITU709 if frame.height >= _HIGH_DEFINITION else Colorspace.ITU601


def _even(length: Fraction | float) -> int:
    return int(length) // 2 * 2
