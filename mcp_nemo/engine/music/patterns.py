"""Accompaniment as data: a bar in four, written as a string of equal steps.

Chord figures: `*` strikes the whole chord, a digit one of its tones (0 the lowest, wrapping an octave
up), `b` the lowest an octave down. Bass figures: `r` root, `5` fifth, `o` octave, `a` a step towards
the next root. Grooves: `X` loud, `x` plain, `o` soft. Anywhere: `.` nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Figure:
    """`hold` is how many beats a note lasts, 0 to ring until the chord changes."""

    light: str
    full: str
    hold: float = 0.0
    roll_ms: float = 8.0


FIGURES: Final[Mapping[str, Figure]] = {
    "broken": Figure("0.1.2.1.", "0.1.2.3.2.1.2.1."),
    "arpeggio": Figure("b.0.1.2.", "b.0.1.2.3.2.1.0."),
    "strum": Figure("*.......", "*..*.**.", hold=0.9, roll_ms=14),
    "stabs": Figure("*.......", "*..*..*.", hold=0.75),
    "lazy": Figure("*...*...", "*....*..", hold=1.8, roll_ms=22),
    "ostinato": Figure("0.1.2.1.", "01210121", hold=0.5),
    "pulse": Figure("0...0...", "0.1.0.1.0.1.0.2.", hold=0.35),
    "drift": Figure("*.......*.......", "0.....2.....1...", roll_ms=120),
    "sixteenths": Figure("0..1..2.", "0.12.10.2.31.02.", hold=0.3),
    "picking": Figure("b.1.2.1.", "b.102.1.b.201.2."),
    "riff": Figure("*.......", "**.**.**", hold=0.45),
    "charleston": Figure("*..*....", "*..*...*", hold=0.9, roll_ms=12),
    "alberti": Figure("0.2.1.2.", "02120212", hold=0.9),
    "skank": Figure("..*...*.", ".*.*.*.*", hold=0.25, roll_ms=12),
    "bossa": Figure("*.....*...*.....", "*..*..*...*..*..", hold=0.5, roll_ms=12),
    "oom pah": Figure("b.*.b.*.", "..*...**", hold=0.4),
}

BASS_FIGURES: Final[Mapping[str, Figure]] = {
    "held": Figure("r.......", "r.....5."),
    "root and fifth": Figure("r.......", "r...5..a"),
    "eighths": Figure("r...r...", "rrrrrrra", hold=0.45),
    "lazy": Figure("r...r...", "r..r..5a"),
    "heartbeat": Figure("r.......", "rr......", hold=0.45),
    "walking": Figure("r...5...", "r.5.o.a."),
    "octaves": Figure("r...r...", "ro.oro.a", hold=0.4),
    "rolling": Figure("r.....r.", "r..r.5.a", hold=0.9),
    "bossa": Figure("r..5....", "r..55..r"),
    "off beats": Figure("r.......", ".r.r.r.o", hold=0.45),
}


@dataclass(frozen=True, slots=True)
class Groove:
    """Steps for each drum, by how much is going on; `fill` takes the last bar before a new section."""

    light: Mapping[str, str]
    full: Mapping[str, str]
    fill: Mapping[str, str]
    crash: bool = False
    pump: float = 0.0


GROOVES: Final[Mapping[str, Groove]] = {
    "clap along": Groove(
        light={"kick": "x.......x.......", "clap": "....o.......o...", "shaker": "x.o.x.o.x.o.x.o."},
        full={"kick": "X.....x.X.......", "clap": "....X.......X...", "tambourine": "o.x.o.x.o.x.o.x."},
        fill={"kick": "X.....x.X.......", "clap": "....X.......X.XX", "tambourine": "o.x.o.x.o.x.oxxx"},
    ),
    "four on the floor": Groove(
        light={"kick": "x...x...x...x...", "hat": "..x...x...x...x."},
        full={
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "hat": "o.o.o.o.o.o.o.oo",
            "open hat": "..x...x...x...x.",
        },
        fill={"kick": "X...X...X.......", "snare": "....x.......oxxX", "open hat": "..x...x...x....."},
        crash=True,
        pump=0.35,
    ),
    "boom bap": Groove(
        light={"kick": "x.........x.....", "rim": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."},
        full={"kick": "X..o......x..o..", "snare": "....x.......x..o", "hat": "x.o.x.oox.o.x.o."},
        fill={"kick": "X.........x.....", "snare": "....x..o.o..x.ox", "hat": "x.o.x.o.x......."},
        pump=0.15,
    ),
    "film drums": Groove(
        light={"big drum": "x..............."},
        full={"big drum": "X.........x.....", "low tom": "......o.......oo"},
        fill={"big drum": "X.......x...x.x.", "low tom": "....o.x...x.x.xX"},
        crash=True,
    ),
    "war drums": Groove(
        light={"big drum": "X.......x.......", "low tom": "....o.......o.o."},
        full={"big drum": "X.....x.X.....x.", "low tom": "..x.o.x...x.o.xx", "snare": "....o.......o..."},
        fill={"big drum": "X...X...X.X.X.X.", "low tom": "x.x.x.x.xxxxXXXX", "snare": "........o.o.xxXX"},
        crash=True,
    ),
    "clockwork": Groove(
        light={"woodblock": "o...o...o...o..."},
        full={"woodblock": "x.o.o.o.x.o.o.o.", "big drum": "x..............."},
        fill={"woodblock": "x.o.o.o.xoxoxoxx", "big drum": "x...........x.x."},
    ),
    "club": Groove(
        light={"kick": "x...x...x...x...", "hat": "o.o.o.o.o.o.o.o."},
        full={
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "hat": "oooxoooxoooxooox",
            "open hat": "..x...x...x...x.",
        },
        fill={"kick": "X...X...........", "snare": "o...o...o.o.xxXX", "hat": "oooxoooxoooxooox"},
        crash=True,
        pump=0.5,
    ),
    "brushes": Groove(
        light={"shaker": "x.o.x.o.x.o.x.o."},
        full={"kick": "x.......x.o.....", "brush": "....x.......x...", "shaker": "x.o.x.o.x.o.x.oo"},
        fill={"kick": "x.......x.......", "brush": "....x...o.o.x.xx", "shaker": "x.o.x.o.x.o....."},
    ),
    "steady": Groove(
        light={"kick": "x.......x.......", "hat": "o.o.o.o.o.o.o.o."},
        full={"kick": "X.......X.x.....", "clap": "....x.......x...", "shaker": "x.oox.oox.oox.oo"},
        fill={"kick": "X.......X...x...", "clap": "....x.......x.x.", "low tom": "........o.o.x.xX"},
        crash=True,
    ),
    "tiptoe": Groove(
        light={"woodblock": "x.......x.....o."},
        full={"kick": "o.......o.......", "rim": "....x.......x...", "woodblock": "x..o..o.x..o..xo"},
        fill={"kick": "o.......o.......", "rim": "....x.....x.x.x.", "woodblock": "x..o..oox.x.xxxx"},
    ),
    "rock": Groove(
        light={"kick": "x.......x.......", "rim": "....x.......x...", "hat": "x...x...x...x..."},
        full={"kick": "X.....x.X.x.....", "snare": "....X.......X...", "hat": "x.o.x.o.x.o.x.o."},
        fill={"kick": "X.....x.X.......", "snare": "....X.......xxXX", "low tom": "........x.xx...."},
        crash=True,
    ),
    "swing": Groove(
        light={"ride": "x...x...x...x...", "hat": "....o.......o..."},
        full={"ride": "x...x.o.x...x.o.", "hat": "....x.......x...", "kick": "o.......o.....o."},
        fill={"ride": "x...x.o.x.......", "snare": "........o.o.x.x.", "kick": "o.......x......."},
    ),
    "trap": Groove(
        light={"kick": "x...............", "clap": "........x.......", "hat": "o...o...o...o..."},
        full={"kick": "X.....x...x.....", "clap": "........X.......", "hat": "x.o.x.ooo.x.xooo"},
        fill={"kick": "X.....x.........", "clap": "........X.....x.", "hat": "x.o.xoooxoxoxxxx"},
        pump=0.1,
    ),
    "one drop": Groove(
        light={"hat": "..o...o...o...o.", "rim": "........o......."},
        full={"kick": "........X.......", "rim": "........x.....o.", "hat": "o.x.o.x.o.x.o.xo"},
        fill={"kick": "........X.......", "snare": "..o...o.X.x.xx.x", "hat": "o.x.o.x........."},
    ),
    "bossa": Groove(
        light={"shaker": "x.o.x.o.x.o.x.o.", "rim": "x.....x.....x..."},
        full={"kick": "x..xx..xx..xx..x", "rim": "x..x..x...x..x..", "shaker": "xoooxoooxoooxooo"},
        fill={"kick": "x..xx..xx.......", "rim": "x..x..x.x.x.xxxx", "shaker": "xoooxoooxooo...."},
    ),
    "train": Groove(
        light={"kick": "x.......x.......", "brush": "....o.......o..."},
        full={"kick": "X.......X.......", "brush": "oox.oox.oox.ooxo"},
        fill={"kick": "X.......X...X...", "brush": "oox.oox.oxoxxxxx"},
    ),
    "sleigh bells": Groove(
        light={"tambourine": "x...x...x...x..."},
        full={"tambourine": "x.o.x.o.x.o.x.o.", "kick": "x.......x.......", "brush": "....x.......x..."},
        fill={"tambourine": "x.o.x.o.xxxxxxxx", "kick": "x.......x......."},
    ),
}

DRUM_KEYS: Final[Mapping[str, int]] = {
    "big drum": 35,
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "brush": 40,
    "low tom": 41,
    "hat": 42,
    "open hat": 46,
    "crash": 49,
    "ride": 51,
    "tambourine": 54,
    "woodblock": 76,
    "shaker": 82,
}

STEP_VELOCITY: Final[Mapping[str, float]] = {"X": 0.95, "x": 0.72, "o": 0.42}

# A melody's bars, from few notes to many.
RHYTHMS: Final = (
    "x.......",
    "x...x...",
    "x.....x.",
    "x..x....",
    "x...x.x.",
    "x..x..x.",
    "x.x.x...",
    "..x.x.x.",
    "x.xx..x.",
    "x.x.x.x.",
    "x.xxx.x.",
    "xx.xx.x.",
)
