"""Drafts in few words, and a render of them to look at and listen to."""

from pathlib import Path
from typing import Literal, TypeVar

from mcp_nemo.engine.draft import (
    AudioClip,
    AudioTrack,
    Draft,
    Overlay,
    OverlayTrack,
    Place,
    Segment,
    TextTrack,
    Title,
    VideoClip,
    VideoTrack,
)
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.job import RenderJob, RenderResult, execute

SomeSegment = TypeVar("SomeSegment", VideoClip, Overlay, AudioClip, Title)


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
    path: Path,
    start_ms: int,
    duration_ms: int,
    *,
    source_start_ms: int = 0,
    volume: float = 1,
    role: Literal["music", "content"] = "music",
) -> AudioClip:
    return AudioClip(
        start_ms=start_ms,
        duration_ms=duration_ms,
        name=path.name,
        source=path.name,
        source_start_ms=source_start_ms,
        volume=volume,
        role=role,
    )


def logo(path: Path, start_ms: int, duration_ms: int) -> Overlay:
    return Overlay(start_ms=start_ms, duration_ms=duration_ms, name=path.name, source=path.name)


def title(text: str, start_ms: int, duration_ms: int, place: Place = "center") -> Title:
    return Title(start_ms=start_ms, duration_ms=duration_ms, name="Title", text=text, place=place)


def changed(segment: SomeSegment, **changes: object) -> SomeSegment:
    return segment.model_copy(update=changes)


def film(*segments: Segment, **changes: object) -> Draft:
    """`changes` are fields of the draft."""
    draft = Draft(
        video=VideoTrack(clips=tuple(s for s in segments if isinstance(s, VideoClip))),
        overlay=OverlayTrack(overlays=tuple(s for s in segments if isinstance(s, Overlay))),
        audio=AudioTrack(clips=tuple(s for s in segments if isinstance(s, AudioClip))),
        text=TextTrack(titles=tuple(s for s in segments if isinstance(s, Title))),
    )
    return draft.model_copy(update=changes)


def job(folder: Path, *segments: Segment, **changes: object) -> RenderJob:
    """A render of media in `folder` to `folder/film.mp4`."""
    draft = film(*segments, **changes)
    used = {s.source for s in segments if not isinstance(s, Title) and s.source}
    if draft.backdrop and draft.backdrop.source:
        used.add(draft.backdrop.source)
    media = tuple(probe(folder / name, id=name) for name in sorted(used))
    return RenderJob(draft=draft.to_wire(), media=media, target=folder / "film.mp4", quality="draft")


def render(folder: Path, *segments: Segment, **changes: object) -> RenderResult:
    return execute(job(folder, *segments, **changes), lambda share: None)
