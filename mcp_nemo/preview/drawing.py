"""A storyboard drawn: light and calm, dark letters, one colour for each kind of track."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from mcp_nemo.preview.charge import Spot
from mcp_nemo.preview.labelling import LABEL_SIZE, write_labels
from mcp_nemo.preview.layout import (
    FOOTNOTE_HEIGHT,
    HEADLINE_HEIGHT,
    LABEL_HEIGHT,
    MARGIN,
    NAMES_WIDTH,
    RULER_HEIGHT,
    WIDTH,
    Bar,
    Board,
    Lane,
)
from mcp_nemo.preview.lettering import fitted, width, write
from mcp_nemo.preview.sights import Sight
from mcp_nemo.timeline import Segment, Timeline
from mcp_nemo.timeline.labels import one_line
from mcp_nemo.timeline.spans import length


class _Paint(NamedTuple):
    """Of a bar: its ground, how loud it is set, the sound itself, its frame, and letters."""

    ground: str
    level: str
    sound: str
    frame: str
    ink: str


_PAPER, _GRID, _INK, _QUIET = "#fcfcfd", "#e6e8ee", "#171c26", "#566072"
_PAINTS = {
    "video": _Paint("#dfe8f8", "#c3d4f1", "#3f6cb5", "#6f90c8", "#142a52"),
    "audio": _Paint("#e3f3ea", "#b5dfc8", "#2f8a5f", "#69b08c", "#0d3d27"),
    "text": _Paint("#fdefcf", "#fdefcf", "#fdefcf", "#dba63c", "#523800"),
}
_PLAIN = _Paint("#ececf1", "#ececf1", "#ececf1", "#a9adba", "#333845")
_TITLE_SIZE, _RULER_SIZE = 30, 21
_INSET = 10
# Of a bar for sound, how much the loudest takes.
_HIGHEST = 0.94
_CORNER = 7
_TILE_GAP = 2


def draw(board: Board, sights: Mapping[Spot, Sight]) -> Image.Image:
    image = Image.new("RGB", (WIDTH, board.height), _PAPER)
    pencil = ImageDraw.Draw(image)
    _draw_headline(pencil, board.timeline)
    _draw_ruler(pencil, board)
    for lane in board.lanes:
        _draw_name(pencil, lane)
        for bar in lane.bars:
            _draw_bar(image, bar, lane, sights.get(bar.spot, Sight()))
        write_labels(pencil, lane, _paint(lane).ink)
    _draw_footnote(pencil, board)
    return image


def _draw_headline(pencil: ImageDraw.ImageDraw, timeline: Timeline) -> None:
    facts = [length(timeline.duration_ms)] if timeline.duration_ms else []
    if timeline.width and timeline.height:
        facts.append(f"{timeline.width}x{timeline.height}")
    said = "   ".join(facts)
    middle = HEADLINE_HEIGHT / 2
    room = WIDTH - 3 * MARGIN - width(said, LABEL_SIZE)
    write(pencil, MARGIN, middle, fitted(one_line(timeline.title), _TITLE_SIZE, room), _TITLE_SIZE, _INK)
    write(pencil, WIDTH - MARGIN, middle, said, LABEL_SIZE, _QUIET, "right")


def _draw_ruler(pencil: ImageDraw.ImageDraw, board: Board) -> None:
    middle = HEADLINE_HEIGHT + RULER_HEIGHT / 2 - 3
    for tick in board.ticks:
        pencil.line((tick.x, HEADLINE_HEIGHT, tick.x, board.height - MARGIN), _GRID, 2)
        if tick.x + width(tick.label, _RULER_SIZE) + _INSET < WIDTH:
            write(pencil, tick.x + 6, middle, tick.label, _RULER_SIZE, _QUIET)


def _draw_name(pencil: ImageDraw.ImageDraw, lane: Lane) -> None:
    room = NAMES_WIDTH - MARGIN - _INSET
    name = fitted(one_line(lane.track.name), LABEL_SIZE, room)
    write(pencil, MARGIN, lane.box.top + LABEL_HEIGHT / 2, name, LABEL_SIZE, _INK)


def _draw_bar(image: Image.Image, bar: Bar, lane: Lane, sight: Sight) -> None:
    pencil = ImageDraw.Draw(image)
    paint = _paint(lane)
    pencil.rounded_rectangle(bar.box, _CORNER, paint.ground)
    if bar.is_pictured or lane.track.kind == "audio":
        _draw_sound(pencil, bar, paint, sight)
    for tile, picture in sight.pictures:
        size = (max(tile.box.width - _TILE_GAP, 1), tile.box.height)
        image.paste(ImageOps.fit(picture, size), (tile.box.left, tile.box.top))
    pencil.rounded_rectangle(bar.box, _CORNER, outline=paint.frame, width=2)


def _draw_sound(pencil: ImageDraw.ImageDraw, bar: Bar, paint: _Paint, sight: Sight) -> None:
    """How loud it is set, with its fades as ramps, and in that the sound itself."""
    box, segment = bar.sound, bar.segment
    x = np.arange(box.left, box.right + 1)
    levels = _levels(segment, (x - box.left) / box.width)
    tops = box.bottom - levels * box.height * _HIGHEST
    outline = [(box.left, box.bottom), *zip(x.tolist(), tops.tolist(), strict=True), (box.right, box.bottom)]
    pencil.polygon(outline, paint.level)
    if not sight.peaks:
        return
    # A copy, as a reader that was not waited for may still add to it.
    read = sorted(sight.peaks.copy().items())
    peaks = np.interp(x, [place for place, _ in read], [peak for _, peak in read])
    heights = levels * np.sqrt(peaks) * box.height * _HIGHEST
    for column, height in zip(x.tolist(), heights.tolist(), strict=True):
        pencil.line((column, box.bottom - height, column, box.bottom), paint.sound)


def _levels(segment: Segment, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level it is set to, at shares of its length; above 1 it does not grow any more."""
    ms = share * segment.duration_ms
    rising = ms / segment.fade_in_ms if segment.fade_in_ms else np.ones_like(ms)
    falling = (segment.duration_ms - ms) / segment.fade_out_ms if segment.fade_out_ms else np.ones_like(ms)
    volume = 1.0 if segment.volume is None else min(segment.volume, 1.0)
    return volume * np.clip(np.minimum(rising, falling), 0, 1)


def _paint(lane: Lane) -> _Paint:
    return _PAINTS.get(lane.track.kind, _PLAIN)


def _draw_footnote(pencil: ImageDraw.ImageDraw, board: Board) -> None:
    middle = board.height - MARGIN - FOOTNOTE_HEIGHT / 2
    if board.hidden_tracks:
        more = f"{board.hidden_tracks} more track{'s' if board.hidden_tracks > 1 else ''}"
        write(pencil, NAMES_WIDTH, middle, more, LABEL_SIZE, _QUIET)
    if board.timeline.is_empty:
        write(pencil, WIDTH / 2, middle, "The timeline is empty", _TITLE_SIZE, _QUIET, "middle")
