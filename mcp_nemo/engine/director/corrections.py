"""Second thoughts: "the first 5 seconds, no wait, the last 5"."""

from collections.abc import Iterator, Sequence

from mcp_nemo.engine.director.pieces import Piece, Word
from mcp_nemo.engine.director.wishes import is_joint, says_nothing


def corrected(wishes: Sequence[Sequence[Piece]]) -> list[Sequence[Piece]]:
    """What was said last; a correction that says nothing else stays, and is not understood."""
    told: list[Sequence[Piece]] = []
    for wish in wishes:
        instead = [piece for piece in wish if not _is_correction(piece)]
        if not corrects(wish) or all(says_nothing(piece.value) for piece in instead):
            told.append(wish)
        else:
            told.append(_changed(told.pop(), instead) if told else instead)
    return told


def corrects(wish: Sequence[Piece]) -> bool:
    first = next((piece for piece in wish if not is_joint(piece.value)), None)
    return first is not None and _is_correction(first)


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


def _is_correction(piece: Piece) -> bool:
    return isinstance(piece.value, Word) and piece.value.sense("correction") is not None
