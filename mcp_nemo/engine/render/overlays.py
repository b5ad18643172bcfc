"""Pictures laid over the film: logos, stickers, photographs."""

from functools import lru_cache

from PIL import Image

from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.compositing import Cutout, corner, cut_out
from mcp_nemo.engine.render.plan import Canvas, Stamp
from mcp_nemo.engine.render.source import open_image

# A share of the shorter side of the canvas.
_MARGIN = 0.04
_KEPT = 4


def overlaid(stamp: Stamp, canvas: Canvas) -> Cutout:
    return _cut_out(stamp.media, stamp.place, stamp.width, canvas)


@lru_cache(_KEPT)
def _cut_out(media: MediaInfo, place: Place, share: float, canvas: Canvas) -> Cutout:
    picture = open_image(media)
    margin = round(min(canvas.width, canvas.height) * _MARGIN)
    width = canvas.width * share
    scale = min(width / picture.width, (canvas.height - 2 * margin) / picture.height)
    size = (_even(picture.width * scale), _even(picture.height * scale))
    x, y = corner(place, size, canvas, (margin, margin))
    return cut_out(picture.resize(size, Image.Resampling.LANCZOS), x, y, canvas.matrix)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
