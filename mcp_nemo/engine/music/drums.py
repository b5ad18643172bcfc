"""The drums: skins as sines that fall in pitch, metal and wires as shaped noise."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mcp_nemo.engine.music import sound
from mcp_nemo.engine.music.patterns import DRUM_KEYS
from mcp_nemo.engine.music.sound import RATE, Random, Sound

Drum = Callable[[float, Random], Sound]


def hit(key: int, velocity: float, random: Random) -> Sound:
    """(1, n) samples, as loud as the stroke; KeyError for a key no drum has."""
    return sound.fade_edges(_DRUMS[key](velocity, random), rise=12)[None]


def _skin(start_hz: float, end_hz: float, glide: float, decay: float) -> Sound:
    length = sound.samples(decay)
    time = np.arange(length) / RATE
    cycles = end_hz * time + (start_hz - end_hz) * glide * (1 - np.exp(-time / glide))
    return np.asarray(np.sin(2 * np.pi * cycles), np.float32) * sound.fall(length, decay)


def _hiss(low: float, high: float, decay: float, random: Random) -> Sound:
    length = sound.samples(decay)
    return 0.35 * sound.noise(length, low, high, random) * sound.fall(length, decay)


def _together(*layers: Sound) -> Sound:
    mixed = np.zeros(max(map(len, layers)), np.float32)
    for layer in layers:
        mixed[: len(layer)] += layer
    return mixed


def _kick(velocity: float, random: Random) -> Sound:
    return _together(
        _skin(150 + 60 * velocity, 49, 0.028, 0.42), 0.35 * velocity * _hiss(900, 5000, 0.015, random)
    )


def _big_drum(velocity: float, random: Random) -> Sound:
    return _together(
        _skin(95 + 30 * velocity, 46, 0.07, 1.5),
        0.45 * _skin(160, 88, 0.05, 0.6),
        0.6 * velocity * _hiss(120, 900, 0.18, random),
    )


def _low_tom(velocity: float, random: Random) -> Sound:
    return _together(_skin(170, 92, 0.05, 0.7), 0.35 * velocity * _hiss(250, 1800, 0.09, random))


def _snare(velocity: float, random: Random) -> Sound:
    return _together(
        0.55 * _skin(260, 186, 0.03, 0.16),
        0.3 * _skin(380, 331, 0.03, 0.1),
        (0.6 + 0.4 * velocity) * _hiss(1300, 8500, 0.24, random),
    )


def _brush(velocity: float, random: Random) -> Sound:
    sweep = 0.5 * _hiss(1800, 7000, 0.3, random)
    sweep *= np.minimum(sound.seconds(len(sweep)) / np.float32(0.03), 1)
    return _together(sweep, 0.5 * velocity * _hiss(500, 3500, 0.08, random))


def _clap(velocity: float, random: Random) -> Sound:
    claps = [np.pad(_hiss(900, 4500, 0.03, random), (sound.samples(at), 0)) for at in (1e-4, 0.011, 0.022)]
    return _together(*claps, 0.9 * np.pad(_hiss(900, 5500, 0.22, random), (sound.samples(0.03), 0)))


def _rim(velocity: float, random: Random) -> Sound:
    return _together(
        0.6 * _skin(1750, 1680, 0.01, 0.05),
        0.4 * _skin(480, 460, 0.01, 0.06),
        0.3 * _hiss(2500, 7000, 0.02, random),
    )


def _hat(velocity: float, random: Random) -> Sound:
    return 1.4 * _hiss(7000, 14000, 0.05 + 0.05 * velocity, random)


def _open_hat(velocity: float, random: Random) -> Sound:
    return 1.2 * _hiss(6500, 14000, 0.38, random)


def _crash(velocity: float, random: Random) -> Sound:
    return _together(1.1 * _hiss(3500, 13000, 2.4, random), 0.5 * _hiss(800, 5000, 0.7, random))


def _ride(velocity: float, random: Random) -> Sound:
    stick = sound.ring(
        np.array([2950.0, 4130.0, 5480.0, 7620.0]), np.full(4, 0.05), np.full(4, 0.16), sound.samples(0.8)
    )
    return _together(
        stick, 0.4 * _hiss(5500, 12000, 0.7, random), 0.3 * velocity * _hiss(3000, 9000, 0.03, random)
    )


def _tambourine(velocity: float, random: Random) -> Sound:
    jingles = sound.ring(
        np.array([6100.0, 7350.0, 8800.0, 10400.0]), np.full(4, 0.12), np.full(4, 0.035), sound.samples(0.2)
    )
    return _together(jingles, 0.9 * _hiss(6500, 13000, 0.13, random))


def _woodblock(velocity: float, random: Random) -> Sound:
    return _together(
        0.7 * _skin(920, 880, 0.01, 0.09),
        0.25 * _skin(1490, 1450, 0.01, 0.06),
        0.15 * _hiss(1500, 5000, 0.01, random),
    )


def _shaker(velocity: float, random: Random) -> Sound:
    grains = 1.3 * _hiss(5500, 11000, 0.11, random)
    return np.asarray(grains * np.minimum(sound.seconds(len(grains)) / np.float32(0.018), 1), np.float32)


_DRUMS: Final[Mapping[int, Drum]] = {
    DRUM_KEYS[name]: drum
    for name, drum in {
        "big drum": _big_drum,
        "kick": _kick,
        "rim": _rim,
        "snare": _snare,
        "clap": _clap,
        "brush": _brush,
        "low tom": _low_tom,
        "hat": _hat,
        "open hat": _open_hat,
        "crash": _crash,
        "ride": _ride,
        "tambourine": _tambourine,
        "woodblock": _woodblock,
        "shaker": _shaker,
    }.items()
}
