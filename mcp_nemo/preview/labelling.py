"""What is written on bars, and where: names may need more room than their bars have."""

from itertools import zip_longest
from typing import NamedTuple

from PIL import ImageDraw

from mcp_nemo.preview.layout import LABEL_HEIGHT, MARGIN, NAMES_WIDTH, WIDTH, Box, Lane
from mcp_nemo.preview.lettering import fitted, width, write
from mcp_nemo.timeline import Segment
from mcp_nemo.timeline.labels import label, percent

LABEL_SIZE = 23
_SMALL_SIZE = 16
_INSET, _GAP = 10, 16


class _Label(NamedTuple):
    """The number of a clip in its track, its name, and what shapes do not show."""

    number: str
    name: str
    facts: str

    def fitted(self, room: float) -> list[str]:
        """The pieces there is room for: the number before the facts, and those before the name."""
        for others in ((self.number, self.facts), (self.number, "")):
            taken = sum(width(other, LABEL_SIZE) + _GAP for other in others if other)
            if taken - _GAP <= room:
                name = fitted(self.name, LABEL_SIZE, room - taken)
                return [piece for piece in (self.number, name, others[1]) if piece]
        return []


def write_labels(pencil: ImageDraw.ImageDraw, lane: Lane, ink: str) -> None:
    is_numbered = lane.track.kind == "video" and len(lane.bars) > 1
    for row in lane.rows:
        free_from: float = NAMES_WIDTH
        for bar, following in zip_longest(row, row[1:]):
            free_to = following.box.left if following else WIDTH - MARGIN
            number = str(bar.spot.segment + 1) if is_numbered else ""
            said = _Label(number, label(bar.segment, lane.track.kind).strip('"'), _facts(bar.segment))
            free_from = _write_label(pencil, said, bar.box, (free_from, free_to), ink)


def _write_label(
    pencil: ImageDraw.ImageDraw, said: _Label, box: Box, free: tuple[float, float], ink: str
) -> float:
    """On its bar and perhaps beyond it, within what is free; returns where it ends."""
    x: float = box.left + _INSET
    middle = box.top + LABEL_HEIGHT / 2
    pieces = said.fitted(free[1] - _INSET - x)
    if said.number:
        if not pieces and width(said.number, _SMALL_SIZE) < box.width - 2:
            write(pencil, (box.left + box.right) / 2, middle, said.number, _SMALL_SIZE, ink, "middle")
    elif said.name not in pieces and width(said.name, LABEL_SIZE) <= box.right - _INSET - free[0]:
        # A title at the end of a film has more room before it than after it.
        write(pencil, box.right - _INSET, middle, said.name, LABEL_SIZE, ink, "right")
        return box.right
    for piece in pieces:
        write(pencil, x, middle, piece, LABEL_SIZE, ink)
        x += width(piece, LABEL_SIZE) + _GAP
    return max(x, box.right)


def _facts(segment: Segment) -> str:
    found = []
    if segment.volume == 0:
        found.append("muted")
    elif segment.volume not in (None, 1):
        found.append(percent(segment.volume))
    if segment.speed not in (None, 1):
        found.append(f"{segment.speed:g}x")
    return "  ".join(found)
