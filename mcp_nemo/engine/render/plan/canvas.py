"""The size of a film, how many frames it has a second, and how its colours are coded."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mcp_nemo.engine.colorimetry import BT709, Colours, Matrix
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo

_LONGEST_SIDE = 1920
_UNKNOWN_SIZE = (1280, 720)
_STILL_RATE = Fraction(30)
_SLOWEST_RATE, _FASTEST_RATE = 24, 60
_COMMON_RATES = (
    Fraction(24_000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30_000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60_000, 1001),
    Fraction(60),
)
# Wide enough for a phone's average of 29.9, too narrow to call 28 frames 30.
_RATE_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Canvas:
    """`colours` are BT.709, or what the main clip says of its own in BT.601.

    Players turn the pictures that are stored by so many degrees counterclockwise, as those of phones.
    """

    width: int
    height: int
    rate: Fraction
    colours: Colours = BT709
    turned: int = 0

    @property
    def stored(self) -> tuple[int, int]:
        """Width and height."""
        return (self.height, self.width) if self.turned % 180 else (self.width, self.height)

    @property
    def matrix(self) -> Matrix:
        """Films that say nothing of it have so few lines that they are taken for BT.601."""
        return "bt709" if self.colours.matrix == BT709.matrix else "bt601"

    def frame_at(self, milliseconds: int) -> int:
        return round(milliseconds * self.rate / 1000)


def canvas_for(draft: Draft, shown: Sequence[MediaInfo]) -> Canvas:
    """What the draft says, and where it says nothing, what suits the first of the pictures shown."""
    width, height = draft.width, draft.height
    if not (width and height):
        width, height = (shown[0].width, shown[0].height) if shown else _UNKNOWN_SIZE
    shrink = min(Fraction(1), Fraction(_LONGEST_SIDE, max(width, height)))
    filmed = next((info.frame_rate for info in shown if info.kind == "video"), 0)
    size = _even(width * shrink), _even(height * shrink)
    return Canvas(*size, _rate(draft.frame_rate or filmed), _colours(shown, size))


def _colours(shown: Sequence[MediaInfo], size: tuple[int, int]) -> Colours:
    """The first film of this size decides: of others no picture could be kept as it is anyway."""
    films = (info for info in shown if info.kind == "video" and (info.width, info.height) == size)
    main = next(films, None)
    if main is None or main.colours is None or not main.colours.are_standard:
        return BT709
    return main.colours if main.colours.matrix_at(main.height) == "bt601" else BT709


def _even(length: Fraction) -> int:
    """Colour is kept for squares of two pixels."""
    return max(2, round(length / 2) * 2)


def _rate(measured: float) -> Fraction:
    if measured <= 0:
        return _STILL_RATE
    while measured < _SLOWEST_RATE * (1 - _RATE_TOLERANCE):
        measured *= 2
    while measured > _FASTEST_RATE * (1 + _RATE_TOLERANCE):
        measured /= 2
    nearest = min(_COMMON_RATES, key=lambda rate: abs(measured - rate))
    return nearest if abs(measured - nearest) <= measured * _RATE_TOLERANCE else Fraction(round(measured))
