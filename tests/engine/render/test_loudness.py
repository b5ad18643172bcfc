"""How loud a finished film is, by another meter than our own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import AudioClip, MusicRecipe
from tests.engine.render.films import changed, clip, render, song
from tests.engine.render.listening import between, level_of, metered
from tests.media import (
    SAMPLE_RATE,
    Samples,
    level_db,
    make_image,
    make_sound,
    make_video,
    read_sound,
    save_sound,
    tone,
)

QUIET_MUSIC, LOUD_MUSIC = 0.1, 1.0


def beats(seconds: float, level: float) -> Samples:
    """Strokes with long silences between: as peaky as music gets."""
    time = np.arange(round(seconds * SAMPLE_RATE))
    stroke = np.exp(-(time % 24_000) / 2000)
    return np.asarray(hiss(seconds, level) * stroke[:, None], np.float32)


def hiss(seconds: float, level: float) -> Samples:
    noise = np.random.default_rng(2).uniform(-1, 1, (round(seconds * SAMPLE_RATE), 2))
    soft = np.stack([np.convolve(channel, np.hanning(24), "same") for channel in noise.T], axis=1)
    return np.asarray(level * soft / np.abs(soft).max(), np.float32)


def hum(seconds: float, level: float) -> Samples:
    return tone(seconds, 997, peak=level)


@pytest.mark.parametrize("level", [QUIET_MUSIC, LOUD_MUSIC])
@pytest.mark.parametrize("made", [beats, hiss, hum])
def test_a_film_with_a_song_is_as_loud_as_it_should_be(
    tmp_path: Path, made: Callable[[float, float], Samples], level: float
) -> None:
    path, photo = (
        save_sound(tmp_path / "song.wav", made(5, level)),
        make_image(tmp_path / "photo.png", size=(64, 36)),
    )

    loudness, peak = metered(render(tmp_path, clip(photo, 0, 5000), song(path, 0, 5000, volume=0.4)).path)

    assert loudness == pytest.approx(-14, abs=1)
    assert peak <= -1


@pytest.mark.parametrize("mood", ["calm", "epic"])
def test_a_film_with_composed_music_is_as_loud_as_it_should_be(tmp_path: Path, mood: str) -> None:
    film = make_video(tmp_path / "talk.mp4", seconds=5, hz=300, size=(64, 36), rate=10, silent_until=2.5)
    music = AudioClip(
        start_ms=0,
        duration_ms=5000,
        name="BGM",
        volume=0.4,
        fade_out_ms=1500,
        music=MusicRecipe(mood=mood, seed=3),
        duck=True,
    )

    loudness, peak = metered(render(tmp_path, clip(film, 0, 5000), music).path)

    assert loudness == pytest.approx(-14, abs=1)
    assert peak <= -1


def test_levels_stay_in_proportion(tmp_path: Path) -> None:
    film = make_video(tmp_path / "clip.mp4", hz=300, size=(64, 36), rate=10)
    path = make_sound(tmp_path / "song.wav", 2, 900)

    result = render(tmp_path, clip(film, 0, 2000, volume=0.5), song(path, 0, 2000, volume=0.1))

    sound = between(read_sound(result.path), 0.2, 1.8)
    assert level_of(sound, 300) - level_of(sound, 900) == pytest.approx(13.98, abs=0.3)


def test_a_quiet_film_without_music_stays_quiet(tmp_path: Path) -> None:
    film = make_video(tmp_path / "clip.mp4", size=(64, 36), rate=10)

    sound = read_sound(render(tmp_path, clip(film, 0, 2000, volume=0.05)).path)

    assert level_db(between(sound, 0.1, 1.9)) == pytest.approx(-15.05 - 26.02, abs=0.4)


def test_silent_music_brings_up_no_noise(tmp_path: Path) -> None:
    silence = save_sound(tmp_path / "song.wav", hiss(2, 0.00005))
    photo = make_image(tmp_path / "photo.png", size=(64, 36))

    sound = read_sound(
        render(tmp_path, clip(photo, 0, 2000), changed(song(silence, 0, 2000), duck=True)).path
    )

    assert level_db(sound) < -55


def test_the_plan_says_to_what_it_is_brought(tmp_path: Path) -> None:
    path, photo = make_sound(tmp_path / "song.wav", 1), make_image(tmp_path / "photo.png", size=(64, 36))

    told = render(tmp_path, clip(photo, 0, 1000), song(path, 0, 1000, volume=0.4)).plan

    assert told.endswith("0.0-1.0 s mix: song.wav at 40%; all sound to -14 LUFS")
