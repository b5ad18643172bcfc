"""Samples, and the few operations that every instrument is built from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 48_000
Sound = NDArray[np.float32]
Random = np.random.Generator

_BLOCK: Final = 256
_TABLE: Final = 2048
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
    """One period of a wave with these harmonics, phases at random; the first sample again at the end."""
    spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
    phases = random.uniform(0, 2 * np.pi, len(amplitudes))
    spectrum[1 : len(amplitudes) + 1] = amplitudes * np.exp(1j * phases)
    wave = np.fft.irfft(spectrum) * _TABLE / 2
    return np.asarray(np.append(wave, wave[0]), np.float32)


def turn(cycles: NDArray[np.float64], wave: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """A table read at a phase in cycles, from 0 on: two waves at once, one in each part of the number."""
    place = cycles * _TABLE
    whole = place.astype(np.int32)
    part = (place - whole).astype(np.float32)
    index = whole & (_TABLE - 1)
    slopes = np.diff(wave, append=wave[:1])
    return np.asarray(wave[index] + part * slopes[index], np.complex64)


def seconds(length: int) -> Sound:
    return np.arange(length, dtype=np.float32) / np.float32(RATE)


def samples(duration: float) -> int:
    return max(1, round(duration * RATE))


def noise(length: int, low: float, high: float, random: Random) -> Sound:
    """Noise between two frequencies, an octave of slope on either side, at an RMS of 1."""
    size = 1 << max(4, (length - 1).bit_length())
    spectrum = np.fft.rfft(random.standard_normal(size).astype(np.float32))
    hertz = np.fft.rfftfreq(size, 1 / RATE) + 1e-3
    spectrum *= 1 / (1 + (low / hertz) ** 4) / (1 + (hertz / high) ** 4)
    sound = np.fft.irfft(spectrum, size)[:length]
    return np.asarray(sound / (np.sqrt(np.mean(sound**2)) + 1e-9), np.float32)


def fall(length: int, duration: float) -> Sound:
    """Down by 60 dB in so many seconds."""
    return np.asarray(np.exp(seconds(length) * np.float32(-6.9 / duration)), np.float32)


def rise_and_release(length: int, attack: float, held: float, release: float) -> Sound:
    """0 to 1 in `attack` seconds, kept until `held`, then down by 60 dB in `release` seconds."""
    time = seconds(length)
    rise = np.sin(np.minimum(time / max(attack, 1e-3), 1) * (np.pi / 2)) ** 2
    return np.asarray(rise * np.exp(-6.9 / release * np.maximum(time - held, 0)), np.float32)


def fade_edges(sound: Sound, rise: int = 24, end: int = 480) -> Sound:
    """In place: no click where a note begins or is cut."""
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[: len(sound)].reshape(
        -1, *[1] * (sound.ndim - 1)
    )
    tail = min(end, len(sound))
    sound[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32).reshape(-1, *[1] * (sound.ndim - 1))
    return sound


def loudest(sound: Sound) -> float:
    """The RMS of the loudest 50 ms; never quite 0."""
    width = min(len(sound), RATE // 20)
    whole = len(sound) // width * width
    energies = np.square(sound[:whole]).reshape(-1, width * sound.shape[1]).mean(axis=1)
    return float(np.sqrt(energies.max())) + 1e-9
