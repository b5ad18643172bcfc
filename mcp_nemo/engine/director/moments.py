"""Moments, and stretches of time between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcp_nemo.engine.director.amounts import UNIT_MS
from mcp_nemo.engine.director.pieces import (
    Clips,
    Clock,
    Duration,
    Edge,
    Ends,
    File,
    From,
    Length,
    Middle,
    Number,
    Portion,
    Share,
    Stretch,
    Until,
)
from mcp_nemo.engine.director.reader import Reader, Rule


@dataclass(frozen=True, slots=True)
class _Point:
    """A moment; None is the end. `plain` is a bare length of time, which only a neighbour makes a moment."""

    ms: int | None
    plain: bool = False
    of_video: bool = False
    """Said to count in the video."""


def _point(read: Reader) -> _Point | None:
    return read.either(_before_the_end, _moment, _edge_point)


def _before_the_end(read: Reader) -> _Point | None:
    duration = read.value(Duration)
    if duration and read.word("time.before", "time.off") and read.word("edge.end"):
        return _Point(-duration.ms)
    return None


def _moment(read: Reader) -> _Point | None:
    counted = read.word("ordinal")
    time: Clock | Duration | None = read.value(Clock) or read.value(Duration)
    if time is None:
        return None
    marked = read.word("video_mark", "mark")
    of_video = marked == "video_mark" or read.word("video_mark") is not None
    read.word("mark")
    plain = isinstance(time, Duration) and not (counted or marked or of_video)
    return _Point(time.ms, plain, of_video)


def _edge_point(read: Reader) -> _Point | None:
    edge = read.word("edge.start", "edge.end")
    return _Point(0 if edge == "edge.start" else None) if edge else None


def _from_to(read: Reader) -> Stretch | None:
    """ "from 0:05 to 0:20", "5 to 15 seconds", 从第5秒到第15秒."""
    read.either(lambda r: r.word("time.from"))
    start = read.either(_point_before_to, _shared_unit)
    if start is None or start.ms is None or not read.word("time.to", "time.and"):
        return None
    end = _point(read)
    read.word("between")
    return Stretch(start.ms, end.ms) if end and end != start else None


def _point_before_to(read: Reader) -> _Point | None:
    point = _point(read)
    at = read.at
    follows = read.word("time.to", "time.and")
    read.at = at
    return point if follows else None


def _unit_first(read: Reader) -> Stretch | None:
    """ "Seconds 3 to 7"."""
    read.either(lambda r: r.word("time.from", "time.at"))
    start = read.value(Number) if read.word("unit.second") else None
    if start is None or not read.word("time.to", "time.and"):
        return None
    read.word("unit.second")
    end = read.value(Number)
    return Stretch(round(start.value * 1000), round(end.value * 1000)) if end and end != start else None


def _shared_unit(read: Reader) -> _Point | None:
    read.word("ordinal")
    number = read.value(Number)
    at = read.at
    other = read.value(Duration) if number and read.word("time.to", "time.and") else None
    read.at = at
    return _Point(round(number.value * other.unit_ms)) if number and other else None


_SIDES: Final = ("time.first", "time.last", "edge.start", "edge.end")


def _first_or_last(read: Reader) -> Stretch | None:
    """ "the first 3 seconds", 最后4秒, 开头3秒."""
    kept = _leads_to_what_is_kept(read)
    side = read.word(*_SIDES) or (read.word("onto", "time.for", "time.at") and read.word(*_SIDES))
    length = read.either(lambda r: r.value(Duration), _one_unit) if side else None
    return replace(_at_side(side, length), kept=kept) if side and length else None


def _leads_to_what_is_kept(read: Reader) -> bool:
    """ "Trim it to the last 5 seconds", where "cut it off the last 5 seconds" takes those away."""
    shortened = read.before(*_SHORTENED) or any(read.follows(kind) for kind in (Clips, File, Number))
    return shortened and read.word("down_to") is not None


_SHORTENED: Final = ("verb.cut", "verb.trim", "verb.shorten", "pronoun", "target", "clip")


def _one_unit(read: Reader) -> Duration | None:
    unit = read.word("unit")
    unit_ms = UNIT_MS[unit.removeprefix("unit.")] if unit else 0
    return Duration(unit_ms, unit_ms) if unit else None


def _off_a_side(read: Reader) -> Stretch | None:
    """ "2 seconds off the end", "5 seconds from the start"."""
    length = read.either(lambda r: r.value(Duration), _one_unit)
    taken = read.word("time.taken", "time.off") if length else None
    side = read.word("edge.start", "edge.end") if taken else None
    if side is None or length is None:
        return None
    return replace(_at_side(side, length), off=taken == "time.taken")


def _at_both_ends(read: Reader) -> Ends | None:
    """ "The first and last 2 seconds", "2 seconds off both ends"."""
    length = read.either(_first_and_last, _each_off_both)
    return Ends(length.ms) if length else None


def _first_and_last(read: Reader) -> Duration | None:
    listed = read.word("time.first") and read.word("time.and") and read.word("time.last")
    if listed or (read.word("edge.both") and read.word("every")):
        return read.either(lambda r: r.value(Duration), _one_unit)
    return None


def _each_off_both(read: Reader) -> Duration | None:
    length = read.value(Duration)
    return length if length and read.word("time.taken", "time.off") and read.word("edge.both") else None


def _in_the_middle(read: Reader) -> Middle | None:
    length = read.value(Duration) if read.word("place.middle") else None
    return Middle(length.ms) if length else None


def _at_side(side: str, length: Duration) -> Stretch:
    at_start = side in ("time.first", "edge.start")
    return Stretch(0, length.ms) if at_start else Stretch(-length.ms, None)


FRACTIONS: Final = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "tenth_part": 1 / 10}


def fraction(read: Reader) -> float | None:
    """ "a third", "two thirds", "half", 四分之三."""
    number = read.value(Number)
    word = read.word(*FRACTIONS)
    if word is None:
        return None
    value = FRACTIONS[word] * (number.value if number else 1)
    return value if value < 1 else None


def _bare_fraction(read: Reader) -> float | None:
    """Without what may be passed over: "first half second" is a length of time."""
    share = read.value(Share)
    return share.factor if share else fraction(read)


def _portion(read: Reader) -> Portion | None:
    """ "the last quarter", "the middle third", "the first 20%", 后半段."""
    kept = _leads_to_what_is_kept(read)
    read.word("onto", "time.for", "time.at")
    side = read.word("time.first", "time.last", "place.middle", "order")
    share = read.either(_bare_fraction) if side else None
    if side is None or share is None:
        return None
    read.word("time.off")
    if side in ("time.first", "order.1"):
        return Portion(0, share, kept)
    if side in ("time.last", "order.-1"):
        return Portion(1 - share, 1, kept)
    if side == "place.middle":
        return Portion((1 - share) / 2, (1 + share) / 2, kept)
    number = int(side.removeprefix("order."))
    return Portion((number - 1) * share, number * share, kept) if 0 < number * share <= 1 else None


def _halfway(read: Reader) -> Portion | None:
    """ "at the halfway point", "after the midpoint"."""
    side = read.word("time.after", "time.before", "time.from", "time.to", "time.at") or ""
    if not read.word("halfway"):
        return None
    read.word("mark")
    if side in ("time.before", "time.to"):
        return Portion(0, 0.5)
    return Portion(0.5, 1) if side in ("time.after", "time.from") else Portion(0.5, 0.5)


def _lasting(read: Reader) -> Length | None:
    """ "make the title last 5 seconds", where "last" is a verb."""
    if not read.before("target", "pronoun", "clip", "clips", "each", "verb.should"):
        return None
    if not read.word("verb.length", "time.lasting"):
        return None
    read.word("time.for")
    duration = read.value(Duration)
    return Length(duration.ms) if duration else None


def _after(read: Reader) -> From | None:
    point = _point_beside(read, "time.after")
    return From(point.ms) if point and point.ms is not None else None


def _before(read: Reader) -> Until | None:
    point = _point_beside(read, "time.before")
    return Until(point.ms) if point and point.ms is not None else None


def _point_beside(read: Reader, sense: str) -> _Point | None:
    """The word may come first ("after 20 s") or last (20秒以后)."""
    if read.word(sense):
        return _point(read)
    point = _point(read)
    return point if point and read.word(sense) else None


def _from(read: Reader) -> From | Edge | None:
    word = read.word("time.from", "time.at")
    point = _point(read) if word else None
    if point is None:
        return None
    read.either(lambda r: r.word("time.after"))
    if point.ms is None:
        return Edge("end")
    return From(point.ms, just_there=word == "time.at" or point.of_video) if point.ms else Edge("start")


def _to(read: Reader) -> Until | Edge | None:
    point = _point(read) if read.word("time.to") else None
    if point is None:
        return None
    if point.ms is None:
        return Edge("end")
    return Until(point.ms, open_ended=True) if point.ms else Edge("start")


def _for(read: Reader) -> Length | None:
    if read.word("time.for", "long"):
        duration = read.value(Duration)
    else:
        duration = read.value(Duration)
        duration = duration if read.word("long") else None
    return Length(duration.ms) if duration else None


def _from_the_end(read: Reader) -> From | None:
    """ "3 seconds before the end"."""
    point = _before_the_end(read)
    return From(point.ms, just_there=True) if point and point.ms is not None and point.ms < 0 else None


def _marked(read: Reader) -> From | None:
    point = _moment(read)
    just_there = point is not None and not point.plain
    return From(point.ms, just_there) if point and point.ms is not None and just_there else None


def _both_edges(read: Reader) -> Edge | None:
    read.word("time.at")
    return Edge("both") if read.word("edge.both") else None


PORTIONS: Final[Sequence[Rule]] = (_portion,)
MOMENTS: Final[Sequence[Rule]] = (
    _from_to,
    _unit_first,
    _lasting,
    _first_or_last,
    _off_a_side,
    _at_both_ends,
    _in_the_middle,
    _halfway,
    _after,
    _before,
    _from,
    _to,
    _for,
    _marked,
    _from_the_end,
    _both_edges,
)
