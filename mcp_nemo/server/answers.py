"""What the assistant reads: markdown that stands alone, and the same facts as data.

Some clients show the model only the structured part, so `summary` and `next` are inside it too.
"""

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import mcp_types as t
from pydantic import BaseModel

from mcp_nemo.errors import NemoError
from mcp_nemo.server.folding import (
    LINE,
    SUMMARY,
    beginning,
    clip,
    folded_edit,
    folded_problem,
    folded_upload,
    only,
    pages,
)
from mcp_nemo.studio.looking import Picture
from mcp_nemo.studio.pace import in_words
from mcp_nemo.studio.reports import (
    CreditsReport,
    EditReport,
    ExportReport,
    Problem,
    SessionReport,
    TimelineReport,
    UploadedRow,
    UploadReport,
)
from mcp_nemo.timeline import outline, summarize
from mcp_nemo.timeline.labels import one_line

EXAMPLE = "Add background music that matches the mood and fade it out at the end"
# In megabytes that would be next to nothing.
_FEW_BYTES = 100_000


class _Worded(BaseModel):
    summary: str
    next: str


class SessionAnswer(SessionReport, _Worded):
    """A new editing session."""


class UploadAnswer(UploadReport, _Worded):
    """What became of each source."""


class EditAnswer(EditReport, _Worded):
    """What came of an edit, or how far it is."""


class TimelineAnswer(TimelineReport, _Worded):
    """The timeline as it is now; of a long one, the segments of one page."""

    more_segments: int = 0
    page: int | None = None
    pages: int | None = None


class CreditsAnswer(CreditsReport, _Worded):
    """Credits of the backend in use."""


class ExportAnswer(ExportReport, _Worded):
    """The exported file, or how far the render is."""


Worded = TypeVar("Worded", bound=_Worded)


def problem(error: NemoError) -> t.CallToolResult:
    """A failure the assistant can act on."""
    return _failed(Problem.of(error))


def session(report: SessionReport) -> t.CallToolResult:
    summary = f"Session {report.session_id} ({report.title}) is open {_where(report.backend)}."
    if report.backend == "cloud" and report.credits_available is not None:
        summary += f" {report.credits_available:g} credits are available."
    language = ""
    if report.backend == "local":
        language = "send_edit takes plain words; the sentences in nemo://language are understood for certain."
    following = "upload_media with the absolute paths of your files."
    return _answer(SessionAnswer, report, summary, following, language)


def upload(report: UploadReport) -> t.CallToolResult:
    if report.status == "working":
        sent, total = report.sent_bytes or 0, report.total_bytes or 0
        summary = f"Uploading: {_size(sent)} of {_size(total)} after {report.running_seconds:.0f} s."
        return _answer(
            UploadAnswer, report, summary, "upload_media with the same sources, to see how far it is."
        )
    taken = sum(row.problem is None for row in report.files)
    count = len(report.files)
    report = folded_upload(report)
    rows = "\n".join(f"- {_row(row)}" for row in report.files)
    if hidden := count - len(report.files):
        rows += f"\n- … {hidden} more"
    following = (
        f"send_edit, for example with {EXAMPLE!r}." if taken else "upload_media again, with the mended paths."
    )
    summary = f"Uploaded {taken} of {count} into session {report.session_id}."
    return _answer(UploadAnswer, report, summary, following, rows, is_error=not taken)


def edit(report: EditReport) -> t.CallToolResult:
    timeline = report.timeline
    told = report.problem.message if report.problem else ""
    has_more_to_tell = report.reply not in ("", told) and report.status != "working"
    report = folded_edit(report)
    summary = _edit_summary(report)
    details = []
    if has_more_to_tell:
        details.append(f"The editor says: {report.reply}")
    if timeline:
        details.append(clip(summarize(timeline), SUMMARY))
    if report.credits_spent:
        details.append(f"Credits spent: {report.credits_spent:g}.")
    if report.not_sent:
        details.append(f"Not sent, because one edit runs at a time: {report.not_sent!r}.")
    following = report.problem.hint if report.problem else _AFTER_EDIT[report.status]
    if report.meant_for:
        following = f"{report.meant_for}, which does that."
    return _answer(
        EditAnswer, report, summary, following, "\n\n".join(details), is_error=report.problem is not None
    )


