"""Wishes about the length of the video."""

from collections.abc import Sequence

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import Duration, From, Length, Stretch, Until
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import Cut, Keep, Operation


def cut(wish: Wish, context: Context) -> Sequence[Operation]:
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if stretch:
        return [Cut(start_ms=stretch.start_ms, end_ms=stretch.end_ms)]
    if until:
        return [Keep(end_ms=until.ms) if until.open_ended else Cut(end_ms=until.ms)]
    if onward and not onward.just_there:
        return [Cut(start_ms=onward.ms)]
    raise Unclear


def trim(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Trim from 5 to 15" may keep that or lose it: it is not guessed."""
    if wish.take_if(Stretch, lambda s: s.start_ms != 0 and s.end_ms is not None):
        raise Unclear
    return cut(wish, context)


def keep(wish: Wish, context: Context) -> Sequence[Operation]:
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if stretch:
        return [Keep(start_ms=stretch.start_ms, end_ms=stretch.end_ms)]
    if until:
        return [Keep(end_ms=until.ms)]
    if onward and not onward.just_there:
        return [Keep(start_ms=onward.ms)]
    raise Unclear


def make_length(wish: Wish, context: Context) -> Sequence[Operation]:
    until = wish.take_if(Until, lambda until: until.open_ended)
    length = until or wish.take(Length) or wish.take(Duration)
    wish.take_words("long")
    if length is None:
        raise Unclear
    return [Keep(end_ms=length.ms)]


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
