"""Drawing on frames: blending, laying pictures over them, veiling and zooming."""

from dataclasses import dataclass, replace

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from mcp_nemo.engine.colorimetry import Matrix
from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.render.colours import Plane, Yuv, to_yuv
from mcp_nemo.engine.render.plan import Canvas

# Rows.
_BAND = 64


@dataclass(frozen=True, slots=True)
class Cutout:
    """A picture to lay over frames. Its place and its sides are even; chroma is half as wide and high."""

    x: int
    y: int
    luma: Image.Image
    u: Image.Image
    v: Image.Image
    mask: Image.Image
    half_mask: Image.Image

    def moved_to(self, x: int) -> "Cutout":
        return replace(self, x=x)


class Sheet:
    """A frame in yuv420p to draw on, by way of its memory."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = VideoFrame(width, height, "yuv420p")
        self._planes = _planes_of(self.frame)

    @classmethod
    def of(cls, frame: VideoFrame) -> "Sheet":
        """A copy; decoders need theirs as they are."""
        sheet = cls(frame.width, frame.height)
        for own, given in zip(sheet._planes, _planes_of(frame), strict=True):
            own[:] = given
        return sheet

    @classmethod
    def plain(cls, colour: Yuv, width: int, height: int) -> "Sheet":
        sheet = cls(width, height)
        for own, level in zip(sheet._planes, colour, strict=True):
            own[:] = level
        return sheet

    def blend(self, other: "Sheet", share: float) -> None:
        """So much of the other in the place of this."""
        for own, others in zip(self._planes, other._planes, strict=True):
            _mix(own, others, share)

    def lay(self, cutout: Cutout, opacity: float) -> None:
        half, half_mask = (cutout.x // 2, cutout.y // 2), _thinned(cutout.half_mask, opacity)
        luma, u, v = self._planes
        _paste(luma, cutout.luma, (cutout.x, cutout.y), _thinned(cutout.mask, opacity))
        _paste(u, cutout.u, half, half_mask)
        _paste(v, cutout.v, half, half_mask)

    def veil(self, colour: Yuv, strength: float) -> None:
        self.blend(Sheet.plain(colour, self.frame.width, self.frame.height), strength)

    def zoomed(self, factor: float, width: int, height: int) -> "Sheet":
        """The middle, `factor` times as large as it would be were the whole brought to this size."""
        sheet = Sheet(width, height)
        for new, own in zip(sheet._planes, self._planes, strict=True):
            new[:] = np.asarray(_magnified(Image.fromarray(own), factor, (new.shape[1], new.shape[0])))
        return sheet

    def left_of(self, edge: int, other: "Sheet") -> "Sheet":
        """This one up to an even column, and the other from there on."""
        sheet = Sheet.of(other.frame)
        for new, own, end in zip(sheet._planes, self._planes, (edge, edge // 2, edge // 2), strict=True):
            new[:, :end] = own[:, :end]
        return sheet


def cut_out(picture: Image.Image, x: int, y: int, matrix: Matrix) -> Cutout:
    """From RGBA; a side that is odd gets a row or column of nothing."""
    pixels = np.asarray(picture.convert("RGBA"))
    pixels = np.pad(pixels, ((0, pixels.shape[0] % 2), (0, pixels.shape[1] % 2), (0, 0)))
    luma, u, v = to_yuv(pixels[..., :3], matrix)
    alpha = pixels[..., 3]
    return Cutout(
        x,
        y,
        Image.fromarray(luma),
        Image.fromarray(_halved(u, alpha)),
        Image.fromarray(_halved(v, alpha)),
        Image.fromarray(np.ascontiguousarray(alpha)),
        Image.fromarray(_quartered(alpha).mean(axis=(1, 3)).astype(np.uint8)),
    )


def corner(place: Place, size: tuple[int, int], canvas: Canvas, margins: tuple[int, int]) -> tuple[int, int]:
    """Where the upper left corner of something of this size goes; even numbers."""
    (width, height), (beside, above) = size, margins
    x, y = (canvas.width - width) // 2, (canvas.height - height) // 2
    if "left" in place:
        x = beside
    elif "right" in place:
        x = canvas.width - beside - width
    if "top" in place:
        y = above
    elif "bottom" in place:
        y = canvas.height - above - height
    return max(0, x) // 2 * 2, max(0, y) // 2 * 2


def _planes_of(frame: VideoFrame) -> list[Plane]:
    """Brightness and the two of colour, each (height, width); what is written there is in the frame."""
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]


def _mix(plane: Plane, other: Plane, share: float) -> None:
    """In place, to a 256th; band by band, as what stays in the processor's cache is mixed faster."""
    part = round(share * 256)
    for top in range(0, len(plane), _BAND):
        rows = slice(top, top + _BAND)
        mixed = np.multiply(plane[rows], 256 - part, dtype=np.uint16)
        mixed += np.multiply(other[rows], part, dtype=np.uint16)
        mixed += 128
        mixed >>= 8
        plane[rows] = mixed


def _paste(plane: Plane, picture: Image.Image, corner: tuple[int, int], mask: Image.Image) -> None:
    x, y = corner
    covered = plane[y : y + picture.height, x : x + picture.width]
    box = Image.fromarray(covered)
    box.paste(picture, (0, 0), mask)
    covered[:] = np.asarray(box)


def _thinned(mask: Image.Image, opacity: float) -> Image.Image:
    return mask if opacity >= 1 else mask.point([round(alpha * opacity) for alpha in range(256)])


def _magnified(plane: Image.Image, factor: float, size: tuple[int, int]) -> Image.Image:
    across, down = plane.width / factor, plane.height / factor
    left, top = (plane.width - across) / 2, (plane.height - down) / 2
    box = (left, top, left + across, top + down)
    return plane.resize(size, Image.Resampling.BICUBIC, box=box)


def _halved(plane: Plane, alpha: Plane) -> Plane:
    """The mean of every four pixels, as far as they are seen."""
    weights = _quartered(alpha.astype(np.float32) + 1e-3)
    weighted = (_quartered(plane.astype(np.float32)) * weights).sum(axis=(1, 3))
    return np.asarray(weighted / weights.sum(axis=(1, 3)) + 0.5, np.uint8)


def _quartered(plane: NDArray[np.generic]) -> NDArray[np.float32]:
    height, width = plane.shape
    return plane.astype(np.float32).reshape(height // 2, 2, width // 2, 2)
