"""A part of the clips, cut free so that something can be done to it alone."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits.limits import Impossible, Media, leading, length_hint, pictures, place_of, stretch
from mcp_nemo.engine.edits.pieces import split_at
from mcp_nemo.engine.edits.recut import recut
from mcp_nemo.engine.edits.tracks import Clip

# A time said this near to a cut means the cut.
_NEAR_MS: Final = 50


def cut_free(draft: Draft, operation: ops.PartialOperation, media: Media) -> tuple[Draft, range]:
    """The draft with its clips split where the operation's span begins and ends, and the places within it.

    Where the span meets a cut, or the crossfade there, nothing is split.
    """
    if not isinstance(operation, ops.SetVolume | ops.ChangeVolume):
        pictures(draft)
    if operation.start_ms is None and operation.end_ms is None:
        return draft, _places(draft, operation.clip)
    start, end = _span(draft, operation)
    draft, first = _split(draft, start, media)
    draft, last = _split(draft, end, media)
    if first == last:
        raise Impossible(
            f"From {seconds(start)} to {seconds(end)} is too short to be changed by itself.",
            length_hint(draft),
        )
    return draft, range(first, last)


def _places(draft: Draft, clip: int | None) -> range:
    if clip is None:
        return range(len(leading(draft)))
    index = place_of(draft, clip)
    return range(index, index + 1)


def _span(draft: Draft, operation: ops.PartialOperation) -> tuple[int, int]:
    start, end = stretch(draft, operation.start_ms or 0, operation.end_ms)
    if operation.clip is None:
        return start, end
    clip = draft.video.clips[place_of(draft, operation.clip)]
    if start >= clip.end_ms or end <= clip.start_ms:
        raise Impossible(
            f"{clip.name} lies from {seconds(clip.start_ms)} to {seconds(clip.end_ms)}.",
            "Choose times within it, or leave the clip out.",
        )
    return max(start, clip.start_ms), min(end, clip.end_ms)


def _split(draft: Draft, at_ms: int, media: Media) -> tuple[Draft, int]:
    """The draft with a cut at this time, and the place of the clip that begins there."""
    clips = leading(draft)
    near_ms = max(_NEAR_MS, round(1000 / draft.frame_rate) if draft.frame_rate else 0)
    away_ms, place = min((_away_ms(clips, place, at_ms), place) for place in range(len(clips) + 1))
    if away_ms <= near_ms:
        return draft, place
    inside = next(index for index, clip in enumerate(clips) if clip.start_ms < at_ms < clip.end_ms)
    return recut(draft, split_at(clips, inside, at_ms, media), media), inside + 1


def _away_ms(clips: Sequence[Clip], place: int, at_ms: int) -> int:
    """How far a time is from the cut before the clip at a place; a crossfade is all of it the cut."""
    begins = clips[place].start_ms if place < len(clips) else clips[-1].end_ms
    ends = clips[place - 1].end_ms if place else 0
    return max(begins - at_ms, at_ms - ends, 0)
