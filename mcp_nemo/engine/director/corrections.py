"""Second thoughts, and what is not meant: "the first 5 seconds, no wait, the last 5", "left, not right"."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_nemo.engine.director.pieces import Clips, Piece, Value, Whole, Word
from mcp_nemo.engine.director.wishes import is_joint, says_nothing


def corrected(wishes: Sequence[Sequence[Piece]]) -> list[Sequence[Piece]]:
    """What was said last; a correction that says nothing else stays, and is not understood."""
    told: list[Sequence[Piece]] = []
    for wish in wishes:
        instead = [piece for piece in wish if not _is(piece, "correction")]
        if not corrects(wish) or all(says_nothing(piece.value) for piece in instead):
            told.append(wish)
        else:
            told.append(_changed(told.pop(), instead) if told else instead)
    return told


def corrects(wish: Sequence[Piece]) -> bool:
    first = next((piece for piece in wish if not is_joint(piece.value)), None)
    return first is not None and _is(first, "correction")


def contrasts(part: Sequence[Piece], before: Sequence[Piece]) -> bool:
    """ "..., not at the beginning": nothing but what is not meant, beside what is, and no part of that."""
    telling = [piece for piece in part if not _is_silent(piece)]
    if len(telling) < 2 or not _is(telling[0], "rather"):
        return False
    others = telling[1:]
    meant = {kind for piece in before for kind in _broad_kinds(piece)} - {"verb"}
    not_meant = {kind for piece in others for kind in _broad_kinds(piece)}
    repeated = any(piece.value == other.value for piece in others for other in before)
    return not_meant <= meant and not repeated and not any(_embraces(piece.value) for piece in before)


def _is_silent(piece: Piece) -> bool:
    return is_joint(piece.value) or says_nothing(piece.value)


_TIMES: Final = {"Stretch", "From", "Until", "Edge", "Portion", "edge", "time"}


def _broad_kinds(piece: Piece) -> set[str]:
    """With all that tells a time as one kind."""
    return {"time" if kind in _TIMES else kind for kind in _kinds(piece)}


def _embraces(value: Value) -> bool:
    """Whether what is excepted may be a part of it."""
    if isinstance(value, Word):
        return value.sense("target.everything", "target.video", "every", "whole", "side.all") is not None
    return isinstance(value, Whole) or (isinstance(value, Clips) and value.every)


def _changed(before: Sequence[Piece], instead: Sequence[Piece]) -> list[Piece]:
    """The wish before with other values, or another wish where that is one by itself."""
    kinds = {kind for piece in instead for kind in _kinds(piece)}
    if "verb" in kinds:
        return list(instead)
    return [*(piece for piece in before if kinds.isdisjoint(_kinds(piece))), *instead]


def _kinds(piece: Piece) -> Iterator[str]:
    if isinstance(piece.value, Word):
        yield from () if says_nothing(piece.value) else (s.partition(".")[0] for s in piece.value.senses)
    else:
        yield type(piece.value).__name__


def _is(piece: Piece, sense: str) -> bool:
    return isinstance(piece.value, Word) and piece.value.sense(sense) is not None
