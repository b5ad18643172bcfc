"""Wishes about which clip stands where."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.clips import take_clips, take_one
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import Clips, Duration, Edge, Factor, File, Length, Number
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    Crop,
    DuplicateClip,
    Flip,
    InsertMedia,
    Look,
    MoveClip,
    Operation,
    RemoveClip,
    ResetLook,
    ReverseOrder,
    Rotate,
    SetClipLength,
    SetSpeed,
    SwapClips,
    TrimClip,
    Zoom,
)


def swap(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("swap", "replace", "change", "move", "show")
    clips = take_clips(wish, context) or []
    wish.take_words("with", "sequence", "position", "clip", "every")
    if not clips:
        clips = [context.lineup.at(int(number)) for number in wish.take_words("order")]
    if not clips and len(context.lineup) == 2:
        clips = [1, 2]
    if len(clips) != 2:
        raise Unclear("which two clips to swap")
    return [SwapClips(clip=clips[0], other=clips[1])]


def reverse(wish: Wish, context: Context) -> Sequence[Operation]:
    """The order of the clips; playing one backwards is another thing."""
    wish.take_verb("reverse", "change", "show", "swap", "move")
    all_clips = wish.take_if(Clips, lambda clips: clips.every)
    arranged = wish.take_verb("arrange")
    if not (all_clips or arranged) and not wish.take_words("sequence", "clips"):
        raise Unclear("clips cannot be played backwards; their order can be reversed")
    wish.take_words("clip", "clips", "target.video", "pronoun", "sequence")
    return [ReverseOrder()]


def duplicate(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("duplicate", "add", "show", "change", "move")
    if any(isinstance(operation, DuplicateClip) for operation in context.done) and wish.names_nothing():
        raise Unclear("which clip to copy")  # "Put the copy at the end" speaks of a copy there is.
    to = _destination(wish, context)
    clips = take_clips(wish, context) or ([1] if len(context.lineup) == 1 else [])
    beside = wish.take_word("beside")
    if not clips or len(clips) > (2 if beside else 1):
        raise Unclear("which clip to copy")
    clip, neighbour = clips[0], clips[-1]
    if beside and (neighbour != clip or beside == "before"):
        to = neighbour + (beside == "after")
    wish.take_words("target.video", "clip", "pronoun", "again")
    wish.take_if(Factor, lambda times: times.value == 2)
    return [DuplicateClip(clip=clip, to=to)]


def move(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("move", "show", "change", "start", "end", "add", "should", "replace", "arrange", "drop")
    row = context.lineup
    beside = wish.has("beside") and sum(isinstance(value, Clips | File) for value in wish.values) == 2
    to = None if beside else _destination(wish, context)
    clips = take_clips(wish, context) or []
    wish.take_words("target.video", "sequence", "position")
    if to is None and len(clips) == 3 and wish.take_words("between"):
        clip, *others = clips
        gap = _gap(others)
        return [MoveClip(clip=clip, to=gap - 1 if clip < gap else gap)]
    if to is None and len(clips) == 2 and (word := wish.take_word("beside")):
        clip, other = clips
        gap = other if word == "before" else other + 1
        return [MoveClip(clip=clip, to=gap - 1 if clip < gap else gap)]
    if to is None and len(clips) == 2:
        clips, to = clips[:1], clips[1]
    if to is None or not clips:
        raise Unclear("which clip goes where")
    if len(clips) == 1:
        return [MoveClip(clip=clips[0], to=to if to > 0 else len(row) + 1 + to)]
    raise Unclear("one clip at a time")


def _gap(neighbours: Sequence[int]) -> int:
    """The position between two clips that are neighbours, as they stand."""
    ordered = sorted(neighbours)
    if len(ordered) != 2 or ordered[1] != ordered[0] + 1:
        raise Unclear("between which two neighbouring clips")
    return ordered[1]


def _destination(wish: Wish, context: Context) -> int | None:
    """ "First", "to the end", "to position 2", "second"."""
    edge = wish.take(Edge)
    if edge:
        return 1 if edge.side == "start" else -1
    if wish.take_words("position"):
        number = wish.take(Number)
        if number and number.value.is_integer():
            return int(number.value)
    order = wish.take_word("order")
    if order:
        wish.take_words("position")
        return int(order) or None
    word = wish.take_word("time.first", "time.last", "edge")
    return None if word is None else 1 if word in ("first", "start") else -1


def arrange(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Order: c, a, b": each in turn to its place."""
    wish.take_verb("arrange", "change", "show", "move")
    wanted = take_clips(wish, context) or []
    wish.take_words("sequence", "target.video", "clip", "order.1", "time.first")
    if sorted(wanted) != list(range(1, len(context.lineup) + 1)):
        raise Unclear("the new order; name every clip once")
    row = list(range(1, len(wanted) + 1))
    moves: list[Operation] = []
    for place, clip in enumerate(wanted, 1):
        now = row.index(clip) + 1
        if now != place:
            moves.append(MoveClip(clip=now, to=place))
            row.insert(place - 1, row.pop(now - 1))
    return moves


