"""Music that makes way for speech: it sinks when someone begins to speak, and rises when they are done."""

from math import log10

import numpy as np

from mcp_nemo.engine.render.samples import Samples

DEPTH_DB = 12.0
HOP = 480
_HOPS_A_SECOND = 100
_FALL_DB = DEPTH_DB / (0.15 * _HOPS_A_SECOND)
_RISE_DB = DEPTH_DB / (0.6 * _HOPS_A_SECOND)
# Longer than the pauses between words, shorter than those between thoughts.
_HELD_HOPS = round(0.35 * _HOPS_A_SECOND)
# Bins of 100 Hz: where voices have their strength, and wind, hum and hiss have not.
_VOICE_BINS = slice(3, 40)
_WINDOW = np.hanning(HOP).astype(np.float32)
_PLACES = np.arange(HOP, dtype=np.float32) / HOP
_DECIBEL = np.float32(np.log(10) / 20)
_QUIETEST_DB, _LOUDEST_BACKGROUND_DB = -70.0, -36.0
_ABOVE_BACKGROUND_DB = 10.0
_SOFTEST_VOICE_DB = -50.0
# What goes on for seconds at one level is background, and no speech.
_BACKGROUND_RISE_DB = 6.0 / _HOPS_A_SECOND


class Ducker:
    """Listens to speech a block at a time, and says how loud music may be under it."""

    def __init__(self) -> None:
        self._background_db = _QUIETEST_DB
        self._hops_held = 0
        self._gain_db = 0.0

    def gains(self, speech: Samples) -> Samples:
        """One factor for each of the (n, 2) samples; n is a multiple of 480, but for the last block."""
        before = self._gain_db
        edges = np.array([before, *(self._step(level) for level in _voice_levels_db(speech))], np.float32)
        decibels = edges[:-1, None] + np.diff(edges)[:, None] * _PLACES
        return np.exp(decibels.reshape(-1)[: len(speech)] * _DECIBEL)

    def _step(self, level_db: float) -> float:
        if self._is_voice(level_db):
            self._hops_held = _HELD_HOPS
        else:
            self._hops_held = max(0, self._hops_held - 1)
        if self._hops_held:
            self._gain_db = max(-DEPTH_DB, self._gain_db - _FALL_DB)
        else:
            self._gain_db = min(0.0, self._gain_db + _RISE_DB)
        return self._gain_db

    def _is_voice(self, level_db: float) -> bool:
        risen = self._background_db + _BACKGROUND_RISE_DB
        self._background_db = max(_QUIETEST_DB, min(risen, level_db, _LOUDEST_BACKGROUND_DB))
        return level_db > max(self._background_db + _ABOVE_BACKGROUND_DB, _SOFTEST_VOICE_DB)


def _voice_levels_db(speech: Samples) -> list[float]:
    """The level of every hop, of what lies among the voices' frequencies, in dB below full scale."""
    mono = (speech[:, 0] + speech[:, 1]) / 2
    hops = np.pad(mono, (0, -len(mono) % HOP)).reshape(-1, HOP)
    spectrum = np.abs(np.fft.rfft(hops * _WINDOW, axis=1)[:, _VOICE_BINS])
    powers = 2 * np.square(spectrum).sum(axis=1) / (HOP * float(np.square(_WINDOW).sum()))
    return [10 * log10(max(float(power), 1e-12)) for power in powers]
