"""Louder and quieter within one sound."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import Passage
from mcp_nemo.engine.render.levels import volumes
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Layer
from mcp_nemo.engine.render.plan.sound import Level
from tests.engine.render.films import changed, clip, render, song
from tests.engine.render.listening import between, clicks
from tests.media import level_db, make_image, make_sound, make_video, read_sound

TONE_DB = -15.05


def layer(*levels: tuple[float, float, float], is_music: bool = False) -> Layer:
    """Ten seconds at 80 %."""
    return Layer(
        start=SAMPLE_RATE,
        end=11 * SAMPLE_RATE,
        name="",
        media=None,
        music=None,
        source_start_ms=0,
        volume=0.8,
        fade_in_ms=0,
        fade_out_ms=0,
        speed=Fraction(1),
        is_music=is_music,
        levels=tuple(
            Level(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE), volume)
            for start, end, volume in levels
        ),
    )


def at(one: Layer, second: float) -> float:
    first = round(second * SAMPLE_RATE)
    return float(volumes(one, first, first + 1)[0])


def test_each_level_holds_for_its_time() -> None:
    one = layer((0, 1, 0.2), (3, 5, 0.4), (5, 6, 2), (9, 10, 0))
    found = [at(one, second) for second in (0, 0.5, 2, 4, 5.5, 7, 9.5, 9.999)]
    assert found == pytest.approx([0.2, 0.2, 0.8, 0.4, 2, 0.8, 0, 0])


@pytest.mark.parametrize(("is_music", "seconds"), [(True, 0.2), (False, 0.02)])
def test_a_change_takes_a_moment(is_music: bool, seconds: float) -> None:
    one = layer((3, 5, 0.2), is_music=is_music)
    curve = volumes(one, 2 * SAMPLE_RATE, 4 * SAMPLE_RATE)
    changing = np.flatnonzero(np.diff(curve)) / SAMPLE_RATE + 2
    assert changing.min() == pytest.approx(3 - seconds / 2, abs=0.001)
    assert changing.max() == pytest.approx(3 + seconds / 2, abs=0.001)


def test_a_level_shorter_than_its_changes_is_still_heard() -> None:
    one = layer((3, 3.1, 0), is_music=True)
    assert at(one, 3.05) == pytest.approx(0, abs=0.01)
    assert at(one, 2.9) == at(one, 3.2) == pytest.approx(0.8)


def test_it_is_the_same_in_blocks() -> None:
    one = layer((3, 5, 0.2), (5, 7, 1), is_music=True)
    blocks = [volumes(one, start, start + 48_000) for start in range(0, 480_000, 48_000)]
    assert np.array_equal(np.concatenate(blocks), volumes(one, 0, 480_000))


def test_a_clip_is_muted_only_in_its_middle(tmp_path: Path) -> None:
    film = make_video(tmp_path / "clip.mp4", size=(64, 36), rate=10, seconds=3)
    silent = changed(clip(film, 1000, 1000, source_start_ms=1000), volume=0.0)

    sound = read_sound(
        render(tmp_path, clip(film, 0, 1000), silent, clip(film, 2000, 1000, source_start_ms=2000)).path
    )

    assert level_db(between(sound, 0.1, 0.97)) == pytest.approx(TONE_DB, abs=0.3)
    assert level_db(between(sound, 1.03, 1.97)) < -70
    assert level_db(between(sound, 2.03, 2.9)) == pytest.approx(TONE_DB, abs=0.3)


def test_a_clip_that_becomes_quieter_does_not_dip(tmp_path: Path) -> None:
    film = make_video(tmp_path / "clip.mp4", size=(64, 36), rate=10, seconds=2, hz=101)
    quieter = changed(clip(film, 1000, 1000, source_start_ms=1000), volume=0.5)

    sound = read_sound(render(tmp_path, clip(film, 0, 1000), quieter).path)

    assert level_db(between(sound, 0.99, 1.01)) == pytest.approx(TONE_DB - 3, abs=1)
    assert level_db(between(sound, 1.05, 1.9)) == pytest.approx(TONE_DB - 6, abs=0.3)
    assert clicks(sound) < 60


def test_a_song_is_quieter_for_a_while(tmp_path: Path) -> None:
    path, photo = make_sound(tmp_path / "song.wav", 6), make_image(tmp_path / "photo.png", size=(64, 36))
    quiet = Passage(start_ms=2000, end_ms=4000, volume=0.1)

    sound = read_sound(
        render(tmp_path, clip(photo, 0, 6000), changed(song(path, 0, 6000), passages=(quiet,))).path
    )

    before, under, after = (level_db(between(sound, at, at + 1)) for at in (0.5, 2.5, 4.5))
    assert before - under == pytest.approx(20, abs=0.7)
    assert after == pytest.approx(before, abs=0.5)
    assert clicks(sound) < 60
