"""What "it" is at the beginning of a message: the last thing that was spoken of before."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.pieces import Piece, Word
from mcp_nemo.engine.director.wishes import names_nothing
from mcp_nemo.engine.operations import (
    AddTitle,
    ChangeTitle,
    InsertMedia,
    LevelOperation,
    MoveClip,
    MusicOperation,
    Operation,
    OverlayOperation,
    RemoveClip,
    TitleOperation,
)

Latest = Sequence[Operation]
"""What the last message led to; nothing where that was undone."""

_ALSO_OF_THE_VIDEO: Final = (
    "verb.cut",
    "verb.trim",
    "verb.shorten",
    "verb.shorten_to",
    "verb.length",
    "verb.keep",
    "look",
    "tone",
)


def readings(pieces: Sequence[Piece], latest: Latest) -> tuple[Latest, ...]:
    """With what in mind to read a message, the likeliest first.

    Words that may be said of the video as well are said of it rather than of the music.
    """
    if not latest:
        return ((),)
    words = [piece.value for piece in pieces if isinstance(piece.value, Word)]
    leans = any(word.sense("pronoun") for word in words) or _compares(pieces)
    of_the_video = topic_of(latest) == "music" and any(word.sense(*_ALSO_OF_THE_VIDEO) for word in words)
    return (latest, ()) if leans and not of_the_video else ((), latest)


def _compares(pieces: Sequence[Piece]) -> bool:
    """ "A touch softer", which names nothing, is said of what was spoken of."""
    values = [piece.value for piece in pieces]
    compares = any(isinstance(value, Word) and value.sense(*_COMPARING) for value in values)
    return compares and names_nothing(values)


_COMPARING: Final = (
    "degree",
    "size",
    "speed",
    "verb.louder",
    "verb.quieter",
    "verb.too_loud",
    "verb.too_quiet",
)


def topic_of(latest: Latest) -> str:
    """As targets are named; empty for the video as a whole."""
    match tuple(latest):
        case (*_, last) if isinstance(last, LevelOperation) and last.target == "music":
            return "music"
        case (*_, last) if isinstance(last, MusicOperation):
            return "music"
        case (*_, last) if isinstance(last, TitleOperation):
            return "title"
        case (*_, last) if isinstance(last, OverlayOperation):
            return "overlay"
    return "clip" if clip_of(latest) else ""


def title_of(latest: Latest) -> str:
    """The text of the title, as it now is; empty if there is no telling."""
    match tuple(latest):
        case (*_, AddTitle(text=text)):
            return text
        case (*_, ChangeTitle(text=text, title=title)):
            return text or title or ""
    return ""


def clip_of(latest: Latest) -> int | None:
    """Where the clip now stands."""
    match tuple(latest):
        case (*_, MoveClip(to=position)):
            return position
        case (*_, InsertMedia(at=position)):
            return position or -1
        case (*_, RemoveClip()) | ():
            return None
        case (*_, last):
            clip: int | None = getattr(last, "clip", None)
            return clip
    return None
