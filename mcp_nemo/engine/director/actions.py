"""What is to be done: the verb that decides among those of a wish."""

from itertools import pairwise
from typing import Final

from mcp_nemo.engine.director.context import Context
from mcp_nemo.engine.director.pieces import (
    By,
    Decibels,
    Factor,
    Fading,
    File,
    Quote,
    Share,
    Stretch,
    UnderSpeech,
    Value,
    Word,
)
from mcp_nemo.engine.director.wishes import TITLES, Wish

_HEARD: Final = ("target.volume", "target.music", "target.sound", "target.audio")


_DECISIVE: Final = (
    "unmute",
    "mute",
    "too_loud",
    "too_quiet",
    "louder",
    "quieter",
    "halve",
    "replace",
    "remove",
    "keep",
    "cut",
    "trim",
    "shorten_to",
    "shorten",
    "move",
    "start",
    "end",
)


_HELPING: Final = ("add", "use", "show", "length", "change")


def action_of(wish: Wish, context: Context) -> str:
    """The verb that says most; helping verbs ("make ... louder", "let ... fade out") give way to it."""
    if wish.holds(Fading) and not _adds_something_faded(wish, context):
        wish.take_verb(*_HELPING)
        return "fade"
    if wish.has("verb.keep") and wish.has("verb.cut", "verb.trim") and wish.holds(Stretch):
        wish.take_verb("cut", "trim", "keep")
        return "keep"
    if wish.tells_what_is_kept:
        wish.take_verb("cut", "trim", "shorten", "shorten_to")
        return "keep"
    if wish.holds(UnderSpeech) and wish.has("verb.add", "mood", "style"):
        wish.take_verb("quieter")
    size = _is_of_size(wish, context)
    for verb in (*_DECISIVE, *_HELPING):
        if not (size and verb in _OF_LEVEL) and wish.take_verb(verb):
            wish.take_verb(*_HELPING)
            if verb in _HELPING and wish.holds(Factor):
                return "multiply"
            return _meant(verb, wish)
    if wish.holds(Factor):
        return "multiply"
    if wish.has("direction") and wish.has(*_HEARD):
        return "louder" if wish.take_words("direction")[0] == "up" else "quieter"
    if wish.has("target.music", "target.volume") and (amount := wish.take_word("less", "more")):
        return "quieter" if amount == "less" else "louder"
    return "keep" if wish.has("only") and wish.holds(Stretch) else ""


_OF_LEVEL: Final = ("louder", "quieter")


def _is_of_size(wish: Wish, context: Context) -> bool:
    """放大 makes words larger, and sound louder."""
    verbs = [word for word in wish.words if word.sense("verb.louder", "verb.quieter")]
    shown = context.target in ("title", "overlay") and not wish.has(*_HEARD)
    return shown and all(word.sense("size") for word in verbs)


def _meant(verb: str, wish: Wish) -> str:
    """ "Drop the music by 3 dB" drops its level; to cut all but a stretch is to keep that."""
    if verb in ("remove", "cut") and (wish.holds(By, Decibels) or (wish.has(*_HEARD) and wish.holds(Share))):
        return "quieter"
    if verb == "use" and any(isinstance(value, Stretch) and value.off for value in wish.values):
        return "cut"
    if verb in ("use", "show") and wish.has("only") and wish.holds(Stretch) and not wish.has(*_PLAYED):
        return "keep"
    if wish.holds(Stretch) and wish.take_words("except"):
        return "cut" if verb == "keep" else "keep"
    return verb


_PLAYED: Final = ("target.music", "target.file", *TITLES)


def _adds_something_faded(wish: Wish, context: Context) -> bool:
    """ "Add music with a fade-out" adds music; "add a fade-out to the music" does not."""
    described = any(word.sense("mood", "style") and not word.sense("target") for word in wish.words)
    if described and not wish.verbs:
        return True
    roles = [role for value in wish.values if (role := _role(value))]
    if "adding" not in roles or (wish.has("verb.give") and context.has_music):
        return False
    return ("adding", "sound") in pairwise(roles) or (
        wish.has("mood", "style", "target.music") and not context.has_music
    )


def _role(value: Value) -> str:
    if isinstance(value, Fading):
        return "fade"
    if isinstance(value, File | Quote):
        return "sound"
    if not isinstance(value, Word):
        return ""
    if value.sense("verb.add", "verb.use", "verb.show"):
        return "adding"
    return "sound" if value.sense("target.music", "target.file", "mood", "style", *TITLES) else ""
