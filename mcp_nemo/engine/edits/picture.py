"""How the whole picture goes by: its speed, blends, fades and canvas, and what is seen with sound alone."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import Backdrop, Draft, VideoClip
from mcp_nemo.engine.edits.limits import (
    Impossible,
    Media,
    find_file,
    leading,
    pictures,
    places_of,
)
from mcp_nemo.engine.edits.pieces import Piece
from mcp_nemo.engine.edits.recut import recut
from mcp_nemo.engine.edits.spans import cut_free
from mcp_nemo.engine.edits.tracks import with_picture_fades
from mcp_nemo.engine.edits.uploads import STILLS_CANVAS

_SLOWEST, _FASTEST = 0.1, 10.0
_SHORTEST_CLIP_MS: Final = 40
_NARROWEST, _WIDEST = 64, 7680


def apply(draft: Draft, operation: ops.PictureOperation, media: Media) -> Draft:
    match operation:
        case ops.SetSpeed():
            return _set_speed(draft, operation, media)
        case ops.Crossfade():
            return _crossfade(draft, operation, media)
        case ops.FadePicture():
            return _fade(draft, operation)
        case ops.SetCanvas():
            return _set_canvas(draft, operation)
        case ops.SetBackdrop():
            return _set_backdrop(draft, operation, media)


def _set_speed(draft: Draft, operation: ops.SetSpeed, media: Media) -> Draft:
    if not _SLOWEST <= operation.factor <= _FASTEST:
        raise Impossible(
            f"A clip cannot play at {operation.factor:g} times its speed.",
            f"Choose a speed from {_SLOWEST:g} to {_FASTEST:g}.",
        )
    parted, chosen = cut_free(draft, operation, media)
    pieces = [
        Piece(_at_speed(clip, operation.factor) if index in chosen else clip, clip)
        for index, clip in enumerate(parted.video.clips)
    ]
    return recut(parted, pieces, media)


def _at_speed(clip: VideoClip, factor: float) -> VideoClip:
    faster = clip.model_copy(update={"speed": round(factor, 4)})
    duration = faster.clip_ms(clip.source_ms(clip.duration_ms))
    if duration < min(_SHORTEST_CLIP_MS, clip.duration_ms):
        raise Impossible(f"{clip.name} is too short to play that fast.", "Choose a lower speed.")
    return faster.model_copy(update={"duration_ms": duration})


def _crossfade(draft: Draft, operation: ops.Crossfade, media: Media) -> Draft:
    clips = pictures(draft)
    chosen = [index for index in places_of(draft, operation.clip) if index > 0]
    if not chosen:
        only = len(clips) == 1
        raise Impossible(
            "There is only one clip." if only else "There is nothing before the first clip.",
            "Upload another clip first." if only else "Name the clip to blend into, from the second on.",
        )
    rooms = {index: min(clips[index - 1].duration_ms, clips[index].duration_ms) // 2 for index in chosen}
    if operation.duration_ms > max(rooms.values()):
        raise Impossible(
            "The clips are too short for that.",
            f"Choose a crossfade of {seconds(max(rooms.values()))} at most.",
        )
    return recut(draft, _blended(clips, rooms, operation.duration_ms), media)


def _blended(clips: Sequence[VideoClip], rooms: dict[int, int], wanted_ms: int) -> list[Piece]:
    return [
        Piece(
            clip.model_copy(
                update={"crossfade_ms": min(wanted_ms, rooms[index]) if index in rooms else clip.crossfade_ms}
            ),
            clip,
        )
        for index, clip in enumerate(clips)
    ]


def _fade(draft: Draft, operation: ops.FadePicture) -> Draft:
    leading(draft)
    faded = with_picture_fades(
        draft,
        draft.picture_fade_in_ms if operation.in_ms is None else operation.in_ms,
        draft.picture_fade_out_ms if operation.out_ms is None else operation.out_ms,
    )
    return faded.model_copy(update=_fade_colors(draft, operation))


def _fade_colors(draft: Draft, operation: ops.FadePicture) -> dict[str, object]:
    """A side that is not spoken of keeps its colour."""
    is_of_both = operation.in_ms is None and operation.out_ms is None
    into = operation.color if is_of_both or operation.in_ms is not None else draft.picture_fade_color
    out = operation.out_color or operation.color
    if not is_of_both and operation.out_ms is None:
        out = draft.picture_fade_out_color or draft.picture_fade_color
    return {"picture_fade_color": into, "picture_fade_out_color": None if out == into else out}


def _set_canvas(draft: Draft, operation: ops.SetCanvas) -> Draft:
    leading(draft)
    if not all(_NARROWEST <= side <= _WIDEST for side in (operation.width, operation.height)):
        raise Impossible(
            f"A canvas of {operation.width}x{operation.height} is out of reach.",
            f"Choose sides from {_NARROWEST} to {_WIDEST} pixels.",
        )
    return draft.model_copy(update=operation.model_dump(include={"width", "height", "fit"}))


def canvas_for(aspect: str, draft: Draft) -> tuple[int, int]:
    """Width and height for an aspect such as "9:16", the shorter side as it is now.

    ValueError when it is no two numbers, ZeroDivisionError when one of them is nothing.
    """
    across, down = map(float, aspect.split(":"))
    shorter = min(draft.width, draft.height) or int(STILLS_CANVAS["height"])
    longer = round(shorter * max(across / down, down / across) / 2) * 2
    return (longer, shorter) if across > down else (shorter, longer)


def _set_backdrop(draft: Draft, operation: ops.SetBackdrop, media: Media) -> Draft:
    leading(draft)
    if draft.video.clips:
        raise Impossible("The video has a picture already.", "Choose a canvas, or lay a picture over it.")
    source = find_file(media, operation.media_id, "image").id if operation.kind == "media" else ""
    backdrop = Backdrop(kind=operation.kind, color=operation.color, source=source)
    canvas = {} if draft.width else STILLS_CANVAS
    return draft.model_copy(update={**canvas, "backdrop": backdrop})
