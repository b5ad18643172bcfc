"""The finished sound of a film: mixed once into a scratch file, and brought to its loudness there.

How loud a programme is can be said only when all of it is known, and to mix it twice would mean to decode and
to compose it twice. So the mix is written down; measuring it, turning it up and limiting its peaks are quick.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.render.limiter import CEILING, Limiter
from mcp_nemo.engine.render.plan import RenderPlan
from mcp_nemo.engine.render.sound import BLOCK, Samples, mix

_SAMPLE_BYTES = 8
# Below the -1 dB that are promised: AAC gives peaks back higher than it got them.
_PROGRAMME_CEILING = 10 ** (-2.5 / 20)
# What the limiter takes off peaks is missing then: more than that is asked for, a few times.
_ROUNDS = 5
_ANSWER = 1.5
_CLOSE_ENOUGH_LU = 0.3
# More would bring up the noise of what is all but silent.
_MOST_GAIN_DB = 36.0


@contextmanager
def mastered(plan: RenderPlan, folder: Path) -> Iterator["Master"]:
    """The scratch file lies in `folder`; it has no name there, and goes with the process."""
    with TemporaryFile(dir=folder) as file:
        for block in mix(plan):
            file.write(block.tobytes())
        file.flush()
        sound = np.memmap(file, np.float32, shape=(plan.samples, 2))
        if plan.loudness is None:
            _level(sound, 1, CEILING)
        else:
            _bring_to(sound, plan.loudness)
        del sound
        yield Master(file, plan.samples)


class Master:
    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._length = file, length

    def blocks(self) -> Iterator[Samples]:
        self._file.seek(0)
        while block := self._file.read(BLOCK * _SAMPLE_BYTES):
            yield np.frombuffer(block, np.float32).reshape(-1, 2)

    def peaks(self, count: int) -> NDArray[np.float32]:
        """The highest sample in each of so many parts of the film."""
        peaks = np.zeros(count, np.float32)
        for number, block in enumerate(self.blocks()):
            places = (number * BLOCK + np.arange(len(block))) * count // self._length
            np.maximum.at(peaks, places, np.abs(block).max(axis=1))
        return peaks


def _bring_to(sound: Samples, target: float) -> None:
    measured = loudness(sound)
    target = min(target, measured + _MOST_GAIN_DB)
    for turn in range(_ROUNDS):
        gap = target - measured
        if not isfinite(gap) or (turn and abs(gap) < _CLOSE_ENOUGH_LU):
            return
        _level(sound, 10 ** ((gap * _ANSWER if turn else gap) / 20), _PROGRAMME_CEILING)
        measured = loudness(sound)


def _level(sound: Samples, gain: float, ceiling: float) -> None:
    """In place: so many times as loud, peaks held below the ceiling."""
    limiter, written = Limiter(ceiling), 0
    for start in range(0, len(sound), BLOCK):
        block = sound[start : start + BLOCK] * np.float32(gain)
        last = start + BLOCK >= len(sound)
        limited = limiter.finish(block) if last else limiter.process(block)
        sound[written : written + len(limited)] = limited
        written += len(limited)
