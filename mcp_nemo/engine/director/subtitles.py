"""Subtitles pasted as the text of an .srt file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.operations import Caption

_TIME: Final = r"(\d{1,2}(?::\d{2}){1,2}(?:[,.]\d{1,3})?)"
_CUE: Final = re.compile(
    rf"(?:^|(?<=\n))[^\S\n]*(?:\d+[^\S\n]*\r?\n\s*)?{_TIME}[^\S\n]*-->[^\S\n]*{_TIME}[^\n]*\n((?:[^\S\n]*\S[^\n]*(?:\n|$))+)"
)
_TAG: Final = re.compile(r"<[^>]*>|\{\\[^}]*\}")


@dataclass(frozen=True, slots=True)
class Subtitles:
    """`start` and `end` count characters of the text they stand in."""

    captions: tuple[Caption, ...]
    start: int
    end: int


def subtitles(text: str) -> Subtitles | None:
    """The cues in a text, taken as one block from the first to the last."""
    cues = list(_CUE.finditer(text))
    captions = tuple(_captions(cues))
    if not captions:
        return None
    return Subtitles(captions, cues[0].start(), cues[-1].end())


def _captions(cues: list[re.Match[str]]) -> Iterator[Caption]:
    for cue in cues:
        start, end = _ms(cue[1]), _ms(cue[2])
        words = _TAG.sub("", cue[3]).strip()
        if words and end > start:
            yield Caption(
                start_ms=start, end_ms=end, text="\n".join(line.strip() for line in words.splitlines())
            )


def _ms(text: str) -> int:
    seconds = 0.0
    for part in text.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
