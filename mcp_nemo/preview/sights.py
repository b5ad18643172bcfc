"""What a storyboard shows of its media, read side by side and within a time."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from PIL import Image

from mcp_nemo.preview.charge import Medium
from mcp_nemo.preview.footage import Footage, Unreadable, opened
from mcp_nemo.preview.layout import Bar, Tile, tiles

_READERS = 4
# A filmstrip for the widest bars; further ones would be too narrow to see anything.
_MOST_FILMSTRIPS = 90
_PIXELS_A_PEAK = 6


@dataclass(slots=True)
class Sight:
    """What is seen and heard in a bar, as far as it was read; `peaks` are 0 to 1, by their `x`."""

    pictures: list[tuple[Tile, Image.Image]] = field(default_factory=list)
    peaks: dict[int, float] = field(default_factory=dict)


class _OutOfTime(Exception):
    """What was read so far has to do."""


class Reading:
    """The sights of bars; the threads that fill them are waited for no longer than they may take."""

    def __init__(self, bars: Iterable[Bar], media: Sequence[Medium], seconds: float) -> None:
        self._bars = {bar.spot: bar for bar in bars}
        self.sights = {spot: Sight() for spot in self._bars}
        widest_first = sorted(self._bars.values(), key=lambda bar: bar.box.width, reverse=True)
        self._filmed = {bar.spot for bar in widest_first[:_MOST_FILMSTRIPS] if bar.is_pictured}
        self._media: SimpleQueue[Medium] = SimpleQueue()
        for medium in media:
            self._media.put(medium)
        self._unread = {medium.address for medium in media}
        self._deadline = monotonic() + seconds

    def finish(self) -> bool:
        """Read until the end, or until the time is over; whether everything was read."""
        readers = [Thread(target=self._read_on, daemon=True) for _ in range(_READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(max(self._deadline - monotonic(), 0))
        return not self._unread

    def _read_on(self) -> None:
        with suppress(Empty, _OutOfTime):
            while True:
                medium = self._media.get_nowait()
                bars = [self._bars[spot] for spot in medium.spots if spot in self._bars]
                with suppress(Unreadable), opened(medium.address) as footage:
                    self._look(footage, bars)
                    self._listen(footage, bars)
                    self._unread.discard(medium.address)

    def _look(self, footage: Footage, bars: Sequence[Bar]) -> None:
        if not footage.aspect:
            return
        for bar in bars:
            if bar.spot not in self._filmed:
                continue
            strip = tiles(bar, footage.aspect)
            tolerance = (bar.second_at(strip[0].box.right) - bar.second_at(strip[0].box.left)) / 2
            for tile in strip:
                self._check_time()
                if picture := footage.picture(tile.second, tolerance, tile.box.height):
                    self.sights[bar.spot].pictures.append((tile, picture))

    def _listen(self, footage: Footage, bars: Sequence[Bar]) -> None:
        for bar in bars:
            columns = range(bar.sound.left, bar.sound.right, _PIXELS_A_PEAK)
            for place, peak in footage.peaks([bar.second_at(x) for x in columns]):
                self._check_time()
                self.sights[bar.spot].peaks[columns[place]] = peak

    def _check_time(self) -> None:
        if monotonic() > self._deadline:
            raise _OutOfTime
