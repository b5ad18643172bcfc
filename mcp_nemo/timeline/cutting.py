"""What became of a segment that was cut to pieces, beside its being cut."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from mcp_nemo.timeline.fields import parse
from mcp_nemo.timeline.match import ROUNDING_MS, Shown

# Details that a cut changes by itself, as our own engine writes them.
_CROSSFADE: Final = "m.crossfade_ms"
_ZOOM: Final = "m.zoom"


def taken_out_ms(whole: Shown, pieces: Sequence[Shown]) -> int:
    """How much of the whole is in no piece, in its own time; 0 where there is no more than rounding."""
    shown_ms = sum(piece.duration_ms * piece.speed for piece in pieces) / whole.speed
    lost_ms = round(whole.duration_ms - shown_ms)
    return lost_ms if lost_ms > ROUNDING_MS * len(pieces) else 0


def only_cut(whole: Shown, pieces: Sequence[Shown]) -> list[Shown]:
    """What the pieces would be if nothing but the cuts had been made: to tell what else was."""
    last = len(pieces) - 1
    return [
        replace(
            whole,
            fade_in_ms=0 if index else whole.fade_in_ms,
            fade_out_ms=whole.fade_out_ms if index == last else 0,
            details=_details_if_cut(whole, pieces, index),
        )
        for index in range(len(pieces))
    ]


def _details_if_cut(whole: Shown, pieces: Sequence[Shown], index: int) -> tuple[tuple[str, str], ...]:
    """Only the first piece blends with what was before; a zoom goes on from piece to piece."""
    details = dict(whole.details)
    if index:
        details.pop(_CROSSFADE, None)
    zooms = [dict(piece.details).get(_ZOOM, "") for piece in pieces]
    if _ZOOM in details and _zooms_on(details[_ZOOM], zooms):
        details[_ZOOM] = zooms[index]
    return tuple(details.items())


def _zooms_on(whole: str, pieces: Sequence[str]) -> bool:
    (start, end), *parts = (_zoom(each) for each in (whole, *pieces))
    return all(a[1] == b[0] for a, b in pairwise(parts)) and parts[0][0] == start and parts[-1][1] == end


def _zoom(detail: str) -> tuple[object, object]:
    said = parse(detail)
    zoom = said if isinstance(said, dict) else {}
    return zoom.get("start", 1), zoom.get("end", 1)
