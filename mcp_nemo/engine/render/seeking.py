"""A film decoded from a second on: of what comes before, hardly more than what that is made from."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from math import floor

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mcp_nemo.engine.media import start_of

# More than pictures of H.264 can be out of order.
_LOOKED_AHEAD = 20
# Beside what is shown at the second, the picture before it: television is unwoven with it.
_KEPT = 2


def frames_from(container: InputContainer, stream: VideoStream, second: Fraction) -> Iterator[VideoFrame]:
    """From the key frame before `second`; packets that are damaged are passed over.

    What is shown at `second` is among them, what no other picture needs before that may not be.
    """
    wanted = floor((start_of(container) + second) / (stream.time_base or Fraction(1, 1000)))
    container.seek(wanted, stream=stream)
    # Other codecs do not say for certain what no other picture needs.
    packets = (
        _hastened(container, stream, wanted)
        if stream.codec_context.name == "h264"
        else container.demux(stream)
    )
    for packet in packets:
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def _hastened(
    container: InputContainer, stream: VideoStream, wanted: int
) -> "Iterator[av.Packet[VideoStream]]":
    """Tells the decoder of each packet what it may leave out."""
    coming = container.demux(stream)
    waiting = deque(islice(coming, _LOOKED_AHEAD))
    while waiting:
        packet = waiting.popleft()
        stream.codec_context.skip_frame = "NONREF" if _is_passed(packet, waiting, wanted) else "DEFAULT"
        yield packet
        waiting.extend(islice(coming, 1))


def _is_passed(packet: "av.Packet[VideoStream]", later: "deque[av.Packet[VideoStream]]", wanted: int) -> bool:
    """Whether enough others are nearer to what is wanted."""
    if packet.pts is None or packet.pts >= wanted:
        return False
    nearer = (other for other in later if other.pts is not None and packet.pts < other.pts <= wanted)
    return sum(1 for _ in islice(nearer, _KEPT)) == _KEPT
