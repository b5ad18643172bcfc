import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from mcp_nemo.engine.analysis import Look, look
from mcp_nemo.engine.music.matching import match

Picture = NDArray[np.uint8]
WIDTH, HEIGHT, RATE = 160, 90, 20


def film(path: Path, seconds: float, draw: Callable[[int], Picture]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
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


def test_dark_and_still_against_bright_and_fast(tmp_path: Path) -> None:
    shots = (plain(250, 210, 120), plain(120, 220, 240), plain(250, 250, 240), plain(230, 120, 130))
    dark = look(film(tmp_path / "dark.mp4", 3, lambda number: plain(14, 16, 26)))
    fast = look(film(tmp_path / "fast.mp4", 3, lambda number: shots[number // 10 % 4]))
    assert dark.brightness < 0.15 < 0.6 < fast.brightness
    assert (dark.shots, fast.shots) == (1, 6)
    assert match(dark, 3000).mood in {"suspense", "sad"}
    assert match(fast, 3000).mood in {"happy", "upbeat", "playful"}


def test_movement_is_not_a_cut(tmp_path: Path) -> None:
    still = look(film(tmp_path / "still.mp4", 3, lambda number: sliding(number, step=0)))
    slow = look(film(tmp_path / "slow.mp4", 3, lambda number: sliding(number, step=1)))
    fast = look(film(tmp_path / "fast.mp4", 3, lambda number: sliding(number, step=3)))
    assert still.motion < 0.05 < slow.motion < fast.motion
    assert (still.shots, slow.shots, fast.shots) == (1, 1, 1)


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
