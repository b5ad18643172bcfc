"""What can be done to a draft, as plain values.

Times are whole milliseconds on the timeline. A negative time is counted back from the end of the video,
and an `end_ms` of None is the end itself. Volumes are factors, as in the draft.
What a value must look like is checked here; how far one may go is said in words by `edits`.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from mcp_nemo.engine.draft import ClearColor, Color, FadeColor, Fit, Place, Size

MUSIC_VOLUME: Final = 0.4
FADE_MS: Final = 2000
TITLE_MS: Final = 3000

Sound = Literal["music", "clips"]
"""What can be heard: what was laid under the picture, or what the clips were recorded with."""

Start = Annotated[int, Field(description="Milliseconds on the timeline; negative counts from the end.")]
End = Annotated[int | None, Field(description="As start_ms; null is the end.")]
Length = Annotated[int, Field(gt=0, description="Milliseconds.")]
FadeLength = Annotated[int, Field(ge=0, description="Milliseconds; 0 is no fade.")]
Volume = Annotated[float, Field(ge=0, description="1 is as recorded, 0 is silent.")]
Tempo = Annotated[float | None, Field(gt=0, description="Beats a minute; null is what suits the mood.")]
AnyClip = Annotated[
    int | None,
    Field(description="Position on the video track: 1 the first, -1 the last; null is every clip."),
]
OneClip = Annotated[int, Field(description="Position on the video track: 1 the first, -1 the last.")]
Position = Annotated[int, Field(description="Position afterwards: 1 the first, -1 the last.")]
MediaName = Annotated[str, Field(min_length=1, description="The id or the name of an uploaded file.")]
AnyTitle = Annotated[
    str | None,
    Field(description="The text it shows now; empty for the only title, null for every one."),
]
OverlayName = Annotated[str, Field(description="Its file's name; empty for the only one.")]
FromStart = Annotated[int, Field(ge=0, description="Milliseconds on the timeline.")]
TakenOff = Annotated[int, Field(ge=0, description="Milliseconds taken off that side.")]
CanvasShare = Annotated[float, Field(gt=0, le=1, description="A share of the canvas's width.")]
Opacity = Annotated[float, Field(ge=0, le=1, description="1 hides what is under it, 0 is invisible.")]
Steps = Annotated[int, Field(gt=0, description="How many edits.")]
Off = Annotated[float, Field(ge=0, le=0.9, description="The share of the picture cut off there.")]
Amount = Annotated[float, Field(ge=-1, le=1, description="How much more; adds up; -1 and 1 go all the way.")]


class _Operation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Stretch(_Operation):
    start_ms: Start = 0
    end_ms: End = None


class _Spanned(_Operation):
    """Of what is named, only the part in a stretch; null twice is all of it."""

    start_ms: Start | None = Field(default=None, description="As in cut; null is the beginning.")
    end_ms: End = None


class _Laid(_Stretch):
    volume: Volume = MUSIC_VOLUME
    fade_in_ms: FadeLength = 0
    fade_out_ms: FadeLength = 0
    duck: bool = Field(default=False, description="Lower it while someone speaks.")


class _Composed(_Operation):
    mood: str | None = Field(default=None, description="Null is the mood that matches the picture.")
    style: str = ""
    tempo_bpm: Tempo = None
    instruments: tuple[str, ...] = ()
    own: bool = Field(default=False, description="One of the user's songs, uploaded or in a folder, instead.")


class AddMusic(_Laid, _Composed):
    """Compose music. A mood of null is found by the caller before it is applied."""

    op: Literal["add_music"] = "add_music"


class ReplaceMusic(_Composed):
    """Compose other music in the place of what is there, as loud and faded as that was."""

    op: Literal["replace_music"] = "replace_music"


class UseAudio(_Laid):
    """Lay an uploaded file in the place of music, from source_start_ms in the file."""

    op: Literal["use_audio"] = "use_audio"
    media_id: MediaName
    source_start_ms: int = Field(default=0, ge=0, description="Milliseconds in the file.")
    source_end_ms: int | None = Field(default=None, gt=0, description="As source_start_ms; null is the end.")
    loop: bool = Field(default=False, description="Begin again where it is shorter than the video.")


class MoveMusic(_Operation):
    """Null leaves that side where it is."""

    op: Literal["move_music"] = "move_music"
    start_ms: Start | None = None
    end_ms: Start | None = None


class RemoveMusic(_Operation):
    op: Literal["remove_music"] = "remove_music"


class Duck(_Operation):
    """Lower the music while someone speaks."""

    op: Literal["duck"] = "duck"
    on: bool = True


class _OfSound(_Operation):
    target: Sound
    clip: AnyClip = None


class SetVolume(_OfSound, _Spanned):
    """0 mutes. A clip is named only for the target "clips"."""

    op: Literal["set_volume"] = "set_volume"
    volume: Volume


class ChangeVolume(_OfSound, _Spanned):
    """Louder or quieter by a factor. A clip is named only for the target "clips"."""

    op: Literal["change_volume"] = "change_volume"
    factor: float = Field(gt=0, description="1.25 is a quarter louder, 0.5 half as loud.")


class Fade(_OfSound):
    """Fade sound; null leaves that side as it is, 0 takes the fade away."""

    op: Literal["fade"] = "fade"
    in_ms: FadeLength | None = None
    out_ms: FadeLength | None = None


class AddTitle(_Stretch):
    op: Literal["add_title"] = "add_title"
    text: str = Field(min_length=1)
    place: Place = "center"
    end_ms: End = Field(default=TITLE_MS, description="Null is the end; left out, 3 s after the start.")
    size: Size = "medium"
    color: Color = "#FFFFFF"
    bold: bool = False
    background: ClearColor = Field(default="", description="A box behind it, #RRGGBBAA; empty is none.")
    fade_in_ms: FadeLength = 0
    fade_out_ms: FadeLength = 0

    @model_validator(mode="before")
    @classmethod
    def _last_a_while(cls, said: Any) -> Any:
        """Without an end it stands as long from any start."""
        if not isinstance(said, dict) or "end_ms" in said or not isinstance(said.get("start_ms"), int):
            return said
        end = said["start_ms"] + TITLE_MS
        return said | {"end_ms": None if said["start_ms"] < 0 <= end else end}


class ChangeTitle(_Operation):
    """What is null stays; a new start alone moves the title and keeps its length."""

    op: Literal["change_title"] = "change_title"
    title: AnyTitle = ""
    text: str | None = Field(default=None, min_length=1)
    place: Place | None = None
    start_ms: Start | None = None
    end_ms: Start | None = None
    duration_ms: Length | None = None
    size: Size | None = None
    color: Color | None = None
    bold: bool | None = None
    background: ClearColor | None = None
    fade_in_ms: FadeLength | None = None
    fade_out_ms: FadeLength | None = None


class RemoveTitle(_Operation):
    op: Literal["remove_title"] = "remove_title"
    title: AnyTitle = ""


class Caption(_Operation):
    start_ms: FromStart
    end_ms: FromStart
    text: str = Field(min_length=1)


class AddCaptions(_Operation):
    """Small titles at the bottom, as subtitles are."""

    op: Literal["add_captions"] = "add_captions"
    captions: tuple[Caption, ...] = Field(min_length=1)


class UseSubtitles(_Operation):
    """The captions of an uploaded .srt or .vtt file, which the caller reads before it is applied.

    What comes after the end of the video is left out.
    """

    op: Literal["use_subtitles"] = "use_subtitles"
    media_id: MediaName


class Cut(_Stretch):
    """Take a stretch out; what follows moves up."""

    op: Literal["cut"] = "cut"


class Keep(_Stretch):
    """Take out everything but a stretch."""

    op: Literal["keep"] = "keep"


class Split(_Operation):
    """Make two clips of one; nothing is taken out."""

    op: Literal["split"] = "split"
    at_ms: Start


class TrimClip(_Operation):
    """Take so much off the head and the tail of a clip."""

    op: Literal["trim_clip"] = "trim_clip"
    clip: AnyClip = None
    start_ms: TakenOff = 0
    end_ms: TakenOff = 0


class SetClipLength(_Operation):
    """Shorten a clip at its end, or show more of it as far as there is more."""

    op: Literal["set_clip_length"] = "set_clip_length"
    clip: AnyClip = None
    duration_ms: Length


class SetLength(_Operation):
    """Cut the end off, so that the whole is so long."""

    op: Literal["set_length"] = "set_length"
    duration_ms: Length


class CutOnBeats(_Operation):
    """Let the cuts between clips fall on beats of the music, by showing a little more or less of them."""

    op: Literal["cut_on_beats"] = "cut_on_beats"


class MoveClip(_Operation):
    op: Literal["move_clip"] = "move_clip"
    clip: OneClip
    to: Position


class SwapClips(_Operation):
    op: Literal["swap_clips"] = "swap_clips"
    clip: OneClip
    other: OneClip


class ReverseOrder(_Operation):
    """The last clip first."""

    op: Literal["reverse_order"] = "reverse_order"


class DuplicateClip(_Operation):
    """`to` null puts the copy right behind."""

    op: Literal["duplicate_clip"] = "duplicate_clip"
    clip: OneClip
    to: Position | None = None


class RemoveClip(_Operation):
    op: Literal["remove_clip"] = "remove_clip"
    clip: OneClip


class InsertMedia(_Operation):
    """Put an uploaded video or picture on the video track; `at` null is the end."""

    op: Literal["insert_media"] = "insert_media"
    media_id: MediaName
    at: Position | None = None
    duration_ms: Length | None = None


class _OfClip(_Operation):
    clip: AnyClip = None


class SetSpeed(_OfClip, _Spanned):
    """How fast a clip plays, 1 as recorded; the pitch of its sound stays."""

    op: Literal["set_speed"] = "set_speed"
    factor: float = Field(gt=0, description="From 0.1 to 10.")


class Crossfade(_Operation):
    """Blend each clip with the one before, or only into the clip named; 0 takes it away."""

    op: Literal["crossfade"] = "crossfade"
    duration_ms: FadeLength
    clip: AnyClip = None


class FadePicture(_Operation):
    """The picture from and to a colour; the sound stays, and so does a side that is null."""

    op: Literal["fade_picture"] = "fade_picture"
    in_ms: FadeLength | None = None
    out_ms: FadeLength | None = None
    color: FadeColor = "black"
    out_color: FadeColor | None = Field(default=None, description="Null is as `color`.")


class SetCanvas(_Operation):
    """The size of the picture, and how clips of another shape stand on it."""

    op: Literal["set_canvas"] = "set_canvas"
    width: int = Field(gt=0, description="Pixels.")
    height: int = Field(gt=0, description="Pixels.")
    fit: Fit = Field(default="contain", description="Whole, filling it, or whole before a blurred copy.")


class Rotate(_OfClip):
    """Clockwise; adds up."""

    op: Literal["rotate"] = "rotate"
    degrees: Literal[90, 180, 270]


class Flip(_OfClip):
    """Mirror left and right (horizontal) or top and bottom; twice is undone."""

    op: Literal["flip"] = "flip"
    axis: Literal["horizontal", "vertical"]


class Crop(_OfClip):
    """Cut the sides off, as the picture now stands; takes the place of an earlier crop, all 0 undoes it."""

    op: Literal["crop"] = "crop"
    left: Off = 0
    top: Off = 0
    right: Off = 0
    bottom: Off = 0


class Zoom(_OfClip, _Spanned):
    """Slowly over the clip, from one size to another; 1 is the whole picture, 1 to 1 no zoom."""

    op: Literal["zoom"] = "zoom"
    start: float = Field(default=1, gt=0, description="From 1 to 4.")
    end: float = Field(default=1.2, gt=0, description="From 1 to 4.")


class Look(_OfClip, _Spanned):
    """A saturation of -1 is black and white."""

    op: Literal["look"] = "look"
    brightness: Amount = 0
    contrast: Amount = 0
    saturation: Amount = 0
    warmth: Amount = 0


class ResetLook(_OfClip, _Spanned):
    """As recorded again."""

    op: Literal["reset_look"] = "reset_look"


class AddOverlay(_Stretch):
    """An uploaded picture over the video, such as a logo."""

    op: Literal["add_overlay"] = "add_overlay"
    media_id: MediaName
    place: Place = "top right"
    width: CanvasShare = 0.2
    opacity: Opacity = 1


class ChangeOverlay(_Operation):
    """What is null stays."""

    op: Literal["change_overlay"] = "change_overlay"
    overlay: OverlayName = ""
    place: Place | None = None
    width: CanvasShare | None = None
    opacity: Opacity | None = None
    start_ms: Start | None = None
    end_ms: Start | None = None


class RemoveOverlay(_Operation):
    op: Literal["remove_overlay"] = "remove_overlay"
    overlay: OverlayName = ""


class SetBackdrop(_Operation):
    """The picture for a timeline that has only sound."""

    op: Literal["set_backdrop"] = "set_backdrop"
    kind: Literal["color", "waveform", "media"]
    color: Color = "#000000"
    media_id: str = Field(default="", description='The picture of the kind "media", by id or name.')


class Undo(_Operation):
    """Back to the version before the latest edit; stands alone, and is done by who keeps the versions."""

    op: Literal["undo"] = "undo"
    steps: Steps = 1


class Redo(_Operation):
    """Forward again to what was undone; as Undo."""

    op: Literal["redo"] = "redo"
    steps: Steps = 1


class RestoreBefore(_Operation):
    """Back to how it was before the latest edit with an operation of one of these kinds; as Undo."""

    op: Literal["restore_before"] = "restore_before"
    ops: tuple[str, ...] = Field(min_length=1)


MusicOperation = AddMusic | ReplaceMusic | UseAudio | MoveMusic | RemoveMusic | Duck
LevelOperation = SetVolume | ChangeVolume | Fade
TitleOperation = AddTitle | ChangeTitle | RemoveTitle | AddCaptions | UseSubtitles
CutOperation = Cut | Keep | Split | TrimClip | SetClipLength | SetLength | CutOnBeats
OrderOperation = MoveClip | SwapClips | ReverseOrder | DuplicateClip | RemoveClip | InsertMedia
PictureOperation = SetSpeed | Crossfade | FadePicture | SetCanvas | SetBackdrop
LookOperation = Rotate | Flip | Crop | Zoom | Look | ResetLook
OverlayOperation = AddOverlay | ChangeOverlay | RemoveOverlay
VersionOperation = Undo | Redo | RestoreBefore

PartialOperation = SetVolume | ChangeVolume | SetSpeed | Zoom | Look | ResetLook
"""What may be done to a part of a clip."""

Operation = Annotated[
    MusicOperation
    | LevelOperation
    | TitleOperation
    | CutOperation
    | OrderOperation
    | PictureOperation
    | LookOperation
    | OverlayOperation
    | VersionOperation,
    Field(discriminator="op"),
]

OPERATIONS: Final = TypeAdapter[tuple[Operation, ...]](tuple[Operation, ...])
"""Reads and writes a sequence of operations as JSON."""