_AFTER_EDIT = {
    "applied": "send_edit for the next change, or export_video when it is right.",
    "no_change": "say it differently with send_edit, or look with get_timeline.",
    "working": "send_edit without an instruction in about 30 s, to follow it. Do not send the edit again.",
    "needs_reply": "answer the question with send_edit.",
    "not_understood": "send_edit in one of the forms shown.",
    "failed": "get_timeline, to see what there is.",
}


def _edit_summary(report: EditReport) -> str:
    if report.status == "working":
        heard = f" So far: {report.reply}" if report.reply else ""
        return f"The edit is still running after {report.running_seconds:.0f} s.{heard}"
    if report.problem:
        return f"{report.problem.message} ({report.problem.code})"
    return {
        "applied": "Done. " + " ".join(_sentence(change) for change in report.changes),
        "no_change": "That is no edit: nothing was sent."
        if report.meant_for
        else "Nothing changed on the timeline.",
        "needs_reply": "The editor asks something before it goes on.",
        "not_understood": "That was not understood; nothing was changed.",
        "failed": "The edit failed.",
    }[report.status]


def timeline(
    report: TimelineReport, *, page: int | None = None, picture: Picture | None = None
) -> t.CallToolResult:
    """The whole in a line, or with a `page`, counted from 1, its segments too."""
    following = "send_edit to change it, or export_video for the file."
    if report.is_empty:
        following = "upload_media, to put something on it."
    parts = []
    if running := report.running_edit:
        instruction = clip(running.instruction, LINE)
        running = running.model_copy(update={"instruction": instruction})
        parts.append(f"An edit is running for {running.running_seconds:.0f} s: {instruction!r}.")
        following = "get_timeline again in about 30 s."
    if finished := report.finished_edit and folded_edit(report.finished_edit, changes=LINE):
        parts.append(f"The edit {finished.instruction!r}: {_edit_summary(finished)}")
        finished = finished.model_copy(update={"timeline": None, "reply": clip(finished.reply, LINE)})
    parts.append(f"Session {report.session_id}, {_where(report.backend)}.")
    all_pages = pages(report)
    page = page and min(page, len(all_pages))
    shown = all_pages[page - 1] if page else beginning(report)
    if page and not report.is_empty:
        parts.append(outline(report, shown))
    if hidden := all_pages[-1].stop - shown.stop:
        parts.append(f"… {hidden} more segments: view='full', page={(page or 0) + 1}.")
    told = only(report, shown).model_copy(update={"running_edit": running, "finished_edit": finished})
    return _answer(
        TimelineAnswer,
        told,
        clip(summarize(report), SUMMARY),
        following,
        "\n\n".join(parts),
        [_image(picture)] if picture else [],
        shown={"more_segments": hidden} | ({"page": page, "pages": len(all_pages)} if page else {}),
    )


def _image(picture: Picture) -> t.ImageContent:
    data = base64.b64encode(picture.data).decode()
    return t.ImageContent(type="image", data=data, mime_type=picture.mime_type)


def credits(report: CreditsReport) -> t.CallToolResult:
    if report.backend == "local":
        summary = "Editing on this machine is free: nothing is counted, and nothing leaves it."
        return _answer(CreditsAnswer, report, summary, "send_edit, as often as you like.")
    summary = f"{report.available:g} credits are available; {report.frozen:g} are held for running work."
    if report.total is not None:
        summary += f" In all: {report.total:g}."
    return _answer(
        CreditsAnswer, report, summary, "send_edit; for more credits register on the NemoVideo website."
    )


