"""A mix measured while it is made, and brought to its loudness wherever a part of it is wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.media import probe
from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.render.mastering import Programme, finished
from mcp_nemo.engine.render.plan import RenderPlan, plan
from mcp_nemo.engine.render.tasks import sound_task
from tests.engine.render.films import changed, film, song
from tests.media import SAMPLE_RATE, Samples, save_sound

SECONDS = 9


def drums(seconds: float, level: float) -> Samples:
    """So peaky that the limiter is at work all the time."""
    noise = np.random.default_rng(4).uniform(-1, 1, (round(seconds * SAMPLE_RATE), 2))
    stroke = np.exp(-(np.arange(len(noise)) % 17_000) / 3000)
    return np.asarray(level * noise * stroke[:, None], np.float32)


def planned(folder: Path, sound: Samples, **changes: object) -> RenderPlan:
    path = save_sound(folder / "song.wav", sound)
    laid = changed(song(path, 0, SECONDS * 1000), **changes)
    return plan(film(laid), {path.name: probe(path, id=path.name)}, "draft")


@contextmanager
def mastered(planned: RenderPlan, folder: Path) -> Iterator[Programme]:
    with finished(planned, folder, lambda _: None) as programme:
        yield programme


@pytest.mark.parametrize("level", [0.02, 0.1, 1.0])
def test_a_programme_is_as_loud_as_it_was_meant_to_be(tmp_path: Path, level: float) -> None:
    """After the limiter, which takes off more the louder it gets."""
    one = planned(tmp_path, drums(SECONDS, level))

    with mastered(one, tmp_path) as programme:
        heard = programme.between(0, one.samples)

    assert loudness(heard) == pytest.approx(-14, abs=0.3)
    assert np.abs(heard).max() <= 10 ** (-2.5 / 20) + 1e-6


def test_a_part_is_what_the_whole_has_there(tmp_path: Path) -> None:
    one = planned(tmp_path, drums(SECONDS, 1.0))

    with mastered(one, tmp_path) as programme:
        whole = programme.between(0, one.samples)
        for start, end in [(0, 1), (17, 40_000), (96_000, 192_000), (one.samples - 1001, one.samples)]:
            assert np.array_equal(programme.between(start, end), whole[start:end])


def test_what_is_no_programme_keeps_its_level(tmp_path: Path) -> None:
    sound = drums(SECONDS, 0.1)
    one = planned(tmp_path, sound, role="content")

    with mastered(one, tmp_path) as programme:
        heard = programme.between(SAMPLE_RATE, 3 * SAMPLE_RATE)

    assert heard == pytest.approx(sound[SAMPLE_RATE : 3 * SAMPLE_RATE], abs=1e-4)


def test_how_far_it_is_is_told_evenly(tmp_path: Path) -> None:
    task = sound_task(planned(tmp_path, drums(SECONDS, 0.1)))
    told: list[int] = []

    task.carry_out(tmp_path / "sound.mp4", told.append, 1)

    assert sum(told) == task.work == SECONDS
    # A block of two seconds is mixed at a time, and that is a quarter of the work.
    assert told[:5] == [0, 1, 0, 1, 0]
