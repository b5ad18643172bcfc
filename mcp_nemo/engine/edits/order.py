"""Which clips there are, and in what order.

A crossfade belongs to its place between two clips: it stays there whichever clips come to stand beside it.
"""

from collections.abc import Sequence

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import Draft, VideoClip
from mcp_nemo.engine.edits import cuts
from mcp_nemo.engine.edits.limits import Impossible, Media, find_file, leading, pictures, place_of
from mcp_nemo.engine.edits.pieces import Piece
from mcp_nemo.engine.edits.recut import recut
from mcp_nemo.engine.edits.tracks import with_pictures, with_sound
from mcp_nemo.engine.edits.uploads import IMAGE_MS, canvas_of
from mcp_nemo.engine.media import MediaInfo


def apply(draft: Draft, operation: ops.OrderOperation, media: Media) -> Draft:
    match operation:
        case ops.MoveClip():
            return _move(draft, operation, media)
        case ops.SwapClips():
            return _swap(draft, operation, media)
        case ops.ReverseOrder():
            return _reordered(draft, _several(draft)[::-1], media)
        case ops.DuplicateClip():
            return _duplicate(draft, operation, media)
        case ops.RemoveClip():
            return _remove(draft, operation, media)
        case ops.InsertMedia():
            return _insert(draft, operation, media)


def _move(draft: Draft, operation: ops.MoveClip, media: Media) -> Draft:
    order = list(_several(draft))
    clip = order.pop(place_of(draft, operation.clip))
    order.insert(place_of(draft, operation.to), clip)
    return _reordered(draft, order, media)


def _swap(draft: Draft, operation: ops.SwapClips, media: Media) -> Draft:
    order = list(_several(draft))
    one, other = place_of(draft, operation.clip), place_of(draft, operation.other)
    order[one], order[other] = order[other], order[one]
    return _reordered(draft, order, media)


def _several(draft: Draft) -> Sequence[VideoClip]:
    clips = pictures(draft)
    if len(clips) == 1:
        raise Impossible("There is only one clip.", "Split it, or upload another one first.")
    return clips


def _reordered(draft: Draft, order: Sequence[VideoClip], media: Media) -> Draft:
    crossfades = [clip.crossfade_ms for clip in draft.video.clips]
    return _recut(draft, [Piece(clip, clip) for clip in order], crossfades, media)


def _recut(draft: Draft, pieces: Sequence[Piece], crossfades: Sequence[int], media: Media) -> Draft:
    blended = [
        Piece(piece.clip.model_copy(update={"crossfade_ms": crossfade}), piece.old, piece.offset_ms)
        for piece, crossfade in zip(pieces, crossfades, strict=True)
    ]
    return recut(draft, blended, media)


def _remove(draft: Draft, operation: ops.RemoveClip, media: Media) -> Draft:
    index = place_of(draft, operation.clip)
    if len(draft.video.clips) == 1:
        raise Impossible("That is the only clip.", "Upload another one and put it in first.")
    return recut(
        draft, [Piece(clip, clip) for at, clip in enumerate(draft.video.clips) if at != index], media
    )


def _duplicate(draft: Draft, operation: ops.DuplicateClip, media: Media) -> Draft:
    index = place_of(draft, operation.clip)
    copy = draft.video.clips[index].model_copy()
    at = index + 1 if operation.to is None else _new_place(draft, operation.to)
    return _with_newcomer(draft, copy, at, media)


def _insert(draft: Draft, operation: ops.InsertMedia, media: Media) -> Draft:
    file = find_file(media, operation.media_id, "video", "image")
    leading(draft)
    clip = _clip_of(file, operation.duration_ms)
    if not draft.video.clips:
        unbounded = file.kind == "image" and operation.duration_ms is None
        return _with_first_picture(draft, clip, draft.duration_ms if unbounded else clip.duration_ms, media)
    at = _new_place(draft, -1 if operation.at is None else operation.at)
    return _with_newcomer(draft, clip, at, media)


def _new_place(draft: Draft, position: int) -> int:
    """The index of a newcomer that is to stand at a position."""
    places = len(draft.video.clips) + 1
    if not -places <= position <= places or position == 0:
        raise Impossible(f"There is no place {position}.", f"Choose one from 1 to {places}.")
    return position - 1 if position > 0 else places + position


def _with_first_picture(draft: Draft, clip: VideoClip, length_ms: int, media: Media) -> Draft:
    """What was sound alone comes to lie under the picture, as music does."""
    fitting = cuts.apply(draft, ops.SetLength(duration_ms=min(length_ms, draft.duration_ms)), media)
    sound = [each.model_copy(update={"role": "music"}) for each in fitting.audio.clips]
    shown = with_pictures(fitting, [clip.model_copy(update={"duration_ms": length_ms})])
    canvas = {} if draft.width else canvas_of([media[clip.source]])
    return with_sound(shown.model_copy(update={**canvas, "backdrop": None}), sound)


def _clip_of(file: MediaInfo, duration_ms: int | None) -> VideoClip:
    longest = file.duration_ms
    if duration_ms and file.kind == "video" and duration_ms > longest:
        raise Impossible(f"{file.name} is {seconds(longest)} long.", "Choose a shorter time.")
    return VideoClip(
        name=file.name, source=file.id, start_ms=0, duration_ms=duration_ms or longest or IMAGE_MS
    )


def _with_newcomer(draft: Draft, clip: VideoClip, at: int, media: Media) -> Draft:
    """Blended in like the others, where all of them are alike."""
    pieces = [Piece(each, each) for each in draft.video.clips]
    between = {each.crossfade_ms for each in draft.video.clips[1:]}
    crossfades = [each.crossfade_ms for each in draft.video.clips]
    crossfades.insert(max(at, 1), between.pop() if len(between) == 1 else 0)
    return _recut(draft, [*pieces[:at], Piece(clip), *pieces[at:]], crossfades, media)
