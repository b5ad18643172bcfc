"""High dynamic range brought to what screens show: light beyond that is bent, not cut off.

FFmpeg's own scaler does so too, after seconds of preparation for each file that is opened.
Where the numbers come from: Recommendations ITU-R BT.2100 (PQ, HLG), BT.2390 (the bend), BT.2408 (white).
"""

from functools import lru_cache

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

from mcp_nemo.engine.render.filters import chain, frames_into

Light = NDArray[np.float64]

# In candelas per square metre: the brightest that is mastered, as a rule, and what paper is lit with.
_PEAK, _WHITE = 1000.0, 203.0
_BRIGHTEST_CODE = 10_000.0
_DISPLAY_GAMMA = 2.4
_SYSTEM_GAMMA = 1.2
_TO_BT709 = np.array(((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)))
_LUMINANCE = {"bt2020": np.array((0.2627, 0.6780, 0.0593)), "bt709": np.array((0.2126, 0.7152, 0.0722))}
# A picture of so many pixels to the third on each side holds a cube of so many to the second.
_LEVEL = 8
_SIDE = _LEVEL**3


class Toner:
    """For frames of one kind; `size` is what they are brought to before, as colours take time."""

    def __init__(self, like: VideoFrame, size: tuple[int, int]) -> None:
        self._kind = _kind(like)
        self._graph = Graph()
        self._source = frames_into(self._graph, like)
        cubes = self._graph.add("buffer", f"video_size={_SIDE}x{_SIDE}:pix_fmt=rgb48le:time_base=1/1")
        # Of whole numbers, FFmpeg 8 takes red for blue; of these it is also twice as fast.
        coming = (("scale", "{}:{}:in_color_matrix=bt2020".format(*size)), ("format", "gbrpf32le"))
        going = (
            ("scale", "out_color_matrix=bt709:out_range=tv"),
            ("format", "yuv420p"),
            ("setparams", "color_primaries=bt709:color_trc=bt709"),
            ("buffersink", ""),
        )
        toned = self._graph.add("haldclut", "clut=first:interp=tetrahedral")
        chain(self._graph, self._source, coming).link_to(toned, 0, 0)
        cubes.link_to(toned, 0, 1)
        chain(self._graph, toned, going)
        self._graph.configure()
        cubes.push(_cube(ColorTrc(like.color_trc)))
        cubes.push(None)

    def suits(self, frame: VideoFrame) -> bool:
        return self._kind == _kind(frame)

    def toned(self, frame: VideoFrame) -> VideoFrame:
        """In yuv420p and BT.709."""
        self._source.push(frame)
        return self._graph.vpull()


def _kind(frame: VideoFrame) -> tuple[int, int, str, int]:
    return frame.width, frame.height, frame.format.name, frame.color_trc


@lru_cache
def _cube(transfer: ColorTrc) -> VideoFrame:
    """All colours, red changing fastest, and what becomes of each."""
    steps = np.linspace(0, 1, _LEVEL**2)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    shown = toned(np.stack((red, green, blue), axis=-1).reshape(-1, 3), transfer)
    picture = np.round(shown * 65535).astype(np.uint16).reshape(_SIDE, _SIDE, 3)
    frame = VideoFrame.from_ndarray(picture, format="rgb48le")
    frame.pts = 0
    return frame


def toned(codes: Light, transfer: ColorTrc) -> Light:
    """Of BT.2020 colours, (n, 3) from 0 to 1 as coded, what a BT.709 screen shows for them, as coded."""
    light = _from_pq(codes) if transfer == ColorTrc.SMPTE2084 else _from_hlg(codes)
    light = _within_gamut(light @ _TO_BT709.T)
    brightest = light.max(axis=1, keepdims=True)
    bent = _bent(brightest) / np.maximum(brightest, 1e-6)
    shown: Light = np.clip(light * bent / _WHITE, 0, 1) ** (1 / _DISPLAY_GAMMA)
    return shown


def _from_pq(codes: Light) -> Light:
    root = codes ** (1 / 78.84375)
    light: Light = _BRIGHTEST_CODE * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
        1 / 0.1593017578125
    )
    return light


def _to_pq(light: Light) -> Light:
    root = (np.maximum(light, 0) / _BRIGHTEST_CODE) ** 0.1593017578125
    code: Light = ((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375
    return code


def _from_hlg(codes: Light) -> Light:
    scene = np.where(
        codes <= 0.5, codes**2 / 3, (np.exp((codes - 0.55991073) / 0.17883277) + 0.28466892) / 12
    )
    luminance = scene @ _LUMINANCE["bt2020"]
    light: Light = _PEAK * scene * luminance[:, None] ** (_SYSTEM_GAMMA - 1)
    return light


def _within_gamut(light: Light) -> Light:
    """Colours that a screen cannot show become paler, and stay as bright."""
    grey = (light @ _LUMINANCE["bt709"])[:, None]
    lowest = light.min(axis=1, keepdims=True)
    paler = np.where(lowest < 0, grey / np.maximum(grey - lowest, 1e-6), 1)
    shown: Light = np.maximum(grey + (light - grey) * paler, 0)
    return shown


def _bent(light: Light) -> Light:
    """Up to a knee nothing changes; from there a curve leads the peak to white."""
    peak = float(_to_pq(np.array(_PEAK)))
    white = float(_to_pq(np.array(_WHITE))) / peak
    knee = 1.5 * white - 0.5
    code = np.minimum(_to_pq(light) / peak, 1)
    way = np.maximum(code - knee, 0) / (1 - knee)
    curve = (
        (2 * way**3 - 3 * way**2 + 1) * knee
        + (way**3 - 2 * way**2 + way) * (1 - knee)
        + (3 * way**2 - 2 * way**3) * white
    )
    return _from_pq(np.where(code < knee, code, curve) * peak)
