"""The finished sound of a film: mixed, brought to its loudness, its peaks held.

How loud a programme is can be said only when all of it is known, and to mix it twice would mean to decode
and to compose it twice. So a mix is written to a scratch file, and measured on the way: the energy and the
peak of each millisecond tell what any gain and the limiter would make of it. Both are applied once, to
whatever part of the sound is wanted.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music.loudness import STEP, EnergyMeter, integrated
from mcp_nemo.engine.render.ahead import ahead
from mcp_nemo.engine.render.limiter import CEILING, HOP, PeakMeter, envelope, held
from mcp_nemo.engine.render.plan import RenderPlan
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.sound import mix

_SAMPLE_BYTES = 8
# Below the -1 dB that are promised: AAC gives peaks back higher than it got them.
_PROGRAMME_CEILING = 10 ** (-2.5 / 20)
# What the limiter takes off peaks is missing then: more than that is asked for, a few times.
_ROUNDS = 10
_ANSWER = 1.5
_CLOSE_ENOUGH_LU = 0.1
# More would bring up the noise of what is all but silent.
_MOST_GAIN_DB = 36.0

# Told as samples are done: how many since it was told last.
Told = Callable[[int], None]


class Measures(NamedTuple):
    """Of each hop of a mix: its K-weighted energy, and its highest point."""

    energies: NDArray[np.float64]
    peaks: Samples


class Programme:
    """The finished sound, any part of it at any time, also for several threads."""

    def __init__(self, mixed: IO[bytes], gain: float, edges: Samples) -> None:
        self._mixed, self._gain, self._edges = mixed, np.float32(gain), edges
        self._reading = Lock()

    def between(self, start: int, end: int) -> Samples:
        """(n, 2) samples; the sound has to be as long as that."""
        first, last = start // HOP, -(-end // HOP)
        louder = self._read(first * HOP, end) * self._gain
        return held(louder, self._edges[first : last + 1])[start - first * HOP :]

    def _read(self, start: int, end: int) -> Samples:
        with self._reading:
            self._mixed.seek(start * _SAMPLE_BYTES)
            found = self._mixed.read((end - start) * _SAMPLE_BYTES)
        return np.frombuffer(found, np.float32).reshape(-1, 2)


@contextmanager
def finished(plan: RenderPlan, folder: Path, told: Told) -> Iterator[Programme]:
    """A scratch file in `folder` has no name there, and goes with the process."""
    with TemporaryFile(dir=folder) as file:
        energies, peaks = _measured(plan, file, told)
        if plan.loudness is None:
            yield Programme(file, 1, envelope(peaks, CEILING))
            return
        gain = _gain_to(plan.loudness, energies, peaks)
        yield Programme(file, gain, envelope(peaks * np.float32(gain), _PROGRAMME_CEILING))


def _measured(plan: RenderPlan, file: IO[bytes], told: Told) -> Measures:
    """Mix into the file."""
    energy_meter, peak_meter = EnergyMeter(), PeakMeter()
    energies, peaks = [], []
    with closing(ahead(mix(plan))) as blocks:
        for block in blocks:
            file.write(block.data)
            energies.append(energy_meter.energies(block, HOP))
            peaks.append(peak_meter.peaks(block))
            told(len(block))
    return Measures(np.concatenate(energies), np.concatenate((*peaks, peak_meter.rest())))


def _gain_to(target: float, energies: NDArray[np.float64], peaks: Samples) -> float:
    measured = _loudness(energies)
    if not isfinite(measured):
        return 1
    target = min(target, measured + _MOST_GAIN_DB)
    gain_db = target - measured
    for _ in range(_ROUNDS):
        gain = 10 ** (gain_db / 20)
        powers = gain**2 * _powers(envelope(peaks * np.float32(gain), _PROGRAMME_CEILING))
        missing = target - _loudness(energies * powers)
        if abs(missing) < _CLOSE_ENOUGH_LU:
            break
        gain_db += missing * _ANSWER
    return gain


def _loudness(energies: NDArray[np.float64]) -> float:
    hops = STEP // HOP
    whole = max(hops, len(energies) // hops * hops)
    steps = np.pad(energies, (0, max(0, whole - len(energies))))[:whole]
    return integrated(steps.reshape(-1, hops).mean(axis=1))


def _powers(edges: Samples) -> NDArray[np.float64]:
    """The mean square of gains that go in straight lines from edge to edge."""
    start, end = edges[:-1], edges[1:]
    powers: NDArray[np.float64] = (start * start + start * end + end * end) / 3.0
    return powers
