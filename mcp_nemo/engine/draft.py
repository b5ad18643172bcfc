"""The draft as the engine works with it: typed, immutable, and one-to-one with the wire.

On the wire a draft has only the documented short keys; everything else stands in `m`, in full words.
All times are whole milliseconds. `start_ms` counts on the timeline, `source_start_ms` in the media.
Volumes are factors: 1 is as recorded, 0 is silent. Colours are written `#RRGGBB`.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from mcp_nemo.draft_keys import DURATION, META, SEGMENTS, TRACK_TYPE, TRACKS, TrackType

Place = Literal[
    "top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right"
]
Size = Literal["small", "medium", "large"]
Fit = Literal["contain", "cover", "blur"]
FadeColor = Literal["black", "white"]
Turn = Literal[0, 90, 180, 270]
Share = Annotated[float, Field(ge=0, le=1)]
Change = Annotated[float, Field(ge=-1, le=1)]
Color = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
ClearColor = Annotated[str, Field(pattern=r"^(#[0-9A-Fa-f]{8})?$")]

# A speed has four decimals, so that times in the media can be counted in whole numbers.
SPEED_STEPS: Final = 10_000
_ROUNDED_MS: Final = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Segment(_Frozen):
    start_ms: int = Field(ge=0)
    duration_ms: int = Field(gt=0)
    name: str

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms


class FadingSegment(_Segment):
    """Both fades lie within the segment; of a clip it is the sound that fades."""

    fade_in_ms: int = Field(default=0, ge=0)
    fade_out_ms: int = Field(default=0, ge=0)


class _Sounding(FadingSegment):
    volume: float = Field(default=1.0, ge=0)


class Cropping(_Frozen):
    """Shares of the picture that are cut off."""

    left: Share = 0
    top: Share = 0
    right: Share = 0
    bottom: Share = 0


class Zooming(_Frozen):
    """How much larger the picture is at the start of a clip and at its end, steadily between."""

    start: float = Field(default=1, ge=1)
    end: float = Field(default=1, ge=1)


class VideoClip(_Sounding):
    """A stretch of an uploaded video, or an uploaded image held still.

    For `crossfade_ms` from its start it overlaps the clip before, and blends with it. The picture is
    turned clockwise by `rotate`, then mirrored, then cropped as it then stands, then fitted and zoomed.
    Brightness, contrast, saturation and warmth change the picture as recorded: 0 not at all.
    """

    source: str
    source_start_ms: int = Field(default=0, ge=0)
    speed: float = Field(default=1.0, gt=0)
    crossfade_ms: int = Field(default=0, ge=0)
    rotate: Turn = 0
    flip_horizontal: bool = False
    flip_vertical: bool = False
    crop: Cropping | None = None
    zoom: Zooming | None = None
    brightness: Change = 0
    contrast: Change = 0
    saturation: Change = 0
    warmth: Change = 0

    def source_ms(self, clip_ms: int) -> int:
        """How much of the media so much of the clip shows."""
        return clip_ms * round(self.speed * SPEED_STEPS) // SPEED_STEPS

    def clip_ms(self, source_ms: int) -> int:
        """How long the clip is that shows so much of the media."""
        return source_ms * SPEED_STEPS // round(self.speed * SPEED_STEPS)

    def runs_on_from(self, before: "VideoClip") -> bool:
        ended_ms = before.source_start_ms + before.source_ms(before.duration_ms)
        is_next = abs(self.source_start_ms - ended_ms) <= _ROUNDED_MS
        return self.source == before.source and is_next and not self.crossfade_ms


class MusicRecipe(_Frozen):
    """All that music is made from; the same recipe and length give the same sound.

    The tempo is in beats a minute, None for one the mood suggests; so are no instruments.
    """

    mood: str
    seed: int
    style: str = ""
    tempo_bpm: float | None = Field(default=None, gt=0)
    instruments: tuple[str, ...] = ()


class Passage(_Frozen):
    """A stretch of the timeline in which a sound has another volume."""

    start_ms: int = Field(ge=0)
    end_ms: int = Field(gt=0)
    volume: float = Field(ge=0)


class AudioClip(_Sounding):
    """Uploaded sound (`source`) or composed music (`music`); exactly one of the two is set.

    Sound of the role "content" is what a draft without pictures is about; music may lie under it, and
    then both sound at once. With `loop`, the stretch of the file from `source_start_ms` to
    `source_end_ms` (None: its end) is begun again as often as the clip is long. With `duck`, it is
    lowered while someone speaks. `passages`, which lie apart and in order, have a volume of their own.
    """

    source: str = ""
    source_start_ms: int = Field(default=0, ge=0)
    source_end_ms: int | None = Field(default=None, gt=0)
    music: MusicRecipe | None = None
    role: Literal["music", "content"] = "music"
    loop: bool = False
    duck: bool = False
    passages: tuple[Passage, ...] = ()


class Title(FadingSegment):
    """`background` is a box behind the words, `#RRGGBBAA`, or empty for none."""

    text: str
    place: Place = "center"
    size: Size = "medium"
    color: Color = "#FFFFFF"
    bold: bool = False
    background: ClearColor = ""


class Overlay(_Segment):
    """An uploaded picture over the video; `width` is a share of the canvas's."""

    source: str
    place: Place = "top right"
    width: float = Field(default=0.2, gt=0, le=1)
    opacity: Share = 1


class Backdrop(_Frozen):
    """What is seen where there is only sound: a colour, a waveform drawn in it, or a picture."""

    kind: Literal["color", "waveform", "media"]
    color: Color = "#000000"
    source: str = ""


