"""The row of clips as the speaker sees it, and as the wishes of a message leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.operations import (
    ChangeVolume,
    Cut,
    DuplicateClip,
    InsertMedia,
    Keep,
    Look,
    MoveClip,
    Operation,
    RemoveClip,
    ResetLook,
    ReverseOrder,
    SetLength,
    SetSpeed,
    SetVolume,
    Split,
    SwapClips,
    Zoom,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """`key` stays with a clip wherever it is moved."""

    key: int
    media_id: str
    duration_ms: int
    still: bool = False
    overlap_ms: int = 0
    """Shared with the clip before, in a crossfade."""
    speed: float = 1


class LineUp:
    """Positions are counted as in the operations: 1 is the first, -1 the last."""

    def __init__(self, scene: Scene) -> None:
        self._stills = {info.id for info in scene.media if info.kind == "image"}
        clips = scene.draft.video.clips
        self._seen = tuple(
            Shot(
                key, clip.source, clip.duration_ms, clip.source in self._stills, clip.crossfade_ms, clip.speed
            )
            for key, clip in enumerate(clips)
        )
        self.shots = list(self._seen)

    def __len__(self) -> int:
        return len(self.shots)

    def positions(self, shots: Sequence[Shot]) -> list[int]:
        keys = {shot.key for shot in shots}
        return [position for position, shot in enumerate(self.shots, 1) if shot.key in keys]

    def meant_by(self, number: int) -> int | None:
        """Where the clip called by that number now stands; None if it could be one of two.

        The number may count in the row the speaker sees, or in the row that earlier wishes made of it.
        """
        seen, now = _at(self._seen, number), _at(self.shots, number)
        still_there = self.positions([seen]) if seen else []
        if not still_there:
            return self.positions([now])[0] if now else number
        if now is None or (seen and now.key == seen.key):
            return still_there[0]
        return None

    def at(self, number: int) -> int:
        """A number that may count from the end, counted from the beginning."""
        return number if number > 0 else len(self) + 1 + number

    def extent(self, position: int) -> tuple[int, int]:
        """Where on the timeline a clip starts, and how long it is."""
        if not 1 <= position <= len(self.shots):
            return 0, 0
        return self._starts()[position - 1], self.shots[position - 1].duration_ms

    def follow(self, operations: Sequence[Operation]) -> None:
        for operation in operations:
            self._follow(operation)

    def _follow(self, operation: Operation) -> None:
        shots = self.shots
        match operation:
            case RemoveClip(clip=clip) if _at(shots, clip):
                del shots[_index(shots, clip)]
            case MoveClip(clip=clip, to=to) if _at(shots, clip):
                moved = shots.pop(_index(shots, clip))
                shots.insert(to - 1 if to > 0 else len(shots) + 1 + to, moved)
            case SwapClips(clip=clip, other=other) if _at(shots, clip) and _at(shots, other):
                here, there = _index(shots, clip), _index(shots, other)
                shots[here], shots[there] = shots[there], shots[here]
            case ReverseOrder():
                shots.reverse()
            case DuplicateClip(clip=clip, to=to) if _at(shots, clip):
                copy = replace(shots[_index(shots, clip)], key=self._new_key())
                shots.insert(_index(shots, clip) + 1 if to is None else _insertion(shots, to), copy)
            case InsertMedia(media_id=media_id, at=at, duration_ms=ms):
                new = Shot(self._new_key(), media_id, ms or 1, media_id in self._stills)
                shots.insert(len(shots) if at is None else _insertion(shots, at), new)
            case Split(at_ms=at_ms):
                self._split(at_ms)
            case Look() | ResetLook() | Zoom() | SetSpeed() | SetVolume() | ChangeVolume():
                for moment in (operation.start_ms, operation.end_ms):
                    self._split(moment or 0)
            case Cut(start_ms=start, end_ms=end):
                self._cut(start, end)
            case Keep(start_ms=start, end_ms=end):
                if end is not None:
                    self._cut(end, None)
                self._cut(0, start)
            case SetLength(duration_ms=length):
                self._cut(length, None)

    def _new_key(self) -> int:
        return max((shot.key for shot in (*self._seen, *self.shots)), default=0) + 1

    def _starts(self) -> list[int]:
        after = [shot.overlap_ms for shot in self.shots[1:]] + [0]
        lengths = [shot.duration_ms - over for shot, over in zip(self.shots, after, strict=False)]
        return list(accumulate(lengths, initial=0))

    def _split(self, at_ms: int) -> None:
        starts = self._starts()
        moment = at_ms if at_ms >= 0 else starts[-1] + at_ms
        for index, shot in enumerate(self.shots):
            head = moment - starts[index]
            if 0 < head < shot.duration_ms:
                tail = replace(shot, key=self._new_key(), duration_ms=shot.duration_ms - head, overlap_ms=0)
                self.shots[index : index + 1] = [replace(shot, duration_ms=head), tail]
                return

    def _cut(self, start: int, end: int | None) -> None:
        *starts, length = self._starts()
        first = start if start >= 0 else length + start
        last = length if end is None else end if end >= 0 else length + end
        left: list[Shot] = []
        for shot, at in zip(self.shots, starts, strict=True):
            before, behind = first - at, at + shot.duration_ms - last
            if before >= shot.duration_ms or behind >= shot.duration_ms:
                left.append(shot)
            elif before > 0 and behind > 0:
                tail = replace(shot, key=self._new_key(), duration_ms=behind, overlap_ms=0)
                left += [replace(shot, duration_ms=before), tail]
            elif before > 0 or behind > 0:
                left.append(replace(shot, duration_ms=max(before, behind)))
        self.shots[:] = left


def _at(shots: Sequence[Shot], number: int) -> Shot | None:
    return shots[_index(shots, number)] if 1 <= abs(number) <= len(shots) else None


def _index(shots: Sequence[Shot], number: int) -> int:
    return number - 1 if number > 0 else len(shots) + number


def _insertion(shots: Sequence[Shot], to: int) -> int:
    return to - 1 if to > 0 else len(shots) + 1 + to
