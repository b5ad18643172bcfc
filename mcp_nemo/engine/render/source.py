"""Where pictures come from: films and stills, asked for what they show at a second."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from typing import NamedTuple, Protocol

import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from PIL import Image

from mcp_nemo.engine.media import (
    MediaInfo,
    NotMedia,
    open_drawing,
    open_media,
    open_picture,
    start_of,
    video_stream,
)
from mcp_nemo.engine.render.filters import frames_into
from mcp_nemo.engine.render.seeking import frames_from

# Decoding on is cheaper than seeking when the wanted picture is this near.
_NEAR_SECONDS = 2
# Each holds pictures of its own, which are large, and every core has a worker that decodes.
_THREADS = 2


class BrokenSource(Exception):
    """An upload that was probed well once, and cannot be read now."""

    def __init__(self, media: MediaInfo, reason: str) -> None:
        super().__init__(f"{media.name} {reason}.")


class Source(Protocol):
    @property
    def second(self) -> Fraction:
        """Where it stands: what is shown here, or soon after, is at hand."""
        ...

    def at(self, second: Fraction) -> VideoFrame: ...

    def close(self) -> None: ...


class Still:
    second = Fraction(0)

    def __init__(self, frame: VideoFrame) -> None:
        self._frame = frame

    def at(self, second: Fraction) -> VideoFrame:
        return self._frame

    def close(self) -> None:
        """Nothing is open."""


class _Shown(NamedTuple):
    second: Fraction
    frame: VideoFrame


class Footage:
    """A film, decoded forward; it seeks only for what is behind or far ahead.

    Before its first frame it shows the first, after its end the last.
    """

    _now: _Shown
    _ahead: _Shown | None

    def __init__(self, media: MediaInfo, second: Fraction) -> None:
        """Stands where `second` is shown."""
        self._media = media
        self._container = opened(media)
        stream = video_stream(self._container)
        if stream is None:
            raise BrokenSource(media, "has no picture")
        stream.thread_type, stream.codec_context.thread_count = "AUTO", _THREADS
        self._stream = stream
        self._first = Fraction(0)
        self._seek(self._within(second))

    @property
    def second(self) -> Fraction:
        return self._now.second

    def at(self, second: Fraction) -> VideoFrame:
        second = self._within(second)
        if second < self._now.second or (self._ahead and second > self._ahead.second + _NEAR_SECONDS):
            self._seek(second)
        self._go_on_to(second)
        return self._now.frame

    def close(self) -> None:
        self._container.close()

    def _within(self, second: Fraction) -> Fraction:
        return max(self._first, min(second, Fraction(self._media.duration_ms, 1000)))

    def _seek(self, second: Fraction) -> None:
        self._start_from(second)
        if self._now.second > second:
            # An index may be missing or wrong: what is wanted is then found from the beginning.
            self._start_from(Fraction(0))
            self._first = self._now.second

    def _start_from(self, second: Fraction) -> None:
        beginning = start_of(self._container)
        self._coming = (
            _Shown(frame.pts * frame.time_base - beginning, frame)
            for frame in _progressive(frames_from(self._container, self._stream, second))
            if frame.pts is not None and frame.time_base is not None
        )
        now = next(self._coming, None)
        if now is None:
            raise BrokenSource(self._media, "is damaged: its picture cannot be decoded")
        self._now = now
        self._ahead = next(self._coming, None)
        self._go_on_to(second)

    def _go_on_to(self, second: Fraction) -> None:
        while self._ahead is not None and self._ahead.second <= second:
            self._now, self._ahead = self._ahead, next(self._coming, None)


def open_source(media: MediaInfo, second: Fraction) -> Source:
    """Standing at a second."""
    if media.kind == "video":
        return Footage(media, second)
    with _blamed_on(media):
        picture = open_picture(media.path)
    if picture is None:
        raise BrokenSource(media, "is not an image any more")
    return Still(VideoFrame.from_ndarray(np.asarray(picture), format="rgb24"))


def open_image(media: MediaInfo) -> Image.Image:
    """In RGBA; what is clear stays clear."""
    with _blamed_on(media):
        drawing = open_drawing(media.path)
    if drawing is None:
        raise BrokenSource(media, "is not an image any more")
    return drawing


def opened(media: MediaInfo) -> InputContainer:
    with _blamed_on(media):
        return open_media(media.path)


@contextmanager
def _blamed_on(media: MediaInfo) -> Iterator[None]:
    try:
        yield
    except NotMedia as error:
        raise BrokenSource(media, error.reason) from error
    except OSError as error:
        raise BrokenSource(media, f"cannot be read: {error.strerror}") from error


def _progressive(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """Television weaves two moments into a picture, line by line: the second is replaced."""
    weaver: Graph | None = None
    for frame in frames:
        if weaver is None and not frame.interlaced_frame:
            yield frame
            continue
        weaver = weaver or _deinterlacer(frame)
        weaver.vpush(frame)
        yield from _ready(weaver)
    if weaver is not None:
        weaver.vpush(None)
        yield from _ready(weaver)


def _deinterlacer(frame: VideoFrame) -> Graph:
    graph = Graph()
    graph.link_nodes(
        frames_into(graph, frame),
        graph.add("bwdif", "mode=send_frame:deint=interlaced"),
        graph.add("buffersink"),
    )
    graph.configure()
    return graph


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    with suppress(BlockingIOError, EOFError):
        while True:
            yield graph.vpull()
