"""The hand on the faders at the end.

How loud a piece is can be said only when all of it is known. So it waits in a file, and its measures, which
are small, say what to do with it: how much to compress, to amplify and to limit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import isfinite
from tempfile import SpooledTemporaryFile
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music import effects
from mcp_nemo.engine.music.effects import BLOCK, LEVEL_HOP, PEAK_HOP, Gains
from mcp_nemo.engine.music.loudness import STEP, EnergyMeter, integrated
from mcp_nemo.engine.music.score import Score
from mcp_nemo.engine.music.sound import RATE, Sound

TARGET_LUFS: Final = -16.0
CEILING: Final = 0.89
_KEPT_IN_MEMORY: Final = 48_000_000
_SAMPLE_BYTES: Final = 8
_RISE: Final = 240
_LONGEST_FADE_MS: Final = 2500
# From one section to the next.
_MOST_RISE_DB: Final = 5.0
_MOVE: Final = RATE // 10
# Hops: so much of a section, a second, tells how loud it is.
_ENOUGH: Final = 100


def mastered(blocks: Iterable[Sound], score: Score) -> Iterator[Sound]:
    """(n, 2) samples in blocks of `BLOCK`, from (2, n) samples in such blocks."""
    fade = _Fade.of(score)
    with SpooledTemporaryFile(_KEPT_IN_MEMORY) as file:
        measures = _measured(_kept(blocks, file))
        gains = measures.gains(fade, _starts(score))
        file.seek(0)
        start = 0
        while read := file.read(_SAMPLE_BYTES * BLOCK):
            block = np.frombuffer(read, np.float32).reshape(2, -1) * measures.balance
            yield _finished(block, start, gains, fade)
            start += block.shape[1]


def mastered_in_part(
    blocks: Mapping[int, Sound], yardstick: int, written: Gains, score: Score
) -> dict[int, Sound]:
    """Some blocks of a piece, by their numbers, about as `mastered` gives them.

    Of the others only energies are `written`, `LEVEL_HOP` samples apart and in a measure of their own, which
    the block `yardstick` tells.
    """
    fade = _Fade.of(score)
    measures = _guessed(blocks, yardstick, written, _starts(score))
    gains = measures.gains(fade, _starts(score))
    return {
        number: _finished(block * measures.balance, number * BLOCK, gains, fade)
        for number, block in blocks.items()
    }


def _starts(score: Score) -> list[int]:
    return [section.start_ms * RATE // 1000 for section in score.sections]


def _finished(block: Sound, start: int, gains: Gains, fade: "_Fade") -> Sound:
    """(n, 2) samples."""
    places = np.arange(start, start + block.shape[1])
    faded = _resampled(gains, PEAK_HOP, places) * fade.gains(places)
    return np.ascontiguousarray((block * faded.astype(np.float32)).T)


def _kept(blocks: Iterable[Sound], file: IO[bytes]) -> Iterator[Sound]:
    for block in blocks:
        file.write(block.tobytes())
        yield block


@dataclass(frozen=True, slots=True)
class _Fade:
    """Silence on the last frame, whatever still rings; in samples."""

    length: int
    out: int

    @staticmethod
    def of(score: Score) -> "_Fade":
        ending_ms = score.duration_ms - score.sections[-1].start_ms
        out_ms = min(0.6 * ending_ms, _LONGEST_FADE_MS)
        return _Fade(round(score.duration_ms * RATE / 1000), max(1, round(out_ms * RATE / 1000)))

    def gains(self, places: NDArray[np.int64]) -> Gains:
        left = np.clip((self.length - 1 - places) / self.out, 0, 1)
        return np.asarray(np.minimum(places / _RISE, 1) * (0.5 - 0.5 * np.cos(np.pi * left)))


@dataclass(frozen=True, slots=True)
class _Measures:
    """Levels and K-weighted energies stand `LEVEL_HOP` samples apart, peaks and gains `PEAK_HOP`.

    `balance` makes left and right equally loud.
    """

    balance: Sound
    levels: Gains
    energies: Gains
    peaks: Gains

    def gains(self, fade: _Fade, sections: Sequence[int]) -> Gains:
        """Up to the loudness that is wanted, and no peak over the ceiling."""
        middles = _middles(len(self.peaks), PEAK_HOP)
        gains = _resampled(effects.compression(self.levels), LEVEL_HOP, middles)
        gains = limited = gains * self._ridden(sections, middles)
        # Twice, because what the limiter takes off peaks is missing from the loudness.
        for _ in range(2):
            measured = self._loudness(limited, fade)
            if isfinite(measured):
                gains = gains * 10 ** ((TARGET_LUFS - measured) / 20)
                limited = gains * effects.limitation(self._peaks(gains), CEILING)
        return limited

    def _ridden(self, starts: Sequence[int], places: NDArray[np.int64]) -> Gains:
        """A section in which few play is brought nearer to the one after it; the last is left to die away."""
        if len(starts) < 2:
            return np.ones(len(places))
        parts = np.split(self.energies, [start // LEVEL_HOP for start in starts[1:]])
        decibels = [float(10 * np.log10(part.mean() + 1e-12)) for part in parts[:-1]]
        raised = list(accumulate(reversed(decibels), lambda later, own: max(own, later - _MOST_RISE_DB)))
        gains = 10 ** ((np.array(raised[::-1]) - decibels) / 20)
        held = [(start, end - _MOVE) for start, end in pairwise(starts)]
        return np.interp(places, np.ravel(held), np.repeat(gains, 2))

    def _loudness(self, gains: Gains, fade: _Fade) -> float:
        middles = _middles(len(self.energies), LEVEL_HOP)
        heard = self.energies * np.square(_resampled(gains, PEAK_HOP, middles) * fade.gains(middles))
        a_step = STEP // LEVEL_HOP
        whole = max(a_step, len(heard) // a_step * a_step)
        return integrated(np.resize(heard, whole).reshape(-1, a_step).mean(axis=1))

    def _peaks(self, gains: Gains) -> Gains:
        """Between two of them, gains go in a straight line: the highest around counts."""
        around = np.pad(gains, 1, mode="edge")
        highest = np.maximum(gains, np.maximum(around[:-2], around[2:]))
        return self.peaks * highest * float(self.balance.max())


def _measured(blocks: Iterable[Sound]) -> _Measures:
    meter = EnergyMeter()
    sides = np.full((2, 1), 1e-9, np.float32)
    measured = []
    for block in blocks:
        sides += np.square(block).sum(axis=1, keepdims=True)
        energies = meter.energies(block.T, LEVEL_HOP)
        measured.append((effects.levels(block), energies, effects.true_peaks(block)))
    levels, energies, peaks = (np.concatenate(values) for values in zip(*measured, strict=True))
    return _Measures(np.sqrt(sides.mean() / sides), levels, energies, peaks)


def _guessed(blocks: Mapping[int, Sound], yardstick: int, written: Gains, starts: Sequence[int]) -> _Measures:
    """Where nothing is known there is no peak that has to be held."""
    known = _measured(blocks.values())
    hops = np.concatenate([_hops(number, block, LEVEL_HOP) for number, block in blocks.items()])
    usual = slice(yardstick * BLOCK // LEVEL_HOP, (yardstick + 1) * BLOCK // LEVEL_HOP)
    sections = [slice(*ends) for ends in pairwise([*(start // LEVEL_HOP for start in starts), len(written)])]
    levels = np.sqrt(_extended(np.square(known.levels), hops, written, usual, sections))
    energies = _extended(known.energies, hops, written, usual, sections)
    peaks = np.zeros(len(written) * LEVEL_HOP // PEAK_HOP)
    peaks[np.concatenate([_hops(number, block, PEAK_HOP) for number, block in blocks.items()])] = known.peaks
    return _Measures(known.balance, levels, energies, peaks)


def _extended(
    known: Gains, hops: NDArray[np.int64], written: Gains, usual: slice, sections: Sequence[slice]
) -> Gains:
    """What is `known` at some hops; elsewhere as is written, brought to what is known of the same section.

    Of a section of which too little is known, what is `usual` holds.
    """

    def scale(span: slice) -> float | None:
        inside = (hops >= span.start) & (hops < span.stop)
        if inside.sum() < _ENOUGH:
            return None
        return float(known[inside].mean() / max(written[hops[inside]].mean(), 1e-12))

    usual_scale = scale(usual) or 1.0
    extended = written.copy()
    for section in sections:
        extended[section] *= scale(section) or usual_scale
    extended[hops] = known
    return extended


def _hops(number: int, block: Sound, hop: int) -> NDArray[np.int64]:
    """The places of its measures among those of all blocks."""
    first = number * (BLOCK // hop)
    return np.arange(first, first - (-block.shape[1] // hop))


def _middles(count: int, hop: int) -> NDArray[np.int64]:
    return np.arange(count) * hop + hop // 2


def _resampled(gains: Gains, hop: int, places: NDArray[np.int64]) -> Gains:
    return np.interp(places, _middles(len(gains), hop), gains)
