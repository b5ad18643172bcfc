"""A message split into wishes: where one ends and another begins."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.corrections import contrasts, corrected, corrects
from mcp_nemo.engine.director.pieces import (
    Captions,
    Clips,
    Duration,
    Ends,
    Factor,
    Fading,
    File,
    From,
    Length,
    Middle,
    Piece,
    Portion,
    Quote,
    Ratio,
    Share,
    Stretch,
    Until,
    Value,
    Word,
)
from mcp_nemo.engine.director.reasons import complains, tells_a_story, without_reasons
from mcp_nemo.engine.director.wishes import SHORTENING, TOPICS, is_joint, says_nothing

_ENOUGH: Final = (
    "verb.louder",
    "verb.quieter",
    "verb.mute",
    "verb.unmute",
    "verb.undo",
    "verb.redo",
    "verb.rotate",
    "verb.flip",
    "verb.reverse",
    "backdrop",
    *TOPICS,
)


_ONLY_ONCE: Final = (Stretch, Portion, Quote, Share, From, Until)


def split(pieces: Sequence[Piece]) -> list[Sequence[Piece]]:
    """Cut where one wish ends and another begins; a joint inside a wish stays in it."""
    wishes: list[list[Piece]] = [[]]
    for part in _parts(pieces):
        if contrasts(part, wishes[-1]):
            continue
        complete = _complete(wishes[-1], first=len(wishes) == 1)
        if _stands_apart(part, wishes[-1]) or (complete and _begins_another(part, wishes[-1])):
            wishes.append(part)
        else:
            wishes[-1] = [*wishes[-1], *part]
    telling = [wish for wish in wishes if any(not says_nothing(piece.value) for piece in wish)]
    return without_reasons(corrected(telling))


def _stands_apart(part: Sequence[Piece], before: Sequence[Piece]) -> bool:
    return tells_a_story(part) or tells_a_story(before) or _undoes(part) or corrects(part)


def _undoes(part: Sequence[Piece]) -> bool:
    return any(isinstance(piece.value, Word) and piece.value.sense("verb.undo") for piece in part)


def _dislikes(part: Sequence[Piece]) -> bool:
    return any(isinstance(piece.value, Word) and piece.value.sense("dislike") for piece in part)


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if is_joint(piece.value):
            parts.append([])
        parts[-1].append(piece)
    return parts


def _complete(part: Sequence[Piece], first: bool) -> bool:
    """Whether it could stand alone: a verb with something to do it to, or a thing named.

    Clips named at the start of a message wait for what is to be done: "a.mp4 and b.mp4 should swap".
    """
    words = [piece.value for piece in part if isinstance(piece.value, Word)]
    if first and not any(word.sense("verb", *TOPICS) for word in words):
        telling = [piece.value for piece in part if not says_nothing(piece.value)]
        if all(isinstance(value, File | Clips) for value in telling):
            return False
    if any(_is_object(piece.value) for piece in part):
        return True
    return any(isinstance(p.value, Word) and p.value.sense(*_ENOUGH) for p in part)


def _is_object(value: Value) -> bool:
    if isinstance(value, Word):
        return value.sense("target", "pronoun") is not None
    return isinstance(
        value,
        Quote
        | Captions
        | File
        | Clips
        | Ratio
        | Fading
        | Stretch
        | Portion
        | Ends
        | Middle
        | From
        | Until
        | Length
        | Duration,
    )


def _begins_another(part: Sequence[Piece], before: Sequence[Piece]) -> bool:
    values = [piece.value for piece in part]
    words = [value for value in values if isinstance(value, Word)]
    if _remedies(values, words, before):
        return False
    if _undoes(before) and complains(values):
        return True
    if _dislikes(before) and any(word.sense("mood", "style", "another") for word in words):
        return True
    if any(word.sense("verb", "joint.stop", "joint.reason", "dislike") for word in words):
        return True
    if any(word.sense("target") and not word.sense("target.volume") for word in words):
        return True
    if any(isinstance(value, Fading) for value in values):
        return not (_goes_on(values) and _shows_words(before))
    topics = _topics(values)
    if topics and not topics <= _topics([piece.value for piece in before]):
        return True
    if topics and _names_a_clip(values) and _names_a_clip([piece.value for piece in before]):
        return True
    repeated = [kind for kind in _ONLY_ONCE if any(isinstance(value, kind) for value in values)]
    return any(isinstance(piece.value, kind) for kind in repeated for piece in before)


def _remedies(values: Sequence[Value], words: Sequence[Word], before: Sequence[Piece]) -> bool:
    """ "The picture is too dark, lift it a bit" is one wish."""
    told = [piece.value for piece in before if isinstance(piece.value, Word)]
    if not any(word.sense("complaint") for word in told) or any(word.sense("verb") for word in told):
        return False
    if any(word.sense("complaint.length") for word in told):
        return any(word.sense(*SHORTENING) for word in words)
    verbs = [word for word in words if word.sense("verb")]
    helps = all(word.sense("look", "verb.louder", "verb.quieter", "verb.change") for word in verbs)
    amount = any(isinstance(value, Factor | Share) for value in values)
    return helps and (amount or any(word.sense("pronoun", "look", "degree") for word in words))


def _names_a_clip(values: Sequence[Value]) -> bool:
    return any(isinstance(value, File | Clips) for value in values)


def _goes_on(values: Sequence[Value]) -> bool:
    """After a mere comma: "..., fading in over one second"."""
    return isinstance(values[0], Word) and values[0].sense("joint.comma") is not None


def _shows_words(before: Sequence[Piece]) -> bool:
    return any(isinstance(piece.value, Quote) for piece in before)


def _topics(values: Sequence[Value]) -> set[str]:
    """Look and tone are one topic."""
    words = [value for value in values if isinstance(value, Word)]
    found = {topic for topic in TOPICS if any(word.sense(topic) for word in words)}
    found |= {"aspect" for value in values if isinstance(value, Ratio)}
    return {"look" if topic == "tone" else "aspect" if topic == "fit" else topic for topic in found}
