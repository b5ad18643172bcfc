"""Answers that stay short whatever they are about: long lists are shown in part, long texts cut.

An assistant pays for every word of an answer, in the text and again in the data. Sizes are in tokens, as
`weigh` estimates them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from mcp_nemo.studio.reports import EditReport, Problem, UploadedRow, UploadReport
from mcp_nemo.timeline import Segment, Timeline
from mcp_nemo.timeline.labels import one_line

LINE: Final = 60
SUMMARY: Final = 150
_TEXT: Final = 220
_PAGE: Final = 850
_BEGINNING: Final = 1000
_BESIDE_AN_EDIT: Final = 400
_CHANGES: Final = 180
_NAME: Final = 40
_ROW: Final = 20

_PIECE: Final = re.compile(
    r"(?P<latin> ?[a-z]+| ?[A-Z]+)|(?P<short> ?[0-9]{1,3}|[!-/:-@\[-`{-~]{1,2}|\s+|[\u0080-\u2e7f]{1,2})|."
)

AnyTimeline = TypeVar("AnyTimeline", bound=Timeline)


def weigh(text: str) -> int:
    """About how many tokens a text is; rather too many than too few."""
    return sum(weight for _, weight in _pieces(text))


def clip(text: str, size: int) -> str:
    """As much of a text as fits."""
    room = size
    for end, weight in _pieces(text):
        room -= weight
        if room < 0:
            return text[: max(end - 1, 1)].rstrip() + "…"
    return text


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where each piece of a text ends, and its weight."""
    for found in _PIECE.finditer(text):
        match found.lastgroup:
            case "latin":
                weight = -(-len(found[0]) // 4)
            case "short":
                weight = 1
            case _:  # A sign of Chinese or Japanese, or an emoji.
                weight = 2
        yield found.end(), weight


def pages(timeline: Timeline) -> list[range]:
    """The segments of each page, counted through all tracks from 0; a timeline has at least one page."""
    segments = [segment for track in timeline.tracks for segment in track.segments]
    found = [_fitting(segments, 0, _PAGE, listed=True)]
    while found[-1].stop < len(segments):
        found.append(_fitting(segments, found[-1].stop, _PAGE, listed=True))
    return found


def beginning(timeline: Timeline, size: int = _BEGINNING) -> range:
    """As many segments as fit where none is listed in the text."""
    return _fitting([segment for track in timeline.tracks for segment in track.segments], 0, size)


def _fitting(segments: Sequence[Segment], first: int, size: int, *, listed: bool = False) -> range:
    """At least one, if there is one."""
    for at in range(first, len(segments)):
        size -= weigh(_short(segments[at]).model_dump_json(exclude_none=True))
        if listed:
            size -= weigh(one_line(segments[at].text or segments[at].name)) + _ROW
        if size < 0 and at > first:
            return range(first, at)
    return range(first, len(segments))


def only(timeline: AnyTimeline, shown: range) -> AnyTimeline:
    """A timeline with the segments of a page alone; tracks that have none on it are left out."""
    tracks = []
    first = 0
    for track in timeline.tracks:
        chosen = tuple(_short(s) for at, s in enumerate(track.segments, first) if at in shown)
        if chosen:
            tracks.append(track.model_copy(update={"name": clip(track.name, _NAME), "segments": chosen}))
        first += len(track.segments)
    return timeline.model_copy(update={"tracks": tuple(tracks), "title": clip(timeline.title, _NAME)})


def folded_edit(report: EditReport, changes: int = _CHANGES) -> EditReport:
    """`changes` is the room for what changed."""
    # While it is running, an edit is found again by its words.
    instruction = report.instruction if report.status == "working" else clip(report.instruction, LINE)
    return report.model_copy(
        update={
            "instruction": instruction,
            "not_sent": report.not_sent and clip(report.not_sent, LINE),
            "reply": clip(report.reply, _TEXT),
            "changes": _first(report.changes, changes),
            "timeline": report.timeline
            and only(report.timeline, beginning(report.timeline, _BESIDE_AN_EDIT)),
        }
    )


def _first(changes: Sequence[str], room: int) -> list[str]:
    shown: list[str] = []
    for change in (clip(change, LINE) for change in changes):
        room -= weigh(change)
        if room < 0 and shown:
            return [*shown, f"… {len(changes) - len(shown)} more changes"]
        shown.append(change)
    return shown


def folded_upload(report: UploadReport) -> UploadReport:
    """The rows that fit, in their order; what went wrong is told before what went well."""
    rows = [_short_row(row) for row in report.files]
    shown: list[int] = []
    room = _PAGE
    for at in sorted(range(len(rows)), key=lambda at: rows[at].problem is None):
        room -= weigh(rows[at].model_dump_json(exclude_none=True)) + weigh(rows[at].name) + _ROW
        if room < 0:
            break
        shown.append(at)
    return report.model_copy(update={"files": [rows[at] for at in sorted(shown)]})


def folded_problem(problem: Problem) -> Problem:
    return problem.model_copy(
        update={"message": clip(problem.message, _TEXT), "hint": clip(problem.hint, _TEXT)}
    )


def _short(segment: Segment) -> Segment:
    texts = {"name": segment.name, "text": segment.text, "place": segment.place}
    return segment.model_copy(update={name: text and clip(text, _NAME) for name, text in texts.items()})


def _short_row(row: UploadedRow) -> UploadedRow:
    return row.model_copy(
        update={
            "source": clip(row.source, LINE),
            "name": clip(row.name, _NAME),
            "problem": row.problem and folded_problem(row.problem),
        }
    )
