"""What segments are called in sentences: a draft's own words, made fit to print."""

import re
import unicodedata
from typing import Final

from mcp_nemo.timeline.model import Segment
from mcp_nemo.timeline.phrases import phrases
from mcp_nemo.timeline.spans import length

_MEDIA_SUFFIX: Final = re.compile(
    r"\.(mp4|mov|avi|webm|mkv|m4v|jpe?g|png|gif|webp|mp3|wav|m4a|aac|flac|ogg)$", re.IGNORECASE
)
# They join letters and emoji; every other invisible character goes.
_JOINERS: Final = "\u200c\u200d"

# Shown as markdown, a name must not become a link, an image or a tag.
_LINK: Final = re.compile(r"\](?=\()")
_TAG: Final = re.compile(r"<(?=[a-zA-Z/!?])")


def one_line(text: str, limit: int = 60) -> str:
    """Somebody else's text on one line, without invisible characters or live markup, cut to `limit`."""
    # Cut before the work too: the text may be megabytes.
    visible = "".join(map(_printable, text[: limit * 10]))
    line = _TAG.sub("‹", _LINK.sub("] ", " ".join(visible.split())))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def label(segment: Segment, kind: str) -> str:
    """`"Hello"` for words in the picture, otherwise the name without its file extension."""
    if segment.text and kind not in ("video", "audio"):
        return f'"{one_line(segment.text)}"'
    return one_line(_MEDIA_SUFFIX.sub("", segment.name)) or "unnamed"


def percent(volume: float) -> str:
    return f"{volume:.4%}".rstrip("%").rstrip("0").rstrip(".") + "%"


def traits(segment: Segment) -> list[str]:
    """What sets a segment apart from one that simply plays: volume, speed, fades, place."""
    found = []
    if segment.volume == 0:
        found.append("muted")
    elif segment.volume not in (None, 1):
        found.append(percent(segment.volume))
    if segment.speed not in (None, 1):
        found.append(f"{segment.speed:g}x speed")
    if segment.fade_in_ms:
        found.append(f"fades in over {length(segment.fade_in_ms)}")
    if segment.fade_out_ms:
        found.append(f"fades out over {length(segment.fade_out_ms)}")
    if segment.place:
        found.append(f"at the {one_line(segment.place, 20)}")
    return [*found, *phrases(segment.details)]


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character.isspace():
        return " "
    hidden = category in ("Cc", "Cf", "Cs", "Co") and character not in _JOINERS
    return "" if hidden else character
