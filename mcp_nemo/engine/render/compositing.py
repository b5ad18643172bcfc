"""Drawing on frames: blending, laying pictures over them, veiling and zooming."""

from dataclasses import dataclass, replace

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image

from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.render.colours import Plane, to_yuv, yuv_of
from mcp_nemo.engine.render.plan import Canvas


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
    """A copy of a frame in yuv420p, to draw on."""

    def __init__(self, luma: Image.Image, u: Image.Image, v: Image.Image) -> None:
        self._planes = (luma, u, v)

    @classmethod
    def of(cls, frame: VideoFrame) -> "Sheet":
        width, height = frame.width, frame.height
        luma, u, v = np.split(frame.to_ndarray().reshape(-1), (width * height, width * height * 5 // 4))
        halves = (Image.fromarray(plane.reshape(height // 2, width // 2)) for plane in (u, v))
        return cls(Image.fromarray(luma.reshape(height, width)), *halves)

    @classmethod
    def plain(cls, colour: str, width: int, height: int) -> "Sheet":
        sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
        luma, u, v = (Image.new("L", size, level) for size, level in zip(sizes, yuv_of(colour), strict=True))
        return cls(luma, u, v)

    def blend(self, other: "Sheet", share: float) -> None:
        """So much of the other in the place of this."""
        luma, u, v = (Image.blend(*both, share) for both in zip(self._planes, other._planes, strict=True))
        self._planes = (luma, u, v)

    def lay(self, cutout: Cutout, opacity: float) -> None:
        luma, u, v = self._planes
        half, half_mask = (cutout.x // 2, cutout.y // 2), _thinned(cutout.half_mask, opacity)
        luma.paste(cutout.luma, (cutout.x, cutout.y), _thinned(cutout.mask, opacity))
        u.paste(cutout.u, half, half_mask)
        v.paste(cutout.v, half, half_mask)

    def veil(self, colour: str, strength: float) -> None:
        self.blend(Sheet.plain(colour, *self._planes[0].size), strength)

    def zoomed(self, factor: float, width: int, height: int) -> "Sheet":
        """The middle, `factor` times as large as it would be were the whole brought to this size."""
        luma, u, v = self._planes
        half = (width // 2, height // 2)
        return Sheet(
            _magnified(luma, factor, (width, height)),
            _magnified(u, factor, half),
            _magnified(v, factor, half),
        )

    def left_of(self, edge: int, other: "Sheet") -> "Sheet":
        """This one up to an even column, and the other from there on."""
        luma, u, v = (plane.copy() for plane in other._planes)
        for whole, part, end in zip((luma, u, v), self._planes, (edge, edge // 2, edge // 2), strict=True):
            whole.paste(part.crop((0, 0, end, part.height)))
        return Sheet(luma, u, v)

    def frame(self) -> VideoFrame:
        width, height = self._planes[0].size
        packed = np.concatenate([np.asarray(plane, np.uint8).reshape(-1) for plane in self._planes])
        frame = VideoFrame.from_ndarray(packed.reshape(height * 3 // 2, width), format="yuv420p")
        frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
        return frame


def cut_out(picture: Image.Image, x: int, y: int) -> Cutout:
    """From RGBA; a side that is odd gets a row or column of nothing."""
    pixels = np.asarray(picture.convert("RGBA"))
    pixels = np.pad(pixels, ((0, pixels.shape[0] % 2), (0, pixels.shape[1] % 2), (0, 0)))
    luma, u, v = to_yuv(pixels[..., :3])
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
