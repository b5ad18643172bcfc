import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image
from pydantic import TypeAdapter

from mcp_nemo.engine.analysis import Analysis, Hearing, Look, analyse, analysed, listen, look
from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.catalogue import composed, rank
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.music.traits import traits_of
from tests.media import SAMPLE_RATE, Samples, make_sound, save_sound

Picture = NDArray[np.uint8]
WIDTH, HEIGHT, RATE = 160, 90, 20
UPBEAT = MusicRecipe(mood="upbeat", seed=1)


def film(
    path: Path, seconds: float, draw: Callable[[int], Picture], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Path:
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "sc_threshold": "40"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        (stream.width, stream.height), stream.pix_fmt = size, "yuv420p"
        for number in range(round(seconds * RATE)):
            container.mux(stream.encode(VideoFrame.from_ndarray(draw(number), format="rgb24")))
        container.mux(stream.encode())
    return path


def plain(red: int, green: int, blue: int) -> Picture:
    return np.full((HEIGHT, WIDTH, 3), (red, green, blue), np.uint8)


def sliding(number: int, *, step: int) -> Picture:
    """Bars that move so many pixels a frame."""
    columns = (np.arange(WIDTH) + number * step) // 20 % 2
    return np.ascontiguousarray(
        np.broadcast_to((110 + 40 * columns)[None, :, None], (HEIGHT, WIDTH, 3)), np.uint8
    )


def best_mood(seen: Look) -> str:
    return rank(composed(), traits_of(seen, 3000), 3000)[0].offer.mood


def test_dark_and_still_against_bright_and_fast(tmp_path: Path) -> None:
    shots = (plain(250, 210, 120), plain(120, 220, 240), plain(250, 250, 240), plain(230, 120, 130))
    dark = look(film(tmp_path / "dark.mp4", 3, lambda number: plain(14, 16, 26)))
    fast = look(film(tmp_path / "fast.mp4", 3, lambda number: shots[number // 10 % 4]))
    assert dark.brightness < 0.15 < 0.6 < fast.brightness
    assert (dark.shots, fast.shots) == (1, 6)
    assert best_mood(dark) in {"suspense", "sad"}
    assert best_mood(fast) in {"happy", "upbeat", "playful"}


def test_movement_is_not_a_cut(tmp_path: Path) -> None:
    still = look(film(tmp_path / "still.mp4", 3, lambda number: sliding(number, step=0)))
    slow = look(film(tmp_path / "slow.mp4", 3, lambda number: sliding(number, step=1)))
    fast = look(film(tmp_path / "fast.mp4", 3, lambda number: sliding(number, step=3)))
    assert still.motion < 0.05 < slow.motion < fast.motion
    assert (still.shots, slow.shots, fast.shots) == (1, 1, 1)


def test_large_films_are_seen_by_their_key_frames(tmp_path: Path) -> None:
    def large(number: int) -> Picture:
        shot = plain(250, 210, 120) if number // 40 % 2 else plain(20, 60, 90)
        picture = np.tile(shot, (10, 10, 1))
        picture[:, (number * 12) % 1500 :][:, :60] = 128
        return picture

    seen = look(film(tmp_path / "large.mp4", 8, large, size=(1600, 900)))
    assert seen.shots == 4
    assert 0 < seen.motion < 0.5
    assert 0.4 < seen.brightness < 0.7


def test_colour(tmp_path: Path) -> None:
    warm = look(film(tmp_path / "warm.mp4", 1, lambda number: plain(220, 140, 60)))
    grey = look(film(tmp_path / "grey.mp4", 1, lambda number: plain(128, 128, 128)))
    blue = look(film(tmp_path / "blue.mp4", 1, lambda number: plain(40, 90, 200)))
    assert blue.warmth < 0.3 < grey.warmth < 0.6 < warm.warmth
    assert grey.saturation < 0.05 < 0.5 < min(warm.saturation, blue.saturation)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_an_image_is_one_still_shot(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"picture.{suffix}"
    Image.fromarray(sliding(0, step=0)).save(path)
    seen = look(path)
    assert (seen.shots, seen.motion) == (1, 0)
    assert seen.contrast > 0.1


def spoken(seconds: float, *, pause: float = 0) -> Samples:
    """Syllables: a buzzing vowel of a throat and a mouth, then a hiss, then nothing for a moment."""
    random = np.random.default_rng(1)
    syllables: list[NDArray[np.float64]] = []
    for number in range(round(seconds * 4)):
        time = np.arange(random.integers(5000, 7000)) / SAMPLE_RATE
        pitch = 110 + 25 * np.sin(number)
        vowel = sum(
            np.sin(2 * np.pi * pitch * k * time) / (1 + ((pitch * k - 500 - 60 * (number % 5)) / 250) ** 2)
            for k in range(1, 25)
        )
        hiss = np.diff(random.normal(0, 0.25, 2600))
        syllables += [0.15 * vowel * np.hanning(len(time)), hiss * np.hanning(len(hiss)), np.zeros(3200)]
    sound = np.concatenate([*syllables, np.zeros(round(pause * SAMPLE_RATE))]).astype(np.float32)
    return np.stack([sound, sound], axis=1)


def test_speech_is_told_from_music_and_from_silence(tmp_path: Path) -> None:
    speech = listen(save_sound(tmp_path / "speech.wav", spoken(8)))
    music = listen(save_sound(tmp_path / "music.wav", perform(compose(UPBEAT, 8_000), Synthesis())))
    hum = listen(make_sound(tmp_path / "hum.wav", 4))
    assert speech.speech > 0.8
    assert max(music.speech, hum.speech) < 0.2


def test_silence_is_a_share_of_the_time(tmp_path: Path) -> None:
    half = listen(make_sound(tmp_path / "half.wav", 4, peak=0.5, silent_until=2))
    assert half.silence == pytest.approx(0.5, abs=0.02)
    assert half.level_db == pytest.approx(-9, abs=0.3)
    assert listen(save_sound(tmp_path / "none.wav", np.zeros((SAMPLE_RATE, 2), np.float32))) == Hearing()


def test_a_pause_is_no_speech(tmp_path: Path) -> None:
    heard = listen(save_sound(tmp_path / "talk.wav", spoken(6, pause=6)))
    assert 0.35 < heard.speech < 0.65
    assert heard.silence > 0.4


def test_a_silent_film_is_silent(tmp_path: Path) -> None:
    path = film(tmp_path / "silent.mp4", 1, lambda number: plain(128, 128, 128))
    assert analyse(path).hearing == Hearing()


def test_what_was_found_is_kept_for_the_content(tmp_path: Path) -> None:
    path = film(tmp_path / "red.mp4", 1, lambda number: plain(200, 40, 40))
    kept = tmp_path / "home" / "analysis"
    first = analysed(path, kept)
    (entry,) = kept.iterdir()
    entry.write_bytes(TypeAdapter(Analysis).dump_json(replace(first, look=Look(shots=77))))
    moved = path.rename(tmp_path / "other.mp4")
    assert analysed(moved, kept).look.shots == 77
    film(moved, 1, lambda number: plain(40, 40, 200))
    assert analysed(moved, kept).look.shots == 1


def test_a_damaged_entry_is_found_out_anew(tmp_path: Path) -> None:
    path = film(tmp_path / "red.mp4", 1, lambda number: plain(200, 40, 40))
    first = analysed(path, tmp_path / "kept")
    (entry,) = (tmp_path / "kept").iterdir()
    entry.write_text("half a")
    assert analysed(path, tmp_path / "kept") == first


def test_sound_has_no_look(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    assert look(path) == Look()


def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.mp4"
    path.write_text("not a film")
    with pytest.raises(av.error.FFmpegError):
        look(path)
