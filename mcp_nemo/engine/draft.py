"""The draft as the engine works with it: typed, immutable, and one-to-one with the wire.

On the wire a draft has only the documented short keys; everything else stands in `m`, in full words.
All times are whole milliseconds. `start_ms` counts on the timeline, `source_start_ms` in the media.
Volumes are factors: 1 is as recorded, 0 is silent.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mcp_nemo.timeline.keys import DURATION, META, SEGMENTS, TRACK_TYPE, TRACKS, TrackType

Place = Literal["top", "center", "bottom"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Segment(_Frozen):
    start_ms: int = Field(ge=0)
    duration_ms: int = Field(gt=0)
    name: str

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms


class _Sounding(_Segment):
    """What can be heard: `fade_in_ms` and `fade_out_ms` are fades of the sound."""

    volume: float = Field(default=1.0, ge=0)
    fade_in_ms: int = Field(default=0, ge=0)
    fade_out_ms: int = Field(default=0, ge=0)


class VideoClip(_Sounding):
    """A stretch of an uploaded video, or an uploaded image held still."""

    source: str
    source_start_ms: int = Field(default=0, ge=0)


class MusicRecipe(_Frozen):
    """All that music is made from; the same recipe and length give the same sound."""

    mood: str
    seed: int
    style: str = ""


class AudioClip(_Sounding):
    """Uploaded sound (`source`) or composed music (`music`); exactly one of the two is set."""

    source: str = ""
    source_start_ms: int = Field(default=0, ge=0)
    music: MusicRecipe | None = None


class Title(_Segment):
    text: str
    place: Place = "center"


Segment = VideoClip | AudioClip | Title


class VideoTrack(_Frozen):
    name: str = "Video"
    clips: tuple[VideoClip, ...] = ()


class AudioTrack(_Frozen):
    name: str = "BGM"
    clips: tuple[AudioClip, ...] = ()


class TextTrack(_Frozen):
    name: str = "Title"
    titles: tuple[Title, ...] = ()


class Draft(_Frozen):
    """One video track, one track of sound laid under it, one of titles; empty tracks stay off the wire."""

    title: str = "project"
    width: int = 0
    height: int = 0
    frame_rate: float = 0
    video: VideoTrack = VideoTrack()
    audio: AudioTrack = AudioTrack()
    text: TextTrack = TextTrack()

    @property
    def duration_ms(self) -> int:
        """The picture decides the length; without one, the sound and the titles do."""
        leading: tuple[Segment, ...] = self.video.clips or (*self.audio.clips, *self.text.titles)
        return max((segment.end_ms for segment in leading), default=0)

    @property
    def cuts_ms(self) -> tuple[int, ...]:
        """Where one clip follows another."""
        return tuple(clip.start_ms for clip in self.video.clips if clip.start_ms > 0)

    def to_wire(self) -> dict[str, Any]:
        tracks = [
            _track_to_wire(TrackType.VIDEO, self.video.name, self.video.clips),
            _track_to_wire(TrackType.AUDIO, self.audio.name, self.audio.clips),
            _track_to_wire(TrackType.TEXT, self.text.name, self.text.titles),
        ]
        meta = self.model_dump(include={"title", "width", "height", "frame_rate"})
        return {
            TRACKS: [track for track in tracks if track[SEGMENTS]],
            DURATION: self.duration_ms,
            META: meta,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Draft":
        """Read back what `to_wire` wrote; anything else raises pydantic's ValidationError."""
        by_type = {track[TRACK_TYPE]: track for track in wire.get(TRACKS, [])}
        return cls.model_validate(
            {
                **wire.get(META, {}),
                "video": _track_from_wire(by_type.get(TrackType.VIDEO), "clips"),
                "audio": _track_from_wire(by_type.get(TrackType.AUDIO), "clips"),
                "text": _track_from_wire(by_type.get(TrackType.TEXT), "titles"),
            }
        )


def _track_to_wire(kind: TrackType, name: str, segments: tuple[Segment, ...]) -> dict[str, Any]:
    return {TRACK_TYPE: int(kind), SEGMENTS: [_segment_to_wire(s) for s in segments], META: {"name": name}}


def _segment_to_wire(segment: Segment) -> dict[str, Any]:
    words = segment.model_dump(exclude_defaults=True) | {"start_ms": segment.start_ms}
    if not isinstance(segment, Title):
        words["volume"] = segment.volume
    return {DURATION: words.pop("duration_ms"), META: words}


def _track_from_wire(track: Mapping[str, Any] | None, segments: str) -> dict[str, Any]:
    if track is None:
        return {}
    return {
        **track[META],
        segments: tuple({"duration_ms": s[DURATION], **s[META]} for s in track[SEGMENTS]),
    }
