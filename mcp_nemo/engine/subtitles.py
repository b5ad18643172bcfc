"""Subtitles in files: SubRip (.srt) and WebVTT (.vtt)."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcp_nemo.engine.describing import counted, seconds
from mcp_nemo.engine.director.subtitles import subtitles
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits.limits import Impossible, find_file, leading, length_hint
from mcp_nemo.engine.media import MediaInfo, NotMedia
from mcp_nemo.engine.operations import AddCaptions, Caption, UseSubtitles

SUFFIXES: Final = {".srt", ".vtt"}

# A film of three hours has a tenth of that.
_LARGEST_BYTES: Final = 2_000_000
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_HIGH: Final = re.compile(rb"[\x81-\xfe]+")


def examine(path: Path, *, id: str, name: str) -> MediaInfo:
    """What is known of a file of subtitles, which lasts as long as they do; NotMedia where it has none."""
    last = max(caption.end_ms for caption in read(path))
    return MediaInfo(id, path, name, "subtitles", duration_ms=last)


def read(path: Path) -> tuple[Caption, ...]:
    """In the order of the file; raises NotMedia unless there is at least one."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise NotMedia("is too long to be subtitles")
    found = subtitles("\n".join(_text(path.read_bytes()).splitlines()))
    if found is None:
        raise NotMedia("has no subtitles in it")
    if path.suffix.lower() != ".vtt":
        return found.captions
    return tuple(
        caption.model_copy(update={"text": html.unescape(caption.text)}) for caption in found.captions
    )


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is to be done in the place of the wish; `told` says what was found, and what is left out of it."""

    operation: AddCaptions
    told: str


def resolved(wish: UseSubtitles, draft: Draft, media: Mapping[str, MediaInfo]) -> Resolved:
    """Blocks. Raises Impossible where no caption of the file comes before the end of the video."""
    leading(draft)
    file = find_file(media, wish.media_id, "subtitles")
    try:
        captions = read(file.path)
    except (NotMedia, OSError) as error:
        raise Impossible(f"{file.name} cannot be read any more.", "Upload it again.") from error
    shown = tuple(caption for caption in captions if caption.start_ms < draft.duration_ms)
    if not shown:
        raise Impossible(
            f"All captions of {file.name} come after the end of the video, "
            f"which is {seconds(draft.duration_ms)} long.",
            length_hint(draft),
        )
    if _are_shown(shown, draft):
        raise Impossible(f"The captions of {file.name} are shown already.", "Remove the titles first.")
    late = len(captions) - len(shown)
    left_out = f", of which {late} come after the end of the video and are left out" if late else ""
    return Resolved(
        AddCaptions(captions=shown), f"In {file.name}: {counted(len(captions), 'caption')}{left_out}."
    )


def _are_shown(captions: Sequence[Caption], draft: Draft) -> bool:
    titles = {(title.start_ms, title.text) for title in draft.text.titles}
    return all((caption.start_ms, caption.text) in titles for caption in captions)


def _text(data: bytes) -> str:
    """However it was written: many editors of subtitles still know nothing of Unicode."""
    if data.startswith(_UTF_16_MARKS):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030" if _is_in_pairs(data) else "cp1252", "replace")


def _is_in_pairs(data: bytes) -> bool:
    """Whether the bytes beyond ASCII come two by two, as Chinese does and accented letters do not."""
    runs = _HIGH.findall(data)
    return sum(len(run) % 2 for run in runs) < len(runs) / 2