Segment = VideoClip | Overlay | AudioClip | Title


class VideoTrack(_Frozen):
    name: str = "Video"
    clips: tuple[VideoClip, ...] = ()


class OverlayTrack(_Frozen):
    name: str = "Overlay"
    overlays: tuple[Overlay, ...] = ()


class AudioTrack(_Frozen):
    name: str = "BGM"
    clips: tuple[AudioClip, ...] = ()


class TextTrack(_Frozen):
    name: str = "Title"
    titles: tuple[Title, ...] = ()


class Draft(_Frozen):
    """One video track, pictures over it, sound laid under it, titles; empty tracks stay off the wire.

    `fit` says how a picture of another shape stands on the canvas: whole, filling it, or whole before a
    blurred copy of itself. The picture fades out to `picture_fade_color` too, unless another is said.
    """

    title: str = "project"
    width: int = 0
    height: int = 0
    frame_rate: float = 0
    fit: Fit = "contain"
    picture_fade_in_ms: int = Field(default=0, ge=0)
    picture_fade_out_ms: int = Field(default=0, ge=0)
    picture_fade_color: FadeColor = "black"
    picture_fade_out_color: FadeColor | None = None
    backdrop: Backdrop | None = None
    video: VideoTrack = VideoTrack()
    overlay: OverlayTrack = OverlayTrack()
    audio: AudioTrack = AudioTrack()
    text: TextTrack = TextTrack()

    @property
    def content(self) -> tuple[AudioClip, ...]:
        """The sound that a draft without pictures is about."""
        return tuple(clip for clip in self.audio.clips if clip.role == "content")

    @property
    def music(self) -> tuple[AudioClip, ...]:
        return tuple(clip for clip in self.audio.clips if clip.role == "music")

    @property
    def duration_ms(self) -> int:
        """The picture decides the length; without one, the sound that is content; then whatever there is."""
        leading: tuple[Segment, ...] = (
            self.video.clips or self.content or (*self.audio.clips, *self.text.titles)
        )
        return max((segment.end_ms for segment in leading), default=0)

    @property
    def cuts(self) -> Mapping[int, int]:
        """For the index of a clip, when the picture changes to it; in the middle of a crossfade.

        Where a recording only runs on from one clip to the next there is no cut to be seen.
        """
        return {
            index: clip.start_ms + clip.crossfade_ms // 2
            for index, (before, clip) in enumerate(pairwise(self.video.clips), 1)
            if not clip.runs_on_from(before)
        }

    @property
    def cuts_ms(self) -> tuple[int, ...]:
        return tuple(self.cuts.values())

    def to_wire(self) -> dict[str, Any]:
        tracks = [
            _track_to_wire(TrackType.VIDEO, self.video.name, self.video.clips),
            _track_to_wire(TrackType.VIDEO, self.overlay.name, self.overlay.overlays, role="overlay"),
            _track_to_wire(TrackType.AUDIO, _CONTENT_NAME, self.content, role="content"),
            _track_to_wire(TrackType.AUDIO, self.audio.name, self.music),
            _track_to_wire(TrackType.TEXT, self.text.name, self.text.titles),
        ]
        own = self.model_dump(exclude={"video", "overlay", "audio", "text"}, exclude_defaults=True)
        meta = self.model_dump(include={"title", "width", "height", "frame_rate"}) | own
        return {
            TRACKS: [track for track in tracks if track[SEGMENTS]],
            DURATION: self.duration_ms,
            META: meta,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Draft":
        """Read back what `to_wire` wrote; anything else raises pydantic's ValidationError."""
        found = {(track[TRACK_TYPE], _meta(track).get("role", "")): track for track in wire.get(TRACKS, [])}
        content = found.get((TrackType.AUDIO, "content"))
        music = found.get((TrackType.AUDIO, ""))
        return cls.model_validate(
            {
                **wire.get(META, {}),
                "video": _track_from_wire(found.get((TrackType.VIDEO, "")), "clips"),
                "overlay": _track_from_wire(found.get((TrackType.VIDEO, "overlay")), "overlays"),
                "audio": {
                    **_track_from_wire(music, "clips"),
                    "clips": (*_segments_from_wire(content), *_segments_from_wire(music)),
                },
                "text": _track_from_wire(found.get((TrackType.TEXT, "")), "titles"),
            }
        )


_CONTENT_NAME: Final = "Sound"


def _track_to_wire(kind: TrackType, name: str, segments: Iterable[Segment], role: str = "") -> dict[str, Any]:
    meta = {"name": name, "role": role} if role else {"name": name}
    return {TRACK_TYPE: int(kind), SEGMENTS: [_segment_to_wire(s) for s in segments], META: meta}


def _segment_to_wire(segment: Segment) -> dict[str, Any]:
    words = segment.model_dump(mode="json", exclude_defaults=True) | {"start_ms": segment.start_ms}
    if isinstance(segment, VideoClip | AudioClip):
        words["volume"] = segment.volume
    return {DURATION: words.pop("duration_ms"), META: words}


def _track_from_wire(track: Mapping[str, Any] | None, segments: str) -> dict[str, Any]:
    if track is None:
        return {}
    said = {word: value for word, value in _meta(track).items() if word != "role"}
    return {**said, segments: _segments_from_wire(track)}


def _segments_from_wire(track: Mapping[str, Any] | None) -> tuple[dict[str, Any], ...]:
    return tuple({"duration_ms": s[DURATION], **_meta(s)} for s in track[SEGMENTS]) if track else ()


def _meta(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = entry.get(META, {})
    return meta
