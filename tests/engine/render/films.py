"""Drafts in few words, and a render of them to look at and listen to."""

from pathlib import Path

from mcp_nemo.engine.draft import AudioClip, AudioTrack, Draft, Place, TextTrack, Title, VideoClip, VideoTrack
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.job import RenderJob, RenderResult, execute


def clip(
    path: Path,
    start_ms: int,
    duration_ms: int,
    *,
    source_start_ms: int = 0,
    volume: float = 1,
    fade_in_ms: int = 0,
    fade_out_ms: int = 0,
) -> VideoClip:
    """Media are known by the name of their file here."""
    return VideoClip(
        start_ms=start_ms,
        duration_ms=duration_ms,
        name=path.name,
        source=path.name,
        source_start_ms=source_start_ms,
        volume=volume,
        fade_in_ms=fade_in_ms,
        fade_out_ms=fade_out_ms,
    )


def song(
    path: Path, start_ms: int, duration_ms: int, *, source_start_ms: int = 0, volume: float = 1
) -> AudioClip:
    return AudioClip(
        start_ms=start_ms,
        duration_ms=duration_ms,
        name=path.name,
        source=path.name,
        source_start_ms=source_start_ms,
        volume=volume,
    )


def title(text: str, start_ms: int, duration_ms: int, place: Place = "center") -> Title:
    return Title(start_ms=start_ms, duration_ms=duration_ms, name="Title", text=text, place=place)


def film(*segments: VideoClip | AudioClip | Title) -> Draft:
    return Draft(
        video=VideoTrack(clips=tuple(s for s in segments if isinstance(s, VideoClip))),
        audio=AudioTrack(clips=tuple(s for s in segments if isinstance(s, AudioClip))),
        text=TextTrack(titles=tuple(s for s in segments if isinstance(s, Title))),
    )


def job(folder: Path, *segments: VideoClip | AudioClip | Title) -> RenderJob:
    """A render of media in `folder` to `folder/film.mp4`."""
    used = {s.source for s in segments if not isinstance(s, Title) and s.source}
    media = tuple(probe(folder / name, id=name) for name in sorted(used))
    return RenderJob(
        draft=film(*segments).to_wire(), media=media, target=folder / "film.mp4", quality="draft"
    )


def render(folder: Path, *segments: VideoClip | AudioClip | Title) -> RenderResult:
    return execute(job(folder, *segments), lambda share: None)
