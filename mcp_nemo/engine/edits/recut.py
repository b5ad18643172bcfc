"""A new cut of the clips, and all else following it.

What lies on the timeline keeps its picture: a title stays on what it was over, music that ended with
the video still does. A title keeps its reading time as far as the video has room for it; none is lost.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeVar

from mcp_nemo.engine.draft import AudioClip, Draft, Overlay, Title, VideoClip, Zooming
from mcp_nemo.engine.edits.limits import Impossible, Media, leading, length_hint
from mcp_nemo.engine.edits.tracks import (
    Clip,
    in_a_row,
    with_overlays,
    with_picture_fades,
    with_pictures,
    with_sound,
    with_titles,
)

LONGEST_MS: Final = 24 * 3_600_000

Moment = Callable[[int], int]
Still = TypeVar("Still", Title, Overlay)


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


def recut(draft: Draft, pieces: Sequence[Piece], media: Media) -> Draft:
    """The draft with these pieces in the place of its pictures, or of its content where it has none."""
    if not pieces:
        raise Impossible("That would leave nothing of the video.", length_hint(draft))
    clips = in_a_row([piece.clip for piece in pieces])
    if clips[-1].end_ms > LONGEST_MS:
        raise Impossible("That would make the video longer than a day.", "Make it shorter.")
    laid = [Piece(clip, piece.old, piece.offset_ms) for clip, piece in zip(clips, pieces, strict=True)]
    return _followed(draft, _with_leading(draft, clips), _Movement(leading(draft), laid), media)


def _with_leading(draft: Draft, clips: Sequence[Clip]) -> Draft:
    videos = [clip for clip in clips if isinstance(clip, VideoClip)]
    if videos:
        return with_pictures(draft, videos)
    return with_sound(draft, [*(clip for clip in clips if isinstance(clip, AudioClip)), *draft.music])


def _followed(before: Draft, after: Draft, moved: "_Movement", media: Media) -> Draft:
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
    return clip.model_copy(update={"start_ms": start, "duration_ms": length})


def longest_ms(clip: AudioClip, media: Media) -> int | None:
    """How long it could be; None without a limit."""
    if clip.loop or not clip.source:
        return None
    return (clip.source_end_ms or media[clip.source].duration_ms) - clip.source_start_ms


def _carried(segment: Still, moved: Moment, old_ms: int, new_ms: int) -> Still:
    """With its picture; what was over all of the video still is."""
    if segment.start_ms == 0 and segment.end_ms == old_ms:
        return segment.model_copy(update={"duration_ms": new_ms})
    length = min(segment.duration_ms, new_ms)
    start = min(moved(segment.start_ms), new_ms - length)
    return segment.model_copy(update={"start_ms": start, "duration_ms": length})


class _Movement:
    """Where each moment of the old timeline is on the new one."""

    def __init__(self, old: Sequence[Clip], pieces: Sequence[Piece]) -> None:
        """The clips of the pieces have their times already."""
        self._old = old
        self._starts = [clip.start_ms for clip in old]
        self._left: dict[int, list[_Shown]] = {}
        befores = []
        for piece, following in zip_longest(pieces, pieces[1:]):
            until = following.clip.start_ms if following else piece.clip.end_ms
            if piece.old is not None:
                self._left.setdefault(id(piece.old), []).append(_Shown(piece, until))
                befores.append(piece.old.start_ms + piece.offset_ms)
        self.in_order = befores == sorted(befores)

    def __call__(self, moment_ms: int) -> int:
        index = bisect_right(self._starts, moment_ms) - 1
        left = self._left.get(id(self._old[index]))
        if left is None:
            return self._nearby(index)
        offset = moment_ms - self._starts[index]
        return [left[0], *(shown for shown in left if shown.piece.offset_ms <= offset)][-1].at(offset)

    def _nearby(self, index: int) -> int:
        """Where the next picture that is left begins, or else the last one before it ends."""
        for clip in self._old[index + 1 :]:
            if left := self._left.get(id(clip)):
                return left[0].piece.clip.start_ms
        for clip in reversed(self._old[:index]):
            if left := self._left.get(id(clip)):
                return left[-1].until_ms
        return 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece, and when the next one begins."""

    piece: Piece
    until_ms: int

    def at(self, offset_ms: int) -> int:
        """The moment that was `offset_ms` after the start of the old clip."""
        clip, old = self.piece.clip, self.piece.old
        passed = max(0, offset_ms - self.piece.offset_ms)
        if isinstance(clip, VideoClip) and isinstance(old, VideoClip):
            passed = round(passed * old.speed / clip.speed)
        return min(clip.start_ms + passed, self.until_ms)
