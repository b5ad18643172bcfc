"""Wishes about how fast it plays."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.moments import FRACTIONS
from mcp_nemo.engine.director.pieces import By, Factor, Number, Share
from mcp_nemo.engine.director.spans import Span, take_spans
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import Operation, SetSpeed

_STEPS: Final = {"slight": 1.25, "": 1.5, "strong": 2.0}
_SLOW_MOTION: Final = 0.5


def set_speed(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("change", "use", "show", "add", "reset", "halve", "should", "unmute")
    factor, relative = _factor(wish)
    if wish.has("speed.name"):
        wish.take_verb("louder", "quieter")
    wish.take_words("complaint.speed")
    wish.take_words("speed", "version.back", "target.video", "each", "slowly", "degree")
    spans = take_spans(wish, context)
    wish.take_words("pronoun", "target.everything")
    return [
        SetSpeed(**asdict(span), factor=round(factor * (_pace(span, context) if relative else 1), 3))
        for span in spans
    ]


def _pace(span: Span, context: Context) -> float:
    """How fast it plays now."""
    shots = context.lineup.shots
    chosen = shots if span.clip is None else [shots[span.clip - 1]] if span.clip <= len(shots) else []
    paces = {shot.speed for shot in chosen}
    if len(paces) > 1:
        raise Unclear("how fast: the clips play at different speeds")
    return paces.pop() if paces else 1


def _factor(wish: Wish) -> tuple[float, bool]:
    """And whether it is meant of the speed there is."""
    if wish.take_words("speed.normal"):
        return 1, False
    amount = _amount(wish)
    if amount is not None and wish.has("complaint.speed"):
        return amount, False
    slow_motion = wish.has("speed.slowmo")
    slower = wish.has("speed.slower") or slow_motion or wish.has("verb.quieter")
    faster = wish.has("speed.faster", "verb.louder")
    if slower and faster:
        raise Unclear("faster or slower")
    if amount is None:
        if not slower and not faster:
            raise Unclear("how fast")
        step = _STEPS[wish.take_word("degree") or ""]
        return (_SLOW_MOTION, False) if slow_motion else (step if faster else 1 / step, True)
    if slower and amount > 1:
        return 1 / amount, False
    if faster and amount < 1:
        return 1 + amount, False
    return amount, False


def _amount(wish: Wish) -> float | None:
    """The factor itself; of a change by a share, what becomes of 1."""
    factor = wish.take(Factor)
    if factor:
        wish.take_words("share.by")
        return factor.value
    if change := wish.take(By):
        return _changed(wish, change.share)
    share = wish.take(Share)
    if share:
        relative = not (share.settled or wish.has("complaint.speed")) and wish.has(
            "speed.faster", "speed.slower", "verb.louder", "verb.quieter"
        )
        return _changed(wish, share.factor) if relative and not wish.has("speed.name") else share.factor
    if (fraction := wish.take_word(*FRACTIONS)) is not None:
        number = wish.take(Number)
        return FRACTIONS[fraction] * (number.value if number else 1)
    number = wish.take_if(Number, lambda number: 0 < number.value <= 10)
    return number.value if number else None


def _changed(wish: Wish, share: float) -> float:
    slower = wish.has("speed.slower", "verb.quieter")
    if slower and share >= 1:
        raise Unclear("how slow")
    return 1 - share if slower else 1 + share
