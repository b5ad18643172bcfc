"""Timelines to test with, made by the engine's own draft."""

from mcp_nemo.engine.draft import (
    AudioClip,
    AudioTrack,
    Draft,
    MusicRecipe,
    TextTrack,
    Title,
    VideoClip,
    VideoTrack,
)
from mcp_nemo.timeline import Timeline, decode


def clip(
    name: str,
    start_ms: int,
    duration_ms: int,
    *,
    source_start_ms: int = 0,
    volume: float = 1,
    fade_in_ms: int = 0,
    fade_out_ms: int = 0,
) -> VideoClip:
    return VideoClip(
        name=f"{name}.mp4",
        source=f"media-{name}",
        start_ms=start_ms,
        duration_ms=duration_ms,
        source_start_ms=source_start_ms,
        volume=volume,
        fade_in_ms=fade_in_ms,
        fade_out_ms=fade_out_ms,
    )


def music(
    name: str, duration_ms: int, *, volume: float = 1, fade_out_ms: int = 0, seed: int = 1
) -> AudioClip:
    recipe = MusicRecipe(mood=name.lower(), seed=seed)
    return AudioClip(
        name=name, start_ms=0, duration_ms=duration_ms, volume=volume, fade_out_ms=fade_out_ms, music=recipe
    )


def title(words: str, start_ms: int = 0, duration_ms: int = 3000) -> Title:
    return Title(name=words, text=words, start_ms=start_ms, duration_ms=duration_ms)


def draft(*segments: VideoClip | AudioClip | Title, width: int = 1920, height: int = 1080) -> Draft:
    return Draft(
        width=width,
        height=height,
        video=VideoTrack(clips=tuple(s for s in segments if isinstance(s, VideoClip))),
        audio=AudioTrack(clips=tuple(s for s in segments if isinstance(s, AudioClip))),
        text=TextTrack(titles=tuple(s for s in segments if isinstance(s, Title))),
    )


def timeline(*segments: VideoClip | AudioClip | Title, width: int = 1920, height: int = 1080) -> Timeline:
    return decode(draft(*segments, width=width, height=height).to_wire())
