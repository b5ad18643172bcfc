"""Colours as films keep them: BT.709 in the narrow range, chroma for squares of two pixels."""

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

# Shares of red, green and blue in what is seen as brightness.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_BLUENESS, _REDNESS = 1.8556, 1.5748
_DARKEST, _LUMA_RANGE = 16, 219
_GREY, _CHROMA_RANGE = 128, 224


def yuv_of(colour: str) -> tuple[int, int, int]:
    """A colour written `#RRGGBB`; what follows is passed over."""
    one = np.array([[rgb_of(colour)]], np.uint8)
    luma, u, v = (int(plane[0, 0]) for plane in to_yuv(one))
    return luma, u, v


def rgb_of(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def to_yuv(rgb: Plane) -> tuple[Plane, Plane, Plane]:
    """Three planes, all of full size, from (height, width, 3)."""
    light = rgb.astype(np.float32) / 255
    luma = light @ _LUMA
    u = (light[..., 2] - luma) / _BLUENESS
    v = (light[..., 0] - luma) / _REDNESS
    return (
        (_DARKEST + _LUMA_RANGE * luma + 0.5).astype(np.uint8),
        (_GREY + _CHROMA_RANGE * u + 0.5).astype(np.uint8),
        (_GREY + _CHROMA_RANGE * v + 0.5).astype(np.uint8),
    )
