"""Samples, a row for each channel, and the few operations that every instrument is built from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
Sound = NDArray[np.float32]
Random = np.random.Generator

_BLOCK: Final = 256
# So long that reading it needs no interpolation: what that gets wrong is 85 dB down.
_TABLE: Final = 1 << 15
_LONGEST_NOISE: Final = 1 << 17
_HIGHEST_HZ: Final = 18_000.0


def ring(
    hertz: NDArray[np.float64], amplitudes: NDArray[np.float64], decays: NDArray[np.float64], length: int
) -> Sound:
    """The sum of sines that die away, each by a factor e in its own `decays` seconds.

    A sine over a long time is the product of a coarse and a fine rotation, so the whole sum is one
    product of two small matrices.
    """
    rate = (2j * np.pi * hertz - 1 / decays) / RATE
    blocks = -(-length // _BLOCK)
    coarse = np.exp(np.outer(np.arange(blocks) * _BLOCK, rate)) * amplitudes
    fine = np.exp(np.outer(rate, np.arange(_BLOCK)))
    left = np.hstack([coarse.imag, coarse.real]).astype(np.float32)
    right = np.vstack([fine.real, fine.imag]).astype(np.float32)
    return np.asarray((left @ right).reshape(-1)[:length])


def harmonics(hertz: float, most: int) -> NDArray[np.float64]:
    """1, 2, 3 … as far as they can be heard."""
    return np.arange(1.0, max(1, min(most, int(_HIGHEST_HZ / hertz))) + 1)


def table(amplitudes: NDArray[np.float64], random: Random) -> Sound:
    """One period of a wave with these harmonics, phases at random."""
    spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
    phases = random.uniform(0, 2 * np.pi, len(amplitudes))
    spectrum[1 : len(amplitudes) + 1] = amplitudes * np.exp(1j * phases)
    return np.asarray(np.fft.irfft(spectrum) * _TABLE / 2, np.float32)


def turn(cycles: Sound, wave: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """A table read at a phase in cycles, from 0 on: two waves at once, one in each part of the number."""
    return wave.take((cycles * np.float32(_TABLE)).astype(np.int32) & (_TABLE - 1))


def seconds(length: int) -> Sound:
    return np.arange(length, dtype=np.float32) / np.float32(RATE)


def samples(duration: float) -> int:
    return max(1, round(duration * RATE))


def noise(length: int, low: float, high: float, random: Random) -> Sound:
    """Noise between two frequencies, an octave of slope on either side, at an RMS of 1.

    It goes round after 2.7 seconds, which nobody hears.
    """
    size = 1 << min(max(4, (length - 1).bit_length()), _LONGEST_NOISE.bit_length() - 1)
    hertz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32) + np.float32(1e-3)
    passed = 1 / (1 + np.square(np.square(low / hertz))) / (1 + np.square(np.square(hertz / high)))
    real, imaginary = random.standard_normal((2, len(hertz))) * passed
    sound = np.fft.irfft((real + 1j * imaginary).astype(np.complex64), size)
    return np.resize(sound / (np.sqrt(np.mean(np.square(sound))) + np.float32(1e-9)), length)


def passed_below(hertz: float, sound: Sound) -> Sound:
    """Two octaves above, all but nothing is left."""
    size = 1 << len(sound).bit_length()
    frequencies = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    passed = 1 / (1 + np.square(np.square(frequencies / np.float32(hertz))))
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * passed, size)[: len(sound)], np.float32)


def fall(length: int, duration: float) -> Sound:
    """Down by 60 dB in so many seconds."""
    return np.asarray(np.exp(seconds(length) * np.float32(-6.9 / duration)), np.float32)


def rise_and_release(length: int, attack: float, held: float, release: float) -> Sound:
    """0 to 1 in `attack` seconds, kept until `held`, then down by 60 dB in `release` seconds."""
    rising, kept = min(length, samples(attack)), min(length, samples(held))
    envelope = np.ones(length, np.float32)
    envelope[:rising] = np.sin(seconds(rising) * np.float32(np.pi / 2 / attack)) ** 2
    envelope[kept:] *= fall(length - kept, release)
    return envelope


def fade_edges(sound: Sound, rise: int = 24, end: int = 480) -> Sound:
    """In place: no click where a note begins or is cut."""
    length = sound.shape[-1]
    sound[..., :rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:length]
    tail = min(end, length)
    sound[..., -tail:] *= np.linspace(1, 0, tail, dtype=np.float32)
    return sound


def loudest(sound: Sound) -> float:
    """The RMS of the loudest 50 ms; never quite 0."""
    channels, length = sound.shape
    width = min(length, RATE // 20)
    energies = np.square(sound[:, : length // width * width]).reshape(channels, -1, width).mean(axis=(0, 2))
    return float(np.sqrt(energies.max())) + 1e-9