def export(report: ExportReport) -> t.CallToolResult:
    if report.status == "rendering":
        left = f", {in_words(report.seconds_left)}" if report.seconds_left else ""
        summary = f"Rendering: {report.progress:.0f}% after {report.running_seconds or 0:.0f} s{left}."
        following = f"export_video with render_id={report.render_id!r}, in about 30 s."
        return _answer(ExportAnswer, report, summary, following)
    if report.problem:
        summary = f"{report.problem.message} ({report.problem.code})"
        return _answer(ExportAnswer, report, summary, report.problem.hint, is_error=True)
    assert report.path
    link = t.ResourceLink(
        type="resource_link",
        uri=Path(report.path).as_uri(),
        name=Path(report.path).name,
        mime_type=_MIME_TYPES[report.format],
        size=report.size_bytes,
    )
    return _answer(
        ExportAnswer,
        report,
        _exported(report),
        "show the user the path; send_edit for more.",
        "\n\n".join(_film_facts(report)) if report.format == "mp4" else "",
        [link],
    )


_MIME_TYPES = {"mp4": "video/mp4", "otio": "application/json", "srt": "application/x-subrip"}


def _exported(report: ExportReport) -> str:
    length = _seconds(report.duration_ms)
    if report.format == "otio":
        return f"The timeline ({length}) is at {report.path}, for any editor that reads OpenTimelineIO."
    if report.format == "srt":
        return f"The titles are at {report.path}, as subtitles for the film of {length}."
    facts = f"({length}, {report.width}x{report.height}, {_size(report.size_bytes)})"
    if report.made_before:
        return (
            f"Nothing has changed since the last such export, so it was not repeated: {report.path} {facts}."
        )
    return f"The video is at {report.path} {facts}."


def _film_facts(report: ExportReport) -> Iterator[str]:
    yield f"Checked: {'; '.join(report.checks)}."
    if report.receipt:
        yield f"Its receipt: {Path(report.receipt).name}, beside it."
    if report.copied == 1:
        yield "The whole picture was copied as it was."
    elif report.copied:
        yield f"{math.floor(report.copied * 100)} % of the picture was copied, the rest encoded anew."
    if report.notes:
        yield f"Found in it: {'; '.join(report.notes)}."
    yield from report.warnings


def _answer(
    model: type[Worded],
    report: BaseModel,
    summary: str,
    following: str,
    details: str = "",
    others: Sequence[t.ContentBlock] = (),
    *,
    is_error: bool = False,
    shown: Mapping[str, int] = MappingProxyType({}),
) -> t.CallToolResult:
    text = "\n\n".join(part for part in (summary, details, f"Next: {following}") if part)
    structured = model.model_validate({**report.model_dump(), **shown, "summary": summary, "next": following})
    return t.CallToolResult(
        content=[t.TextContent(type="text", text=text), *others],
        structured_content=structured.model_dump(mode="json", exclude_none=True),
        is_error=is_error,
    )


def _failed(failure: Problem) -> t.CallToolResult:
    failure = folded_problem(failure)
    text = f"{failure.message} ({failure.code})\n\nNext: {failure.hint}"
    return t.CallToolResult(
        content=[t.TextContent(type="text", text=text)],
        structured_content=failure.model_dump(mode="json"),
        is_error=True,
    )


def _where(backend: str) -> str:
    if backend == "local":
        return "on this machine: nothing leaves it, and nothing costs"
    return "in the NemoVideo cloud"


def _row(row: UploadedRow) -> str:
    name = one_line(row.name)
    if row.problem:
        return f"{name}: not uploaded. {row.problem.message} ({row.problem.code}) {row.problem.hint}"
    facts = [row.kind or "file"]
    if row.duration_ms:
        facts.append(_seconds(row.duration_ms))
    if row.width:
        facts.append(f"{row.width}x{row.height}")
    if row.size_bytes:
        facts.append(_size(row.size_bytes))
    return f"{name}: {', '.join(facts)}"


def _sentence(change: str) -> str:
    return change if change.endswith((".", "!", "?")) else f"{change}."


def _seconds(milliseconds: int | None) -> str:
    return f"{(milliseconds or 0) / 1000:.1f} s"


def _size(count: int | None) -> str:
    if count and count < _FEW_BYTES:
        return f"{math.ceil(count / 1e3)} kB"
    return f"{(count or 0) / 1e6:.1f} MB"
