"""Sounds together: ducking, loops, crossfades, speed."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import AudioClip
from tests.engine.render.films import changed, clip, render, song
from tests.engine.render.listening import between, clicks, level_of
from tests.media import (
    SAMPLE_RATE,
    Samples,
    level_db,
    make_image,
    make_sound,
    make_video,
    pitch,
    read_sound,
    save_sound,
    tone,
)


def noise(seconds: float, level: float = 0.05) -> Samples:
    one = np.random.default_rng(3).normal(0, level, (round(seconds * SAMPLE_RATE), 1))
    return np.repeat(one, 2, axis=1).astype(np.float32)


def heard(folder: Path, *segments: AudioClip, photo_ms: int) -> Samples:
    photo = make_image(folder / "photo.png", size=(64, 36))
    return read_sound(render(folder, clip(photo, 0, photo_ms), *segments).path)


@pytest.mark.parametrize("duck", [True, False])
def test_music_sinks_under_speech(tmp_path: Path, duck: bool) -> None:
    words = np.concatenate((0 * tone(2, 300), tone(2, 300), 0 * tone(2, 300)))
    talk = song(save_sound(tmp_path / "talk.wav", words), 0, 6000, role="content")
    music = changed(song(make_sound(tmp_path / "music.wav", 6, 5000), 0, 6000), duck=duck)

    sound = heard(tmp_path, talk, music, photo_ms=6000)

    before, under, after = (level_of(between(sound, at, at + 0.8), 5000) for at in (0.6, 2.6, 5.1))
    assert before - under == pytest.approx(12 if duck else 0, abs=0.7)
    assert after == pytest.approx(before, abs=0.5)


def test_a_song_too_short_begins_again(tmp_path: Path) -> None:
    rhythm = noise(1.0)
    rhythm[: SAMPLE_RATE // 4] *= 4
    path = save_sound(tmp_path / "song.wav", rhythm)

    sound = heard(tmp_path, changed(song(path, 0, 4000), loop=True), photo_ms=4000)

    # A pass is a second, of which a quarter is blended with the next: beats come every 0.75 s.
    beats = [level_db(between(sound, at + 0.08, at + 0.17)) for at in (0.75, 1.5, 2.25, 3.0)]
    rests = [level_db(between(sound, at + 0.35, at + 0.65)) for at in (0.75, 1.5, 2.25, 3.0)]
    assert min(beats) > max(rests) + 7
    assert np.ptp(rests) < 1


@pytest.mark.parametrize("seconds", [9.0, 9.77])
def test_a_loop_keeps_the_beat(tmp_path: Path, seconds: float) -> None:
    """However long the song is: the next pass begins so that its beats fall on those of the last one."""
    beat = 0.6
    song_of_beats = noise(seconds, 0.002)
    for at in np.arange(0.1, seconds - 0.1, beat):
        stroke = tone(0.1, 220) * np.linspace(1, 0, SAMPLE_RATE // 10, dtype=np.float32)[:, None]
        start = round(at * SAMPLE_RATE)
        song_of_beats[start : start + len(stroke)] += stroke
    path = save_sound(tmp_path / "song.wav", song_of_beats)

    sound = heard(tmp_path, changed(song(path, 0, 20_000), loop=True), photo_ms=20_000)

    levels = np.sqrt(np.square(sound[: len(sound) // 480 * 480, 0]).reshape(-1, 480).mean(axis=1))
    struck = np.flatnonzero((levels[1:] > 0.05) & (levels[:-1] <= 0.05)) / 100
    phases = np.exp(2j * np.pi * struck / beat)
    assert len(struck) > 25
    assert abs(phases.mean()) > 0.97


def test_a_loop_keeps_its_level_at_the_seam(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "rain.wav", noise(2))

    sound = heard(tmp_path, changed(song(path, 0, 6000), loop=True), photo_ms=6000)

    levels = [level_db(between(sound, at, at + 0.25)) for at in np.arange(0.1, 5.6, 0.25)]
    assert np.ptp(levels) < 1.5


def test_a_loop_keeps_to_its_part_of_the_song(tmp_path: Path) -> None:
    parts = np.concatenate((tone(1, 300), tone(1, 900), tone(1, 2000)))
    path = save_sound(tmp_path / "song.wav", parts)

    laid = changed(song(path, 0, 3000, source_start_ms=1000), source_end_ms=2000, loop=True)
    sound = between(heard(tmp_path, laid, photo_ms=3000), 0.1, 2.9)

    assert level_of(sound, 900) > -30
    assert max(level_of(sound, hz) for hz in (300, 2000)) < level_of(sound, 900) - 40


def test_a_part_of_a_song_ends_where_it_is_told(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "song.wav", 3)

    sound = heard(tmp_path, changed(song(path, 0, 3000), source_end_ms=1000), photo_ms=3000)

    assert level_db(between(sound, 0.1, 0.95)) > -30
    assert level_db(between(sound, 1.05, 2.9)) < -70


def test_a_crossfade_of_sound_has_equal_power(tmp_path: Path) -> None:
    low, high = (make_video(tmp_path / f"{hz}.mp4", hz=hz, size=(64, 36)) for hz in (300, 900))
    second = changed(clip(high, 1000, 2000), crossfade_ms=1000)

    sound = read_sound(render(tmp_path, clip(low, 0, 2000), second).path)

    middle = between(sound, 1.45, 1.55)
    assert level_of(middle, 300) == pytest.approx(-12.04 - 3, abs=0.6)
    assert level_of(middle, 900) == pytest.approx(-12.04 - 3, abs=0.6)
    for at in (1.1, 1.3, 1.5, 1.7, 1.9):
        assert level_db(between(sound, at - 0.05, at + 0.05)) == pytest.approx(-15.05, abs=0.6)


@pytest.mark.parametrize("speed", [0.1, 0.5, 1.5, 2, 5])
def test_speed_keeps_the_pitch(tmp_path: Path, speed: float) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=max(1, 2 * speed), size=(64, 36), rate=10)

    sound = read_sound(render(tmp_path, changed(clip(path, 0, 2000), speed=speed)).path)

    assert pitch(between(sound, 0.2, 1.8)) == pytest.approx(440, abs=6)
    assert level_db(between(sound, 0.2, 1.8)) == pytest.approx(-15.05, abs=1)


def test_sound_keeps_step_with_a_picture_that_is_sped_up(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=6, size=(64, 36), rate=10, silent_until=4)

    sound = read_sound(render(tmp_path, changed(clip(path, 0, 3000), speed=2.0)).path)

    assert np.flatnonzero(np.abs(sound[:, 0]) > 0.05)[0] / SAMPLE_RATE == pytest.approx(2, abs=0.05)
    assert level_db(between(sound, 2.1, 2.9)) == pytest.approx(-15.05, abs=1)


def test_nothing_clicks(tmp_path: Path) -> None:
    """Cuts, gaps, crossfades, loops and ends, all through the crests of waves."""
    film = make_video(tmp_path / "clip.mp4", hz=101, size=(64, 36), rate=10)
    slow = changed(clip(film, 1700, 400, source_start_ms=317), speed=0.7)
    coming = changed(clip(film, 2000, 600, source_start_ms=933), crossfade_ms=100)
    looped = changed(song(make_sound(tmp_path / "song.wav", 0.713, 89), 202, 2101), loop=True)
    first, second = clip(film, 0, 512, source_start_ms=252), clip(film, 512, 703, source_start_ms=91)

    sound = read_sound(render(tmp_path, first, second, slow, coming, looped).path)

    assert clicks(sound) < 60
