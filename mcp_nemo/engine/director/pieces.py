"""The pieces of meaning a sentence is made of, and where in it they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from mcp_nemo.engine.director.lexicon import Senses
from mcp_nemo.engine.operations import Caption


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon; which of its senses is meant is for whoever takes it to say."""

    senses: Senses

    def sense(self, *wanted: str) -> str | None:
        """The sense that was wanted, by its full name or by its category."""
        named = _by_name(self.senses)
        return next((named[name] for name in wanted if name in named), None)


@cache
def _by_name(senses: Senses) -> Mapping[str, str]:
    named: dict[str, str] = {}
    for sense in senses:
        named.setdefault(sense, sense)
        named.setdefault(sense.partition(".")[0], sense)
    return named


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class NoSuchFile:
    """Something called like a file, and not uploaded."""

    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    text: str


@dataclass(frozen=True, slots=True)
class Captions:
    """The text of an .srt file."""

    captions: tuple[Caption, ...]


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
    off: bool = field(default=False, compare=False)
    """Said to be taken off: "2 seconds off the end"."""
    kept: bool = field(default=False, compare=False)
    """Said to be what is left: "to the last 5 seconds"."""


@dataclass(frozen=True, slots=True)
class Ends:
    """So much at the start, and as much at the end."""

    ms: int


@dataclass(frozen=True, slots=True)
class Middle:
    """A stretch as far from the start as from the end."""

    ms: int


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
class Portion:
    """A stretch told in shares of what it is part of; one moment where both are the same."""

    start: float
    end: float
    kept: bool = field(default=False, compare=False)
    """As of a stretch."""


@dataclass(frozen=True, slots=True)
class Share:
    """`settled` once a word said that the level itself is meant, not a change of it."""

    factor: float
    settled: bool = True


@dataclass(frozen=True, slots=True)
class By:
    """A change by a share (0.2) of what it was, the direction being said elsewhere."""

    share: float


@dataclass(frozen=True, slots=True)
class Opacity:
    share: float


@dataclass(frozen=True, slots=True)
class Width:
    """A share of the canvas's."""

    share: float


@dataclass(frozen=True, slots=True)
class Factor:
    """ "2x", "three times"; `often` is not said of a speed ("twice")."""

    value: float
    often: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Angle:
    degrees: float


@dataclass(frozen=True, slots=True)
class Tempo:
    """Beats a minute."""

    bpm: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """The shape of the picture, 9 to 16."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pixels:
    """The size of the picture; only the shorter side where `width` is 0 ("1080p")."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Color:
    """`#RRGGBB`."""

    code: str


@dataclass(frozen=True, slots=True)
class Tint:
    """What a picture fades in from, or out to."""

    way: Literal["in", "out"]
    code: str


@dataclass(frozen=True, slots=True)
class Backing:
    """A box behind words, `#RRGGBBAA`; empty for none."""

    code: str


@dataclass(frozen=True, slots=True)
class Clips:
    """Clips by their numbers on the track (negative: from the end), all of them, or the one that stands out.

    `vague` is "the last one", which need not be a clip; of a `kind`, only photos or only videos count.
    """

    numbers: tuple[int, ...] = ()
    every: bool = False
    pick: Literal["", "longest", "shortest", "middle", "other"] = ""
    vague: bool = False
    kind: Literal["", "photo", "video"] = ""


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
class UnderSpeech:
    """While someone speaks."""


@dataclass(frozen=True, slots=True)
class OnBeats:
    pass


@dataclass(frozen=True, slots=True)
class Without:
    """What is not to be heard in composed music."""

    what: Literal["voices", "player"]


@dataclass(frozen=True, slots=True)
class Onto:
    """Where something is put: the video, which is where everything is put."""


Value = (
    Word
    | Unknown
    | NoSuchFile
    | Quote
    | Captions
    | File
    | Clips
    | Number
    | Duration
    | Clock
    | Stretch
    | Portion
    | Ends
    | Middle
    | From
    | Until
    | Length
    | Edge
    | Whole
    | Share
    | By
    | Opacity
    | Width
    | Factor
    | Angle
    | Tempo
    | Ratio
    | Pixels
    | Color
    | Tint
    | Backing
    | Decibels
    | Fading
    | MatchPicture
    | UnderSpeech
    | OnBeats
    | Without
    | Onto
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`start` and `end` count characters of the text."""

    value: Value
    start: int
    end: int
