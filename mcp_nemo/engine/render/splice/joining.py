"""Coded pictures and coded sound from several files, put into one MP4 without decoding any of it."""

import heapq
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Set
from contextlib import ExitStack, closing
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import dropwhile, islice
from pathlib import Path
from typing import TypeAlias, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from mcp_nemo.engine.media import NotMedia, audio_stream, open_media, video_stream
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Canvas
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets, units_in
from mcp_nemo.engine.render.splice.units import DamagedUnits, without_repeats

Kind = TypeVar("Kind", VideoStream, AudioStream)
# When a packet is decoded, and which stream is its own.
_Timed: TypeAlias = "tuple[int, int, Packet[VideoStream] | Packet[AudioStream]]"
# Told as pictures are joined: how many since it was told last.
Told = Callable[[int], None]

# How far before a picture its key frame is looked for: what is decoded early lies earlier in the file.
_SEEK_MARGIN = 2
_AAC_FRAME = 1024
# The index needs at most so much for each picture or frame of sound, and so much for all the rest.
_INDEX_BYTES_EACH, _INDEX_BYTES = 40, 16_384
_MOST_OPEN = 16


class Unjoinable(Exception):
    """A part is not what it was when the film was planned; the message says which, in a few words."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many coded pictures of a file: those that are shown at `stamps`, in ticks of the file.

    Without stamps the file is a part from beginning to end, whose pictures come at the rate of the film.
    `reordered` is how far the file's pictures are out of order, should it not say so itself.
    """

    path: Path
    count: int
    stamps: tuple[int, ...] = ()
    reordered: int | None = None


def join(
    parts: Sequence[Part], sound: Path, canvas: Canvas, target: Path, told: Told = lambda more: None
) -> None:
    """The parts one after another, as films on this canvas, and the sound of a file beside them."""
    rate = canvas.rate
    pictures = sum(part.count for part in parts)
    with ExitStack() as stack:
        files = stack.enter_context(closing(_Files()))
        parameters = _parameters_of(files, parts)
        voice = stack.enter_context(_opened(sound))
        output = stack.enter_context(av.open(target, "w", format="mp4", options=_layout(pictures / rate)))
        picture_stream = output.add_stream_from_template(_picture_of(files.opened(parts[0].path)))
        _describe(picture_stream, parameters, canvas)
        heard = audio_stream(voice)
        assert heard is not None
        sound_stream = output.add_stream_from_template(heard)
        seen = stack.enter_context(closing(_pictures(files, parts, rate, parameters)))
        # Of a clock that both keep time by, a picture lasts so many ticks, and a tick of the sound so many.
        shared = 1 / (rate * (heard.time_base or 1))
        both: tuple[Iterator[_Timed], ...] = (
            _timed(_told(seen, told), picture_stream, shared.numerator),
            _timed(voice.demux(heard), sound_stream, shared.denominator),
        )
        for _, _, packet in heapq.merge(*both):
            output.mux(packet)


class _Files:
    """The files of parts, of which the last few stay open: libavformat decodes the beginning of each."""

    def __init__(self) -> None:
        self._open: OrderedDict[Path, InputContainer] = OrderedDict()

    def opened(self, path: Path) -> InputContainer:
        """Somewhere in the file; it is closed here."""
        container = self._open.pop(path, None) or _opened(path)
        self._open[path] = container
        if len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)[1].close()
        return container

    def close(self) -> None:
        for container in self._open.values():
            container.close()


def _parameters_of(files: _Files, parts: Iterable[Part]) -> ParameterSets:
    found = []
    for path, reordered in dict.fromkeys((part.path, part.reordered) for part in parts):
        try:
            found.append(ParameterSets.from_record(_record_of(files.opened(path)), reordered))
        except NotCopied as error:
            raise Unjoinable(f"{path.name} has other parameters than were planned") from error
    try:
        return reduce(ParameterSets.joined, found)
    except NotCopied as error:
        raise Unjoinable("the parts have parameters that do not go together") from error


