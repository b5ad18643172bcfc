"""What a draft has room for, and how a wish that goes beyond it is refused."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import AudioClip, Draft, VideoClip
from mcp_nemo.engine.media import Kind, MediaInfo

Media = Mapping[str, MediaInfo]

LOUDEST: Final = 4.0


class Impossible(Exception):
    """What was asked for is clear, and cannot be done with this draft."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Lasting(Protocol):
    @property
    def start_ms(self) -> int: ...
    @property
    def duration_ms(self) -> int: ...


def stretch(draft: Draft, start_ms: int, end_ms: int | None, *, exact: bool = False) -> tuple[int, int]:
    """Both ends counted from the beginning; an end past the video's is the video's, unless `exact`."""
    length = draft.duration_ms
    start = start_ms if start_ms >= 0 else length + start_ms
    end = length if end_ms is None else end_ms if end_ms >= 0 else length + end_ms
    if start < 0 or start >= length or (exact and end > length):
        raise Impossible(f"The video is {seconds(length)} long.", length_hint(draft))
    if end <= start:
        raise Impossible(
            f"From {seconds(start)} to {seconds(end)} is no stretch of time.",
            "Name the earlier time first.",
        )
    return start, min(end, length)


def new_times(
    segment: _Lasting, start_ms: int | None, end_ms: int | None, duration_ms: int | None = None
) -> tuple[int, int | None]:
    """What is None stays, and a new start alone keeps the length; both may count from the end."""
    start = segment.start_ms if start_ms is None else start_ms
    if end_ms is not None:
        return start, end_ms
    end = start + (duration_ms or segment.duration_ms)
    return start, None if start < 0 <= end else end


def length_hint(draft: Draft) -> str:
    return f"Choose times between 0 and {seconds(draft.duration_ms)}."


def leading(draft: Draft) -> Sequence[VideoClip | AudioClip]:
    """The clips that decide the length, at least one: the pictures, else the sound that is content."""
    if clips := draft.video.clips or draft.content:
        return clips
    raise Impossible("There is no video yet.", "Upload one first.")


def pictures(draft: Draft) -> tuple[VideoClip, ...]:
    leading(draft)
    if not draft.video.clips:
        raise Impossible("There is only sound.", "Upload a video or a picture for that.")
    return draft.video.clips


def require_bearable(volume: float) -> None:
    if volume > LOUDEST:
        raise Impossible(f"Sound can be raised to {LOUDEST:.0%} at most.", "Choose a lower volume.")


def place_of(draft: Draft, clip: int) -> int:
    """The index of the clip at a position: 1 is the first, -1 the last."""
    return _counted(clip, len(pictures(draft)))


def places_of(draft: Draft, clip: int | None) -> range:
    """The indices of the clip at a position, or of all clips."""
    if clip is None:
        return range(len(pictures(draft)))
    index = place_of(draft, clip)
    return range(index, index + 1)


def _counted(position: int, count: int) -> int:
    index = position - 1 if position > 0 else count + position
    if position == 0 or not 0 <= index < count:
        clips = "only one clip" if count == 1 else f"{count} clips"
        raise Impossible(f"There is no clip {position}: the video has {clips}.", _position_hint(count))
    return index


def _position_hint(count: int) -> str:
    return "Leave the clip out." if count == 1 else f"Choose one from 1 to {count}."


def find_file(media: Media, named: str, *kinds: Kind) -> MediaInfo:
    """The uploaded file of an id, or else the only one of a name, if it is of one of the kinds."""
    found = [media[named]] if named in media else _called(media, named)
    if len(found) != 1:
        problem = f"{len(found)} files are called {named}." if found else f"There is no file {named}."
        names = ", ".join(info.name for info in media.values())
        raise Impossible(problem, f"Uploaded: {names}." if names else "Upload it first.")
    (info,) = found
    if info.kind not in kinds:
        raise Impossible(f"{info.name} is {_A_KIND[info.kind]}.", f"Name {_either(kinds)} instead.")
    return info


_A_KIND: Mapping[Kind, str] = {
    "video": "a video",
    "image": "a picture",
    "audio": "a sound file",
    "subtitles": "a file of subtitles",
}


def _either(kinds: Sequence[Kind]) -> str:
    return " or ".join(_A_KIND[kind] for kind in kinds)


def _called(media: Media, name: str) -> list[MediaInfo]:
    return [info for info in media.values() if info.name.casefold() == name.casefold()]
