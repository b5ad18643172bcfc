# ruff: noqa: TID253
"""Short texts in any script, cut to the room there is."""

from functools import cache

from PIL import ImageDraw

from mcp_nemo import typefaces

_ELLIPSIS = "…"
_FEWEST_LETTERS = 3


def fitted(text: str, size: int, room: float) -> str:
    """As much of a text as there is room for; nothing where only a letter or two would be left."""
    text, font = _writable(text, size)
    if font.getlength(text) <= room:
        return text
    kept = next(
        (n for n in range(len(text) - 1, 0, -1) if font.getlength(text[:n].rstrip() + _ELLIPSIS) <= room), 0
    )
    return text[:kept].rstrip() + _ELLIPSIS if kept >= _FEWEST_LETTERS else ""


def width(text: str, size: int) -> float:
    text, font = _writable(text, size)
    return font.getlength(text)


def write(
    pencil: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, ink: str, anchor: str = "lm"
) -> None:
    text, font = _writable(text, size)
    pencil.text(at, text, fill=ink, font=font, anchor=anchor)


@cache
def _writable(text: str, size: int) -> tuple[str, typefaces.Font]:
    """A text without what no typeface here can write, and its font."""
    face, missing = typefaces.face_for(text)
    written = "".join(character for character in text if character not in missing)
    return written, typefaces.load(face, size)
