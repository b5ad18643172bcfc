"""Sound coded as AAC, a part of it on each core.

A frame of AAC hangs together with the few before it, and with the one after. So every part begins some frames
early and ends some late, and what was coded there is left out: the parts then join without a click.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
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
# About 11 seconds.
_PART = 512 * FRAME
_EARLY, _LATE = 6 * FRAME, 2 * FRAME

Coded = list["Packet[AudioStream]"]
# The samples from one place up to another.
Sound = Callable[[int, int], Samples]


def write_sound(sound: Sound, length: int, coder: str, target: Path, told: Callable[[int], None]) -> None:
    """An MP4 of so many samples; `coder` is FFmpeg's name for a way to search how bits are spent best.

    Parts of the sound are asked for in threads; `told` hears how many samples more were coded.
    """
    with av.open(target, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=SAMPLE_RATE)
        stream.codec_context.layout, stream.codec_context.bit_rate = "stereo", _BITS
        for part, packets in _in_parallel(sound, _parts(length), coder):
            for packet in packets:
                packet.stream = stream
                output.mux(packet)
            told(min(part.end, length) - part.start)


class _Part(NamedTuple):
    """Frames from `start` up to `end`, in samples; `heard` is what they are coded from."""

    start: int
    end: int
    heard: tuple[int, int]


def _parts(length: int) -> Iterator[_Part]:
    for start in range(0, length, _PART):
        end = start + _PART
        yield _Part(start, end, (max(0, start - _EARLY), min(end + _LATE, length)))


def _in_parallel(sound: Sound, parts: Iterable[_Part], coder: str) -> Iterator[tuple[_Part, Coded]]:
    cores = os.cpu_count() or 1
    coming: deque[tuple[_Part, Future[Coded]]] = deque()
    with ThreadPoolExecutor(cores) as threads:
        for part in parts:
            coming.append((part, threads.submit(_coded, sound, part, coder)))
            if len(coming) > cores:
                done, packets = coming.popleft()
                yield done, packets.result()
        for done, packets in coming:
            yield done, packets.result()


def _coded(sound: Sound, part: _Part, coder: str) -> Coded:
    context = _encoder(coder)
    channels = np.ascontiguousarray(sound(*part.heard).T)
    frame = AudioFrame.from_ndarray(channels, format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, part.heard[0], Fraction(1, SAMPLE_RATE)
    # The very first frame comes before the sound begins.
    first = part.start or -FRAME
    packets = [*context.encode(frame), *context.encode(None)]
    return [packet for packet in packets if packet.pts is not None and first <= packet.pts < part.end]


def _encoder(coder: str) -> AudioCodecContext:
    context = CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.bit_rate = SAMPLE_RATE, "stereo", _BITS
    context.format = "fltp"
    context.options = {"aac_coder": coder}
    return context
