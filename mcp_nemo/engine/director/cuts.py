"""Wishes about the length of the video."""

from collections.abc import Sequence

from mcp_nemo.engine.director.clips import each, take_clips
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import (
    Duration,
    Ends,
    Factor,
    From,
    Length,
    Number,
    OnBeats,
    Onto,
    Portion,
    Stretch,
    Until,
)
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    Cut,
    CutOnBeats,
    Keep,
    Operation,
    SetClipLength,
    SetLength,
    Split,
    TrimClip,
)


def cut(wish: Wish, context: Context) -> Sequence[Operation]:
    ends = wish.take(Ends)
    if ends:
        if _may_be_of_a_clip(wish, context):
            raise Unclear("part of the clip, or of the video")
        return [Cut(start_ms=-ends.ms), Cut(end_ms=ends.ms)]
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if stretch:
        if stretch.start_ms <= 0 and _may_be_of_a_clip(wish, context):
            raise Unclear("part of the clip, or of the video")
        return [Cut(start_ms=stretch.start_ms, end_ms=stretch.end_ms)]
    if until:
        return [SetLength(duration_ms=until.ms) if until.open_ended else Cut(end_ms=until.ms)]
    if onward and not onward.just_there:
        return [Cut(start_ms=onward.ms)]
    raise Unclear


def _may_be_of_a_clip(wish: Wish, context: Context) -> bool:
    """ "Rotate clip 2 and cut the first 3 seconds"."""
    return context.target == "clip" and bool(context.clips) and not (wish.target or wish.holds(Onto))


