"""Films such as phones, cameras and televisions make, and few encoders by themselves."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tests.media import SAMPLE_RATE, Picture, Samples

_MILLISECOND = Fraction(1, 1000)
_FRAMES_A_SECOND = 30


def make_film(
    path: Path,
    pictures: Iterable[VideoFrame | Picture],
    *,
    pixels: str = "yuv420p",
    codec: str = "libx264",
    transfer: ColorTrc | None = None,
    full_range: bool = False,
    interlaced: bool = False,
    times_ms: Iterable[float] | None = None,
) -> Path:
    """Without times, 30 frames a second."""
    frames = [
        picture if isinstance(picture, VideoFrame) else VideoFrame.from_ndarray(picture, format="rgb24")
        for picture in pictures
    ]
    times = list(times_ms or (number * 1000 / _FRAMES_A_SECOND for number in range(len(frames))))
    with av.open(path, "w") as output:
        stream = output.add_stream(codec, rate=_FRAMES_A_SECOND, options={"crf": "10", "preset": "ultrafast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, pixels
        stream.codec_context.time_base = _MILLISECOND
        _describe(stream, transfer, full_range)
        if interlaced:
            stream.codec_context.options = {**stream.codec_context.options, "x264-params": "tff=1"}
        for frame, time in zip(frames, times, strict=True):
            frame.pts, frame.time_base = round(time), _MILLISECOND
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _describe(stream: VideoStream, transfer: ColorTrc | None, full_range: bool) -> None:
    context = stream.codec_context
    if full_range:
        context.color_range = ColorRange.JPEG
    if transfer is not None:
        context.color_trc, context.color_primaries = transfer, ColorPrimaries.BT2020
        context.colorspace = Colorspace.BT2020


def grey_in_ten_bits(level: float, size: tuple[int, int] = (64, 36)) -> VideoFrame:
    """`level` from 0, black, to 1, the highest the narrow range has."""
    width, height = size
    frame = VideoFrame(width, height, "yuv420p10le")
    for plane, code in zip(frame.planes, (round(64 + 876 * level), 512, 512), strict=True):
        plane.update(np.full(plane.buffer_size // 2, code, np.uint16).tobytes())
    return frame


def as_pq(nits: float) -> float:
    """How SMPTE ST 2084 codes so much light, from 0 to 1."""
    light = (nits / 10_000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * light) / (1 + 18.6875 * light)) ** 78.84375)


def weave(first: Picture, second: Picture) -> Picture:
    """The even lines of one picture and the odd lines of another."""
    woven: NDArray[np.uint8] = first.copy()
    woven[1::2] = second[1::2]
    return woven


def make_surround(path: Path, channels: Samples) -> Path:
    """From (n, 6): left, right, centre, bass, and the two behind."""
    with av.open(path, "w") as output:
        stream = output.add_stream("aac", rate=SAMPLE_RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "5.1"
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(channels.T), format="fltp", layout="5.1")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def start_at(source: Path, target: Path, first_ms: int) -> Path:
    """The same packets, so much earlier on their clock; in an MP4, an edit list hides what is before 0."""
    with av.open(source) as container, av.open(target, "w") as output:
        copies = {stream.index: output.add_stream_from_template(stream) for stream in container.streams}
        for packet in container.demux():
            if packet.dts is None or packet.pts is None:
                continue
            shift = round(Fraction(first_ms, 1000) / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = copies[packet.stream_index]
            output.mux(packet)
    return target