def _layout(seconds: Fraction) -> dict[str, str]:
    """Room for the index at the beginning: to move it there afterwards would copy the film once more."""
    frames = seconds * 60 + seconds * SAMPLE_RATE / _AAC_FRAME
    return {"moov_size": str(_INDEX_BYTES + round(frames) * _INDEX_BYTES_EACH)}


def _describe(stream: VideoStream, parameters: ParameterSets, canvas: Canvas) -> None:
    stream.codec_context.extradata = parameters.to_record()
    canvas.colours.tag(stream.codec_context)
    if canvas.turned:
        stream.set_display_rotation(canvas.turned)
    stream.time_base = 1 / canvas.rate


def _pictures(
    files: _Files, parts: Iterable[Part], rate: Fraction, parameters: ParameterSets
) -> Generator["Packet[VideoStream]", None, None]:
    """In the order of decoding, a picture in each place: none is decoded after it is shown."""
    start, tick = 0, 1 / rate
    delay = parameters.reordered
    for part in parts:
        container = files.opened(part.path)
        told = units_in(_record_of(container))
        for place, (packet, shown) in enumerate(_numbered(container, part, rate), start):
            bare = _bare(packet, told, part)
            bare.dts, bare.pts, bare.duration = place - delay, start + shown, 1
            bare.time_base = tick
            if bare.pts < bare.dts:
                raise Unjoinable(f"{part.path.name} is further out of order than it says")
            yield bare
        start += part.count


def _bare(packet: "Packet[VideoStream]", told: Set[bytes], part: Part) -> "Packet[VideoStream]":
    try:
        return without_repeats(packet, told)
    except DamagedUnits as error:
        raise Unjoinable(f"{part.path.name} has other pictures than were planned") from error


def _numbered(
    container: InputContainer, part: Part, rate: Fraction
) -> Iterator[tuple["Packet[VideoStream]", int]]:
    """The packets of a part, each with the place of its picture among those of the part."""
    missing = set(range(part.count))
    places = {stamp: place for place, stamp in enumerate(part.stamps)}
    first: int | None = None
    for packet in _packets(container, part):
        assert packet.pts is not None
        first = packet.pts if first is None else first
        passed = packet.pts - first
        shown = places.get(packet.pts) if places else round(passed * packet.time_base * rate)
        if shown is None or shown not in missing:
            raise Unjoinable(f"{part.path.name} has other pictures than were planned")
        missing.remove(shown)
        yield packet, shown
    if missing:
        raise Unjoinable(f"{part.path.name} has fewer pictures than were planned")


def _packets(container: InputContainer, part: Part) -> Iterator["Packet[VideoStream]"]:
    stream = _picture_of(container)
    coded = (packet for packet in container.demux(stream) if packet.size)
    start = 0
    if part.stamps and stream.time_base:
        start = part.stamps[0] - round(_SEEK_MARGIN / stream.time_base)
    container.seek(start, stream=stream)
    if not part.stamps:
        return coded
    return islice(dropwhile(lambda packet: packet.pts != part.stamps[0], coded), part.count)


def _opened(path: Path) -> InputContainer:
    try:
        return open_media(path)
    except NotMedia as error:
        raise Unjoinable(f"{path.name} {error.reason}") from error


def _record_of(container: InputContainer) -> bytes:
    return _picture_of(container).codec_context.extradata or b""


def _picture_of(container: InputContainer) -> VideoStream:
    stream = video_stream(container)
    if stream is None:
        raise Unjoinable(f"{Path(container.name).name} has no picture")
    return stream


def _told(packets: Iterable["Packet[VideoStream]"], told: Told) -> Iterator["Packet[VideoStream]"]:
    for packet in packets:
        yield packet
        told(1)


def _timed(packets: Iterable["Packet[Kind]"], stream: Kind, ticks: int) -> Iterator[_Timed]:
    index = stream.index
    for packet in packets:
        if packet.size:
            packet.stream = stream
            yield (packet.dts or 0) * ticks, index, packet
