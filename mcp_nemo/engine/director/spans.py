"""The parts of the video that a look, a speed, a zoom or a level is meant for."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.director.clips import each, names_every_clip, take_clips
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.cuts import in_clip, within
from mcp_nemo.engine.director.pieces import From, Portion, Stretch, Until
from mcp_nemo.engine.director.wishes import Wish


@dataclass(frozen=True, slots=True)
class Span:
    """As in the operations: a clip, or times of the video, or all of it."""

    clip: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None


def take_spans(wish: Wish, context: Context) -> Sequence[Span]:
    """The last one first, as what is done to one may move those behind it."""
    every = names_every_clip(wish)
    clips = take_clips(wish, context)
    part = _take_part(wish)
    if part is None:
        return [Span(clip) for clip in each(clips)]
    if every:
        clips = list(range(1, len(context.lineup) + 1))
    if clips is None and isinstance(part, Stretch):
        return [Span(None, part.start_ms, part.end_ms)]
    return [_in_clip(part, clip, context) for clip in sorted(clips or [], reverse=True)]


def _take_part(wish: Wish) -> Stretch | Portion | None:
    part = wish.take(Stretch) or wish.take(Portion)
    if part:
        return part
    onward, until = wish.take_if(From, lambda moment: not moment.just_there), wish.take(Until)
    if onward or until:
        return Stretch(onward.ms if onward else 0, until.ms if until else None)
    return None


def _in_clip(part: Stretch | Portion, clip: int, context: Context) -> Span:
    """ "The first 3 seconds" of a clip count in it; from one second to another they may not."""
    stretch = in_clip(part, clip, context) if isinstance(part, Portion) else part
    begins, length = context.lineup.extent(clip)
    if part is stretch and begins and stretch.start_ms > 0:
        raise Unclear("whether the time counts in the clip or in the video")
    start, end = within(stretch, length)
    return Span(None, begins + start, begins + end)
