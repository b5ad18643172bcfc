"""The storyboard of a timeline: one picture, small enough to be sent in a chat."""

from io import BytesIO

from PIL import Image

from mcp_nemo.preview.charge import Outcome, StoryboardCharge
from mcp_nemo.preview.drawing import draw
from mcp_nemo.preview.layout import arrange
from mcp_nemo.preview.sights import Reading

MOST_BYTES = 200_000
_QUALITIES = (90, 84, 76, 66, 54, 40)


def make(charge: StoryboardCharge) -> Outcome:
    pictured = frozenset(spot for medium in charge.media for spot in medium.spots)
    board = arrange(charge.timeline, pictured)
    reading = Reading(board.bars, charge.media, charge.seconds)
    is_whole = reading.finish()
    image = draw(board, reading.sights)
    if any(sight.pictures for sight in reading.sights.values()):
        charge.target.write_bytes(_as_jpeg(image))
        return Outcome(mime_type="image/jpeg", is_whole=is_whole)
    image.save(charge.target, "PNG", optimize=True)
    return Outcome(mime_type="image/png", is_whole=is_whole)


def _as_jpeg(image: Image.Image) -> bytes:
    """In the best quality that is small enough; in half the size where none is."""
    for quality in _QUALITIES:
        stream = BytesIO()
        # Full colour resolution: letters would get fringes.
        image.save(stream, "JPEG", quality=quality, subsampling=0, optimize=True)
        if stream.tell() < MOST_BYTES:
            return stream.getvalue()
    return _as_jpeg(image.reduce(2))
