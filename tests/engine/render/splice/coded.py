"""Films coded in ways a test chooses, and what a decoder makes of them."""

import hashlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.render.plan import Canvas
from mcp_nemo.engine.render.splice.bits import BitReader, digits_of, nal_unit, payload
from mcp_nemo.engine.render.splice.parameters import ParameterSets
from tests.media import Picture

SIZE = (160, 96)
RATE = Fraction(30)
CANVAS = Canvas(*SIZE, RATE)
UNTAGGED, NTSC, PAL = Colours(2, 2, 2), Colours(6, 6, 6), Colours(5, 5, 5)
# What may begin a copy comes every twenty pictures.
GROUPS = "keyint=20:scenecut=0"


def moving(number: int) -> Picture:
    """No two of the first thousand are the same, and each differs from the next in many places."""
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, number * 7 % (width - 20) :][:, :20] = 255
    picture[number * 3 % (height - 10) :][:10] = (number % 250, 99, 200)
    return picture


def coded(
    path: Path,
    frames: int = 60,
    *,
    start: int = 0,
    rate: Fraction = RATE,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    colours: Colours = BT709,
    times: Iterable[int] | None = None,
    grain: int = 1,
    profile: str = "",
    params: str = "",
    draw: Callable[[int], Picture] = moving,
) -> MediaInfo:
    """Of pictures from number `start` on; `times` are in frames, or in
    parts of them where there is a `grain`; `params` are for x264."""
    asked = {"preset": "veryfast", "profile": profile, "x264-params": params}
    options = {name: value for name, value in asked.items() if value and codec == "libx264"}
    with av.open(path, "w") as output:
        stream = output.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        (stream.height, stream.width, _), stream.pix_fmt = draw(start).shape, pixels
        tag(stream, colours)
        for number, time in zip(range(frames), times or range(frames), strict=True):
            frame = _in_colours(draw(start + number), pixels, colours)
            frame.pts, frame.time_base = time, 1 / rate / grain
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return probe(path, id=path.name)


def _in_colours(picture: Picture, pixels: str, colours: Colours) -> VideoFrame:
    is_new = colours.matrix_at(picture.shape[0]) == "bt709"
    return VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format=pixels,
        dst_colorspace=Colorspace.ITU709 if is_new else Colorspace.ITU601,
        dst_color_range=ColorRange.JPEG if colours.full_range else ColorRange.MPEG,
    )


def tag(stream: VideoStream, colours: Colours) -> None:
    context = stream.codec_context
    context.colorspace, context.color_primaries = colours.matrix, colours.primaries
    context.color_trc, context.color_range = colours.transfer, 2 if colours.full_range else 1


def one_after_another(paths: Iterable[Path], target: Path) -> MediaInfo:
    """As `ffmpeg -f concat -c copy` does it with transport streams: the parameters are told again before key
    frames, and delimiters stand before all pictures."""
    with av.open(target, "w") as output:
        stream, reached = None, 0
        for path in paths:
            broadcast = _remuxed(path, path.with_suffix(".ts"))
            with av.open(broadcast) as container:
                stream = stream or output.add_stream_from_template(container.streams.video[0])
                packets = [packet for packet in container.demux(video=0) if packet.size]
            begins = min(packet.pts or 0 for packet in packets)
            for packet in packets:
                packet.pts = (packet.pts or 0) - begins + reached
                packet.dts = (packet.dts or 0) - begins + reached
                packet.stream = stream
                output.mux(packet)
            reached += round(len(packets) / RATE / packets[0].time_base)
    return probe(target, id=target.name)


def silenced(source: Path, target: Path, *, is_described: bool = True) -> MediaInfo:
    """The same film from hardware that does not say how far its pictures are out of order, or, unless it
    `is_described`, anything of the use of its pictures."""
    record = record_of(source)
    length = int.from_bytes(record[6:8], "big")
    spoken = record[8 : 8 + length]
    silent = _without_order(spoken) if is_described else _without_use(spoken)
    changed = record[:6] + len(silent).to_bytes(2, "big") + silent + record[8 + length :]
    return probe(_remuxed(source, target, changed), id=target.name)


def _without_order(unit: bytes) -> bytes:
    """What is said of it comes last: four numbers that are limits, how far, and how many are kept."""
    digits = _digits(payload(unit)).rstrip("0")
    vectors, far, kept = (map(digits_of, range(17)) for _ in range(3))
    ends = ("111" + one * 2 + two + three + "1" for one, two, three in product(vectors, far, kept))
    said = max((end for end in ends if digits.endswith("1" + end)), key=len)
    return nal_unit(unit[0], digits.removesuffix("1" + said) + "0")


def _without_use(unit: bytes) -> bytes:
    """For pictures in Main whose sides are whole blocks."""
    reader = BitReader(payload(unit))
    reader.bits(24), reader.unsigned(), reader.unsigned()
    if reader.unsigned() == 0:
        reader.unsigned()
    reader.unsigned(), reader.flag(), reader.unsigned(), reader.unsigned(), reader.bits(3)
    return nal_unit(unit[0], _digits(payload(unit))[: -reader.left] + "0")


def _digits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def _remuxed(path: Path, target: Path, record: bytes | None = None) -> Path:
    with av.open(path) as container, av.open(target, "w") as output:
        stream = output.add_stream_from_template(container.streams.video[0])
        if record is not None:
            stream.codec_context.extradata = record
        for packet in container.demux(video=0):
            packet.stream = stream
            if packet.size:
                output.mux(packet)
    return target


def parameters_of(path: Path) -> ParameterSets:
    return ParameterSets.from_record(record_of(path))


def record_of(path: Path) -> bytes:
    with av.open(path) as container:
        return container.streams.video[0].codec_context.extradata or b""


def prints(path: Path) -> list[str]:
    """A fingerprint of each picture, in the order in which they are shown."""
    with av.open(path) as container:
        frames = [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]
    return [hashlib.sha256(frame).hexdigest()[:16] for frame in frames]
