"""Drafts to edit, and the files they are made of."""

from pathlib import Path

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import apply, place_uploads
from mcp_nemo.engine.media import Kind, MediaInfo
from mcp_nemo.engine.operations import AddMusic, AddTitle, Operation


def file(name: str, kind: Kind = "video", seconds: float = 30, *, sound: bool = True) -> MediaInfo:
    return MediaInfo(
        id=name,
        path=Path(name),
        name=name,
        kind=kind,
        duration_ms=round(seconds * 1000),
        width=320 if kind == "video" else 0,
        height=180 if kind == "video" else 0,
        frame_rate=25 if kind == "video" else 0,
        has_sound=sound,
    )


CLIP, SECOND, SILENT = file("clip.mp4"), file("second.mp4", seconds=10), file("silent.mp4", sound=False)
SUBTITLES = file("words.srt", "subtitles", 12, sound=False)
SONG, STILL = file("song.mp3", "audio", 60), file("still.png", "image", 0, sound=False)
A, B, C = file("a.mp4", seconds=10), file("b.mp4", seconds=8), file("c.mp4", seconds=12)
MEDIA = {info.id: info for info in (CLIP, SECOND, SILENT, SONG, STILL, SUBTITLES, A, B, C)}

ONE = place_uploads(Draft(), [CLIP])
TWO = place_uploads(Draft(), [CLIP, SECOND])
THREE = place_uploads(Draft(), [A, B, C])
PODCAST = place_uploads(Draft(), [SONG])


def edited(draft: Draft, *operations: Operation) -> Draft:
    return apply(draft, operations, MEDIA, seed=7)


SCORED = edited(ONE, AddTitle(text="Hello"), AddMusic(mood="calm", volume=0.8, fade_out_ms=2000))


def title_times(draft: Draft) -> list[tuple[str, int, int]]:
    return [(title.text, title.start_ms, title.end_ms) for title in draft.text.titles]


def picture(draft: Draft) -> list[tuple[str, int, int, int]]:
    """Name, start, end and start in the source of every clip."""
    return [(clip.name, clip.start_ms, clip.end_ms, clip.source_start_ms) for clip in draft.video.clips]
