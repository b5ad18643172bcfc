"""Carrying out a plan: its frames and samples encoded into one MP4."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from mcp_nemo.engine.render.mastering import finished
from mcp_nemo.engine.render.picture import film
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Quality, RenderPlan
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.titles import missing_from
from mcp_nemo.engine.render.waveform import Outline

_PICTURE_OPTIONS: dict[Quality, dict[str, str]] = {
    "draft": {"preset": "ultrafast", "crf": "28"},
    "high": {"preset": "veryfast", "crf": "20"},
    "max": {"preset": "medium", "crf": "17"},
}
_SOUND_BITS = 192_000
# Twice as fast, and audibly weaker: good enough to look over a draft.
_SOUND_CODERS: dict[Quality, str] = {"draft": "fast", "high": "twoloop", "max": "twoloop"}


def encode(plan: RenderPlan, target: Path, progress: Callable[[float], None]) -> tuple[str, ...]:
    """Write the film to `target`; gives back what could not be done, in sentences."""
    with (
        finished(plan, target.parent) as sound,
        av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as output,
    ):
        pictures, voices = _picture_stream(output, plan), _sound_stream(output, plan)
        packets = heapq.merge(
            _picture_packets(pictures, plan, sound.outline, progress),
            _sound_packets(voices, sound.blocks),
            key=_seconds,
        )
        for packet in packets:
            output.mux(packet)
    return tuple(_warnings(plan))


def _picture_stream(output: OutputContainer, plan: RenderPlan) -> VideoStream:
    stream = output.add_stream("libx264", rate=plan.canvas.rate, options=_PICTURE_OPTIONS[plan.quality])
    stream.width, stream.height = plan.canvas.width, plan.canvas.height
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return stream


def _sound_stream(output: OutputContainer, plan: RenderPlan) -> AudioStream:
    options = {"aac_coder": _SOUND_CODERS[plan.quality]}
    stream = output.add_stream("aac", rate=SAMPLE_RATE, options=options)
    stream.codec_context.layout = "stereo"
    stream.codec_context.bit_rate = _SOUND_BITS
    return stream


def _picture_packets(
    stream: VideoStream, plan: RenderPlan, outline: Outline, progress: Callable[[float], None]
) -> Iterator["Packet[Stream]"]:
    for number, frame in enumerate(film(plan, outline)):
        frame.pts, frame.time_base = number, 1 / plan.canvas.rate
        # Otherwise the key frames of the sources would become key frames here.
        frame.pict_type = PictureType.NONE
        yield from stream.encode(frame)
        progress((number + 1) / plan.frames)
    yield from stream.encode(None)


def _sound_packets(stream: AudioStream, blocks: Iterable[Samples]) -> Iterator["Packet[Stream]"]:
    position = 0
    for block in blocks:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, position, Fraction(1, SAMPLE_RATE)
        position += len(block)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _seconds(packet: "Packet[Stream]") -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _warnings(plan: RenderPlan) -> Iterator[str]:
    missing = missing_from(caption for stretch in plan.stretches for caption in stretch.captions)
    if missing:
        yield f"No typeface on this machine has {' '.join(missing)}: left out of the titles."
