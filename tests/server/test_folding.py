"""No answer costs over 2,000 tokens, whatever it is about."""

import json
from collections.abc import Callable

import mcp_types as t
import pytest
from rs_bpe import openai

from mcp_nemo.errors import FileNotFound
from mcp_nemo.server import answers
from mcp_nemo.studio.reports import EditReport, Problem, TimelineReport, UploadedRow, UploadReport
from mcp_nemo.timeline import Segment, Timeline, Track

NAMES = [
    "Holiday in Lisbon, day {}, morning.mp4",
    "里斯本的日落与老城区的电车第{}集.mp4",
    "رحلة إلى البحر {}.mp4",
    "{}" + "x7Kq" * 60,
]
TOKENS = openai.o200k_base()


def _tokens(answer: t.CallToolResult) -> int:
    texts = [block.text for block in answer.content if isinstance(block, t.TextContent)]
    data = json.dumps(answer.structured_content, ensure_ascii=False, separators=(",", ":"))
    return sum(len(TOKENS.encode(text)) for text in [*texts, data])


def _segment(name: str, at: int) -> Segment:
    return Segment(
        name=name.format(at),
        text=name.format(at) * 3,
        start_ms=at * 2000,
        duration_ms=2000,
        volume=0.35,
        fade_in_ms=500,
        fade_out_ms=500,
        source_start_ms=12_345,
        inferred=("start_ms", "name"),
    )


def _timeline(name: str, count: int) -> Timeline:
    kinds = ("video", "audio", "text")
    tracks = [
        Track(kind=kind, name=name.format(kind), segments=tuple(_segment(name, at) for at in range(count)))
        for kind in kinds
    ]
    return Timeline(title=name * 5, duration_ms=count * 2000, width=1920, height=1080, tracks=tuple(tracks))


def _edit(name: str, count: int) -> EditReport:
    return EditReport(
        session_id="1" * 19,
        backend="cloud",
        status="applied",
        instruction=name * 40,
        reply=name * 200,
        changes=[f"Removed {name.format(at)}, which was 2 s long" for at in range(count)],
        timeline=_timeline(name, count),
        not_sent=name * 40,
    )


def _report(name: str, count: int) -> TimelineReport:
    timeline = _timeline(name, count)
    return TimelineReport(
        session_id="1" * 19, backend="cloud", finished_edit=_edit(name, count), **dict(timeline)
    )


def _upload(name: str, count: int) -> UploadReport:
    missing = Problem.of(FileNotFound(f"/home/ana/{name}" * 20))
    rows = [
        UploadedRow(
            source=f"/home/ana/{name.format(at)}",
            name=name.format(at),
            kind="video",
            duration_ms=2000,
            width=1920,
            height=1080,
            size_bytes=12_345_678,
            problem=missing if at == count - 1 else None,
        )
        for at in range(count)
    ]
    return UploadReport(session_id="1" * 19, backend="cloud", status="uploaded", files=rows)


BIG: list[Callable[[str], t.CallToolResult]] = [
    lambda name: answers.timeline(_report(name, 300)),
    lambda name: answers.timeline(_report(name, 300), page=7),
    lambda name: answers.edit(_edit(name, 300)),
    lambda name: answers.upload(_upload(name, 300)),
    lambda name: answers.problem(FileNotFound(name * 200)),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", BIG)
def test_the_biggest_answers_fit(answer: Callable[[str], t.CallToolResult], name: str) -> None:
    assert _tokens(answer(name)) < 2000


def test_the_pages_hold_every_segment_once() -> None:
    report = _report(NAMES[0], 20)
    seen = []
    page, pages = 0, 1
    while page < pages:
        page += 1
        facts = answers.timeline(report, page=page).structured_content
        assert facts
        assert facts["page"] == page
        pages = facts["pages"]
        seen += [(track["kind"], s["start_ms"]) for track in facts["tracks"] for s in track["segments"]]
    assert pages > 5
    assert seen == [(track.kind, s.start_ms) for track in report.tracks for s in track.segments]


def test_a_page_says_what_follows() -> None:
    first = answers.timeline(_report(NAMES[0], 50), page=1)
    assert "more segments: view='full', page=2." in _text(first)
    last = answers.timeline(_report(NAMES[0], 50), page=99)
    assert "more segments" not in _text(last)


def test_a_short_timeline_is_all_there() -> None:
    for page in (None, 1):
        facts = answers.timeline(_report(NAMES[0], 1), page=page).structured_content
        assert facts
        assert facts["more_segments"] == 0
        assert len(facts["tracks"]) == 3


def test_a_folded_upload_keeps_what_went_wrong() -> None:
    answer = answers.upload(_upload(NAMES[0], 300))
    assert "Uploaded 299 of 300" in _text(answer)
    assert answer.structured_content
    files = answer.structured_content["files"]
    assert files[-1]["problem"]["code"] == "file_not_found"
    assert f"… {300 - len(files)} more" in _text(answer)


def _text(answer: t.CallToolResult) -> str:
    [block] = [block for block in answer.content if isinstance(block, t.TextContent)]
    return block.text
