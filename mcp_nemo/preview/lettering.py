"""Short texts in any script, cut to the room there is."""

from bisect import bisect
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import ImageDraw

from mcp_nemo import typefaces

Edge = Literal["left", "right", "middle"]

_ELLIPSIS = "…"
_FEWEST_LETTERS = 3


class _Run(NamedTuple):
    """Letters that one typeface has."""

    text: str
    font: typefaces.Font


def width(text: str, size: int) -> float:
    return sum(run.font.getlength(run.text) for run in _runs(text, size))


def fitted(text: str, size: int, room: float) -> str:
    """As much of a text as there is room for; nothing where only a letter or two would be left."""
    if width(text, size) <= room:
        return text
    fitting = range(_FEWEST_LETTERS, len(text))
    # The first that is too long, among texts that grow by a letter each.
    count = bisect(fitting, room, key=lambda kept: width(_cut(text, kept), size))
    return _cut(text, fitting[count - 1]) if count else ""


def _cut(text: str, kept: int) -> str:
    return text[:kept].rstrip() + _ELLIPSIS


def write(
    pencil: ImageDraw.ImageDraw, x: float, middle: float, text: str, size: int, ink: str, edge: Edge = "left"
) -> None:
    """With its `edge` at `x`, and `middle` halfway up its letters."""
    x -= {"left": 0.0, "right": 1.0, "middle": 0.5}[edge] * width(text, size)
    for run in _runs(text, size):
        pencil.text((x, middle), run.text, fill=ink, font=run.font, anchor="lm")
        x += run.font.getlength(run.text)


@lru_cache(1000)
def _runs(text: str, size: int) -> tuple[_Run, ...]:
    """In as few typefaces as can write it; what none can is left out."""
    face, missing = typefaces.face_for(text)
    runs: list[_Run] = []
    for is_missing, letters in groupby(text, missing.__contains__):
        part = "".join(letters)
        if not is_missing:
            runs.append(_Run(part, _font(face, size)))
        elif part != text:
            runs += _runs(part, size)
    return tuple(runs)


@cache
def _font(face: Path | None, size: int) -> typefaces.Font:
    return typefaces.load(face, size)
