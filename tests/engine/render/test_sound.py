from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import AudioClip, MusicRecipe
from mcp_nemo.engine.render.limiter import CEILING
from tests.engine.render.films import clip, render, song
from tests.engine.render.listening import between
from tests.media import (
    SAMPLE_RATE,
    level_db,
    make_image,
    make_sound,
    make_video,
    pitch,
    read_frames,
    read_sound,
)

# A tone of peak 0.25, as `tests.media` makes it.
TONE_DB = -15.05
SILENCE_DB = -70


def test_a_clip_keeps_its_sound(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    sound = read_sound(render(tmp_path, clip(path, 0, 2000)).path)

    assert len(sound) == pytest.approx(2 * SAMPLE_RATE, abs=1024)
    assert level_db(between(sound, 0.1, 1.9)) == pytest.approx(TONE_DB, abs=0.3)
    assert pitch(between(sound, 0.1, 1.9)) == pytest.approx(440, abs=2)


def test_sounds_follow_their_clips(tmp_path: Path) -> None:
    low, high = make_video(tmp_path / "low.mp4", hz=300), make_video(tmp_path / "high.webm", hz=900)

    sound = read_sound(render(tmp_path, clip(high, 0, 1000), clip(low, 1500, 500, source_start_ms=900)).path)

    assert pitch(between(sound, 0.1, 0.9)) == pytest.approx(900, abs=3)
    assert level_db(between(sound, 1.05, 1.45)) < SILENCE_DB
    assert pitch(between(sound, 1.6, 1.9)) == pytest.approx(300, abs=4)


@pytest.mark.parametrize(("volume", "change_db"), [(0.5, -6.02), (0.1, -20), (2.0, 6.02)])
def test_volume_is_a_factor(tmp_path: Path, volume: float, change_db: float) -> None:
    path = make_video(tmp_path / "clip.mp4")

    sound = read_sound(render(tmp_path, clip(path, 0, 1000, volume=volume)).path)

    assert level_db(between(sound, 0.1, 0.9)) == pytest.approx(TONE_DB + change_db, abs=0.4)


def test_a_muted_clip_is_silent(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    assert level_db(read_sound(render(tmp_path, clip(path, 0, 1000, volume=0)).path)) < SILENCE_DB


def test_films_and_images_without_sound_are_silent(tmp_path: Path) -> None:
    film, photo = make_video(tmp_path / "clip.mp4", sound=False), make_image(tmp_path / "photo.png")

    assert level_db(read_sound(render(tmp_path, clip(film, 0, 500), clip(photo, 500, 500)).path)) < SILENCE_DB


def test_fades_have_equal_power(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    sound = read_sound(render(tmp_path, clip(path, 0, 2000, fade_in_ms=800, fade_out_ms=800)).path)

    assert level_db(between(sound, 0.38, 0.42)) == pytest.approx(TONE_DB - 3, abs=0.5)
    assert level_db(between(sound, 0.9, 1.1)) == pytest.approx(TONE_DB, abs=0.3)
    assert level_db(between(sound, 1.58, 1.62)) == pytest.approx(TONE_DB - 3, abs=0.5)
    assert level_db(between(sound, 1.97, 2)) < TONE_DB - 20


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a", "aac"])
def test_uploaded_sound_starts_where_it_is_told(tmp_path: Path, suffix: str) -> None:
    quiet_then_loud = make_sound(tmp_path / f"song.{suffix}", 3, 440, silent_until=2)
    photo = make_image(tmp_path / "photo.png")

    laid = song(quiet_then_loud, 500, 1000, source_start_ms=1500)
    sound = read_sound(render(tmp_path, clip(photo, 0, 2000), laid).path)

    heard = np.flatnonzero(np.abs(sound[:, 0]) > 0.05) / SAMPLE_RATE
    assert heard[0] == pytest.approx(1.0, abs=0.06)
    assert heard[-1] == pytest.approx(1.5, abs=0.01)


def test_composed_music_lies_under_the_film(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", sound=False, seconds=1)
    music = AudioClip(start_ms=500, duration_ms=2500, name="BGM", music=MusicRecipe(mood="calm", seed=7))

    sound = read_sound(render(tmp_path, clip(path, 0, 3000), music).path)

    assert level_db(between(sound, 0, 0.48)) < SILENCE_DB
    assert level_db(between(sound, 0.6, 2.5)) > -40


def test_sound_alone_is_heard_over_black(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "song.mp3", 1)

    result = render(tmp_path, song(path, 0, 1000, role="content"))

    assert (result.width, result.height, result.duration_ms) == (1280, 720, 1000)
    assert read_frames(result.path)[10].max() < 8
    assert level_db(between(read_sound(result.path), 0.1, 0.9)) == pytest.approx(TONE_DB, abs=1)


def test_a_clip_cut_in_two_does_not_dip(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    sound = read_sound(render(tmp_path, clip(path, 0, 700), clip(path, 700, 800, source_start_ms=700)).path)

    assert level_db(between(sound, 0.695, 0.705)) == pytest.approx(TONE_DB, abs=0.5)


def test_edges_do_not_click(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", hz=100)

    sound = read_sound(render(tmp_path, clip(path, 0, 1000, source_start_ms=252), clip(path, 1000, 500)).path)

    # The steepest slope of this tone is 0.0033 a sample; a cut through its crest would be 0.25.
    assert np.abs(np.diff(sound[:, 0])).max() < 0.01


def test_the_sum_of_loud_sounds_does_not_clip(tmp_path: Path) -> None:
    loud = [make_sound(tmp_path / f"{hz}.wav", 3, hz, peak=0.9) for hz in (300, 500, 700)]

    sound = read_sound(
        render(tmp_path, *(song(path, 0, 3000, volume=2, role="content") for path in loud)).path
    )

    assert np.abs(sound).max() < 1
    assert np.abs(sound).max() > CEILING * 0.9


def test_sound_is_as_long_as_the_picture(tmp_path: Path) -> None:
    photo, path = make_image(tmp_path / "photo.png"), make_sound(tmp_path / "song.wav", 6)

    sound = read_sound(render(tmp_path, clip(photo, 0, 4700), song(path, 0, 6000)).path)

    assert len(sound) == pytest.approx(4.7 * SAMPLE_RATE, abs=1024)
    assert level_db(between(sound, 4.5, 4.65)) > SILENCE_DB / 2
