"""When something new begins and ends."""

from typing import Final

from mcp_nemo.engine.director.context import Unclear
from mcp_nemo.engine.director.pieces import Clock, Duration, Edge, From, Length, Stretch, Until, Whole
from mcp_nemo.engine.director.wishes import Wish

TIMES: Final = (Stretch, From, Until, Length, Duration, Edge, Whole, Clock)


def laid(wish: Wish) -> tuple[int, int | None]:
    """Where new sound lies: all along, unless a time is said."""
    if wish.take(Whole):
        return 0, None
    start, end = new_times(wish, needed=False)
    if end is None:
        wish.take_if(Edge, lambda edge: edge.side == "end")
    return start or 0, end


def new_times(wish: Wish, *, needed: bool = True) -> tuple[int | None, int | None]:
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    length = wish.take(Length) or wish.take(Duration)
    edge = wish.take_if(Edge, lambda edge: edge.side == "start") if not stretch else None
    start = stretch.start_ms if stretch else onward.ms if onward else 0 if edge else None
    end = stretch.end_ms if stretch else until.ms if until else None
    if length and end is None and not stretch:
        start = start or 0
        end = start + length.ms
    if needed and start is None and end is None:
        raise Unclear
    return start, end


def take_edge(wish: Wish) -> Edge | None:
    """ "At the end", or the bare word for it."""
    edge = wish.take(Edge)
    if edge:
        return edge
    side = wish.take_word("edge")
    return Edge("start") if side == "start" else Edge("end") if side == "end" else None
