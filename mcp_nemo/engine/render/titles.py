"""Titles drawn as pictures with alpha: letters in a black outline, or in a box, readable on any picture."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw

from mcp_nemo import typefaces
from mcp_nemo.engine.draft import Size
from mcp_nemo.engine.render.colours import rgb_of
from mcp_nemo.engine.render.compositing import Cutout, corner, cut_out
from mcp_nemo.engine.render.plan import Canvas, Caption, Style

# Shares of the canvas: of its sides, and of the shorter one for letters.
_SAFE_MARGIN = 0.06
_LETTER_HEIGHT = {"top": 0.08, "center": 0.11, "left": 0.08, "right": 0.08}
_LETTER_HEIGHT_ELSEWHERE = 0.07
_SIZES: dict[Size, float] = {"small": 0.65, "medium": 1, "large": 1.5}
_SMALLEST_LETTER = 0.035
_SHRINK = 0.9
# Shares of the height of letters.
_OUTLINE = 0.06
_EMBOLDENING = 0.035
_LINE_GAP = 0.2
_PADDING = 0.3
_KEPT_DRAWINGS = 16
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_NOT_FIRST = "、。，．！？：；）」』】〉》…ー"
_PIECE = re.compile(rf"\s+|[{_WIDE}][{_NOT_FIRST}]*|[^\s{_WIDE}]+")


class _Setting(NamedTuple):
    """Lines of text in a font; the pixels between lines, and those that weight and outline add around."""

    text: str
    font: typefaces.Font
    align: Literal["left", "center", "right"]
    gap: int
    weight: int
    outline: int
    padding: int


@lru_cache(_KEPT_DRAWINGS)
def letter(text: str, style: Style, canvas: Canvas) -> Cutout:
    """Characters that no typeface has are left out."""
    face, missing = typefaces.face_for(text)
    written = "".join(character for character in text if character not in missing)
    drawing = _drawn(_set(written, face, style, canvas), style)
    size = (_even(drawing.width + 1), _even(drawing.height + 1))
    margins = (round(canvas.width * _SAFE_MARGIN), round(canvas.height * _SAFE_MARGIN))
    x, y = corner(style.place, size, canvas, margins)
    return cut_out(drawing, x, y, canvas.matrix)


def missing_from(captions: Iterable[Caption]) -> list[str]:
    """The characters that no typeface here has."""
    texts = {caption.text for caption in captions}
    return sorted(set().union(*(typefaces.face_for(text)[1] for text in texts)))


def _set(text: str, face: Path | None, style: Style, canvas: Canvas) -> _Setting:
    """The largest size, from the ideal down, at which the text fits; at the smallest, what of it fits."""
    room = tuple(round(side * (1 - 2 * _SAFE_MARGIN)) for side in (canvas.width, canvas.height))
    shorter = min(canvas.width, canvas.height)
    size = shorter * _LETTER_HEIGHT.get(style.place, _LETTER_HEIGHT_ELSEWHERE) * _SIZES[style.size]
    while size * _SHRINK >= shorter * _SMALLEST_LETTER:
        setting, widest = _set_in(size, text, face, style, room[0])
        if widest <= room[0] and _height(setting) <= room[1]:
            return setting
        size *= _SHRINK
    setting, _ = _set_in(size, text, face, style, room[0], inside_words=True)
    lines = setting.text.split("\n")
    fitting = int(len(lines) * min(1, room[1] / _height(setting)))
    return setting._replace(text="\n".join(lines[:fitting]))


def _set_in(
    size: float, text: str, face: Path | None, style: Style, width: int, *, inside_words: bool = False
) -> tuple[_Setting, float]:
    """The text in one size, and how wide it came out."""
    font = typefaces.load(face, max(1, round(size)))
    weight = max(1, round(size * _EMBOLDENING)) if style.bold else 0
    outline = 0 if style.background else max(1, round(size * _OUTLINE))
    padding = round(size * _PADDING) if style.background else 0
    around = 2 * (weight + outline + padding)
    lines = _balanced(text, font, width - around, inside_words=inside_words)
    widest = max(map(font.getlength, lines), default=0) + around
    align: Literal["left", "center", "right"] = "center"
    if "left" in style.place:
        align = "left"
    elif "right" in style.place:
        align = "right"
    return _Setting("\n".join(lines), font, align, round(size * _LINE_GAP), weight, outline, padding), widest


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
        (0, 0),
        setting.text,
        setting.font,
        spacing=setting.gap,
        align=setting.align,
        stroke_width=setting.weight + setting.outline,
    )
    padding = setting.padding
    return floor(left) - padding, floor(top) - padding, ceil(right) + padding, ceil(bottom) + padding


def _drawn(setting: _Setting, style: Style) -> Image.Image:
    left, top, right, bottom = _bounds(setting)
    image = Image.new("RGBA", (max(2, right - left), max(2, bottom - top)))
    pencil = ImageDraw.Draw(image)
    if style.background:
        opacity = int(style.background[7:9], 16)
        box = (0, 0, image.width - 1, image.height - 1)
        pencil.rounded_rectangle(box, setting.padding // 2, fill=(*rgb_of(style.background), opacity))
    # The outline lies under all letters, so that none is drawn over by its neighbour's.
    outline = [(setting.weight + setting.outline, "#000000")] if setting.outline else []
    for thickness, colour in (*outline, (setting.weight, style.color)):
        pencil.multiline_text(
            (-left, -top),
            setting.text,
            fill=(*rgb_of(colour), 255),
            font=setting.font,
            spacing=setting.gap,
            align=setting.align,
            stroke_width=thickness,
            stroke_fill=(*rgb_of(colour), 255),
        )
    return image


def _even(length: float) -> int:
    return max(0, int(length) // 2 * 2)
