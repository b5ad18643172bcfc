"""Cuts that fall on the beats of the music.

The composer bends its tempo to meet the cuts as far as music may; here the cuts that it misses come to
meet the music. Each move makes other music, so cuts are moved one at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import AudioClip, Draft, VideoClip
from mcp_nemo.engine.edits.limits import Impossible, Media, pictures
from mcp_nemo.engine.edits.music import require_music
from mcp_nemo.engine.edits.pieces import Piece, is_still, longest_clip_ms, part
from mcp_nemo.engine.edits.recut import recut
from mcp_nemo.engine.music.composer import grid_of
from mcp_nemo.engine.music.form import NEAR_MS

# Of a cut in one move, and of a side of a clip in all.
_STEP_MS: Final = 500
_FARTHEST_MS: Final = 1500
_SHORTEST_CLIP_MS: Final = 200
_MOVES_A_CUT: Final = 4


@dataclass(frozen=True, slots=True)
class _Miss:
    """A cut into the clip at `index`, and how much later the nearest beat comes, and those around it."""

    index: int
    late_ms: tuple[int, ...]


def with_tempo(operation: ops.Operation, before: Draft, after: Draft) -> ops.Operation:
    """As it is told of when it was done: with the tempo found for the music, where none was asked for."""
    if not isinstance(operation, ops.AddMusic | ops.ReplaceMusic) or operation.tempo_bpm:
        return operation
    new = next((clip for clip in after.music if clip not in before.music), None)
    if new is None or new.music is None:
        return operation
    grid = grid_of(new.music, new.duration_ms, tuple(_cuts_during(new, after)))
    return operation.model_copy(update={"tempo_bpm": round(grid.tempo)})


def cut_on_beats(draft: Draft, media: Media) -> Draft:
    require_music(draft)
    pictures(draft)
    if not draft.cuts:
        raise Impossible("The picture runs through without a cut.", "Upload another clip first.")
    met = _all_met(draft, media)
    if met is None or _farthest_ms(draft, met) > _FARTHEST_MS:
        raise Impossible("The cuts cannot all be brought onto beats.", "Leave some of the clips out.")
    return met


def _all_met(draft: Draft, media: Media) -> Draft | None:
    for _ in range(_MOVES_A_CUT * len(draft.cuts)):
        miss = next(_misses(draft), None)
        if miss is None:
            return draft
        draft = _met(draft, miss, media)
    return None


def _farthest_ms(draft: Draft, met: Draft) -> int:
    """How far the head or the tail of a clip was moved, in the clip's time."""
    return max(
        abs(clip.clip_ms(moved_ms))
        for old, clip in zip(draft.video.clips, met.video.clips, strict=True)
        for moved_ms in (
            clip.source_start_ms - old.source_start_ms,
            _source_end_ms(clip) - _source_end_ms(old),
        )
    )


def _source_end_ms(clip: VideoClip) -> int:
    return clip.source_start_ms + clip.source_ms(clip.duration_ms)


def _misses(draft: Draft) -> Iterator[_Miss]:
    for music in draft.music:
        yield from _missed_by(music, draft)


def _missed_by(clip: AudioClip, draft: Draft) -> Iterator[_Miss]:
    if clip.music is None:
        raise Impossible(f"The beats of {clip.name} are not known.", "Ask for composed music instead.")
    cuts = _cuts_during(clip, draft)
    grid = grid_of(clip.music, clip.duration_ms, tuple(cuts))
    beat = round(60_000 / grid.tempo)
    for landing in map(grid.landing, sorted(cuts)):
        if abs(landing.error_ms) > NEAR_MS:
            late = (landing.error_ms, landing.error_ms - beat, landing.error_ms + beat)
            yield _Miss(cuts[landing.cut_ms], tuple(sorted(late, key=abs)))


def _cuts_during(clip: AudioClip, draft: Draft) -> dict[int, int]:
    """By when they come, counted from the start of the music: the indices of the clips cut to."""
    return {
        cut - clip.start_ms: index for index, cut in draft.cuts.items() if clip.start_ms < cut < clip.end_ms
    }


def _met(draft: Draft, miss: _Miss, media: Media) -> Draft:
    before, clip = draft.video.clips[miss.index - 1 : miss.index + 1]
    for late_ms in miss.late_ms:
        if before.duration_ms + late_ms < _SHORTEST_CLIP_MS:
            continue
        moved = _rolled(before, clip, late_ms, media) or _pulled(before, clip, late_ms, media)
        if moved:
            others = [Piece(other, other) for other in draft.video.clips]
            return recut(draft, [*others[: miss.index - 1], *moved, *others[miss.index + 1 :]], media)
    raise Impossible(
        f"The cut at {seconds(draft.cuts[miss.index])} has no beat near enough.",
        "Trim the clip before it.",
    )


def _rolled(before: VideoClip, clip: VideoClip, late_ms: int, media: Media) -> list[Piece] | None:
    """One shows more and the other less, where there is more of it; the length stays."""
    longest = longest_clip_ms(before, media)
    possible = (
        abs(late_ms) <= _STEP_MS,
        longest is None or longest >= before.duration_ms + late_ms,
        is_still(clip, media) or clip.source_start_ms + clip.source_ms(late_ms) >= 0,
        clip.duration_ms - late_ms >= _SHORTEST_CLIP_MS,
    )
    if not all(possible):
        return None
    return [
        part(before, 0, before.duration_ms + late_ms, media),
        part(clip, late_ms, clip.duration_ms, media),
    ]


def _pulled(before: VideoClip, clip: VideoClip, late_ms: int, media: Media) -> list[Piece] | None:
    """The clip before is trimmed, on both sides if need be, and all that follows comes earlier."""
    if not -2 * _STEP_MS <= late_ms <= 0:
        return None
    at_end = min(-late_ms, _STEP_MS)
    return [part(before, -late_ms - at_end, before.duration_ms - at_end, media), Piece(clip, clip)]
