"""What the assistant reads: markdown that stands alone, and the same facts as data.

Some clients show the model only the structured part, so `summary` and `next` are inside it too.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

import mcp_types as t
from pydantic import BaseModel

from mcp_nemo.errors import NemoError
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
    """The timeline as it is now."""


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
    return _answer(SessionAnswer, report, summary, "upload_media with the absolute paths of your files.")


def upload(report: UploadReport) -> t.CallToolResult:
    if report.status == "working":
        sent, total = report.sent_bytes or 0, report.total_bytes or 0
        summary = (
            f"Uploading: {_megabytes(sent)} of {_megabytes(total)} after {report.running_seconds:.0f} s."
        )
        return _answer(
            UploadAnswer, report, summary, "upload_media with the same sources, to see how far it is."
        )
    taken = sum(row.problem is None for row in report.files)
    rows = "\n".join(f"- {_row(row)}" for row in report.files)
    following = (
        f"send_edit, for example with {EXAMPLE!r}." if taken else "upload_media again, with the mended paths."
    )
    summary = f"Uploaded {taken} of {len(report.files)} into session {report.session_id}."
    return _answer(UploadAnswer, report, summary, following, rows, is_error=not taken)


def edit(report: EditReport) -> t.CallToolResult:
    summary = _edit_summary(report)
    details = []
    if report.reply and report.status != "working":
        details.append(f"The editor says: {report.reply}")
    if report.timeline:
        details.append(summarize(report.timeline))
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


def timeline(report: TimelineReport, view: Literal["summary", "full"]) -> t.CallToolResult:
    running = report.running_edit
    following = "send_edit to change it, or export_video for the file."
    if report.is_empty:
        following = "upload_media, to put something on it."
    parts = []
    if running:
        parts.append(f"An edit is running for {running.running_seconds:.0f} s: {running.instruction!r}.")
        following = "get_timeline again in about 30 s."
    if report.finished_edit:
        parts.append(f"The edit {report.finished_edit.instruction!r}: {_edit_summary(report.finished_edit)}")
    parts.append(f"Session {report.session_id}, {_where(report.backend)}.")
    if view == "full" and not report.is_empty:
        parts.append(outline(report))
    return _answer(TimelineAnswer, report, summarize(report), following, "\n\n".join(parts))


# Segments shown of each track.
_FULL_LIMIT = 40


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
        summary = f"Rendering: {report.progress:.0f}% after {report.running_seconds or 0:.0f} s."
        following = f"export_video with render_id={report.render_id!r}, in about 30 s."
        return _answer(ExportAnswer, report, summary, following)
    if report.problem:
        summary = f"{report.problem.message} ({report.problem.code})"
        return _answer(ExportAnswer, report, summary, report.problem.hint, is_error=True)
    assert report.path
    summary = (
        f"The video is at {report.path} ({_seconds(report.duration_ms)}, {report.width}x{report.height}, "
        f"{_megabytes(report.size_bytes)})."
    )
    link = t.ResourceLink(
        type="resource_link",
        uri=Path(report.path).as_uri(),
        name=Path(report.path).name,
        mime_type="video/mp4",
        size=report.size_bytes,
    )
    checks = f"Checked: {'; '.join(report.checks)}."
    return _answer(
        ExportAnswer, report, summary, "show the user the path; send_edit for more.", checks, [link]
    )


def _answer(
    model: type[Worded],
    report: BaseModel,
    summary: str,
    following: str,
    details: str = "",
    links: Sequence[t.ResourceLink] = (),
    *,
    is_error: bool = False,
) -> t.CallToolResult:
    text = "\n\n".join(part for part in (summary, details, f"Next: {following}") if part)
    structured = model.model_validate({**report.model_dump(), "summary": summary, "next": following})
    return t.CallToolResult(
        content=[t.TextContent(type="text", text=text), *links],
        structured_content=structured.model_dump(mode="json", exclude_none=True),
        is_error=is_error,
    )


def _failed(failure: Problem) -> t.CallToolResult:
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
        facts.append(_megabytes(row.size_bytes))
    return f"{name}: {', '.join(facts)}"


def _sentence(change: str) -> str:
    return change if change.endswith((".", "!", "?")) else f"{change}."


def _seconds(milliseconds: int | None) -> str:
    return f"{(milliseconds or 0) / 1000:.1f} s"


def _megabytes(size: int | None) -> str:
    return f"{(size or 0) / 1e6:.1f} MB"
