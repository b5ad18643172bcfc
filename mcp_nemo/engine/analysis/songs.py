"""What a recorded piece of music is like: tempo, level, how lively it is and how light."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from mcp_nemo.engine.analysis.sounds import HOP, HOPS_A_SECOND, RATE, Mono, hear, mono
from mcp_nemo.engine.media import open_media

Values = NDArray[np.float64]

_WINDOW: Final = 2048
_BANDS: Final = 30
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 7000.0
_SLOWEST_BPM, _FASTEST_BPM, _USUAL_BPM = 50.0, 200.0, 120.0
# A tempo is not doubled beyond this.
_QUICK_BPM: Final = 180.0
# How much what lies half-way between two beats may weigh before it is a beat of its own, and when it is one.
_UNEVEN, _EVEN = 0.5, 0.9
# Players are not exact to the hop.
_NEARBY: Final = np.array([0.1, 0.2, 0.4, 0.2, 0.1])
# So much of the middle of a piece stands for the whole.
_STUDIED_S: Final = 90
_MAJOR: Final = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR: Final = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_BUSIEST_ONSETS_A_SECOND: Final = 7.0


@dataclass(frozen=True, slots=True)
class Song:
    """`tempo_bpm` is None where no beat is found; `energy` and `light` run from 0 to 1."""

    duration_ms: int
    level_db: float
    tempo_bpm: float | None
    energy: float
    light: float
    minor: bool


def study(path: Path) -> Song:
    """NotMedia for what cannot be read as media, av's FFmpegError for what breaks on the way."""
    with open_media(path) as container:
        duration_ms = round((container.duration or 0) * 1000 / av.time_base)
        sound = mono(container)
    middle = max(0, len(sound) - _STUDIED_S * RATE) // 2
    return _studied(sound[middle : middle + _STUDIED_S * RATE], duration_ms or len(sound) * 1000 // RATE)


def _studied(sound: Mono, duration_ms: int) -> Song:
    hearing = hear(sound)
    if len(sound) < 2 * RATE or hearing.silence == 1:
        return Song(duration_ms, hearing.level_db, None, 0.0, 0.5, minor=False)
    spectra = _spectra(sound)
    onsets = _onsets(spectra)
    tempo = _tempo(onsets)
    minor = _is_minor(spectra)
    busy = min(1.0, _onsets_a_second(onsets) / _BUSIEST_ONSETS_A_SECOND)
    quick = ((tempo or 60) - 60) / 80
    return Song(
        duration_ms=duration_ms,
        level_db=hearing.level_db,
        tempo_bpm=None if tempo is None else round(tempo, 1),
        energy=_part(0.75 * busy + 0.25 * quick),
        light=_part(0.25 + 0.3 * (not minor) + 0.45 * _treble(spectra)),
        minor=minor,
    )


def _spectra(sound: Mono) -> NDArray[np.float32]:
    """(moments, bins) of magnitude, a hundred moments a second."""
    window = np.hanning(_WINDOW).astype(np.float32)
    frames = sliding_window_view(sound, _WINDOW)[::HOP]
    blocks = (
        np.abs(np.fft.rfft(frames[at : at + 500] * window, axis=1)) for at in range(0, len(frames), 500)
    )
    return np.concatenate([block.astype(np.float32) for block in blocks])


def _hertz() -> Values:
    return np.asarray(np.fft.rfftfreq(_WINDOW, 1 / RATE), np.float64)


def _onsets(spectra: NDArray[np.float32]) -> Values:
    """How much begins at each moment, over all bands of the ear."""
    edges = np.searchsorted(_hertz(), np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1))
    edges = np.unique(edges)
    bands = np.log1p(np.add.reduceat(spectra, edges, axis=1)[:, :-1])
    rises = np.maximum(np.diff(bands, axis=0, prepend=bands[:1]), 0).sum(axis=1)
    around = np.convolve(rises, np.full(HOPS_A_SECOND, 1 / HOPS_A_SECOND), "same")
    return np.asarray(np.maximum(rises - around, 0), np.float64)


def _tempo(onsets: Values) -> float | None:
    """The beat at which beginnings come back, nearest to how people tap."""
    again = _coming_back(onsets)
    if again is None:
        return None
    beats = np.arange(60 * HOPS_A_SECOND / _FASTEST_BPM, 60 * HOPS_A_SECOND / _SLOWEST_BPM, 0.1)
    # A beat is sure of itself when two and four of it come back as well.
    strength = np.sum([_at(again, beats * times) for times in (1, 2, 3, 4)], axis=0)
    tapped = np.exp(-0.5 * (np.log2(60 * HOPS_A_SECOND / beats / _USUAL_BPM) / 0.8) ** 2)
    best = int(np.argmax(strength * tapped))
    return _counted(again, 60 * HOPS_A_SECOND / float(beats[best])) if strength[best] > 0.15 else None


def _coming_back(onsets: Values) -> Values | None:
    """How alike what begins is to what begins so many hops later, for up to eight seconds."""
    size = 1 << (2 * len(onsets)).bit_length()
    power = np.abs(np.fft.rfft(onsets, size)) ** 2
    again = np.fft.irfft(power)[: 8 * HOPS_A_SECOND]
    return np.asarray(again / again[0], np.float64) if again[0] > 0 else None


def _at(again: Values, lags: Values) -> Values:
    return np.interp(lags, np.arange(len(again)), again)


def _counted(again: Values, tempo: float) -> float:
    """Half as fast where every second beat is weak, twice where what lies between two is as strong."""
    if tempo / 2 >= _SLOWEST_BPM and _evenness(again, tempo / 2) < _UNEVEN:
        return tempo / 2
    if tempo * 2 <= _QUICK_BPM and _evenness(again, tempo) > _EVEN:
        return tempo * 2
    return tempo


def _evenness(again: Values, tempo: float) -> float:
    """How well what begins comes back after half a beat, beside a whole one."""
    nearby = np.convolve(again, _NEARBY, "same")
    half, whole = _at(nearby, np.array([30, 60]) * HOPS_A_SECOND / tempo)
    return float(half / max(whole, 1e-9))


def _onsets_a_second(onsets: Values) -> float:
    width = 7
    highest = sliding_window_view(np.pad(onsets, width // 2), width).max(axis=1)
    begun = (onsets == highest) & (onsets > 0.15 * np.percentile(onsets, 99))
    return float(begun.sum()) * HOPS_A_SECOND / max(1, len(onsets))


def _is_minor(spectra: NDArray[np.float32]) -> bool:
    hertz = _hertz()
    kept = (hertz > 100) & (hertz < 2000)
    classes = np.round(69 + 12 * np.log2(hertz[kept] / 440)).astype(int) % 12
    chroma = np.bincount(classes, spectra[:, kept].sum(axis=0), 12) / np.bincount(classes, minlength=12)
    likeness = [
        max(float(np.corrcoef(chroma, np.roll(profile, tonic))[0, 1]) for tonic in range(12))
        for profile in (_MAJOR, _MINOR)
    ]
    return likeness[1] > likeness[0]


def _treble(spectra: NDArray[np.float32]) -> float:
    """0 where the middle of the spectrum lies at 300 Hz, 1 at 3 kHz."""
    heard = spectra.sum(axis=0).astype(np.float64)
    centre = float((heard * _hertz()).sum() / max(heard.sum(), 1e-9))
    return min(1.0, max(0.0, float(np.log10(max(centre, 1) / 300))))


def _part(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 3)
