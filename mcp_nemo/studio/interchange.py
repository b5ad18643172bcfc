"""Exports that are no film: the timeline for another editor, and the titles as subtitles.

Nothing is rendered for them, and no time stands in them: a file that already says the same is the same
export, asked for again.
"""

from collections.abc import Mapping
from pathlib import Path

from mcp_nemo.api.disk import writing_to
from mcp_nemo.errors import ConfigurationError, EmptyTimeline, NoTitles
from mcp_nemo.studio.backends import OpenSession
from mcp_nemo.studio.files import put_text
from mcp_nemo.studio.reports import ExportReport, InterchangeFormat
from mcp_nemo.timeline import Timeline, decode
from mcp_nemo.timeline.interchange.subrip import to_srt


def write(
    session: OpenSession,
    format: InterchangeFormat,
    draft: object,
    target: Path,
    originals: Mapping[str, Path],
) -> ExportReport:
    """Blocks on the file system; two writers at once may give one export two names."""
    timeline = decode(draft)
    if timeline.is_empty:
        raise EmptyTimeline
    text = _otio(draft, timeline, originals) if format == "otio" else _srt(timeline)
    with writing_to(target.parent):
        path = put_text(text, target)
    return ExportReport(
        session_id=session.id,
        backend=session.backend,
        status="completed",
        format=format,
        progress=100,
        path=str(path),
        duration_ms=timeline.duration_ms,
        size_bytes=len(text.encode()),
    )


def _otio(draft: object, timeline: Timeline, originals: Mapping[str, Path]) -> str:
    # Loads OpenTimelineIO, which only those who ask for such a file need.
    try:
        from mcp_nemo.timeline.interchange.opentimeline import frame_rate, to_otio
    except ImportError as error:
        raise ConfigurationError(
            "OpenTimelineIO is not installed: it has no wheel for every Python yet.",
            'Run mcp-nemo with Python 3.13, or install "opentimelineio"; mp4 and srt work without it.',
        ) from error

    return to_otio(timeline, frame_rate(draft), originals)


def _srt(timeline: Timeline) -> str:
    text = to_srt(timeline)
    if not text:
        raise NoTitles
    return text
