"""A timeline in a line, and in a list."""

from collections.abc import Iterable

from mcp_nemo.timeline.labels import label, one_line, traits
from mcp_nemo.timeline.model import Segment, Timeline, Track
from mcp_nemo.timeline.phrases import picture
from mcp_nemo.timeline.spans import length, span

_SHOWN_IN_A_LINE = 5


def summarize(timeline: Timeline) -> str:
    """`Timeline (2 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%)`, on one line."""
    if timeline.is_empty:
        return "Timeline: empty"
    tracks = (f"{place}. {_track_in_a_line(track)}" for place, track in enumerate(timeline.tracks, 1))
    said = [f"Timeline ({_count(timeline.tracks, 'track')}): {' '.join(tracks)}"]
    if shown := picture(timeline.details).values():
        said.append(f"The picture {', '.join(shown)}.")
    return " ".join(said)


def outline(timeline: Timeline, shown: range | None = None) -> str:
    """The timeline as a markdown list: one item per track, its segments under it.

    `shown` leaves out all others; segments are counted from 0 through all tracks. A track of which none is
    shown is left out.
    """
    if timeline.is_empty:
        return "The timeline is empty."
    lines = [_heading(timeline), ""]
    first = 0
    for track in timeline.tracks:
        chosen = [s for at, s in enumerate(track.segments, first) if shown is None or at in shown]
        if chosen or shown is None:
            lines.extend(_track_lines(track, chosen))
        first += len(track.segments)
    return "\n".join(lines)


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


def _track_lines(track: Track, shown: Iterable[Segment]) -> Iterable[str]:
    yield f"- {one_line(track.name)} ({_count(track.segments, 'segment')})"
    for segment in shown:
        facts = ", ".join(_segment_facts(segment, track.kind))
        yield f"  - {span(segment.start_ms, segment.end_ms)}: {facts}"


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
