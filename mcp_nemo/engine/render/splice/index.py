"""What the picture of a film holds, packet by packet, read without decoding more than its first frame."""

from bisect import bisect_right
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, takewhile
from math import floor, lcm
from typing import NamedTuple

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mcp_nemo.engine.media import MediaInfo, start_of, video_frames, video_stream
from mcp_nemo.engine.render.fitting import are_coded_for, is_mirrored
from mcp_nemo.engine.render.plan import Canvas
from mcp_nemo.engine.render.source import BrokenSource, opened
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets, units_in
from mcp_nemo.engine.render.splice.units import (
    OTHER_PARAMETERS,
    PARAMETERS,
    REFRESHING,
    SLICES,
    DamagedUnits,
    kind_of,
    units_of,
)


class Unit(NamedTuple):
    """A coded picture; `shown` counts pictures in the order in which they are seen.

    One that `refreshes` (IDR) needs no other, and neither does any after it need one before it: a key frame
    of another kind promises less.
    """

    shown: int
    refreshes: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Coded pictures one after another in a file, which are seen one after another from number `first` on."""

    first: int
    count: int

    @property
    def end(self) -> int:
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class PictureIndex:
    """`units` are in the order of the file, `stamps` in the order in which the pictures are seen.

    Players turn them by so many degrees counterclockwise.
    Stamps are ticks of `tick` seconds, and count from `beginning` of the media on.
    """

    parameters: ParameterSets
    units: tuple[Unit, ...]
    stamps: tuple[int, ...]
    tick: Fraction
    beginning: Fraction
    turned: int = 0

    def shown(self, second: Fraction, every: Fraction, count: int, last: Fraction) -> list[int]:
        """The numbers of the pictures that are seen at so many moments, one `every` so many seconds.

        Before the first picture the first is seen, and after `last` what was seen then.
        """
        start, step = (second + self.beginning) / self.tick, every / self.tick
        # Whole numbers, as fractions take many times as long.
        scale = lcm(start.denominator, step.denominator)
        first, more = int(start * scale), int(step * scale)
        latest = floor((last + self.beginning) / self.tick)
        ticks = (min((first + number * more) // scale, latest) for number in range(count))
        return [max(0, bisect_right(self.stamps, tick) - 1) for tick in ticks]

    def run(self, first: int, end: int) -> Run | None:
        """The longest among the pictures from `first` up to `end` that can be decoded and seen by itself."""
        # What refreshes is decoded in the place in which it is shown: all before it are shown before it.
        fresh = (place for place in range(first, len(self.units)) if self.units[place].refreshes)
        start = next(fresh, None)
        if start is None or self.units[start].shown >= end:
            return None
        beginning = self.units[start].shown
        count, last = 0, beginning
        for number, unit in enumerate(islice(self.units, start, None), 1):
            last = max(last, unit.shown)
            if last >= end or unit.shown < beginning:
                break
            if last - beginning + 1 == number:
                count = number
        return Run(beginning, count) if count else None


def read_index(media: MediaInfo, canvas: Canvas) -> PictureIndex:
    """Raises NotCopied unless the pictures, as they are coded, may stand in a film on this canvas."""
    with opened(media) as container:
        stream = video_stream(container)
        if stream is None or stream.codec_context.name != "h264":
            raise NotCopied("are not H.264")
        frame = next(video_frames(container, stream), None)
        if frame is None:
            raise BrokenSource(media, "is damaged: its picture cannot be decoded")
        _refuse_unlike(frame, media, canvas)
        turned = round(frame.rotation) % 360
    with opened(media) as container:
        stream = video_stream(container)
        assert stream is not None
        told = units_in(stream.codec_context.extradata or b"")
        packets = [_read(packet, told) for packet in container.demux(stream) if packet.size]
        return _index(stream, _seen(packets), start_of(container), turned)


def _refuse_unlike(frame: VideoFrame, media: MediaInfo, canvas: Canvas) -> None:
    if frame.interlaced_frame:
        raise NotCopied("are woven of two moments each")
    if is_mirrored(frame):
        raise NotCopied("are stored mirrored")
    if frame.rotation % 90:
        raise NotCopied("are stored aslant")
    stored = replace(canvas, turned=frame.rotation).stored
    if (frame.width, frame.height) != stored or (media.width, media.height) != (canvas.width, canvas.height):
        raise NotCopied("have another size than the film")
    if not are_coded_for(canvas, frame):
        raise NotCopied("have other colours than the film")


class _Found(NamedTuple):
    stamp: int
    refreshes: bool
    hidden: bool


def _read(packet: "Packet[VideoStream]", told: Set[bytes]) -> _Found:
    """Raises NotCopied where a decoder would have to be told more than the file says at its beginning."""
    if packet.pts is None or packet.is_corrupt:
        raise NotCopied("are damaged in places")
    if packet.has_sidedata("new_extradata"):
        raise NotCopied("change their parameters on the way")
    try:
        kinds = {_kind(unit, told) for unit in units_of(memoryview(packet))}
    except DamagedUnits as error:
        raise NotCopied("are damaged in places") from error
    if not kinds.intersection(SLICES):
        raise NotCopied("are damaged in places")
    return _Found(packet.pts, REFRESHING in kinds, packet.is_discard)


def _kind(unit: memoryview, told: Set[bytes]) -> int:
    kind = kind_of(unit)
    if kind in OTHER_PARAMETERS or (kind in PARAMETERS and bytes(unit) not in told):
        raise NotCopied("change their parameters on the way")
    return kind


def _seen(packets: Sequence[_Found]) -> list[_Found]:
    """Without what an edit list hides at the beginning, and from where it hides the end."""
    stamps = sorted(packet.stamp for packet in packets if not packet.hidden)
    if not stamps or any(packet.hidden and stamps[0] < packet.stamp < stamps[-1] for packet in packets):
        raise NotCopied("are hidden in part")
    later = (packet for packet in packets if packet.stamp >= stamps[0])
    return list(takewhile(lambda packet: not packet.hidden, later))


def _index(stream: VideoStream, packets: Sequence[_Found], beginning: Fraction, turned: int) -> PictureIndex:
    stamps = tuple(sorted(packet.stamp for packet in packets))
    shown = {stamp: number for number, stamp in enumerate(stamps)}
    if len(shown) < len(stamps) or not stream.time_base:
        raise NotCopied("share their times")
    units = tuple(Unit(shown[packet.stamp], packet.refreshes) for packet in packets)
    # How many pictures at most are decoded before one that is shown earlier.
    reordered = max(number - unit.shown for number, unit in enumerate(units))
    parameters = ParameterSets.from_record(stream.codec_context.extradata or b"", reordered)
    if reordered > parameters.reordered:
        # Decoders wait for as many pictures as the parameters say, and for no more.
        raise NotCopied("are further out of order than they say")
    return PictureIndex(parameters, units, stamps, stream.time_base, beginning, turned)
