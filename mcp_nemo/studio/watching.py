"""Where the picture of a film is black or stands still, told without decoding all of it.

Key frames are decoded. That nothing moves until the next is told by how few bytes the frames between take.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from mcp_nemo.studio.stretches import Stretch, told

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Brightness is looked at on so small a copy, from 0 to 255.
_SIZE: Final = (64, 36)
_BLACK: Final = 24
# By how much a still picture may differ from one key frame to the next.
_FLICKER: Final = 2.0


class _Shown(NamedTuple):
    """A packet, by when it is shown, in seconds."""

    start: float
    end: float
    pts: int
    is_key: bool
    is_quiet: bool


class _Look(NamedTuple):
    """The brightness of a picture, row by row."""

    pixels: bytes

    @property
    def is_black(self) -> bool:
        return max(self.pixels) < _BLACK

    def is_like(self, other: "_Look") -> bool:
        apart = sum(abs(one - two) for one, two in zip(self.pixels, other.pixels, strict=True))
        return apart / len(self.pixels) < _FLICKER


@dataclass(frozen=True, slots=True)
class _Still:
    """A stretch in which the picture stays as it looks at its start; None: not decoded."""

    stretch: Stretch
    look: _Look | None


@dataclass(slots=True)
class Watching:
    stream: "VideoStream"
    _shown: list[_Shown] = field(default_factory=list)
    _keys: dict[int, _Look] = field(default_factory=dict)
    _quiet_bytes: int = 0

    def __post_init__(self) -> None:
        self.stream.codec_context.skip_frame = "NONKEY"
        # A frame in which every block stays as it is takes some bits for each row of blocks.
        self._quiet_bytes = 48 + self.stream.width * self.stream.height // (256 * 32)

    def take(self, packet: "Packet[VideoStream]") -> None:
        for frame in packet.decode():
            if frame.pts is not None:
                self._keys[frame.pts] = _look(frame)
        if packet.pts is not None:
            start, end = (
                packet.pts * packet.time_base,
                (packet.pts + (packet.duration or 0)) * packet.time_base,
            )
            is_quiet = not packet.is_keyframe and packet.size <= self._quiet_bytes
            self._shown.append(
                _Shown(float(start), float(end), packet.pts, bool(packet.is_keyframe), is_quiet)
            )

    @property
    def seconds(self) -> float:
        """How long the picture is shown, as far as it was taken."""
        ends = [shown.end for shown in self._shown]
        return max(ends) - min(shown.start for shown in self._shown) if ends else 0

    def notes(self, path: Path, until: float) -> list[str]:
        """`until` is when to stop looking, as `time.monotonic` counts."""
        found = list(_joined(_with_looks(path, _joined(self._stills()), until)))
        black = [still.stretch for still in found if still.look and still.look.is_black]
        frozen = [still.stretch for still in found if still.look and not still.look.is_black]
        return [*told("black", black), *told("frozen", frozen)]

    def _stills(self) -> Iterator[_Still]:
        """One begins with each key frame, and with each frame that changes something."""
        begun = 0
        shown = sorted(self._shown)
        numbers = [begun := begun + (not packet.is_quiet) for packet in shown]
        for _, numbered in groupby(zip(numbers, shown, strict=True), key=lambda pair: pair[0]):
            packets = [packet for _, packet in numbered]
            first = packets[0]
            yield _Still(Stretch(first.start, packets[-1].end), self._keys.get(first.pts))


def _joined(stills: Iterator[_Still]) -> Iterator[_Still]:
    """Neighbours that look the same are one."""
    last: _Still | None = None
    for still in stills:
        if last and last.look and still.look and last.look.is_like(still.look):
            last = replace(last, stretch=Stretch(last.stretch.start, still.stretch.end))
            continue
        if last:
            yield last
        last = still
    if last:
        yield last


def _with_looks(path: Path, stills: Iterable[_Still], until: float) -> Iterator[_Still]:
    """The long ones that began between key frames are looked at too."""
    for still in stills:
        if still.look is None and still.stretch.is_long:
            yield replace(still, look=_look_at(path, still.stretch, until))
        else:
            yield still


def _look_at(path: Path, stretch: Stretch, until: float) -> _Look | None:
    import av

    middle = (stretch.start + stretch.end) / 2
    with suppress(av.error.FFmpegError), av.open(str(path)) as container:
        container.seek(round(middle * av.time_base))
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= middle:
                return _look(frame)
            if time.monotonic() > until:
                break
    return None


def _look(frame: "VideoFrame") -> _Look:
    return _Look(frame.reformat(*_SIZE, format="gray").to_ndarray().tobytes())
