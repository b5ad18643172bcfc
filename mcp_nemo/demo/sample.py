"""A short sample clip, drawn and sounded on the spot: three scenes, a little wind and water."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw

WIDTH, HEIGHT, RATE = 1280, 720, 30
SCENE_SECONDS = 4
SOUND_RATE = 48000

Color = tuple[int, int, int]
# Draws one scene at a moment between 0 and 1.
Scene = Callable[[ImageDraw.ImageDraw, float], None]


def make_sample(path: Path, report: Callable[[float], None]) -> None:
    """Write 12 s of 720p30 H.264 and AAC; `report` gets the fraction done."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        pictures = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "21"})
        pictures.width, pictures.height, pictures.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        _write_pictures(container, pictures, report)
        _write_sound(container, sound)


def _write_pictures(container: OutputContainer, stream: VideoStream, report: Callable[[float], None]) -> None:
    total = len(_SCENES) * SCENE_SECONDS * RATE
    for number, picture in enumerate(_pictures()):
        frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
        container.mux(stream.encode(frame))
        report(number / total)
    container.mux(stream.encode())


def _pictures() -> Iterator[Image.Image]:
    frames = SCENE_SECONDS * RATE
    for top, bottom, scene in _SCENES:
        sky = _gradient(top, bottom)
        for number in range(frames):
            picture = sky.copy()
            scene(ImageDraw.Draw(picture), number / frames)
            yield picture


def _gradient(top: Color, bottom: Color) -> Image.Image:

    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    column = np.asarray(top) * (1 - down) + np.asarray(bottom) * down
    return Image.fromarray(np.broadcast_to(column, (HEIGHT, WIDTH, 3)).astype(np.uint8))


def _hills_at_dawn(draw: ImageDraw.ImageDraw, moment: float) -> None:
    x, y = WIDTH * (0.3 + 0.25 * moment), HEIGHT * (0.62 - 0.3 * moment)
    draw.ellipse((x - 70, y - 70, x + 70, y + 70), fill=(255, 236, 179))
    for layer, color in enumerate(((122, 90, 120), (86, 66, 98), (48, 42, 66))):
        _ridge(
            draw,
            HEIGHT * (0.6 + 0.12 * layer),
            60 + 15 * layer,
            0.004 + 0.001 * layer,
            moment * layer * 1.5,
            color,
        )


def _city_at_dusk(draw: ImageDraw.ImageDraw, moment: float) -> None:
    drift = 120 * moment
    for house in range(-1, 14):
        left = house * 110 - drift * (1 + house % 2) / 2
        roof = HEIGHT * (0.35 + 0.3 * abs(math.sin(house * 2.3)))
        draw.rectangle((left, roof, left + 96, HEIGHT), fill=(24, 26, 48))
        for window in range(24):
            row, column = divmod(window, 3)
            # Windows light up one after another, in an order that looks like chance.
            if (window * 7 + house * 5) % 24 < 24 * (0.25 + 0.6 * moment):
                x, y = left + 14 + column * 26, roof + 18 + row * 40
                draw.rectangle((x, y, x + 14, y + 20), fill=(255, 205, 120))


def _sea_at_noon(draw: ImageDraw.ImageDraw, moment: float) -> None:
    for wave, color in enumerate(((38, 128, 172), (26, 106, 152), (16, 84, 130), (10, 62, 104))):
        phase = moment * (3 + wave) * (-1) ** wave
        _ridge(draw, HEIGHT * (0.5 + 0.12 * wave), 14 + 6 * wave, 0.01 - 0.001 * wave, phase, color)
    x = WIDTH * (0.15 + 0.6 * moment)
    y = HEIGHT * 0.5 + 8 * math.sin(moment * 12)
    draw.polygon(((x - 60, y), (x + 60, y), (x + 38, y + 30), (x - 38, y + 30)), fill=(120, 60, 40))
    draw.polygon(((x, y - 8), (x, y - 150), (x + 70, y - 8)), fill=(250, 250, 245))


def _ridge(
    draw: ImageDraw.ImageDraw, base: float, swing: float, bend: float, phase: float, color: Color
) -> None:
    line = [(x, base - swing * math.sin(x * bend + phase)) for x in range(0, WIDTH + 20, 20)]
    draw.polygon([*line, (WIDTH + 20, HEIGHT), (0, HEIGHT)], fill=color)


_SCENES: tuple[tuple[Color, Color, Scene], ...] = (
    ((58, 60, 110), (255, 170, 120), _hills_at_dawn),
    ((20, 18, 50), (150, 70, 110), _city_at_dusk),
    ((90, 180, 235), (200, 235, 250), _sea_at_noon),
)


def _write_sound(container: OutputContainer, stream: AudioStream) -> None:
    frame = av.AudioFrame.from_ndarray(_breeze().T.copy(), format="fltp", layout="stereo")
    frame.sample_rate, frame.time_base, frame.pts = SOUND_RATE, Fraction(1, SOUND_RATE), 0
    container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _breeze() -> NDArray[np.float32]:
    """Noise that comes and goes, like wind and then waves; softly, so that music has room."""

    count = len(_SCENES) * SCENE_SECONDS * SOUND_RATE
    noise = np.random.default_rng(7).standard_normal((count, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    hertz = np.fft.rfftfreq(count, 1 / SOUND_RATE)[:, None]
    # Falls by 6 dB an octave above 200 Hz, and lets nothing through that only shakes loudspeakers.
    soft = np.fft.irfft(spectrum * np.where(hertz < 40, 0, 1 / (1 + hertz / 200)), count, axis=0)
    seconds = np.arange(count)[:, None] / SOUND_RATE
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * seconds / 3.7)
    samples: NDArray[np.float32] = (0.06 * soft / np.abs(soft).max() * swell).astype(np.float32)
    return samples
