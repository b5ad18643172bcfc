"""Numbers, lengths of time, shares, factors, angles, tempos, and the shapes and sizes of pictures."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.pieces import (
    Angle,
    Clock,
    Decibels,
    Duration,
    Factor,
    Number,
    Pixels,
    Ratio,
    Share,
    Tempo,
)
from mcp_nemo.engine.director.reader import Reader, Rule

UNIT_MS: Final = {"ms": 1, "second": 1000, "minute": 60_000}
_LARGEST_RATIO: Final = 32
_FEWEST_PIXELS: Final = 100
# Read as a clock these would be nine minutes into the video.
_UPRIGHT: Final = {(9 * 60 + 16) * 1000: Ratio(9, 16), (9 * 60 + 21) * 1000: Ratio(9, 21)}


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


def _quotient(read: Reader) -> Number | None:
    """ "1/2", "3/4"; "9/16" is a shape."""
    above = read.value(Number)
    below = read.value(Number) if above and read.word("over") else None
    if above is None or below is None or not 0 < above.value < below.value <= 5:
        return None
    return None if (above.value, below.value) == (4, 5) else Number(above.value / below.value)


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


def _percentage(read: Reader) -> Share | None:
    if read.word("share.percent_of"):
        number, unit = read.value(Number), "share.percent"
    else:
        number, unit = read.value(Number), read.word("share.percent", "share.tenth") or ""
    if number is None or not unit:
        return None
    return Share(number.value / (10 if unit == "share.tenth" else 100), settled=False)


def _decibels(read: Reader) -> Decibels | None:
    number = read.value(Number)
    return Decibels(number.value) if number and read.word("share.decibel") else None


def _factor(read: Reader) -> Factor | None:
    """ "2x", "x2", "three times", "twice", 两倍."""
    if word := read.word("factor"):
        return Factor(float(word.removeprefix("factor.")), often=True)
    first = read.word("times")
    amount = read.either(_amount)
    word = first or read.word("times", "often")
    return Factor(amount, often=word == "often") if amount is not None and word else None


def _angle(read: Reader) -> Angle | None:
    number = read.value(Number)
    return Angle(number.value) if number and read.word("degrees") else None


def _tempo(read: Reader) -> Tempo | None:
    """ "120 bpm", "a tempo of 95"."""
    if read.word("tempo.name"):
        read.word("share.to", "time.for")
        number = read.value(Number)
        read.word("tempo.unit")
    else:
        number = read.value(Number)
        number = number if read.word("tempo.unit") else None
    return Tempo(number.value) if number else None


def _shape(read: Reader) -> Ratio | Pixels | None:
    """ "9x16", "4 by 5", "1080x1920"."""
    width = read.value(Number)
    height = read.value(Number) if width and read.word("times", "over", "share.by") else None
    if width is None or height is None or not width.value * height.value:
        return None
    if read.peek("times", "unit", "share.percent"):  # "Speed up clip 2 by 2x" tells no shape.
        return None
    if max(width.value, height.value) <= _LARGEST_RATIO:
        return Ratio(width.value, height.value)
    if min(width.value, height.value) >= _FEWEST_PIXELS:
        return Pixels(int(width.value), int(height.value))
    return None


def _lines(read: Reader) -> Pixels | None:
    """ "1080p", "4k"."""
    number = read.value(Number)
    unit = read.word("lines") if number else None
    if number is None or unit is None:
        return None
    lines = number.value if unit == "lines.p" else {2: 1440, 4: 2160}.get(int(number.value), 0)
    return Pixels(0, int(lines)) if lines >= _FEWEST_PIXELS else None


def _upright(read: Reader) -> Ratio | None:
    at_a_time = read.before("time.from", "time.at", "time.after", "time.before")
    clock = read.value(Clock)
    if clock is None or clock.ms not in _UPRIGHT:
        return None
    return _UPRIGHT[clock.ms] if read.peek("shape") or not at_a_time else None


NUMBERS: Final[Sequence[Rule]] = (_number, _quotient)
AMOUNTS: Final[Sequence[Rule]] = (
    _duration,
    _percentage,
    _decibels,
    _factor,
    _angle,
    _tempo,
    _shape,
    _lines,
    _upright,
)
