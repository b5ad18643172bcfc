"""Loudness as ITU-R BS.1770-4 measures it: K-weighted, gated, in LUFS; at 48 kHz."""

from fractions import Fraction
from typing import Final

import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

from mcp_nemo.engine.music.sound import RATE, Sound

# Of the blocks that are gated, each begins a tenth of a second after the one before.
STEP: Final = RATE // 10
_STEPS_IN_BLOCK: Final = 4
_OFFSET: Final = -0.691
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0
_CHUNK: Final = 100 * STEP

# Table 1 and 2 of the recommendation: a head's high shelf, then a high-pass.
_SHELF: Final = (
    "b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285:a1=-1.69065929318241:a2=0.73248077421585"
)
_HIGH_PASS: Final = "b0=1:b1=-2:b2=1:a1=-1.99004745483398:a2=0.99007225036621"


def loudness(sound: Sound) -> float:
    """Integrated loudness of (n, 2) samples; minus infinity for silence."""
    meter, whole = EnergyMeter(), max(STEP, len(sound) // STEP * STEP)
    chunks = (sound[start : min(start + _CHUNK, whole)] for start in range(0, whole, _CHUNK))
    return integrated(np.concatenate([meter.energies(chunk, STEP) for chunk in chunks]))


def integrated(energies: NDArray[np.float64]) -> float:
    """The loudness of a sound by its energies in each STEP."""
    width = min(_STEPS_IN_BLOCK, len(energies))
    blocks = np.convolve(energies, np.full(width, 1 / width), "valid")
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(loud):
        return float("-inf")
    gate = _lufs(loud.mean()) + _RELATIVE_GATE
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    return _OFFSET + 10 * np.log10(np.maximum(energy, 1e-12))


class EnergyMeter:
    """Hears a sound a block at a time; it remembers what still rings in its filters."""

    def __init__(self) -> None:
        self._heard = 0
        self._filters = Graph()
        source = self._filters.add_abuffer(
            format="fltp", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE)
        )
        # Poles as near to the circle as those of the high-pass want more than 32 bits.
        weighting = [
            self._filters.add("biquad", f"{factors}:a0=1:precision=f64") for factors in (_SHELF, _HIGH_PASS)
        ]
        self._filters.link_nodes(source, *weighting, self._filters.add("abuffersink"))
        self._filters.configure()

    def energies(self, sound: Sound, hop: int) -> NDArray[np.float64]:
        """Mean K-weighted energy of every `hop` of (n, 2) samples, both channels together.

        The last hop of a block is filled up with silence.
        """
        whole = np.pad(sound.T, ((0, 0), (0, -len(sound) % hop)))
        energy: NDArray[np.float64] = (
            np.square(self._weighted(whole)).reshape(2, -1, hop).sum(axis=(0, 2)) / hop
        )
        return energy

    def _weighted(self, channels: Sound) -> NDArray[np.float64]:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._heard, Fraction(1, RATE)
        self._heard += frame.samples
        self._filters.push(frame)
        weighted = self._filters.pull()
        assert isinstance(weighted, AudioFrame)
        return weighted.to_ndarray().astype(np.float64, copy=False)
