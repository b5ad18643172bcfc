"""Where moments of the timeline go when its clips are cut anew."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from mcp_nemo.engine.draft import VideoClip
from mcp_nemo.engine.edits.pieces import Piece
from mcp_nemo.engine.edits.tracks import Clip


class Movement:
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
