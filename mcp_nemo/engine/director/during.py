"""Clips that tell a time: "a title over the second clip", "music from when clip 2 starts"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mcp_nemo.engine.director.context import Context
from mcp_nemo.engine.director.pieces import Clips, From, Piece, Quote, Stretch, Until, Value, Word
from mcp_nemo.engine.director.wishes import TITLES, Wish

_LAID: Final = ("target.music", "target.overlay", *TITLES)
_OVER: Final = ("onto", "while", "time.for", "time.at", "filler")


def with_times_of_clips(wish: Wish, context: Context) -> None:
    """Of what lies over clips; other wishes are about the clips themselves."""
    if (wish.has(*_LAID) or wish.holds(Quote)) and not wish.has("beside", "between"):
        wish.reread(lambda pieces: _timed(pieces, context))


def _timed(pieces: Sequence[Piece], context: Context) -> list[Piece]:
    timed: list[Piece] = []
    left = list(pieces)
    while left:
        piece = left.pop(0)
        extent = _extent(piece.value, context)
        if extent is None or not _stands_over(timed):
            timed.append(piece)
            continue
        start, end = extent
        side = _side(left[0].value) if left else None
        if side:
            left.pop(0)
        moment = From(start, just_there=True) if side == "start" else Until(end) if side else None
        timed.append(replace(piece, value=moment or Stretch(start, end)))
    return timed


def _extent(value: Value, context: Context) -> tuple[int, int] | None:
    """From when to when one clip is seen."""
    if not isinstance(value, Clips) or len(value.numbers) != 1:
        return None
    position = context.lineup.meant_by(value.numbers[0])
    if position is None or not 1 <= position <= len(context.lineup):
        return None
    start, length = context.lineup.extent(position)
    return start, start + length


def _stands_over(before: Sequence[Piece]) -> bool:
    said = [piece.value for piece in before if isinstance(piece.value, Word)]
    telling = [word for word in said if not word.sense("little") or word.sense(*_OVER)]
    return bool(telling) and telling[-1].sense(*_OVER) is not None


def _side(value: Value) -> str | None:
    sense = value.sense("verb.start", "verb.end") if isinstance(value, Word) else None
    return sense and sense.removeprefix("verb.")
