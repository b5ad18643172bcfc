"""The room around the players, and the hand on the faders at the end. All stereo, (2, n), at 48 kHz."""

from functools import cache
from math import exp
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mcp_nemo.engine.music import sound
from mcp_nemo.engine.music.sound import RATE, Sound

# Three seconds, of a size that is quick to transform.
BLOCK: Final = 144_000
Gains = NDArray[np.float64]
_PRE_DELAY_S: Final = 0.018
_REFLECTIONS_S: Final = (0.011, 0.017, 0.023, 0.031, 0.037, 0.047)


class Room:
    """Reverberation by convolution, a block of samples after another; `space` runs from 0 to 1."""

    def __init__(self, space: float, seed: int) -> None:
        response = _impulse_response(0.7 + 2.6 * space, np.random.default_rng([seed, 7]))
        self._tail: Sound = np.zeros((2, BLOCK), np.float32)
        self._spectrum = np.fft.rfft(response, 2 * BLOCK)

    def hear(self, block: Sound) -> Sound:
        """What comes back from the room during this block, whose length is `BLOCK`."""
        heard = np.fft.irfft(np.fft.rfft(block, 2 * BLOCK) * self._spectrum, 2 * BLOCK)
        answer = heard[:, :BLOCK] + self._tail
        self._tail = np.asarray(heard[:, BLOCK:], np.float32)
        return np.asarray(answer, np.float32)


def _impulse_response(reverberation: float, random: sound.Random) -> Sound:
    """At an energy of 1 a side; treble dies first, as air and curtains have it."""
    length = min(sound.samples(reverberation), BLOCK)
    response = np.stack([_diffuse(length, reverberation, random) for _ in range(2)])
    response *= np.minimum(sound.seconds(length) / np.float32(0.03), 1)
    for index, at in enumerate(_REFLECTIONS_S):
        response[index % 2, sound.samples(at)] += 0.6 * float(np.abs(response).max()) * 0.8**index
    response = np.pad(response, ((0, 0), (sound.samples(_PRE_DELAY_S), 0)))[:, :BLOCK]
    return np.asarray(response / np.sqrt(np.square(response).sum(axis=1, keepdims=True)), np.float32)


def _diffuse(length: int, reverberation: float, random: sound.Random) -> Sound:
    bands = ((150, 900, 1.0, 1.0), (900, 3000, 0.75, 0.7), (3000, 10000, 0.4, 0.5))
    parts = [
        weight * sound.noise(length, low, high, random) * sound.fall(length, reverberation * share)
        for low, high, share, weight in bands
    ]
    return np.asarray(sum(parts), np.float32)


# The gains of compression stand so many samples apart, those of the limiter `PEAK_HOP`.
LEVEL_HOP: Final = 480
PEAK_HOP: Final = 48


def levels(block: Sound) -> Gains:
    """The RMS of every `LEVEL_HOP`, both channels together."""
    starts = np.arange(0, block.shape[1], LEVEL_HOP)
    energies = np.add.reduceat(np.square(block).mean(axis=0), starts) / np.diff(starts, append=block.shape[1])
    return np.sqrt(energies).astype(np.float64)


def compression(levels: Gains, ratio: float = 2.0, threshold_db: float = 3.0) -> Gains:
    """Gentle glue: what stands more than `threshold_db` over the average is held back."""
    loud = levels[levels > 1e-4]
    if not len(loud):
        return np.ones(len(levels))
    threshold = float(np.sqrt(np.mean(loud**2))) * 10 ** (threshold_db / 20)
    over = np.maximum(levels / threshold, 1.0)
    return _follow(over ** (1 / ratio - 1), attack_s=0.02, release_s=0.25)


def _follow(gains: Gains, attack_s: float, release_s: float) -> Gains:
    down, up = (exp(-LEVEL_HOP / RATE / constant) for constant in (attack_s, release_s))
    followed = []
    gain = 1.0
    for wanted in gains.tolist():
        keep = down if wanted < gain else up
        gain = wanted + keep * (gain - wanted)
        followed.append(gain)
    return np.array(followed)


_LOOK_AHEAD: Final = 96
_RELEASE_S: Final = 0.08
# So many hops after a peak, nothing is held back any more.
_LET_GO: Final = 1000


def limitation(peaks: Gains, ceiling: float) -> Gains:
    """What keeps every peak below the ceiling; it goes down before a peak comes, and slowly up again."""
    gains = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if len(held_back := np.flatnonzero(gains < 1)):
        affected = slice(max(0, held_back[0] - 2 * _LOOK_AHEAD), held_back[-1] + _LET_GO)
        gains[affected] = _limiting(gains[affected])
    return gains


def _limiting(needed: Gains) -> Gains:
    around = np.pad(needed, _LOOK_AHEAD, constant_values=1.0)
    lowest = sliding_window_view(around, 2 * _LOOK_AHEAD + 1).min(axis=1)
    held = _released(lowest)
    width = _LOOK_AHEAD
    smooth = np.convolve(
        np.pad(held, (width, width), mode="edge"), np.full(width + 1, 1 / (width + 1)), "same"
    )
    return np.minimum(smooth[width:-width], 1.0)


def _released(gains: Gains) -> Gains:
    """What is held back is let go in proportion to what is left of it."""
    passed = np.arange(len(gains)) * (PEAK_HOP / RATE / _RELEASE_S)
    held = np.maximum.accumulate(np.log(np.maximum(1 - gains, 1e-12)) + passed)
    return np.asarray(1 - np.exp(held - passed))


_TAPS: Final = 12
# What stays below so much of the highest peak needs no limiting, wherever between its samples it peaks.
_HARMLESS: Final = 0.4


def true_peaks(block: Sound) -> Gains:
    """The highest peak of every `PEAK_HOP`, of both channels; the loud ones as 4 times oversampled."""
    length = block.shape[1]
    missing = -length % PEAK_HOP
    magnitudes = np.pad(np.abs(block).max(axis=0), (0, missing))
    peaks = magnitudes.reshape(-1, PEAK_HOP).max(axis=1)
    loud = np.flatnonzero(peaks > _HARMLESS * peaks.max(initial=0))
    around = np.pad(block, ((0, 0), (_TAPS // 2, _TAPS // 2 + missing)))
    windows = sliding_window_view(around, PEAK_HOP + _TAPS, axis=1)[:, loud * PEAK_HOP]
    between = np.abs(windows @ _between_samples()).max(axis=(0, 2), initial=0)
    peaks[loud] = np.maximum(peaks[loud], between)
    return np.asarray(peaks, np.float64)


@cache
def _between_samples() -> Sound:
    """From a hop and its surroundings to what lies a quarter, a half and three quarters between samples."""
    place = np.arange(PEAK_HOP + _TAPS)[:, None] - np.arange(PEAK_HOP + 1) - _TAPS // 2 + 1
    distances = np.hstack([place - part for part in (0.25, 0.5, 0.75)])
    window = np.where(np.abs(distances) < _TAPS / 2, np.cos(np.pi * distances / (_TAPS + 1)) ** 2, 0)
    return np.asarray(np.sinc(distances) * window, np.float32)
