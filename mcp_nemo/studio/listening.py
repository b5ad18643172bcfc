"""How loud a film is, and where it is silent: its sound as 8 kHz mono, in windows of a tenth of a second."""

import math
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from mcp_nemo.studio.stretches import Stretch, told

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.packet import Packet

_RATE: Final = 8000
_WINDOW_SECONDS: Final = 0.1
# In whole numbers, as only they are mixed to mono without becoming louder.
_FULL_SCALE: Final = 2**15
_SILENT_DB: Final = -60.0
_NOTHING_DB: Final = -120.0


class _Window(NamedTuple):
    power: float
    peak: float


@dataclass(slots=True)
class Listening:
    stream: "AudioStream"
    _resampler: "AudioResampler | None" = None
    _windows: list[_Window] = field(default_factory=list)
    _start: float = 0

    def take(self, packet: "Packet[AudioStream]") -> None:
        for frame in packet.decode():
            self._hear(frame)

    def _hear(self, frame: "AudioFrame") -> None:
        import numpy as np
        from av.audio.resampler import AudioResampler

        if self._resampler is None:
            self._start = frame.time or 0
            self._resampler = AudioResampler("s16", "mono", _RATE, round(_RATE * _WINDOW_SECONDS))
        for window in self._resampler.resample(frame):
            samples = window.to_ndarray() / _FULL_SCALE
            self._windows.append(_Window(float((samples**2).mean()), float(np.abs(samples).max())))

    def notes(self) -> list[str]:
        if not self._windows:
            return []
        powers = [window.power for window in self._windows]
        average = _decibels(sum(powers) / len(powers))
        if average <= _SILENT_DB:
            return ["silent from beginning to end"]
        peak = 2 * _decibels(max(window.peak for window in self._windows))
        return [
            f"sound at {average:.0f} dB on average, {peak:.0f} dB at its peak",
            *told("silent", self._silent()),
        ]

    def _silent(self) -> list[Stretch]:
        found = []
        at = 0
        for is_silent, run in groupby(
            self._windows, key=lambda window: _decibels(window.power) <= _SILENT_DB
        ):
            end = at + sum(1 for _ in run)
            if is_silent:
                found.append(Stretch(self._start + at * _WINDOW_SECONDS, self._start + end * _WINDOW_SECONDS))
            at = end
        return found


def _decibels(power: float) -> float:
    return 10 * math.log10(power) if power > 0 else _NOTHING_DB
