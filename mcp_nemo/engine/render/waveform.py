"""The picture of a sound: bars as high as it is loud, those that were played brighter than those to come."""

from functools import lru_cache
from math import ceil

import numpy as np
from PIL import Image, ImageDraw

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.colours import rgb_of, yuv_of
from mcp_nemo.engine.render.compositing import Sheet, cut_out
from mcp_nemo.engine.render.plan import Canvas, Ground
from mcp_nemo.engine.render.recording import recorded

# The height of each bar, from 0 to 1; together they span the film.
Outline = tuple[float, ...]

BARS = 120
# Shares of the sides of the canvas.
_LEFT, _HEIGHT = 0.06, 0.5
_LOWEST = 0.012
_SILENCE = 1e-3
_BAR_SHARE = 0.6
_AHEAD = 90
_BRIGHT_GROUND = 140


def waveform(outline: Outline, ground: Ground, canvas: Canvas, frame: int) -> Sheet:
    return _drawing(outline, ground, canvas).at(frame)


class _Drawing:
    """All bars played, and none played; a frame is the left of the one and the right of the other."""

    def __init__(self, outline: Outline, ground: Ground, canvas: Canvas) -> None:
        ink = _ink_on(ground.color)
        self._canvas, self._frames = canvas, ground.waveform_until
        self._played = _drawn(outline, ground.color, canvas, (*ink, 255))
        self._ahead = _drawn(outline, ground.color, canvas, (*ink, _AHEAD))
        head = Image.new(
            "RGBA", (max(2, canvas.width // 640 * 2), round(canvas.height * _HEIGHT)), (*ink, 255)
        )
        self._head = cut_out(head, 0, round(canvas.height * (1 - _HEIGHT) / 4) * 2, canvas.matrix)

    def at(self, frame: int) -> Sheet:
        left = self._canvas.width * _LEFT
        edge = left + (self._canvas.width - 2 * left) * (frame + 1) / self._frames
        column = ceil(edge / 2) * 2
        sheet = self._played.left_of(column, self._ahead)
        sheet.lay(self._head.moved_to(column), 1)
        return sheet


_drawing = lru_cache(1)(_Drawing)


def outline_of(sound: MediaInfo, samples: int) -> Outline:
    """Of so many samples of a recording, against the loudest; what is soft is drawn a little higher."""
    peaks = np.zeros(BARS, np.float32)
    place = 0
    for piece in recorded(sound, 0):
        bars = np.minimum(BARS - 1, np.arange(place, place + len(piece)) * BARS // samples)
        np.maximum.at(peaks, bars, np.abs(piece).max(axis=1))
        place += len(piece)
    loudest = max(float(peaks.max(initial=0)), _SILENCE)
    return tuple(np.sqrt(peaks / loudest).tolist())


def _drawn(outline: Outline, ground: str, canvas: Canvas, ink: tuple[int, int, int, int]) -> Sheet:
    image = Image.new("RGBA", (canvas.width, canvas.height))
    pencil = ImageDraw.Draw(image)
    left, middle = canvas.width * _LEFT, canvas.height / 2
    step = (canvas.width - 2 * left) / len(outline)
    for number, height in enumerate(outline):
        x = left + (number + (1 - _BAR_SHARE) / 2) * step
        half = max(_LOWEST, height) * canvas.height * _HEIGHT / 2
        bar = (x, middle - half, x + step * _BAR_SHARE, middle + half)
        pencil.rounded_rectangle(bar, step * _BAR_SHARE / 2, fill=ink)
    sheet = Sheet.plain(yuv_of(ground, canvas.matrix), canvas.width, canvas.height)
    sheet.lay(cut_out(image, 0, 0, canvas.matrix), 1)
    return sheet


def _ink_on(ground: str) -> tuple[int, int, int]:
    red, green, blue = rgb_of(ground)
    bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue > _BRIGHT_GROUND
    return (20, 20, 24) if bright else (255, 255, 255)
