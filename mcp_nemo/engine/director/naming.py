"""Clips called by their number, their place in the row, or what they stand out by."""

from collections.abc import Sequence
from typing import Final, Literal

from mcp_nemo.engine.director.pieces import Clips, Duration, Number
from mcp_nemo.engine.director.reader import Reader, Rule

Pick = Literal["longest", "shortest", "middle", "other"]
Kind = Literal["", "photo", "video"]
_PICKS: Final[dict[str, Pick]] = {
    "pick.longest": "longest",
    "pick.shortest": "shortest",
    "pick.other": "other",
    "place.middle": "middle",
}


_LISTING: Final = ("joint.and", "joint.comma", "time.to", "with", "time.and")


def _clips(read: Reader) -> Clips | None:
    return read.either(_every, _several_at_an_end, _in_the_row, _numbered, _standing_out)


def _every(read: Reader) -> Clips | None:
    """ "all clips", "each shot", or just "the clips"."""
    every, kind = read.word("every"), _kind(read)
    if every and _noun(read):
        return Clips(every=True, kind=kind)
    return Clips(every=True, kind=kind) if read.word("clips") and not read.peek_value(Number) else None


def _kind(read: Reader) -> Kind:
    """Which clips count, by the noun that follows."""
    if read.peek("clip.still", "clips.still", "target.image"):
        return "photo"
    return "video" if read.peek("clip.moving", "clips.moving") else ""


def _several_at_an_end(read: Reader) -> Clips | None:
    """ "the first two clips", 后三个片段."""
    side = read.word("time.first", "time.last")
    count = read.value(Number) if side else None
    if count is None or not count.value.is_integer() or not 0 < count.value < 100:
        return None
    kind = _kind(read)
    if not _noun(read) and not read.before("except", "between"):
        return None
    numbers = range(1, int(count.value) + 1)
    from_end = tuple(-n for n in reversed(numbers))
    return Clips(tuple(numbers) if side == "time.first" else from_end, kind=kind)


def _in_the_row(read: Reader) -> Clips | None:
    """ "the third clip", "the first and the last clip", 第2个片段."""
    numbers: list[int] = []
    noun: str | None = None
    kind: Kind = ""
    while (number := read.either(_ordinal)) is not None:
        numbers.append(number)
        kind = _kind(read) or kind
        noun = _noun(read) or _whose_sound(read) or noun
        at = read.at
        if not read.word(*_LISTING):
            break
        if not _ordinal_follows(read):
            read.at = at
            break
    excepted = read.before("except") and not read.peek_value(Duration)
    if noun is None and (excepted or read.before("between") or read.peek("between")):
        noun = "clip"
    if not numbers or noun is None or read.peek("target.music", "target.title"):
        return None
    return Clips(tuple(numbers), vague=noun == "clip.one", kind=kind)


def _whose_sound(read: Reader) -> str | None:
    """ "The second clip's volume", where the words after the number name a sound."""
    return "clip" if read.peek("target.sound") else None


def _ordinal(read: Reader) -> int | None:
    if sense := read.word("order"):
        number = int(sense.removeprefix("order."))
        return number or None
    number_said = read.value(Number) if read.word("ordinal") else None
    if number_said is None or not number_said.value.is_integer():
        return None
    read.word("measure")
    return int(number_said.value)


def _ordinal_follows(read: Reader) -> bool:
    at = read.at
    found = read.either(_ordinal) is not None
    read.at = at
    return found


def _numbered(read: Reader) -> Clips | None:
    """ "clip 2", "clips 1 and 3", "clip number two", "#2"."""
    kind = _kind(read)
    if not (read.word("clip", "clips") or read.peek("hash")):
        return None
    numbers: list[int] = []
    while True:
        read.word("hash")
        number = read.value(Number)
        if number is None or not number.value.is_integer():
            return None
        numbers.append(int(number.value))
        at = read.at
        if not read.word(*_LISTING):
            break
        read.word("joint.and")
        read.word("clip")
        read.word("hash")
        if not read.peek_value(Number):
            read.at = at
            break
    return Clips(tuple(numbers), kind=kind)


def _standing_out(read: Reader) -> Clips | None:
    """ "the longest clip", "the one in the middle", "the other clips"."""
    sense = read.word(*_PICKS)
    if sense and _noun(read):
        return Clips(pick=_PICKS[sense])
    return None


def _noun(read: Reader) -> str | None:
    """ "clip", "video clip", 段视频."""
    if read.peek("of"):
        return None
    noun = read.word("clip", "clips")
    if noun:
        read.word("clip", "clips")
    elif read.take(lambda value: value if value == Number(1) else None):
        return "clip.one"
    return noun


NAMES: Final[Sequence[Rule]] = (_clips,)