def remove(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Keep everything except clip 2" removes that one."""
    wish.take_verb("remove", "cut", "trim", "keep")
    wish.take_words("except")
    clips = take_clips(wish, context)
    if clips is None:
        raise Unclear("which clip to remove")
    wish.take_words("target.video", "pronoun", "clip")
    return [RemoveClip(clip=clip) for clip in sorted(clips, reverse=True)]


def keep(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Keep only the second clip" removes the others."""
    wish.take_verb("keep", "use", "remove", "cut")
    wish.take_words("except")
    kept = take_clips(wish, context) or []
    wish.take_words("target.video", "pronoun", "clip")
    if not kept:
        raise Unclear("which clips to keep")
    others = [position for position in range(len(context.lineup), 0, -1) if position not in kept]
    return [RemoveClip(clip=position) for position in others]


def repeat(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "The same for clip 3": what was just done to another."""
    wish.take_verb("repeat", "add", "change")
    done = [operation for operation in context.done if isinstance(operation, _REPEATED)]
    clips = take_clips(wish, context)
    if not clips or len(done) != len(context.done) or any(_is_of_a_part(operation) for operation in done):
        raise Unclear("what to do again")
    return [operation.model_copy(update={"clip": clip}) for clip in clips for operation in done]


_REPEATED: Final = (Look, ResetLook, Zoom, Rotate, Flip, Crop, SetSpeed, TrimClip, SetClipLength)


def _is_of_a_part(operation: Operation) -> bool:
    return isinstance(operation, Look | ResetLook | Zoom | SetSpeed) and operation.start_ms is not None


def insert(wish: Wish, context: Context) -> Sequence[Operation]:
    """A video or picture that waits."""
    wish.take_verb("add", "show", "use", "move", "start", "end", "drop")
    media_id = take_waiting(wish, context)
    length = wish.take(Length) or wish.take(Duration)
    at = _newcomers_place(wish, context)
    wish.take_words("target.image", "target.video", "uploaded", "sequence", "pronoun", "clip")
    last = at in (None, -1) or (at is not None and at > len(context.lineup))
    return [
        InsertMedia(media_id=media_id, at=None if last else at, duration_ms=length.ms if length else None)
    ]


def _newcomers_place(wish: Wish, context: Context) -> int | None:
    beside = wish.take_word("beside")
    if beside:
        return take_one(wish, context) + (beside == "after")
    if wish.take_words("between"):
        return _gap(take_clips(wish, context) or [])
    return _destination(wish, context)


def take_waiting(wish: Wish, context: Context) -> str:
    """The waiting picture that is named, or the only one."""
    waiting = [info.id for info in context.scene.waiting_pictures]
    file = wish.take_if(File, lambda file: file.media_id in waiting)
    if file:
        return file.media_id
    if len(waiting) != 1:
        raise Unclear("which uploaded file is meant")
    return waiting[0]