def trim(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Trim from 5 to 15" may keep that or lose it: it is not guessed."""
    if wish.take_if(Stretch, lambda s: s.start_ms != 0 and s.end_ms is not None):
        raise Unclear
    return cut(wish, context)


def keep(wish: Wish, context: Context) -> Sequence[Operation]:
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if stretch:
        if _may_be_of_a_clip(wish, context):
            raise Unclear("part of the clip, or of the video")
        return [Keep(start_ms=stretch.start_ms, end_ms=stretch.end_ms)]
    if until:
        return [Keep(end_ms=until.ms)]
    if onward and not onward.just_there:
        return [Keep(start_ms=onward.ms)]
    raise Unclear


def make_length(wish: Wish, context: Context) -> Sequence[Operation]:
    until = wish.take_if(Until, lambda until: until.open_ended)
    length = until or wish.take(Length) or wish.take(Duration)
    wish.take_words("long", "target.video", "pronoun")
    if length is None:
        raise Unclear
    return [SetLength(duration_ms=length.ms)]


def cap(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Cap it at 20 seconds" names a length, though it sounds like a moment."""
    length = wish.take_if(From, lambda moment: moment.just_there)
    return [SetLength(duration_ms=length.ms)] if length else make_length(wish, context)


def shorten(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Shorten 5 seconds" does not say whether by or to."""
    if wish.holds(Duration):
        raise Unclear
    return make_length(wish, context)


def start_video(wish: Wish, context: Context) -> Sequence[Operation]:
    moment = wish.take(From)
    if moment is None:
        raise Unclear
    return [Keep(start_ms=moment.ms)]


def end_video(wish: Wish, context: Context) -> Sequence[Operation]:
    moment = wish.take(From) or wish.take(Until)
    if moment is None:
        raise Unclear
    return [Keep(end_ms=moment.ms)]


def split(wish: Wish, context: Context) -> Sequence[Operation]:
    """At a moment, or into parts of one length."""
    in_two = wish.take_verb("bisect")
    wish.take_verb("split", "cut", "change", "add", "halve")
    moment = wish.take(From) or wish.take(Until)
    if moment:
        wish.take_words("target.video", "pronoun", "clip", "half", "clips", "rotate.right")
        wish.take_if(Number, lambda number: number.value == 2)
        clips = take_clips(wish, context) or []
        return [Split(at_ms=_in_which(clips, moment.ms, context))]
    clips = take_clips(wish, context) or []
    if len(clips) > 1 and len(context.lineup) > 1:
        raise Unclear("at which second to split")
    start, length = context.lineup.extent(clips[0]) if clips else (0, context.length_ms)
    parts = wish.take(Number) or wish.take(Factor)
    halves = in_two or wish.take_words("half", "place.middle")
    wish.take_words("target.video", "pronoun", "clip", "clips", "equal", "time.to")
    count = int(parts.value) if parts else 2 if halves else 0
    if not 2 <= count <= 20:
        raise Unclear("at which second to split")
    return [Split(at_ms=start + round(length * part / count)) for part in range(1, count)]


def _in_which(clips: list[int], ms: int, context: Context) -> int:
    """A moment counts in the video, or in the one clip that is named."""
    if not clips or len(context.lineup) < 2:
        return ms
    start, length = context.lineup.extent(clips[0])
    in_clip, in_video = 0 < ms < length, start < ms < start + length
    if len(clips) > 1 or (in_clip == in_video and start):
        raise Unclear("whether the time counts in the clip or in the video")
    return start + ms if in_clip else ms


def trim_clips(wish: Wish, context: Context) -> Sequence[Operation]:
    """Time taken off the ends of clips, not of the video."""
    wish.take_verb("cut", "trim", "remove", "shorten", "use", "crop")
    clips = take_clips(wish, context)
    portion, stretch, ends = wish.take(Portion), wish.take(Stretch), wish.take(Ends)
    length = wish.take(Length) or wish.take_if(Until, lambda until: until.open_ended)
    wish.take_words("pronoun", "target.video", "clip", "each", "time.taken", "share.by")
    if length:
        return [SetClipLength(clip=clip, duration_ms=length.ms) for clip in each(clips)]
    if ends:
        return [TrimClip(clip=clip, start_ms=ends.ms, end_ms=ends.ms) for clip in each(clips)]
    if portion:
        return [_trim(clip, in_clip(portion, clip, context)) for clip in _numbered(clips, context)]
    if stretch is None:
        raise Unclear("how much to take off, and at which end")
    return [_trim(clip, stretch) for clip in each(clips)]


def take_off_clips(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Cut 2 seconds off every clip" is said of its end; "cut every clip 2 seconds" may be a length."""
    removed = wish.has("verb.remove", "taken_off", "time.taken", "time.from", "share.by")
    wish.take_verb("cut", "trim", "remove", "shorten", "use")
    clips = take_clips(wish, context)
    length = wish.take(Duration)
    wish.take_words("pronoun", "clip", "each", "time.taken", "time.from", "share.by")
    if length is None or not removed:
        raise Unclear("whether to take off that much, or to leave it")
    return [TrimClip(clip=clip, end_ms=length.ms) for clip in each(clips)]


def keep_of_clips(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("keep", "use", "show", "cut", "trim", "shorten", "shorten_to")
    clips = take_clips(wish, context)
    portion, stretch = wish.take(Portion), wish.take(Stretch)
    wish.take_words("pronoun", "target.video", "clip", "each", "only")
    operations: list[Operation] = []
    for clip in _numbered(clips, context):
        kept = in_clip(portion, clip, context) if portion else stretch
        if kept is None:
            raise Unclear("how much of the clip to keep")
        length = context.lineup.shots[clip - 1].duration_ms
        start, end = within(kept, length)
        operations.append(TrimClip(clip=clip, start_ms=start, end_ms=length - end))
    return operations


def set_clip_length(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Each clip 3 seconds"."""
    wish.take_verb(
        "change", "shorten_to", "shorten", "length", "show", "add", "should", "cut", "trim", "keep"
    )
    clips = take_clips(wish, context)
    length = wish.take(Length) or wish.take(Duration) or wish.take_if(Until, lambda until: until.open_ended)
    wish.take_words("long", "target.video", "pronoun", "each", "clip", "time.lasting", "time.last")
    if length is None:
        raise Unclear("how long the clip should be")
    if wish.take_words("at_most"):
        clips = _longer_than(length.ms, clips, context)
    return [SetClipLength(clip=clip, duration_ms=length.ms) for clip in each(clips)]


def _longer_than(ms: int, clips: list[int] | None, context: Context) -> list[int]:
    longer = [at for at in _numbered(clips, context) if context.lineup.extent(at)[1] > ms]
    if not longer:
        raise Unclear("no clip is longer than that")
    return longer


def cut_on_beats(wish: Wish, context: Context) -> Sequence[Operation]:
    if len(context.lineup) < 2:
        raise Unclear("there is one clip, and so no cut to move")
    while wish.take(OnBeats):
        pass
    wish.take_verb("cut", "split", "change", "move", "use", "sync", "show", "add", "should")
    wish.take_words("match", "beat", "crossfade", "target.music", "target.video", "pronoun")
    take_clips(wish, context)
    wish.take_words("clip", "clips", "between", "every", "each", "with")
    return [CutOnBeats()]


def _numbered(clips: list[int] | None, context: Context) -> list[int]:
    return clips or list(range(1, len(context.lineup) + 1))


def in_clip(portion: Portion, clip: int, context: Context) -> Stretch:
    if clip > len(context.lineup):
        raise Unclear(f"there is no clip {clip}")
    length = context.lineup.shots[clip - 1].duration_ms
    return Stretch(round(portion.start * length), None if portion.end == 1 else round(portion.end * length))


def _trim(clip: int | None, stretch: Stretch) -> TrimClip:
    if stretch.start_ms == 0 and stretch.end_ms is not None and stretch.end_ms > 0:
        return TrimClip(clip=clip, start_ms=stretch.end_ms)
    if stretch.end_ms is None and stretch.start_ms < 0:
        return TrimClip(clip=clip, end_ms=-stretch.start_ms)
    raise Unclear("a clip is trimmed at its ends")


def within(stretch: Stretch, length: int) -> tuple[int, int]:
    start = stretch.start_ms if stretch.start_ms >= 0 else length + stretch.start_ms
    end = length if stretch.end_ms is None else min(stretch.end_ms, length)
    if not 0 <= start < end:
        raise Unclear("the clip is not that long")
    return start, end
