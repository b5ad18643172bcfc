"""Wishes about brightness, contrast, saturation and warmth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.moments import FRACTIONS
from mcp_nemo.engine.director.pieces import By, Factor, Share, Value, Whole, Word
from mcp_nemo.engine.director.spans import take_spans
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import Look, Operation, ResetLook

_STEPS: Final = {"slight": 0.1, "": 0.2, "strong": 0.4}
_WORDS: Final = {
    "look.brighter": ("brightness", 1),
    "look.darker": ("brightness", -1),
    "look.contrasty": ("contrast", 1),
    "look.vivid": ("saturation", 1),
    "look.dull": ("saturation", -1),
    "look.warmer": ("warmth", 1),
    "look.cooler": ("warmth", -1),
    "tone.brightness": ("brightness", 0),
    "tone.contrast": ("contrast", 0),
    "tone.saturation": ("saturation", 0),
    "tone.warmth": ("warmth", 0),
}
_UP: Final = ("verb.louder", "verb.add", "more", "verb.up")
_DOWN: Final = ("verb.quieter", "less")
_GRAY: Final = "look.gray"


def change_look(wish: Wish, context: Context) -> Sequence[Operation]:
    spans = take_spans(wish, context)
    changes = _changes(_phrases(wish.values))
    gray = bool(wish.take_words(_GRAY)) or _without_color(wish)
    if gray and wish.has("not"):
        raise Unclear("whether to bring the colours back; that is: reset the look")
    told = _share_amounts(changes)
    if gray and any(change.tone == "saturation" for change in told):
        raise Unclear("more or less of it")
    _take_said(wish)
    if not told and not gray:
        raise Unclear("what is to be changed about the look")
    amounts = {change.tone: change.signed for change in told}
    if gray:
        amounts["saturation"] = -1.0
    return [Look(**asdict(span), **amounts) for span in spans]


def reset_look(wish: Wish, context: Context) -> Sequence[Operation]:
    spans = take_spans(wish, context)
    wish.take_verb("remove", "reset", "unmute", "undo", "change", "use")
    wish.take_words("look.reset", "version.back", "target.video", "pronoun", "tone")
    wish.take(Whole)
    return [ResetLook(**asdict(span)) for span in spans]


def wants_reset(wish: Wish) -> bool:
    return (wish.has("look.reset", "tone") and wish.has("verb.reset")) or (
        wish.has("look.reset")
        and wish.has("verb.remove", "verb.reset", "verb.unmute", "version.back", "verb.undo")
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """`sign` 0: not told which way; `amount` None: not told how much."""

    tone: str
    sign: int
    amount: float | None
    is_noun: bool = False

    @property
    def signed(self) -> float:
        return round(self.sign * (_STEPS[""] if self.amount is None else self.amount), 3)


def _phrases(values: Sequence[Value]) -> list[list[Value]]:
    """What stands between two joints; more than one quality in it begins a phrase of its own."""
    phrases: list[list[Value]] = [[]]
    for value in values:
        if isinstance(value, Word) and value.sense("joint", "with"):
            phrases.append([])
        else:
            phrases[-1].append(value)
    return phrases


def _changes(phrases: Sequence[Sequence[Value]]) -> list[_Change]:
    """A phrase that names no quality tells how much of the one before: "too dark, lift it a bit"."""
    changes: list[_Change] = []
    for phrase in phrases:
        change = _change_of(phrase)
        if change and changes and _complains(phrase) and changes[-1].tone == change.tone:
            continue
        if change:
            changes.append(change)
        elif changes and (amount := _amount(phrase, _words(phrase))) is not None:
            changes[-1] = replace(changes[-1], amount=amount)
    return changes


def _complains(phrase: Sequence[Value]) -> bool:
    """ "It looks cold" wants it warmer; "make it look cold" does not."""
    words = _words(phrase)
    seems = any(word.sense("seems") for word in words) and any(word.sense("state") for word in words)
    return seems and not any(word.sense("verb", "not") for word in words)


def _words(phrase: Sequence[Value]) -> list[Word]:
    return [value for value in phrase if isinstance(value, Word)]


def _change_of(phrase: Sequence[Value]) -> _Change | None:
    words = _words(phrase)
    named = [_WORDS[sense] for word in words if (sense := word.sense(*_WORDS))]
    if not named:
        return None
    if len({tone for tone, _ in named}) > 1:
        raise Unclear("one change of the look at a time, joined by commas")
    if len({sign for _, sign in named if sign}) > 1:
        raise Unclear("more or less of it")
    tone, sign = max(named, key=lambda pair: abs(pair[1]))
    is_noun = sign == 0
    less = any(word.sense(*_DOWN) and not word.sense(*_WORDS) for word in words) or any(
        word.sense("not") for word in words
    )
    more = any(word.sense(*_UP) for word in words)
    if _complains(phrase):
        sign = -sign
    if sign == 0:
        sign = -1 if less else 1 if more or any(word.sense("fully") for word in words) else 0
    elif less:
        sign = -sign
    return _Change(tone, sign, _amount(phrase, words), is_noun)


def _amount(phrase: Sequence[Value], words: Sequence[Word]) -> float | None:
    for value in phrase:
        match value:
            case By(share=share) if share <= 1:
                return share
            case Share(factor=factor, settled=False) if factor <= 1:
                return factor
            case By() | Share() | Factor():
                raise Unclear("the look changes by at most 100%")
    if any(word.sense("fully") for word in words):
        return 1.0
    if part := next((sense for word in words if (sense := word.sense(*FRACTIONS))), None):
        return FRACTIONS[part]
    degree = next((sense for word in words if (sense := word.sense("degree"))), None)
    return _STEPS[degree.removeprefix("degree.")] if degree else None


def _share_amounts(changes: Sequence[_Change]) -> list[_Change]:
    """ "Increase brightness and contrast by 20%": what is said of one noun is said of its neighbours."""
    told: list[_Change] = []
    for change in changes:
        before = told[-1].sign if told else 0
        told.append(replace(change, sign=change.sign or (before if change.is_noun else 0)))
    for at in reversed(range(len(told) - 1)):
        if told[at].is_noun and told[at + 1].is_noun and not told[at].sign:
            told[at] = replace(told[at], sign=told[at + 1].sign)
        if told[at].is_noun and told[at + 1].is_noun and told[at].sign == told[at + 1].sign:
            amount = told[at + 1].amount if told[at].amount is None else told[at].amount
            told[at] = replace(told[at], amount=amount)
    if any(not change.sign for change in told) or len({(c.tone, c.sign) for c in told}) > len(
        {change.tone for change in told}
    ):
        raise Unclear("more or less of it")
    return told


def _without_color(wish: Wish) -> bool:
    return wish.has("tone.saturation") and wish.has("verb.remove")


def _take_said(wish: Wish) -> None:
    wish.take_verb("change", "add", "use", "show", "remove", "should", "replace")
    if wish.has("tone", "complaint"):
        wish.take_verb("louder", "quieter")
    wish.take_words(
        "look", "tone", "degree", "more", "less", "not", "target.video", "pronoun", "target.music.none"
    )
    wish.take_words(*FRACTIONS, "seems", "state", "feel", "each", "slowly", "fully", "target.everything")
    while wish.take(By) or wish.take(Share):
        pass
    wish.take(Whole)
