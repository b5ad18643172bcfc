"""Colours as films keep them: brightness and two of colour, in the narrow range."""

import numpy as np
from numpy.typing import NDArray

from mcp_nemo.engine.colorimetry import Matrix

Plane = NDArray[np.uint8]
Yuv = tuple[int, int, int]

# Shares of red, green and blue in what is seen as brightness.
_LUMA: dict[Matrix, NDArray[np.float32]] = {
    "bt601": np.array([0.299, 0.587, 0.114], np.float32),
    "bt709": np.array([0.2126, 0.7152, 0.0722], np.float32),
}
_DARKEST, _LUMA_RANGE = 16, 219
_GREY, _CHROMA_RANGE = 128, 224


def yuv_of(colour: str, matrix: Matrix) -> Yuv:
    """A colour written `#RRGGBB`; what follows is passed over."""
    one = np.array([[rgb_of(colour)]], np.uint8)
    luma, u, v = (int(plane[0, 0]) for plane in to_yuv(one, matrix))
    return luma, u, v


def rgb_of(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def to_yuv(rgb: Plane, matrix: Matrix) -> tuple[Plane, Plane, Plane]:
    """Three planes, all of full size, from (height, width, 3)."""
    light = rgb.astype(np.float32) / 255
    shares = _LUMA[matrix]
    luma = light @ shares
    u = (light[..., 2] - luma) / (2 * (1 - shares[2]))
    v = (light[..., 0] - luma) / (2 * (1 - shares[0]))
    return (
        (_DARKEST + _LUMA_RANGE * luma + 0.5).astype(np.uint8),
        (_GREY + _CHROMA_RANGE * u + 0.5).astype(np.uint8),
        (_GREY + _CHROMA_RANGE * v + 0.5).astype(np.uint8),
    )
