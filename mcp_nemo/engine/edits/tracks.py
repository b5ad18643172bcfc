"""Tracks put together so that a draft stays sound: in order, without gaps, with fades that fit."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from mcp_nemo.engine.draft import (
    AudioClip,
    AudioTrack,
    Draft,
    FadingSegment,
    Overlay,
    OverlayTrack,
    TextTrack,
    Title,
    VideoClip,
    VideoTrack,
)

Clip = VideoClip | AudioClip
Fading = TypeVar("Fading", bound=FadingSegment)


def with_pictures(draft: Draft, clips: Sequence[VideoClip]) -> Draft:
    """The clips as they are; `in_a_row` lays them first where times have changed."""
    return draft.model_copy(update={"video": VideoTrack(name=draft.video.name, clips=tuple(clips))})


def with_sound(draft: Draft, clips: Iterable[AudioClip]) -> Draft:
    fitting = map(_with_fitting_passages, map(with_fitting_fades, clips))
    in_order = sorted(fitting, key=lambda clip: (clip.role, clip.start_ms))
    return draft.model_copy(update={"audio": AudioTrack(name=draft.audio.name, clips=tuple(in_order))})


def with_titles(draft: Draft, titles: Iterable[Title]) -> Draft:
    in_order = sorted(map(with_fitting_fades, titles), key=lambda title: title.start_ms)
    return draft.model_copy(update={"text": TextTrack(name=draft.text.name, titles=tuple(in_order))})


def with_overlays(draft: Draft, overlays: Iterable[Overlay]) -> Draft:
    in_order = sorted(overlays, key=lambda overlay: overlay.start_ms)
    track = OverlayTrack(name=draft.overlay.name, overlays=tuple(in_order))
    return draft.model_copy(update={"overlay": track})


def with_picture_fades(draft: Draft, in_ms: int, out_ms: int) -> Draft:
    fade_in, fade_out = fitting(in_ms, out_ms, draft.duration_ms)
    return draft.model_copy(update={"picture_fade_in_ms": fade_in, "picture_fade_out_ms": fade_out})


def in_a_row(clips: Sequence[Clip]) -> list[Clip]:
    """One after another, each begun by its crossfade before the end of the one before it."""
    laid: list[Clip] = []
    for clip in clips:
        update = {"start_ms": laid[-1].end_ms if laid else 0}
        if isinstance(clip, VideoClip):
            crossfade = _fitting_crossfade(clip, laid[-1] if laid else None)
            update = {"start_ms": update["start_ms"] - crossfade, "crossfade_ms": crossfade}
        laid.append(with_fitting_fades(clip.model_copy(update=update)))
    return laid


def _fitting_crossfade(clip: VideoClip, before: VideoClip | AudioClip | None) -> int:
    """At no moment may more than two clips be seen."""
    if not isinstance(before, VideoClip):
        return 0
    return min(clip.crossfade_ms, clip.duration_ms, before.duration_ms - before.crossfade_ms)


def with_fitting_fades(segment: Fading) -> Fading:
    fade_in, fade_out = fitting(segment.fade_in_ms, segment.fade_out_ms, segment.duration_ms)
    return segment.model_copy(update={"fade_in_ms": fade_in, "fade_out_ms": fade_out})


def _with_fitting_passages(clip: AudioClip) -> AudioClip:
    """Those within the clip, as far as they are."""
    within = [
        passage.model_copy(
            update={
                "start_ms": max(passage.start_ms, clip.start_ms),
                "end_ms": min(passage.end_ms, clip.end_ms),
            }
        )
        for passage in clip.passages
    ]
    lasting = tuple(passage for passage in within if passage.start_ms < passage.end_ms)
    return clip.model_copy(update={"passages": lasting})


def fitting(in_ms: int, out_ms: int, room_ms: int) -> tuple[int, int]:
    """Two fades that are too long for the room share it in proportion."""
    wanted = in_ms + out_ms
    if wanted <= room_ms:
        return in_ms, out_ms
    return in_ms * room_ms // wanted, out_ms * room_ms // wanted
