"""The finished sound of a film: mixed, brought to its loudness, its peaks held.

How loud a programme is can be said only when all of it is known, and to mix it twice would mean to decode and
to compose it twice. So a mix that must be known first is written to a scratch file; measuring it, turning it
up and limiting it there are quick. Any other sound is handed on while it is mixed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.render.limiter import CEILING, Limiter
from mcp_nemo.engine.render.plan import RenderPlan
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.sound import BLOCK, mix

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
def finished(plan: RenderPlan, folder: Path) -> Iterator[Iterator[Samples]]:
    """Blocks of (n, 2) samples, to be gone through once.

    A scratch file in `folder` has no name there, and goes with the process.
    """
    if plan.loudness is None:
        yield _limited(mix(plan), CEILING)
        return
    with TemporaryFile(dir=folder) as file:
        peak = 0.0
        for block in mix(plan):
            peak = max(peak, float(np.abs(block).max(initial=0)))
            file.write(block.tobytes())
        file.flush()
        _master(np.memmap(file, np.float32, shape=(plan.samples, 2)), plan.loudness, peak)
        yield _written(file)


def _written(file: IO[bytes]) -> Iterator[Samples]:
    file.seek(0)
    while block := file.read(BLOCK * _SAMPLE_BYTES):
        yield np.frombuffer(block, np.float32).reshape(-1, 2)


def _master(sound: Samples, target: float, peak: float) -> None:
    """In place; `peak` is the highest of the samples."""
    measured = loudness(sound)
    target = min(target, measured + _MOST_GAIN_DB)
    for turn in range(_ROUNDS):
        gap = target - measured
        if not isfinite(gap) or (turn and abs(gap) < _CLOSE_ENOUGH_LU):
            return
        gain = 10 ** ((gap * _ANSWER if turn else gap) / 20)
        _level(sound, gain, _PROGRAMME_CEILING)
        if turn == 0 and peak * gain <= _PROGRAMME_CEILING:
            # Nothing was held back: it is as loud as it was meant to be.
            return
        measured = loudness(sound)


def _level(sound: Samples, gain: float, ceiling: float) -> None:
    """In place: so many times as loud, peaks held below the ceiling."""
    louder = (sound[start : start + BLOCK] * np.float32(gain) for start in range(0, len(sound), BLOCK))
    written = 0
    for block in _limited(louder, ceiling):
        sound[written : written + len(block)] = block
        written += len(block)


def _limited(blocks: Iterable[Samples], ceiling: float) -> Iterator[Samples]:
    """As many samples as come in, in other blocks; only the last block may have a length of its own."""
    limiter = Limiter(ceiling)
    waiting: Samples = np.zeros((0, 2), np.float32)
    for block in blocks:
        if len(waiting):
            yield limiter.process(waiting)
        waiting = block
    yield limiter.finish(waiting)
