"""Clips cut to pieces, each knowing the clip it came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.draft import AudioClip, VideoClip, Zooming
from mcp_nemo.engine.edits.limits import Media
from mcp_nemo.engine.edits.tracks import Clip


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip of the new cut: what is left of `old` from `offset_ms` after its start, or a newcomer."""

    clip: Clip
    old: Clip | None = None
    offset_ms: int = 0


def part(clip: Clip, start_ms: int, end_ms: int, media: Media) -> Piece:
    """From one moment of a clip, counted from its start, up to another."""
    skipped = 0 if is_still(clip, media) else _source_ms(clip, start_ms)
    update = {"source_start_ms": clip.source_start_ms + skipped, "duration_ms": end_ms - start_ms}
    return Piece(clip.model_copy(update=update), clip, start_ms)


def split_at(clips: Sequence[Clip], index: int, at_ms: int, media: Media) -> list[Piece]:
    """All the clips, the one at the index split at a time of the timeline within it."""
    clip = clips[index]
    offset = at_ms - clip.start_ms
    both = halves(clip, part(clip, 0, offset, media), part(clip, offset, clip.duration_ms, media))
    whole = [Piece(each, each) for each in clips]
    return [*whole[:index], *both, *whole[index + 1 :]]


def halves(clip: Clip, first: Piece, second: Piece) -> list[Piece]:
    """Two parts of one clip: it begins and ends as before, and zooms on from part to part."""
    ends: dict[str, object] = {"fade_out_ms": 0}
    begins: dict[str, object] = {"fade_in_ms": 0}
    if isinstance(clip, VideoClip):
        begins["crossfade_ms"] = 0
        if clip.zoom:
            ends["zoom"] = _zoom_between(clip, clip.zoom, 0, first.clip.duration_ms)
            begins["zoom"] = _zoom_between(clip, clip.zoom, second.offset_ms, clip.duration_ms)
    return [
        Piece(first.clip.model_copy(update=ends), clip, first.offset_ms),
        Piece(second.clip.model_copy(update=begins), clip, second.offset_ms),
    ]


def is_still(clip: VideoClip | AudioClip, media: Media) -> bool:
    return clip.source in media and media[clip.source].kind == "image"


def longest_clip_ms(clip: VideoClip, media: Media) -> int | None:
    """How long it can be from where it starts in its media; None for a still."""
    if is_still(clip, media):
        return None
    return clip.clip_ms(media[clip.source].duration_ms - clip.source_start_ms)


def _source_ms(clip: VideoClip | AudioClip, clip_ms: int) -> int:
    return clip.source_ms(clip_ms) if isinstance(clip, VideoClip) else clip_ms


def _zoom_between(clip: VideoClip, zoom: Zooming, start_ms: int, end_ms: int) -> Zooming:
    def at(ms: int) -> float:
        return round(zoom.start + (zoom.end - zoom.start) * ms / clip.duration_ms, 4)

    return Zooming(start=at(start_ms), end=at(end_ms))
