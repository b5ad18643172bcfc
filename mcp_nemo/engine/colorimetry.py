"""How the colours of pictures are coded."""

from dataclasses import dataclass
from typing import Final, Literal

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

Matrix = Literal["bt601", "bt709"]

# PQ and HLG.
HIGH_DYNAMIC_RANGE: Final[frozenset[int]] = frozenset((ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67))
_UNSPECIFIED = 2
# Numbers 5 and 6, of Europe and of America, name one matrix.
_MATRICES: dict[int, Matrix] = {1: "bt709", 5: "bt601", 6: "bt601"}
_HIGH_DEFINITION = 720


@dataclass(frozen=True, slots=True)
class Colours:
    """What pictures say of their colours, in the numbers of ITU-T H.273; 2 says nothing."""

    matrix: int
    primaries: int
    transfer: int
    full_range: bool = False

    @classmethod
    def of(cls, told: VideoFrame | VideoCodecContext) -> "Colours":
        full_range = told.color_range == ColorRange.JPEG
        return cls(int(told.colorspace), int(told.color_primaries), int(told.color_trc), full_range)

    @property
    def are_standard(self) -> bool:
        """As films have them: neither in the full range nor in a high dynamic one."""
        return not (self.full_range or self.transfer in HIGH_DYNAMIC_RANGE)

    def tag(self, context: VideoCodecContext) -> None:
        """Say them of what is encoded or written."""
        context.colorspace, context.color_primaries = self.matrix, self.primaries
        context.color_trc = self.transfer
        context.color_range = ColorRange.JPEG if self.full_range else ColorRange.MPEG

    def matrix_at(self, lines: int) -> Matrix | None:
        """Where nothing is said, players go by how high pictures are; None is any other matrix."""
        if self.matrix == _UNSPECIFIED:
            return "bt709" if lines >= _HIGH_DEFINITION else "bt601"
        return _MATRICES.get(self.matrix)


BT709: Final = Colours(int(Colorspace.ITU709), int(ColorPrimaries.BT709), int(ColorTrc.BT709))
