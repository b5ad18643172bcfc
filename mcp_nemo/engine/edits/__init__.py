"""Operations carried out on a draft: pure functions from one draft to the next.

Each module carries out the operations of one subject; `recut` makes sound, titles and overlays follow
when the picture changes its times.
"""

from collections.abc import Sequence

from mcp_nemo.engine.describing import describe
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import cuts, levels, looks, music, order, overlays, picture, titles
from mcp_nemo.engine.edits.beats import with_tempo
from mcp_nemo.engine.edits.limits import Impossible, Media
from mcp_nemo.engine.edits.picture import canvas_for
from mcp_nemo.engine.edits.uploads import place_uploads
from mcp_nemo.engine.operations import (
    CutOperation,
    LevelOperation,
    LookOperation,
    MusicOperation,
    Operation,
    OrderOperation,
    OverlayOperation,
    PictureOperation,
    TitleOperation,
)

__all__ = ["Impossible", "apply", "canvas_for", "describe", "place_uploads", "with_tempo"]


def apply(draft: Draft, operations: Sequence[Operation], media: Media, *, seed: int) -> Draft:
    """All of the operations or, with `Impossible`, none; `seed` decides which music is composed."""
    for operation in operations:
        draft = _apply_one(draft, operation, media, seed)
    return draft


def _apply_one(draft: Draft, operation: Operation, media: Media, seed: int) -> Draft:
    if isinstance(operation, MusicOperation):
        return music.apply(draft, operation, media, seed)
    if isinstance(operation, LevelOperation):
        return levels.apply(draft, operation, media)
    if isinstance(operation, TitleOperation):
        return titles.apply(draft, operation)
    if isinstance(operation, CutOperation):
        return cuts.apply(draft, operation, media)
    if isinstance(operation, OrderOperation):
        return order.apply(draft, operation, media)
    if isinstance(operation, PictureOperation):
        return picture.apply(draft, operation, media)
    if isinstance(operation, LookOperation):
        return looks.apply(draft, operation, media)
    if isinstance(operation, OverlayOperation):
        return overlays.apply(draft, operation, media)
    raise Impossible("Going to another version cannot be joined with other edits.", "Say it by itself.")
