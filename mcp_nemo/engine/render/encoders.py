"""Who encodes the pictures: x264, or the machine's own hardware where that was asked for and works."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, NamedTuple, TypeAlias

import av
from av.codec.hwaccel import HWAccel
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mcp_nemo.engine.render.failures import EncoderFailed
from mcp_nemo.engine.render.plan import Canvas, Quality
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets

Encoder = Literal["x264", "nvenc", "videotoolbox", "qsv", "amf", "vaapi"]
AskedEncoder: TypeAlias = Encoder | Literal["auto"]

_HARDWARE: tuple[Encoder, ...] = ("nvenc", "videotoolbox", "qsv", "amf", "vaapi")
_TRIED_FRAMES = 3
# Each codes a part of every picture by itself: many would code it worse.
_MOST_THREADS = 4


@dataclass(frozen=True, slots=True)
class _Codec:
    """FFmpeg's name and options; frames are handed over as `pixels`, or uploaded to a `device`."""

    name: str
    qualities: dict[Quality, dict[str, str]]
    pixels: str = "yuv420p"
    device: str = ""


def _graded(draft: str, high: str, most: str) -> dict[Quality, dict[str, str]]:
    """Options as `name=value:…`."""
    written: dict[Quality, str] = {"draft": draft, "high": high, "max": most}
    return {
        quality: dict(option.split("=", 1) for option in options.split(":"))
        for quality, options in written.items()
    }


# Hardware gives no picture that needs later ones, so its films join like those of x264 whatever it says.
_PLAIN = "profile=high:bf=0:g=250"
# Constant quality, each in the encoder's own terms; 118 is FFmpeg's unit of it.
_CODECS: dict[Encoder, _Codec] = {
    "x264": _Codec(
        "libx264",
        # Without CABAC a draft would be larger than the film itself.
        _graded("preset=ultrafast:crf=30:coder=cabac", "preset=veryfast:crf=20", "preset=medium:crf=17"),
    ),
    "nvenc": _Codec(
        "h264_nvenc",
        _graded(
            f"preset=p1:rc=vbr:cq=30:b=0:{_PLAIN}",
            f"preset=p4:rc=vbr:cq=22:b=0:{_PLAIN}",
            f"preset=p6:rc=vbr:cq=19:b=0:{_PLAIN}",
        ),
    ),
    "videotoolbox": _Codec(
        "h264_videotoolbox",
        _graded(
            f"flags=+qscale:global_quality={45 * 118}:{_PLAIN}",
            f"flags=+qscale:global_quality={65 * 118}:{_PLAIN}",
            f"flags=+qscale:global_quality={78 * 118}:{_PLAIN}",
        ),
    ),
    "qsv": _Codec(
        "h264_qsv",
        _graded(
            f"preset=veryfast:global_quality=30:{_PLAIN}",
            f"preset=medium:global_quality=22:{_PLAIN}",
            f"preset=slower:global_quality=19:{_PLAIN}",
        ),
        pixels="nv12",
    ),
    "amf": _Codec(
        "h264_amf",
        _graded(
            f"quality=speed:rc=cqp:qp_i=30:qp_p=30:{_PLAIN}",
            f"quality=balanced:rc=cqp:qp_i=22:qp_p=22:{_PLAIN}",
            f"quality=quality:rc=cqp:qp_i=19:qp_p=19:{_PLAIN}",
        ),
        pixels="nv12",
    ),
    "vaapi": _Codec(
        "h264_vaapi",
        _graded(f"rc_mode=CQP:qp=30:{_PLAIN}", f"rc_mode=CQP:qp=22:{_PLAIN}", f"rc_mode=CQP:qp=19:{_PLAIN}"),
        pixels="nv12",
        device="vaapi",
    ),
}


class Choice(NamedTuple):
    """`warning` is a sentence when it is not what was asked for, else empty."""

    encoder: Encoder
    warning: str = ""


def chosen(asked: AskedEncoder, works: Callable[[Encoder], bool]) -> Choice:
    """With `auto`, the first hardware that works; nothing was promised when there is none."""
    if asked == "auto":
        return Choice(next(filter(works, _HARDWARE), "x264"))
    if asked == "x264" or works(asked):
        return Choice(asked)
    return Choice("x264", refusal(asked))


def refusal(asked: str) -> str:
    return f"The encoder {asked} does not work on this machine: libx264 encoded the pictures."


def works_here(encoder: Encoder, canvas: Canvas, quality: Quality) -> bool:
    """Whether it encodes a few frames of the size, in a way that can be joined and decoded."""
    file = BytesIO()
    try:
        with av.open(file, "w", format="mp4") as output:
            stream = add_picture(output, encoder, canvas, quality, 1)
            for number in range(_TRIED_FRAMES):
                frame = VideoFrame(canvas.width, canvas.height, "yuv420p")
                frame.pts, frame.time_base = number, 1 / canvas.rate
                output.mux(encoded(stream, frame, encoder))
            output.mux(encoded(stream, None, encoder))
        with av.open(BytesIO(file.getvalue()), "r") as made:
            ParameterSets.from_record(made.streams.video[0].codec_context.extradata or b"")
            return sum(1 for _ in made.decode(video=0)) == _TRIED_FRAMES
    except (EncoderFailed, NotCopied, av.FFmpegError):
        return False


def add_picture(
    output: OutputContainer,
    encoder: Encoder,
    canvas: Canvas,
    quality: Quality,
    threads: int,
    x264_params: str = "",
) -> VideoStream:
    """H.264 as the canvas has it stored; raises EncoderFailed where there is no such hardware."""
    codec = _CODECS[encoder]
    options = dict(codec.qualities[quality])
    if encoder == "x264" and x264_params:
        options["x264-params"] = x264_params
    with _blamed_on(encoder):
        device = HWAccel(codec.device) if codec.device else None
        stream = output.add_stream(codec.name, rate=canvas.rate, options=options, hwaccel=device)
        assert isinstance(stream, VideoStream)
    (stream.width, stream.height), stream.pix_fmt = canvas.stored, codec.pixels
    context = stream.codec_context
    context.thread_count = min(_MOST_THREADS, threads)
    canvas.colours.tag(context)
    return stream


def encoded(
    stream: VideoStream, frame: VideoFrame | None, encoder: Encoder
) -> "list[av.Packet[VideoStream]]":
    with _blamed_on(encoder):
        return stream.encode(frame)


@contextmanager
def _blamed_on(encoder: Encoder) -> Iterator[None]:
    """Hardware fails in many ways: x264 is there in any case."""
    try:
        yield
    except (av.FFmpegError, ValueError, RuntimeError) as error:
        if encoder == "x264":
            raise
        raise EncoderFailed(encoder) from error
