"""Numbers without a unit, where they can only be seconds: "cut everything after 20"."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.pieces import From, Number, Piece, Quote, Stretch, Unknown, Until, Value, Word
from mcp_nemo.engine.director.reader import Reader, joined
from mcp_nemo.engine.director.wishes import TITLES, Wish, is_joint, says_nothing

_TIMED: Final = ("verb.cut", "verb.trim", "verb.split", "verb.remove", "verb.keep")
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
    if wish.has(*_PLACED) or (not sounds and (wish.has(*_TIMED, *TITLES) or wish.holds(Quote))):
        wish.reread(_timed)


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
