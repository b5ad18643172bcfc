"""Titles as SubRip subtitles."""

from collections.abc import Iterator

from mcp_nemo.timeline.labels import one_line
from mcp_nemo.timeline.model import Segment, Timeline

# No player shows a longer line, and no person reads one.
_LONGEST_LINE = 1000


def to_srt(timeline: Timeline) -> str:
    """The text of an .srt file, empty where no title is shown."""
    titles = sorted(_titles(timeline), key=lambda title: (title.start_ms, title.end_ms))
    cues = [(title, words) for title in titles if (words := _words(title))]
    return "".join(
        f"{number}\n{_clock(title.start_ms)} --> {_clock(title.end_ms)}\n{words}\n\n"
        for number, (title, words) in enumerate(cues, 1)
    )


def _titles(timeline: Timeline) -> Iterator[Segment]:
    for track in timeline.tracks:
        if track.kind not in ("video", "audio"):
            yield from (segment for segment in track.segments if segment.text and segment.duration_ms)


def _words(title: Segment) -> str:
    """Without empty lines and arrows: the first would end the cue, the second begin another."""
    lines = (one_line(line, _LONGEST_LINE) for line in (title.text or "").splitlines())
    return "\n".join(filter(None, lines)).replace("-->", "→")


def _clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{ms:03d}"
