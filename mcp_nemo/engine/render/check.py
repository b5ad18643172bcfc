"""A finished film, opened again and compared with its plan."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from os import SEEK_CUR
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from mcp_nemo.engine.media import audio_stream, video_stream
from mcp_nemo.engine.render.plan import SAMPLE_RATE, RenderPlan

_AAC_FRAME = Fraction(1024, SAMPLE_RATE)
_SIZE_FOLLOWS = 1


def check(path: Path, expected: RenderPlan) -> list[str]:
    """What is not as planned, in a few words each; nothing when all is well."""
    try:
        with av.open(path) as container:
            findings = [
                *_picture_findings(video_stream(container), expected),
                *_sound_findings(audio_stream(container), expected),
            ]
    except av.FFmpegError as error:
        return [f"it cannot be opened: {error.strerror}"]
    if not _index_comes_first(path):
        findings.append("its index is not at its beginning")
    return findings


def _picture_findings(stream: VideoStream | None, expected: RenderPlan) -> Iterator[str]:
    if stream is None or stream.codec_context.name != "h264":
        yield "it has no H.264 picture"
        return
    canvas = expected.canvas
    if stream.pix_fmt != "yuv420p":
        yield f"its pixels are {stream.pix_fmt} instead of yuv420p"
    if (stream.width, stream.height) != canvas.stored:
        yield f"it measures {stream.width}x{stream.height} instead of {'x'.join(map(str, canvas.stored))}"
    if abs(_duration(stream) - expected.frames / canvas.rate) > 1 / canvas.rate:
        yield f"its picture lasts {float(_duration(stream)):.2f} s"


def _sound_findings(stream: AudioStream | None, expected: RenderPlan) -> Iterator[str]:
    if stream is None or stream.codec_context.name != "aac":
        yield "it has no AAC sound"
    elif abs(_duration(stream) - Fraction(expected.samples, SAMPLE_RATE)) > _AAC_FRAME:
        yield f"its sound lasts {float(_duration(stream)):.2f} s"


def _duration(stream: VideoStream | AudioStream) -> Fraction:
    return (stream.duration or 0) * (stream.time_base or Fraction(1))


def _index_comes_first(path: Path) -> bool:
    """An MP4 that begins with its index (moov) plays while it is still being loaded."""
    boxes = list(_boxes(path))
    return "moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat")


def _boxes(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        while header := file.read(8):
            size, name = struct.unpack(">I4s", header)
            yield name.decode("latin-1")
            if size == _SIZE_FOLLOWS:
                size = struct.unpack(">Q", file.read(8))[0]
                file.seek(size - 16, SEEK_CUR)
            else:
                file.seek(size - 8, SEEK_CUR)
