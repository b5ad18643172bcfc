"""A new cut of the clips, and all else following it.

What lies on the timeline keeps its picture: a title stays on what it was over, music that ended with
the video still does. A title keeps its reading time as far as the video has room for it; none is lost.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from mcp_nemo.engine.draft import AudioClip, Draft, Overlay, Title, VideoClip
from mcp_nemo.engine.edits.limits import Impossible, Media, leading, length_hint
from mcp_nemo.engine.edits.movement import Movement
from mcp_nemo.engine.edits.pieces import Piece
from mcp_nemo.engine.edits.tracks import (
    Clip,
    in_a_row,
    with_overlays,
    with_picture_fades,
    with_pictures,
    with_sound,
    with_titles,
)

_LONGEST_MS: Final = 24 * 3_600_000

Moment = Callable[[int], int]
Carried = TypeVar("Carried", Title, Overlay)


def recut(draft: Draft, pieces: Sequence[Piece], media: Media) -> Draft:
    """The draft with these pieces in the place of its pictures, or of its content where it has none."""
    if not pieces:
        raise Impossible("That would leave nothing of the video.", length_hint(draft))
    clips = in_a_row(_with_outer_fades(leading(draft), pieces))
    if clips[-1].end_ms > _LONGEST_MS:
        raise Impossible("That would make the video longer than a day.", "Make it shorter.")
    laid = [Piece(clip, piece.old, piece.offset_ms) for clip, piece in zip(clips, pieces, strict=True)]
    return _followed(draft, _with_leading(draft, clips), Movement(leading(draft), laid), media)


def _with_outer_fades(old: Sequence[Clip], pieces: Sequence[Piece]) -> list[Clip]:
    """The sound fades at the ends of the video also when the clips that stood there are gone."""
    clips = [piece.clip for piece in pieces]
    left = {id(piece.old) for piece in pieces}
    if id(old[0]) not in left:
        clips[0] = clips[0].model_copy(update={"fade_in_ms": old[0].fade_in_ms})
    if id(old[-1]) not in left:
        clips[-1] = clips[-1].model_copy(update={"fade_out_ms": old[-1].fade_out_ms})
    return clips


def _with_leading(draft: Draft, clips: Sequence[Clip]) -> Draft:
    videos = [clip for clip in clips if isinstance(clip, VideoClip)]
    if videos:
        return with_pictures(draft, videos)
    return with_sound(draft, [*(clip for clip in clips if isinstance(clip, AudioClip)), *draft.music])


def _followed(before: Draft, after: Draft, moved: Movement, media: Media) -> Draft:
    old, new = before.duration_ms, after.duration_ms
    music_moved: Moment = moved if moved.in_order else lambda moment: min(moment, new)
    music = [_drawn(clip, music_moved, old, new, media) for clip in before.music]
    after = with_sound(after, [*after.content, *(clip for clip in music if clip.duration_ms > 0)])
    after = with_titles(after, [_carried(title, moved, old, new) for title in before.text.titles])
    after = with_overlays(after, [_carried(each, moved, old, new) for each in before.overlay.overlays])
    return with_picture_fades(after, before.picture_fade_in_ms, before.picture_fade_out_ms)


def _drawn(clip: AudioClip, moved: Moment, old_ms: int, new_ms: int, media: Media) -> AudioClip:
    whole = clip.start_ms == 0 and clip.end_ms == old_ms
    start = 0 if whole else moved(clip.start_ms)
    end = new_ms if clip.end_ms == old_ms else moved(clip.end_ms)
    longest = longest_ms(clip, media)
    length = end - start if longest is None else min(end - start, longest)
    passages = tuple(
        passage.model_copy(update={"start_ms": moved(passage.start_ms), "end_ms": moved(passage.end_ms)})
        for passage in clip.passages
    )
    return clip.model_copy(update={"start_ms": start, "duration_ms": length, "passages": passages})


def longest_ms(clip: AudioClip, media: Media) -> int | None:
    """How long it could be; None without a limit."""
    if clip.loop or not clip.source:
        return None
    return (clip.source_end_ms or media[clip.source].duration_ms) - clip.source_start_ms


def _carried(segment: Carried, moved: Moment, old_ms: int, new_ms: int) -> Carried:
    """With its picture; what was over all of the video still is."""
    if segment.start_ms == 0 and segment.end_ms == old_ms:
        return segment.model_copy(update={"duration_ms": new_ms})
    length = min(segment.duration_ms, new_ms)
    start = min(moved(segment.start_ms), new_ms - length)
    return segment.model_copy(update={"start_ms": start, "duration_ms": length})
