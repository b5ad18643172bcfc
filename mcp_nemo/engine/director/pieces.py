"""The pieces of meaning a sentence is made of, and where in it they stand."""

from dataclasses import dataclass
from typing import Literal

from mcp_nemo.engine.director.lexicon import Senses


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon; which of its senses is meant is for whoever takes it to say."""

    senses: Senses

    def sense(self, *wanted: str) -> str | None:
        """The sense that was wanted, by its full name or by its category."""
        for name in wanted:
            for sense in self.senses:
                if sense == name or sense.startswith(f"{name}."):
                    return sense
        return None


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Quote:
    text: str


@dataclass(frozen=True, slots=True)
class File:
    media_id: str


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Duration:
    """`unit_ms` lets "5 to 15 seconds" share its unit."""

    ms: int
    unit_ms: int


@dataclass(frozen=True, slots=True)
class Clock:
    ms: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """As in the operations: negative counts from the end, None is the end."""

    start_ms: int
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class From:
    """`just_there` is "at 0:10", a point, where "from 0:10" goes on."""

    ms: int
    just_there: bool = False


@dataclass(frozen=True, slots=True)
class Until:
    """`open_ended` is "to 0:10", a point or a length; not "before 0:10", surely a point."""

    ms: int
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class Length:
    ms: int


@dataclass(frozen=True, slots=True)
class Edge:
    side: Literal["start", "end", "both"]


@dataclass(frozen=True, slots=True)
class Whole:
    pass


@dataclass(frozen=True, slots=True)
class Volume:
    """`settled` once a word said that the level itself is meant, not a change of it."""

    factor: float
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Gain:
    """A change of volume by a share (0.2) of what it was, the direction being said elsewhere."""

    share: float


@dataclass(frozen=True, slots=True)
class Decibels:
    amount: float


Way = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Fading:
    """Which way a fade goes and how long it takes, as far as that was said."""

    ways: frozenset[Way]
    ms: int | None = None

    def told(self, more: "Fading") -> "Fading | None":
        """With more said about it; None if that contradicts."""
        if self.ways and more.ways and not more.ways <= self.ways:
            return None
        return Fading(self.ways or more.ways, more.ms if self.ms is None else self.ms)


@dataclass(frozen=True, slots=True)
class MatchPicture:
    pass


@dataclass(frozen=True, slots=True)
class Onto:
    """Where something is put: the video, which is where everything is put."""


Value = (
    Word
    | Unknown
    | Quote
    | File
    | Number
    | Duration
    | Clock
    | Stretch
    | From
    | Until
    | Length
    | Edge
    | Whole
    | Volume
    | Gain
    | Decibels
    | Fading
    | MatchPicture
    | Onto
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`start` and `end` count characters of the text."""

    value: Value
    start: int
    end: int
