"""Numbers without a unit, where they can only be seconds: "cut everything after 20"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mcp_nemo.engine.director.pieces import (
    Duration,
    Edge,
    From,
    Number,
    Piece,
    Quote,
    Stretch,
    Unknown,
    Until,
    Value,
    Word,
)
from mcp_nemo.engine.director.reader import Reader, joined
from mcp_nemo.engine.director.wishes import TITLES, Wish, is_joint, says_nothing

_TIMED: Final = ("verb.cut", "verb.trim", "verb.split", "verb.remove", "verb.keep")
_CHANGED: Final = ("speed", "look", "tone", "zoom", "verb.mute")
_PLACED: Final = ("verb.start", "verb.end", "verb.move")
_LOUD: Final = (
    "target.music",
    "target.file",
    "target.sound",
    "target.volume",
    "target.audio",
    "mood",
    "style",
)


def with_bare_times(wish: Wish) -> None:
    """Sound has levels as well: of it, only what starts or ends somewhere is timed."""
    sounds = wish.has(*_LOUD)
    if wish.has(*_CHANGED):
        wish.reread(lambda pieces: joined(pieces, (_from_to,)))
    if wish.has(*_TIMED) and not wish.holds(Stretch):
        wish.reread(_at_an_edge)
    if wish.has(*_PLACED) or (not sounds and (wish.has(*_TIMED, *TITLES) or wish.holds(Quote))):
        wish.reread(_timed)


def _at_an_edge(pieces: Sequence[Piece]) -> list[Piece]:
    """开头去掉一秒, "at the start cut 2 seconds"."""
    edges = [piece for piece in pieces if _side(piece.value)]
    lengths = [piece for piece in pieces if isinstance(piece.value, Duration)]
    if len(edges) != 1 or len(lengths) != 1:
        return list(pieces)
    return [
        _stretch_at(edges[0], piece) if piece in lengths else piece for piece in pieces if piece not in edges
    ]


def _stretch_at(edge: Piece, length: Piece) -> Piece:
    ms = length.value.ms if isinstance(length.value, Duration) else 0
    return replace(length, value=Stretch(0, ms) if _side(edge.value) == "start" else Stretch(-ms, None))


def _side(value: Value) -> str:
    if isinstance(value, Edge):
        return value.side if value.side != "both" else ""
    sense = value.sense("edge.start", "edge.end") if isinstance(value, Word) else None
    return sense.removeprefix("edge.") if sense else ""


def without_adjectives(wish: Wish) -> None:
    """ "The boring part from 0:05 to 0:08": the times tell which."""
    wish.reread(_undescribed)


def _undescribed(pieces: Sequence[Piece]) -> list[Piece]:
    left = list(pieces)
    for at in range(len(pieces) - 2):
        adjective, noun, times = (piece.value for piece in pieces[at : at + 3])
        is_part = isinstance(noun, Word) and noun.sense("clip.any") and noun.sense("little")
        if isinstance(adjective, Unknown) and is_part and isinstance(times, Stretch):
            left.remove(pieces[at])
    return left


def _timed(pieces: Sequence[Piece]) -> list[Piece]:
    return joined(pieces, (_from_to, _beside))


def _from_to(read: Reader) -> Value | None:
    read.either(lambda r: r.word("time.from"))
    start = read.value(Number)
    end = read.value(Number) if start and read.word("time.to", "time.and") else None
    if start is None or end is None or not _is_last(read) or start.value >= end.value:
        return None
    return Stretch(_ms(start), _ms(end))


def _beside(read: Reader) -> Value | None:
    side = read.word("time.after", "time.before", "time.from", "time.at")
    moment = read.value(Number) if side else None
    if moment is None or not _is_last(read):
        return None
    if side == "time.before":
        return Until(_ms(moment))
    return From(_ms(moment), just_there=side == "time.at")


def _is_last(read: Reader) -> bool:
    """Whether nothing follows that could be what is counted."""
    after = read.following
    if after is None or is_joint(after) or says_nothing(after) or isinstance(after, Quote):
        return True
    return isinstance(after, Word) and after.sense("verb") is not None


def _ms(number: Number) -> int:
    return round(number.value * 1000)
