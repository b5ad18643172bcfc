"""Uploads standing on a draft before anybody has edited it."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_nemo.engine.draft import AudioClip, Draft, VideoClip
from mcp_nemo.engine.edits.tracks import in_a_row, with_pictures, with_sound
from mcp_nemo.engine.media import MediaInfo

IMAGE_MS: Final = 4000
STILLS_CANVAS: Final = {"width": 1920, "height": 1080, "frame_rate": 30.0}


def place_uploads(draft: Draft, media: Sequence[MediaInfo]) -> Draft:
    """Stand all that was uploaded on a draft nobody has edited yet.

    Pictures follow one another in order. Sound waits to be asked for, unless there is nothing to see:
    then it is the content itself. Subtitles wait as well.
    """
    pictures = [info for info in media if info.kind in ("video", "image")]
    if not pictures:
        sound = [AudioClip(**_whole(info), role="content") for info in media if info.kind == "audio"]
        return with_sound(draft, [clip for clip in in_a_row(sound) if isinstance(clip, AudioClip)])
    clips = in_a_row([VideoClip(**_whole(info)) for info in pictures])
    shown = with_pictures(draft, [clip for clip in clips if isinstance(clip, VideoClip)])
    return with_sound(shown.model_copy(update=canvas_of(pictures)), ())


def _whole(info: MediaInfo) -> Mapping[str, object]:
    return {
        "start_ms": 0,
        "duration_ms": info.duration_ms or IMAGE_MS,
        "name": info.name,
        "source": info.id,
    }


def canvas_of(pictures: Sequence[MediaInfo]) -> Mapping[str, float]:
    """The first video's; images alone stand on a canvas of their own."""
    for info in pictures:
        if info.kind == "video":
            return {"width": info.width, "height": info.height, "frame_rate": info.frame_rate}
    return STILLS_CANVAS
