"""A timeline in a line, and in a list."""

from collections.abc import Iterable

from mcp_nemo.timeline.labels import label, one_line, traits
from mcp_nemo.timeline.model import Segment, Timeline, Track
from mcp_nemo.timeline.spans import length, span

_SHOWN_IN_A_LINE = 5


def summarize(timeline: Timeline) -> str:
    """`Timeline (2 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%)`, on one line."""
    if timeline.is_empty:
        return "Timeline: empty"
    tracks = (f"{place}. {_track_in_a_line(track)}" for place, track in enumerate(timeline.tracks, 1))
    return f"Timeline ({_count(timeline.tracks, 'track')}): {' '.join(tracks)}"


def outline(timeline: Timeline, *, limit: int = 12) -> str:
    """The timeline as a markdown list: one item per track, at most `limit` segments under each."""
    if timeline.is_empty:
        return "The timeline is empty."
    return "\n".join(
        [_heading(timeline), "", *(line for t in timeline.tracks for line in _track_lines(t, limit))]
    )


def _track_in_a_line(track: Track) -> str:
    shown = [_segment_in_a_line(segment, track.kind) for segment in track.segments[:_SHOWN_IN_A_LINE]]
    hidden = len(track.segments) - len(shown)
    if hidden:
        shown.append(f"… {hidden} more")
    return f"{one_line(track.name)}: {', '.join(shown) or 'empty'}"


def _segment_in_a_line(segment: Segment, kind: str) -> str:
    facts = [span(segment.start_ms, segment.end_ms), *traits(segment)]
    return f"{label(segment, kind)} ({', '.join(facts)})"


def _heading(timeline: Timeline) -> str:
    facts = [length(timeline.duration_ms), _count(timeline.tracks, "track")]
    if timeline.width and timeline.height:
        facts.insert(1, f"{timeline.width}x{timeline.height}")
    title = one_line(timeline.title) or "Timeline"
    return f"{title}: {', '.join(facts)}"


def _track_lines(track: Track, limit: int) -> Iterable[str]:
    yield f"- {one_line(track.name)} ({_count(track.segments, 'segment')})"
    for segment in track.segments[:limit]:
        facts = ", ".join(_segment_facts(segment, track.kind))
        yield f"  - {span(segment.start_ms, segment.end_ms)}: {facts}"
    hidden = len(track.segments) - limit
    if hidden > 0:
        yield f"  - … {hidden} more segment{'s' if hidden > 1 else ''}"


def _segment_facts(segment: Segment, kind: str) -> Iterable[str]:
    yield label(segment, kind)
    yield from traits(segment)
    if segment.source_start_ms:
        yield f"from {length(segment.source_start_ms)} in its source"
    if segment.inferred:
        guesses = (field.removesuffix("_ms").replace("_", " ") for field in segment.inferred)
        yield f"guessed: {', '.join(guesses)}"


def _count(things: tuple[object, ...], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
