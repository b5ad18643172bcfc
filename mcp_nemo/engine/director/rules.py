"""What several words say together: lengths of time, stretches, levels, fades."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.director.fading import fade_time, fade_verb
from mcp_nemo.engine.director.pieces import (
    Clock,
    Decibels,
    Duration,
    Edge,
    Fading,
    From,
    Gain,
    Length,
    MatchPicture,
    Number,
    Onto,
    Stretch,
    Until,
    Volume,
    Whole,
)
from mcp_nemo.engine.director.reader import Reader, Rule

UNIT_MS: Final = {"ms": 1, "second": 1000, "minute": 60_000}


def _number(read: Reader) -> Number | None:
    """Number words: "twenty five", 十五, 一百二十."""
    total = 0
    latest: int | None = None
    first = read.at
    while sense := read.word("number", "multiplier"):
        category, _, digits = sense.partition(".")
        if category == "multiplier":
            total, latest = total + (latest or 1) * int(digits), 0
        elif not latest:
            latest = int(digits)
        elif latest % 10 ** len(digits) == 0:
            latest += int(digits)
        else:
            read.give_back()
            break
    return None if read.at == first or latest is None else Number(float(total + latest))


def _duration(read: Reader) -> Duration | None:
    """ "5s", "half a second", "a minute and a half", "1m30s", 三秒半."""
    amount = read.either(_half, _amount, _one)
    unit = read.word("unit") if amount is not None else None
    if amount is None or unit is None or (not amount.is_integer() and unit == "unit.ms"):
        return None
    unit_ms = UNIT_MS[unit.removeprefix("unit.")]
    if read.either(_and_a_half):
        amount += 0.5
    ms = round(amount * unit_ms)
    rest = read.either(lambda r: _smaller(r, unit_ms))
    return Duration(ms + rest, unit_ms) if rest else Duration(ms, unit_ms)


def _amount(read: Reader) -> float | None:
    number = read.value(Number)
    if number is None:
        return None
    return number.value + (0.5 if read.either(_and_a_half) else 0)


def _half(read: Reader) -> float | None:
    return 0.5 if read.word("half") else None


def _one(read: Reader) -> float | None:
    return 1.0 if read.word("one") else None


def _and_a_half(read: Reader) -> bool | None:
    read.word("joint.and")
    read.word("one")
    return True if read.word("half") else None


def _smaller(read: Reader, unit_ms: int) -> int | None:
    read.word("joint.and")
    number = read.value(Number)
    unit = read.word("unit") if number else None
    if number is None or unit is None or UNIT_MS[unit.removeprefix("unit.")] >= unit_ms:
        return None
    return round(number.value * UNIT_MS[unit.removeprefix("unit.")])


def _percentage(read: Reader) -> Volume | None:
    if read.word("share.percent_of"):
        number, unit = read.value(Number), "share.percent"
    else:
        number, unit = read.value(Number), read.word("share.percent", "share.tenth") or ""
    if number is None or not unit:
        return None
    return Volume(number.value / (10 if unit == "share.tenth" else 100), settled=False)


def _decibels(read: Reader) -> Decibels | None:
    number = read.value(Number)
    return Decibels(number.value) if number and read.word("share.decibel") else None


@dataclass(frozen=True, slots=True)
class _Point:
    """A moment; None is the end. `plain` is a bare length of time, which only a neighbour makes a moment."""

    ms: int | None
    plain: bool = False


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
    marked = read.word("mark")
    return _Point(time.ms, plain=isinstance(time, Duration) and not (counted or marked))


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
    return Stretch(start.ms, end.ms) if end and end != start else None


def _point_before_to(read: Reader) -> _Point | None:
    point = _point(read)
    at = read.at
    follows = read.word("time.to", "time.and")
    read.at = at
    return point if follows else None


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
    side = read.word(*_SIDES) or (read.word("onto", "time.for", "time.at") and read.word(*_SIDES))
    length = read.either(lambda r: r.value(Duration), _one_unit) if side else None
    return _at_side(side, length) if side and length else None


def _one_unit(read: Reader) -> Duration | None:
    unit = read.word("unit")
    unit_ms = UNIT_MS[unit.removeprefix("unit.")] if unit else 0
    return Duration(unit_ms, unit_ms) if unit else None


def _off_a_side(read: Reader) -> Stretch | None:
    """ "2 seconds off the end", "5 seconds from the start"."""
    length = read.value(Duration)
    side = read.word("edge.start", "edge.end") if length and read.word("time.off") else None
    return _at_side(side, length) if side and length else None


def _at_side(side: str, length: Duration) -> Stretch:
    at_start = side in ("time.first", "edge.start")
    return Stretch(0, length.ms) if at_start else Stretch(-length.ms, None)


def _lasting(read: Reader) -> Length | None:
    """ "make the title last 5 seconds", where "last" is a verb."""
    if not read.before("target", "pronoun") or not read.word("verb.length", "time.lasting"):
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
    return From(point.ms, just_there=word == "time.at") if point.ms else Edge("start")


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


def _marked(read: Reader) -> From | None:
    point = _moment(read)
    just_there = point is not None and not point.plain
    return From(point.ms, just_there) if point and point.ms is not None and just_there else None


def _both_edges(read: Reader) -> Edge | None:
    read.word("time.at")
    return Edge("both") if read.word("edge.both") else None


def _level_said(read: Reader) -> Volume | None:
    """ "to 40%", "from 80% to 30%", "to half"."""
    share = read.either(_share) if read.word("share.to") else None
    return None if share is None else Volume(share)


def _level_by(read: Reader) -> Gain | None:
    share = read.either(_share) if read.word("share.by") else None
    return None if share is None else Gain(share)


def _share(read: Reader) -> float | None:
    volume = read.value(Volume)
    if volume:
        return volume.factor
    portion = read.word(*_PORTIONS)
    return _PORTIONS[portion] if portion else None


_PORTIONS: Final = {"half": 0.5, "third": 1 / 3, "quarter": 0.25}


def _fading(read: Reader) -> Fading | None:
    """A fade and the times beside it: "a 3 second fade-out", "fade in at the start over 2 s", 最后3秒淡出."""
    before = read.take(fade_time)
    fading = read.take(fade_verb)
    if fading is None:
        return None
    fading = fading.told(before) if before else fading
    while fading and (time := read.take(fade_time)):
        more = fading.told(time)
        if more is None:
            read.give_back()
            break
        fading = more
    return fading


def _match(read: Reader) -> MatchPicture | None:
    """ "that matches the mood and pacing of my video"."""
    if not read.word("match"):
        return None
    end = 0
    while sense := read.word("feel", "target.video", "pronoun", "onto", "joint.and"):
        if sense not in ("onto", "joint.and"):
            end = read.at
    read.at = end
    return MatchPicture() if end else None


def _whole(read: Reader) -> Whole | None:
    if not read.word("whole") and not (read.word("onto") and read.word("whole")):
        return None
    read.either(lambda r: r.word("target.video", "pronoun"))
    return Whole()


def _onto(read: Reader) -> Onto | None:
    return Onto() if read.word("onto") and read.word("target.video", "pronoun") else None


def _of_the_video(read: Reader) -> Onto | None:
    """ "my video's first 3 seconds", 视频结尾: the video only says whose."""
    if not read.word("target.video") or read.peek("target"):
        return None
    return Onto() if read.peek("edge", "place") or read.peek_value(Stretch, Edge) else None


NUMBERS: Final[Sequence[Rule]] = (_number,)
DURATIONS: Final[Sequence[Rule]] = (_duration, _percentage, _decibels)
PHRASES: Final[Sequence[Rule]] = (
    _from_to,
    _lasting,
    _first_or_last,
    _off_a_side,
    _after,
    _before,
    _from,
    _to,
    _for,
    _marked,
    _both_edges,
    _level_said,
    _level_by,
    _match,
    _whole,
)
WHEREABOUTS: Final[Sequence[Rule]] = (_onto, _of_the_video)
FADES: Final[Sequence[Rule]] = (_fading,)
