"""Words to be shown that stand in no quotes: "a title saying Hello there"."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.pieces import (
    Backing,
    Color,
    Edge,
    From,
    Length,
    Piece,
    Portion,
    Quote,
    Stretch,
    Unknown,
    Until,
    Value,
    Whole,
    Word,
)
from mcp_nemo.engine.director.wishes import IGNORED, TITLES, is_joint, says_nothing


def spell_out(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Make quotations of words that are said but stand in no quotes: "a title saying Hello there"."""
    spelled: list[Piece] = []
    at = 0
    while at < len(pieces):
        spelled.append(pieces[at])
        at += 1
        end = _spoken_end(pieces, at) if _announces(text, spelled, pieces[at:]) else at
        if _is_unquoted(pieces[at:end]):
            start_char, end_char = pieces[at].start, pieces[end - 1].end
            said = text[start_char:end_char].strip(" ,:：，")
            spelled.append(Piece(Quote(said), start_char, end_char))
            at = end
    return spelled


def _is_unquoted(said: Sequence[Piece]) -> bool:
    """What stands in quotes is the text, whatever leads to it: "text that says 'Hello'"."""
    quoted = any(isinstance(piece.value, Quote) for piece in said)
    return not quoted and any(piece.value != _PASSED_OVER for piece in said)


def _announces(text: str, before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether what follows are words to be shown: after "saying", or "change the title to"."""
    words = [piece.value for piece in before if isinstance(piece.value, Word)]
    if not after or isinstance(after[0].value, Quote):
        return False
    last, *earlier = [piece.value for piece in reversed(before)]
    if not any(word.sense(*TITLES) for word in words):
        return isinstance(last, Word) and last.sense("writes") is not None and _are_words(text, after)
    if not isinstance(last, Word) or any(word.sense("verb.move", "verb.start", "verb.end") for word in words):
        return False
    if last.sense("says"):
        return True
    renames = last.sense("verb.change", "verb.replace", "share.to") and not _is_manner(after)
    return bool(renames and earlier and isinstance(earlier[0], Word) and earlier[0].sense(*TITLES))


def _are_words(text: str, after: Sequence[Piece]) -> bool:
    """ "Write Happy Birthday Leo" names words; "write calm music" and "write something" do not."""
    spoken = [piece.value for piece in after[: _spoken_end(after, 0)]]
    if not spoken or (says_nothing(spoken[0]) and not text[after[0].start].isupper()):
        return False
    aimed = any(isinstance(value, Word) and value.sense("target", "pronoun") for value in spoken)
    return not aimed and any(isinstance(value, Unknown) for value in spoken)


def _is_manner(pieces: Sequence[Piece]) -> bool:
    """Whether a title is to be changed to a colour, a size, a place or a time, and not to these words."""
    if _ends_speech(pieces, 0):
        return True
    end = next((at for at, piece in enumerate(pieces) if is_joint(piece.value)), len(pieces))
    return all(_says_how(piece.value) for piece in pieces[:end])


def _says_how(value: Value) -> bool:
    if isinstance(value, Word):
        return (
            value.sense("size", "bold", "not_bold", "place", "degree", "backing", "translucent", *IGNORED)
            is not None
        )
    return isinstance(value, Color | Backing)


def _spoken_end(pieces: Sequence[Piece], start: int) -> int:
    """What is said ends at a time, a place, or the next wish; a preposition before those is theirs."""
    at = start
    while at < len(pieces) and not _ends_speech(pieces, at):
        at += 1
    if at < len(pieces) and not is_joint(pieces[at].value):
        while at > start and _leads_on(pieces[at - 1].value):
            at -= 1
    return at


def _ends_speech(pieces: Sequence[Piece], at: int) -> bool:
    value = pieces[at].value
    if isinstance(value, _TIMES):
        return True
    if not isinstance(value, Word):
        return False
    if value.sense("place", "joint.stop", "joint.then"):
        return True
    return is_joint(value) and (_verb_follows(pieces[at + 1 :]) or _manner_follows(pieces[at + 1 :]))


def _leads_on(value: Value) -> bool:
    return isinstance(value, Word) and value.sense("onto", "time", "little") is not None


def _verb_follows(pieces: Sequence[Piece]) -> bool:
    for piece in pieces:
        if isinstance(piece.value, Word) and piece.value.sense("verb"):
            return True
        if not says_nothing(piece.value):
            return False
    return False


def _manner_follows(pieces: Sequence[Piece]) -> bool:
    """ "..., in yellow": until the next joint nothing but how the words look."""
    end = next((at for at, piece in enumerate(pieces) if is_joint(piece.value)), len(pieces))
    said = [piece.value for piece in pieces[:end] if not says_nothing(piece.value)]
    first = pieces[0].value if pieces else None
    led = isinstance(first, Word) and (says_nothing(first) or first.sense("bold", "not_bold"))
    return bool(led and said) and all(_says_how(value) for value in said)


# The particle of a verb: "take the texts away".
_PASSED_OVER: Final = Word(("little",))
_TIMES: Final = (Stretch, Portion, From, Until, Length, Edge, Whole)
