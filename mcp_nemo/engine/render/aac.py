"""Sound coded as AAC, a part of it on each core.

A frame of AAC hangs together with the few before it, and with the one after. So every part begins some frames
early and ends some late, and what was coded there is left out: the parts then join without a click.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec import CodecContext
from av.packet import Packet

from mcp_nemo.engine.render.plan import SAMPLE_RATE
from mcp_nemo.engine.render.samples import Samples

FRAME = 1024
_BITS = 192_000
# About 22 seconds.
_PART = 1024 * FRAME
_EARLY, _LATE = 6 * FRAME, 2 * FRAME

Coded = list["Packet[AudioStream]"]


def write_sound(blocks: Iterable[Samples], coder: str, target: Path) -> None:
    """An MP4 of the sound alone; `coder` is FFmpeg's name for a way to search how bits are spent best."""
    with av.open(target, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=SAMPLE_RATE)
        stream.codec_context.layout, stream.codec_context.bit_rate = "stereo", _BITS
        for packet in _in_parallel(_parts(blocks), coder):
            packet.stream = stream
            output.mux(packet)


class _Part(NamedTuple):
    """Samples `start` up to `end` of the sound; `sound` begins with its sample `origin`."""

    start: int
    end: int
    origin: int
    sound: Samples


def _parts(blocks: Iterable[Samples]) -> Iterator[_Part]:
    held: Samples = np.zeros((0, 2), np.float32)
    origin = start = 0
    for block in blocks:
        held = np.concatenate((held, block))
        while origin + len(held) >= start + _PART + _LATE:
            end = start + _PART
            yield _Part(start, end, origin, held[: end + _LATE - origin])
            held, origin, start = held[end - _EARLY - origin :], end - _EARLY, end
    yield _Part(start, origin + len(held) + FRAME, origin, held)


def _in_parallel(parts: Iterable[_Part], coder: str) -> Iterator["Packet[AudioStream]"]:
    cores = os.cpu_count() or 1
    coming: deque[Future[Coded]] = deque()
    with ThreadPoolExecutor(cores) as threads:
        for part in parts:
            coming.append(threads.submit(_coded, part, coder))
            if len(coming) > cores:
                yield from coming.popleft().result()
        while coming:
            yield from coming.popleft().result()


def _coded(part: _Part, coder: str) -> Coded:
    context = _encoder(coder)
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(part.sound.T), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, part.origin, Fraction(1, SAMPLE_RATE)
    # The very first frame comes before the sound begins.
    first = part.start if part.start else -FRAME
    packets = [*context.encode(frame), *context.encode(None)]
    return [packet for packet in packets if packet.pts is not None and first <= packet.pts < part.end]


def _encoder(coder: str) -> AudioCodecContext:
    context = CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.bit_rate = SAMPLE_RATE, "stereo", _BITS
    context.format = "fltp"
    context.options = {"aac_coder": coder}
    return context
