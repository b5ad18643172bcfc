"""Where the picture of a film is black or stands still, told without decoding much of it.

That nothing moves is told by how few bytes the frames between key frames take; only pictures of such
stretches are decoded.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from mcp_nemo.studio.stretches import Stretch, told

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Brightness is looked at on so small a copy, from 0 to 255.
_SIZE: Final = (64, 36)
_BLACK: Final = 24
# By how much a still picture may differ from one key frame to the next.
_FLICKER: Final = 2.0
# A picture that stays no longer than this is one that moves. A key frame comes less often.
_STAYS_SECONDS: Final = 0.25


class _Shown(NamedTuple):
    """A packet, by when it is shown, in seconds."""

    start: float
    end: float
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


class _Still(NamedTuple):
    """A stretch in which the picture stays as it is, and how it looks."""

    stretch: Stretch
    look: _Look


@dataclass(slots=True)
class Watching:
    stream: "VideoStream"
    _shown: list[_Shown] = field(default_factory=list)

    def take(self, packet: "Packet[VideoStream]") -> None:
        if packet.pts is None:
            return
        second = float(packet.time_base)
        # A frame in which every block stays as it is takes some bits for each row of blocks.
        quiet_bytes = 48 + self.stream.width * self.stream.height // (256 * 32)
        self._shown.append(
            _Shown(
                start=packet.pts * second,
                end=(packet.pts + (packet.duration or 0)) * second,
                is_quiet=not packet.is_keyframe and packet.size <= quiet_bytes,
            )
        )

    @property
    def seconds(self) -> float:
        """How long the picture is shown, as far as it was taken."""
        ends = [shown.end for shown in self._shown]
        return max(ends) - min(shown.start for shown in self._shown) if ends else 0

    def notes(self, path: Path, until: float, moving: Sequence[Stretch]) -> list[str]:
        """`until` is when to stop looking, as `time.monotonic` counts; only what is `moving` can freeze."""
        found = _joined(_looked_at(path, self._candidates(), until))
        black = [still.stretch for still in found if still.look.is_black]
        frozen = [
            shared
            for still in found
            if not still.look.is_black
            for shared in (still.stretch.within(film) for film in moving)
        ]
        return [*told("black", black), *told("frozen", frozen)]

    def _candidates(self) -> list[Stretch]:
        """Stretches in which nothing moves, as far as sizes tell; one ends with each key frame."""
        found: list[Stretch] = []
        for stays, stretches in groupby(
            self._unchanged(), lambda stretch: _seconds(stretch) > _STAYS_SECONDS
        ):
            neighbours = list(stretches)
            if stays and Stretch(neighbours[0].start, neighbours[-1].end).is_long:
                found += neighbours
        return found

    def _unchanged(self) -> Iterator[Stretch]:
        """One begins with each frame that is not quiet."""
        begun: Stretch | None = None
        for shown in sorted(self._shown):
            if begun and shown.is_quiet:
                begun = Stretch(begun.start, shown.end)
                continue
            if begun:
                yield begun
            begun = Stretch(shown.start, shown.end)
        if begun:
            yield begun


def _seconds(stretch: Stretch) -> float:
    return stretch.end - stretch.start


def _looked_at(path: Path, stretches: Iterable[Stretch], until: float) -> Iterator[_Still]:
    import av

    with suppress(av.error.FFmpegError), av.open(str(path)) as container:
        for stretch in stretches:
            # Not the first frame: an encoder takes some to make a new picture good.
            if look := _look_at(container, stretch.start + _STAYS_SECONDS / 2, until):
                yield _Still(stretch, look)


def _look_at(container: "InputContainer", second: float, until: float) -> _Look | None:
    container.seek(round(second * 1_000_000))
    for frame in container.decode(video=0):
        if time.monotonic() > until:
            break
        if frame.time is not None and frame.time >= second:
            return _look(frame)
    return None


def _look(frame: "VideoFrame") -> _Look:
    return _Look(frame.reformat(*_SIZE, format="gray").to_ndarray().tobytes())


def _joined(stills: Iterable[_Still]) -> list[_Still]:
    """Neighbours that look the same are one."""
    found: list[_Still] = []
    for still in stills:
        last = found[-1] if found else None
        if last and last.stretch.end >= still.stretch.start - 0.001 and last.look.is_like(still.look):
            found[-1] = _Still(Stretch(last.stretch.start, still.stretch.end), last.look)
        else:
            found.append(still)
    return found
