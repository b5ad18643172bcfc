"""Titles drawn as light and alpha: white letters in a black outline, readable on any picture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mcp_nemo import typefaces
from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.render.plan import Canvas, Caption

Plane = NDArray[np.uint8]

# Shares of the canvas: of its sides, and of the shorter one for letters.
_SAFE_MARGIN = 0.06
_LETTER_HEIGHT: dict[Place, float] = {"top": 0.08, "center": 0.11, "bottom": 0.07}
_SMALLEST_LETTER = 0.035
_SHRINK = 0.9
_OUTLINE = 0.06
_LINE_GAP = 0.2
_FADE_SECONDS = 0.2
# A title shorter than this many fades would hardly be seen whole.
_FADES_IN_A_TITLE = 5
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_NOT_FIRST = "、。，．！？：；）」』】〉》…ー"
_PIECE = re.compile(rf"\s+|[{_WIDE}][{_NOT_FIRST}]*|[^\s{_WIDE}]+")


@dataclass(frozen=True, slots=True)
class Lettering:
    """A title as drawn; all four numbers are even. `missing` are characters that no typeface here has."""

    x: int
    y: int
    light: Plane
    alpha: Plane
    missing: frozenset[str]


class _Setting(NamedTuple):
    """Lines of text in a font, and the pixels around and between them."""

    text: str
    font: typefaces.Font
    outline: int
    gap: int


def letter(text: str, place: Place, canvas: Canvas) -> Lettering:
    """Characters that no typeface has are left out, and reported."""
    face, missing = typefaces.face_for(text)
    written = "".join(character for character in text if character not in missing)
    light, alpha = _drawn(_set(written, face, place, canvas))
    height, width = light.shape
    margin = _even(canvas.height * _SAFE_MARGIN)
    y = {
        "top": margin,
        "center": _even((canvas.height - height) / 2),
        "bottom": canvas.height - margin - height,
    }[place]
    return Lettering(_even((canvas.width - width) / 2), y, light, alpha, missing)


def opacity(caption: Caption, frame: int, rate: Fraction) -> float:
    """Titles fade in and out, unless they are too short for it."""
    fade = round(_FADE_SECONDS * rate)
    if caption.end - caption.start < _FADES_IN_A_TITLE * fade:
        return 1.0
    return min(1.0, (frame - caption.start + 1) / (fade + 1), (caption.end - frame) / (fade + 1))


def _set(text: str, face: Path | None, place: Place, canvas: Canvas) -> _Setting:
    """The largest size, from the ideal down, at which the text fits; at the smallest, what of it fits."""
    width, height = (round(side * (1 - 2 * _SAFE_MARGIN)) for side in (canvas.width, canvas.height))
    shorter = min(canvas.width, canvas.height)
    size = shorter * _LETTER_HEIGHT[place]
    while size * _SHRINK >= shorter * _SMALLEST_LETTER:
        setting, widest = _set_in(size, text, face, width)
        if widest <= width and _height(setting) <= height:
            return setting
        size *= _SHRINK
    setting, _ = _set_in(size, text, face, width, inside_words=True)
    lines = setting.text.split("\n")
    fitting = int(len(lines) * min(1, height / _height(setting)))
    return setting._replace(text="\n".join(lines[:fitting]))


def _set_in(
    size: float, text: str, face: Path | None, width: int, *, inside_words: bool = False
) -> tuple[_Setting, float]:
    """The text in one size, and how wide it came out."""
    font = typefaces.load(face, max(1, round(size)))
    outline, gap = max(1, round(size * _OUTLINE)), round(size * _LINE_GAP)
    lines = _balanced(text, font, width - 2 * outline, inside_words=inside_words)
    widest = max(map(font.getlength, lines), default=0) + 2 * outline
    return _Setting("\n".join(lines), font, outline, gap), widest


def _balanced(text: str, font: typefaces.Font, room: int, *, inside_words: bool) -> list[str]:
    """As few lines as the room allows, and those of about one length."""
    lines = list(_wrapped(text, font, room, inside_words=inside_words))
    too_narrow = 0
    while room - too_narrow > font.size:
        middle = (too_narrow + room) // 2
        narrower = list(_wrapped(text, font, middle, inside_words=inside_words))
        if len(narrower) > len(lines):
            too_narrow = middle
        else:
            room, lines = middle, narrower
    return lines


def _wrapped(text: str, font: typefaces.Font, room: int, *, inside_words: bool) -> Iterator[str]:
    for paragraph in text.splitlines():
        line = ""
        for piece in paragraph if inside_words else _PIECE.findall(paragraph):
            if line and font.getlength((line + piece).rstrip()) > room:
                yield line.rstrip()
                line = ""
            line += piece if line else piece.lstrip()
        yield line.rstrip()


def _height(setting: _Setting) -> int:
    _, top, _, bottom = _bounds(setting)
    return max(1, bottom - top)


def _bounds(setting: _Setting) -> tuple[int, int, int, int]:
    pencil = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = pencil.multiline_textbbox(
        (0, 0), setting.text, setting.font, spacing=setting.gap, align="center", stroke_width=setting.outline
    )
    return floor(left), floor(top), ceil(right), ceil(bottom)


def _drawn(setting: _Setting) -> tuple[Plane, Plane]:
    left, top, right, bottom = _bounds(setting)
    image = Image.new("LA", (_even(right - left + 1), _even(bottom - top + 1)))
    ImageDraw.Draw(image).multiline_text(
        (-left, -top),
        setting.text,
        fill=(255, 255),
        font=setting.font,
        spacing=setting.gap,
        align="center",
        stroke_width=setting.outline,
        stroke_fill=(0, 255),
    )
    light, alpha = image.split()
    return np.asarray(light), np.asarray(alpha)


def _even(length: float) -> int:
    return max(0, int(length) // 2 * 2)
