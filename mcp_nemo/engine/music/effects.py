"""The room around the players, and the hand on the faders at the end. All stereo, (n, 2), at 48 kHz."""

from math import exp
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mcp_nemo.engine.music import sound
from mcp_nemo.engine.music.sound import RATE, Sound

BLOCK: Final = 1 << 17
_PRE_DELAY_S: Final = 0.018
_REFLECTIONS_S: Final = (0.011, 0.017, 0.023, 0.031, 0.037, 0.047)


class Room:
    """Reverberation by convolution, a block of samples after another; `space` runs from 0 to 1."""

    def __init__(self, space: float, seed: int) -> None:
        response = _impulse_response(0.7 + 2.6 * space, np.random.default_rng([seed, 7]))
        self._tail: Sound = np.zeros((BLOCK, 2), np.float32)
        self._spectrum = np.fft.rfft(response, 2 * BLOCK, axis=0)

    def hear(self, block: Sound) -> Sound:
        """What comes back from the room during this block, whose length is `BLOCK`."""
        heard = np.fft.irfft(np.fft.rfft(block, 2 * BLOCK, axis=0) * self._spectrum, 2 * BLOCK, axis=0)
        answer = heard[:BLOCK] + self._tail
        self._tail = np.asarray(heard[BLOCK:], np.float32)
        return np.asarray(answer, np.float32)


def _impulse_response(reverberation: float, random: sound.Random) -> Sound:
    """At an energy of 1 a side; treble dies first, as air and curtains have it."""
    length = min(sound.samples(reverberation), BLOCK)
    sides = [_diffuse(length, reverberation, random) for _ in range(2)]
    response = np.stack(sides, axis=1)
    response *= np.minimum(sound.seconds(length) / np.float32(0.03), 1)[:, None]
    for index, at in enumerate(_REFLECTIONS_S):
        response[sound.samples(at), index % 2] += 0.6 * float(np.abs(response).max()) * 0.8**index
    response = np.pad(response, ((sound.samples(_PRE_DELAY_S), 0), (0, 0)))[:BLOCK]
    return np.asarray(response / np.sqrt(np.square(response).sum(axis=0)), np.float32)


def _diffuse(length: int, reverberation: float, random: sound.Random) -> Sound:
    bands = ((150, 900, 1.0, 1.0), (900, 3000, 0.75, 0.7), (3000, 10000, 0.4, 0.5))
    parts = [
        weight * sound.noise(length, low, high, random) * sound.fall(length, reverberation * share)
        for low, high, share, weight in bands
    ]
    return np.asarray(sum(parts), np.float32)


_HOP: Final = 480


def compress(mixed: Sound, ratio: float = 2.0, threshold_db: float = 3.0) -> None:
    """Gentle glue, in place: what stands more than `threshold_db` over the average is held back."""
    level = _rms(mixed)
    loud = level[level > 1e-4]
    if not len(loud):
        return
    threshold = float(np.sqrt(np.mean(loud**2))) * 10 ** (threshold_db / 20)
    over = np.maximum(level / threshold, 1.0)
    _apply(mixed, _follow(over ** (1 / ratio - 1), attack_s=0.02, release_s=0.25), _HOP)


def _rms(mixed: Sound) -> NDArray[np.float64]:
    """The level of every hop, both channels together."""
    energies = [
        np.add.reduceat(np.square(block).mean(axis=1), np.arange(0, len(block), _HOP))
        for block in (mixed[start : start + 256 * _HOP] for start in range(0, len(mixed), 256 * _HOP))
    ]
    return np.sqrt(np.concatenate(energies) / _HOP).astype(np.float64)


def _follow(gains: NDArray[np.float64], attack_s: float, release_s: float) -> NDArray[np.float64]:
    down, up = (exp(-_HOP / RATE / constant) for constant in (attack_s, release_s))
    followed = []
    gain = 1.0
    for wanted in gains.tolist():
        keep = down if wanted < gain else up
        gain = wanted + keep * (gain - wanted)
        followed.append(gain)
    return np.array(followed)


_PEAK_HOP: Final = 48
_PEAK_BLOCK_HOPS: Final = 64
_LOOK_AHEAD: Final = 96
_RELEASE_PER_HOP: Final = exp(-_PEAK_HOP / RATE / 0.08)


def limit(mixed: Sound, ceiling: float) -> None:
    """In place, so that no peak, between the samples either, is over the ceiling."""
    peaks = _true_peaks(mixed)
    if peaks.max(initial=0.0) <= ceiling:
        return
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    around = np.pad(needed, _LOOK_AHEAD, constant_values=1.0)
    lowest = sliding_window_view(around, 2 * _LOOK_AHEAD + 1).min(axis=1)
    held = _released(lowest)
    width = _LOOK_AHEAD
    smooth = np.convolve(
        np.pad(held, (width, width), mode="edge"), np.full(width + 1, 1 / (width + 1)), "same"
    )
    _apply(mixed, np.minimum(smooth[width:-width], 1.0), _PEAK_HOP)


def _released(gains: NDArray[np.float64]) -> NDArray[np.float64]:
    released = []
    gain = 1.0
    for wanted in gains.tolist():
        gain = min(wanted, 1 - (1 - gain) * _RELEASE_PER_HOP)
        released.append(gain)
    return np.array(released)


# Between two samples, a third and two thirds of the way and in the middle: windowed sinc, six to a side.
_BETWEEN: Final = [
    np.sinc(np.arange(-5, 7) - part) * np.cos(np.pi * (np.arange(-5, 7) - part) / 13) ** 2
    for part in (0.25, 0.5, 0.75)
]


def _true_peaks(mixed: Sound) -> NDArray[np.float64]:
    """The highest peak of every hop, of both channels, as 4 times oversampled."""
    hops = -(-len(mixed) // _PEAK_HOP)
    peaks = np.zeros(hops)
    step = _PEAK_BLOCK_HOPS
    for first in range(0, hops, step):
        start, end = first * _PEAK_HOP, min((first + step) * _PEAK_HOP, len(mixed))
        block = mixed[max(0, start - 12) : end + 12]
        highest = np.abs(block).max(axis=1)
        if highest.max(initial=0.0) > 0.5:
            for taps in _BETWEEN:
                for side in range(2):
                    between = np.abs(np.convolve(block[:, side], taps.astype(np.float32), "same"))
                    np.maximum(highest, between, out=highest)
        highest = highest[start - max(0, start - 12) :][: end - start]
        starts = np.arange(0, len(highest), _PEAK_HOP)
        peaks[first : first + len(starts)] = np.maximum.reduceat(highest, starts)
    return peaks


def _apply(mixed: Sound, gains: NDArray[np.float64], hop: int) -> None:
    """Multiply by gains given a hop apart, straight lines between them."""
    places = np.arange(len(gains)) * hop + hop / 2
    for start in range(0, len(mixed), BLOCK):
        block = mixed[start : start + BLOCK]
        block *= np.interp(np.arange(start, start + len(block)), places, gains).astype(np.float32)[:, None]
