"""What is shown of the clips: stretches taken out, clips split, trimmed and given a length."""

from collections.abc import Callable, Iterable, Sequence

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import Draft, VideoClip
from mcp_nemo.engine.edits.beats import cut_on_beats
from mcp_nemo.engine.edits.limits import (
    Impossible,
    Media,
    leading,
    length_hint,
    pictures,
    places_of,
    stretch,
)
from mcp_nemo.engine.edits.pieces import Piece, halves, longest_clip_ms, part, split_at
from mcp_nemo.engine.edits.recut import recut
from mcp_nemo.engine.edits.tracks import Clip


def apply(draft: Draft, operation: ops.CutOperation, media: Media) -> Draft:
    match operation:
        case ops.Cut():
            return _cut(draft, operation, media)
        case ops.Keep():
            return _keep(draft, operation, media)
        case ops.Split():
            return _split(draft, operation, media)
        case ops.TrimClip():
            return _trim(draft, operation, media)
        case ops.SetClipLength():
            return _set_clip_length(draft, operation, media)
        case ops.SetLength():
            return _set_length(draft, operation, media)
        case ops.CutOnBeats():
            return cut_on_beats(draft, media)


def _cut(draft: Draft, operation: ops.Cut, media: Media) -> Draft:
    leading(draft)
    start, end = stretch(draft, operation.start_ms, operation.end_ms, exact=True)
    return _without(draft, start, end, media)


def _keep(draft: Draft, operation: ops.Keep, media: Media) -> Draft:
    leading(draft)
    start, end = stretch(draft, operation.start_ms, operation.end_ms, exact=True)
    return _without(_without(draft, end, draft.duration_ms, media), 0, start, media)


def _set_length(draft: Draft, operation: ops.SetLength, media: Media) -> Draft:
    leading(draft)
    length = draft.duration_ms
    if operation.duration_ms > length:
        raise Impossible(
            f"The video is only {seconds(length)} long, and there is nothing to fill the rest with.",
            "Slow it down, or add a clip.",
        )
    return _without(draft, operation.duration_ms, length, media)


def _without(draft: Draft, start_ms: int, end_ms: int, media: Media) -> Draft:
    if start_ms == end_ms:
        return draft
    clips = leading(draft)
    pieces = [
        piece
        for clip, (first, last) in zip(clips, _windows(clips, start_ms, end_ms), strict=True)
        for piece in _outside(clip, [(first, min(last, start_ms)), (max(first, end_ms), last)], media)
    ]
    return recut(draft, pieces, media)


def _windows(clips: Sequence[Clip], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """From when to when each clip is looked at, a crossfade the cut touches being none any more."""
    windows = [(clip.start_ms, clip.end_ms) for clip in clips]
    for index in range(1, len(windows)):
        (first, before_ends), (begins, last) = windows[index - 1 : index + 1]
        if start_ms < before_ends and end_ms > begins and before_ends > begins:
            change = max(start_ms, begins)
            windows[index - 1 : index + 1] = [(first, change), (change, last)]
    return windows


def _outside(clip: Clip, stretches: Iterable[tuple[int, int]], media: Media) -> list[Piece]:
    pieces = [
        part(clip, start - clip.start_ms, end - clip.start_ms, media)
        for start, end in stretches
        if start < end
    ]
    if len(pieces) == 2:
        return halves(clip, *pieces)
    return [_without_crossfade(piece) if piece.offset_ms else piece for piece in pieces]


def _without_crossfade(piece: Piece) -> Piece:
    if not isinstance(piece.clip, VideoClip):
        return piece
    return Piece(piece.clip.model_copy(update={"crossfade_ms": 0}), piece.old, piece.offset_ms)


def _split(draft: Draft, operation: ops.Split, media: Media) -> Draft:
    clips = leading(draft)
    at, _ = stretch(draft, operation.at_ms, None, exact=True)
    inside = [index for index, clip in enumerate(clips) if clip.start_ms < at < clip.end_ms]
    if not inside:
        raise Impossible(f"There is a cut at {seconds(at)} already.", length_hint(draft))
    if len(inside) > 1:
        raise Impossible(f"One clip fades into another at {seconds(at)}.", "Split before or after that.")
    return recut(draft, split_at(clips, inside[0], at, media), media)


def _trim(draft: Draft, operation: ops.TrimClip, media: Media) -> Draft:
    taken = operation.start_ms + operation.end_ms
    if not taken:
        raise Impossible("Nothing was said to be taken off.", "Say how much, at the start or at the end.")

    def trimmed(clip: VideoClip) -> Piece:
        if taken >= clip.duration_ms:
            raise Impossible(
                f"{clip.name} is {seconds(clip.duration_ms)} long.", "Take off less, or remove it."
            )
        return part(clip, operation.start_ms, clip.duration_ms - operation.end_ms, media)

    return _each(draft, operation.clip, trimmed, media)


def _set_clip_length(draft: Draft, operation: ops.SetClipLength, media: Media) -> Draft:
    def lasting(clip: VideoClip) -> Piece:
        available = longest_clip_ms(clip, media)
        if available is not None and operation.duration_ms > available:
            raise Impossible(
                f"{clip.name} has only {seconds(available)} to show.",
                f"Choose at most {seconds(available)}, or slow it down.",
            )
        return part(clip, 0, operation.duration_ms, media)

    return _each(draft, operation.clip, lasting, media)


def _each(draft: Draft, clip: int | None, change: Callable[[VideoClip], Piece], media: Media) -> Draft:
    chosen = places_of(draft, clip)
    return recut(
        draft,
        [
            change(each) if index in chosen else Piece(each, each)
            for index, each in enumerate(pictures(draft))
        ],
        media,
    )
