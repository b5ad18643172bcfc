"""Why something is wished for, which asks for nothing by itself."""

from collections.abc import Sequence

from mcp_nemo.engine.director.pieces import File, Piece, Quote, Unknown, Value, Word
from mcp_nemo.engine.director.wishes import is_joint, says_nothing


def without_reasons(wishes: Sequence[Sequence[Piece]]) -> list[Sequence[Piece]]:
    """What is left to do; a reason that stands alone stays, and is not understood."""
    left = [wish for wish in wishes if not _explains(wish, [other for other in wishes if other is not wish])]
    return left or list(wishes)


def tells_a_story(part: Sequence[Piece]) -> bool:
    """ "The camera was still shaking": how it was, and nothing that is to be done."""
    values = [piece.value for piece in part]
    happened = _has(values, "past") and any(isinstance(value, Unknown) for value in values)
    return happened and not _asks(values)


def _explains(wish: Sequence[Piece], others: Sequence[Sequence[Piece]]) -> bool:
    values = [piece.value for piece in wish]
    if not others:
        return False
    if _begins_with_a_reason(values):
        return not _asks(values) or any(isinstance(value, Unknown) for value in values)
    if _asks(values):
        return False
    if tells_a_story(wish):
        return True
    elsewhere = [piece.value for other in others for piece in other]
    return complains(values) and _has(elsewhere, "verb.undo")


def _begins_with_a_reason(values: Sequence[Value]) -> bool:
    telling = [value for value in values if is_joint(value) or not says_nothing(value)]
    return _has(telling[:2], "joint.reason")


def complains(values: Sequence[Value]) -> bool:
    """ "It's too orange"; "the title too" is none."""
    last = values[-1]
    return _has(values, "too", "complaint") and not (isinstance(last, Word) and last.sense("too"))


def _asks(values: Sequence[Value]) -> bool:
    verbs = [value for value in values if isinstance(value, Word) and value.sense("verb")]
    told = all(word.sense("complaint", "past", "seems", "too") for word in verbs)
    return not told or any(isinstance(value, File | Quote) for value in values)


def _has(values: Sequence[Value], *senses: str) -> bool:
    return any(isinstance(value, Word) and value.sense(*senses) is not None for value in values)
