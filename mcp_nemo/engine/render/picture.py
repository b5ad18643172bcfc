"""The picture of a film: what its stretches show, frame after frame."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from fractions import Fraction

from av.video.frame import VideoFrame

from mcp_nemo.engine.draft import FadeColor
from mcp_nemo.engine.render.colours import Yuv, yuv_of
from mcp_nemo.engine.render.compositing import Sheet
from mcp_nemo.engine.render.fitting import Fitter
from mcp_nemo.engine.render.overlays import overlaid
from mcp_nemo.engine.render.plan import Canvas, Ground, Shot, Stretch
from mcp_nemo.engine.render.source import open_source
from mcp_nemo.engine.render.titles import letter
from mcp_nemo.engine.render.waveform import Outline, waveform

# Greys are the same in every matrix.
_VEILS: dict[FadeColor, Yuv] = {"black": (16, 128, 128), "white": (235, 128, 128)}


def film(stretches: Iterable[Stretch], canvas: Canvas, outline: Outline) -> Generator[VideoFrame, None, None]:
    """Every frame, in order, in yuv420p and the matrix of the canvas; a frame may come more than once."""
    with closing(Reels(canvas)) as reels:
        for stretch in stretches:
            yield from pictures(stretch, canvas, outline, reels)


def pictures(stretch: Stretch, canvas: Canvas, outline: Outline, reels: "Reels") -> Iterator[VideoFrame]:
    """The frames of one stretch; it needs no other stretch, and nothing but data and files."""
    views = [
        _View(shot, reel, canvas) for shot, reel in zip(stretch.shots, reels.take(stretch.shots), strict=True)
    ]
    for number in range(stretch.start, stretch.end):
        if stretch.only_shot and not stretch.only_shot.zoom:
            yield views[0].frame(number - stretch.start)
            continue
        sheets = [view.sheet(number - stretch.start, number) for view in views]
        yield _composed(stretch, sheets or [_ground(stretch.ground, canvas, outline, number)], number, canvas)


class Reels:
    """The media that are being shown; what goes on running stays open from one stretch to the next."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._running: list[_Reel] = []

    def take(self, shots: Sequence[Shot]) -> list["_Reel"]:
        """One for each shot; those that no shot needs are closed."""
        waiting, self._running = self._running, []
        for shot in shots:
            fitting = (reel for reel in waiting if reel.suits(shot))
            nearest = min(fitting, key=lambda reel: abs(reel.second - shot.source_start), default=None)
            if nearest is not None:
                waiting.remove(nearest)
            self._running.append(nearest or _Reel(shot, self._canvas))
        for reel in waiting:
            reel.close()
        return self._running

    def close(self) -> None:
        self.take(())


class _Reel:
    """Media, and the way their pictures are brought to the canvas."""

    def __init__(self, shot: Shot, canvas: Canvas) -> None:
        self._for = (shot.media, shot.framing)
        self._source = open_source(shot.media, shot.source_start)
        self._fitter = Fitter(canvas, shot.media, shot.framing)

    @property
    def second(self) -> Fraction:
        return self._source.second

    def suits(self, shot: Shot) -> bool:
        return self._for == (shot.media, shot.framing)

    def at(self, second: Fraction) -> VideoFrame:
        return self._fitter.fit(self._source.at(second))

    def close(self) -> None:
        self._source.close()


class _View:
    """One shot on its reel."""

    def __init__(self, shot: Shot, reel: _Reel, canvas: Canvas) -> None:
        self._shot, self._reel, self._canvas = shot, reel, canvas

    def frame(self, offset: int) -> VideoFrame:
        """`offset` is counted from the beginning of the stretch."""
        return self._reel.at(self._shot.second_at(offset, self._canvas.rate))

    def sheet(self, offset: int, number: int) -> Sheet:
        """Zoomed as far as it is by the film's frame `number`."""
        sheet = Sheet.of(self.frame(offset))
        if self._shot.zoom is None:
            return sheet
        return sheet.zoomed(self._shot.zoom.at(number), self._canvas.width, self._canvas.height)


def _ground(ground: Ground, canvas: Canvas, outline: Outline, number: int) -> Sheet:
    if ground.waveform_until:
        return waveform(outline, ground, canvas, number)
    return Sheet.plain(yuv_of(ground.color, canvas.matrix), canvas.width, canvas.height)


def _composed(stretch: Stretch, sheets: Sequence[Sheet], number: int, canvas: Canvas) -> VideoFrame:
    sheet = sheets[0]
    if stretch.blend:
        sheet.blend(sheets[1], stretch.blend.at(number))
    for stamp in stretch.stamps:
        sheet.lay(overlaid(stamp, canvas), stamp.opacity)
    for caption in stretch.captions:
        sheet.lay(letter(caption.text, caption.style, canvas), caption.opacity(number))
    for veil in stretch.veils:
        sheet.veil(_VEILS[veil.color], veil.strength.at(number))
    return sheet.frame
