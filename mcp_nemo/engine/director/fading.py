"""What times and sides mean when they are said of a fade."""

from collections.abc import Mapping
from typing import Final

from mcp_nemo.engine.director.pieces import Duration, Edge, Fading, Length, Stretch, Value, Way, Word

_SIDES: Final[Mapping[str, frozenset[Way]]] = {
    "start": frozenset({"in"}),
    "end": frozenset({"out"}),
    "both": frozenset({"in", "out"}),
}
_VERBS: Final[Mapping[str, frozenset[Way]]] = {
    "verb.fade_in": frozenset({"in"}),
    "verb.fade_out": frozenset({"out"}),
    "verb.fade_both": frozenset({"in", "out"}),
    "verb.fade": frozenset(),
    "verb.flash": frozenset(),
}
_FLASH_MS: Final = 300


def fade_verb(value: Value) -> Fading | None:
    sense = value.sense(*_VERBS) if isinstance(value, Word) else None
    if sense is None:
        return None
    return Fading(_VERBS[sense], _FLASH_MS if sense == "verb.flash" else None)


def fade_time(value: Value) -> Fading | None:
    """ "Over 2 seconds" is a length; "the last 4 seconds" and "the end" tell the way as well."""
    match value:
        case Length(ms=ms) | Duration(ms=ms):
            return Fading(frozenset(), ms)
        case Stretch(start_ms=0, end_ms=int(ms)):
            return Fading(_SIDES["start"], ms)
        case Stretch(start_ms=ms, end_ms=None):
            return Fading(_SIDES["end"], -ms)
        case Edge(side=side):
            return Fading(_SIDES[side])
        case Word() as word if sense := word.sense("edge"):
            return Fading(_SIDES[sense.removeprefix("edge.")])
    return None
