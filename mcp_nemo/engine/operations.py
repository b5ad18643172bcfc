"""What can be done to a draft, as plain values.

Times are whole milliseconds on the timeline. A negative time is counted back from the end of the video,
and an `end_ms` of None is the end itself. Volumes are factors, as in the draft.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from mcp_nemo.engine.draft import Place

MUSIC_VOLUME: Final = 0.4
FADE_MS: Final = 2000
TITLE_MS: Final = 3000

Sound = Literal["music", "clips"]
"""What can be heard: what was laid under the picture, or what the clips were recorded with."""


class _Operation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Stretch(_Operation):
    start_ms: int = 0
    end_ms: int | None = None


class AddMusic(_Stretch):
    """`mood` None: the one that matches the picture, for the caller to find before it is applied."""

    op: Literal["add_music"] = "add_music"
    mood: str | None = None
    style: str = ""
    volume: float = Field(default=MUSIC_VOLUME, ge=0)
    fade_in_ms: int = Field(default=0, ge=0)
    fade_out_ms: int = Field(default=0, ge=0)


class ReplaceMusic(_Operation):
    """Other music in the place of what is there, as loud and faded as that was; `mood` as in AddMusic."""

    op: Literal["replace_music"] = "replace_music"
    mood: str | None = None
    style: str = ""


class UseAudio(_Stretch):
    """An uploaded file in the place of music, from `source_start_ms` in the file."""

    op: Literal["use_audio"] = "use_audio"
    media_id: str
    source_start_ms: int = Field(default=0, ge=0)
    volume: float = Field(default=MUSIC_VOLUME, ge=0)
    fade_in_ms: int = Field(default=0, ge=0)
    fade_out_ms: int = Field(default=0, ge=0)


class MoveMusic(_Operation):
    """None leaves that side where it is."""

    op: Literal["move_music"] = "move_music"
    start_ms: int | None = None
    end_ms: int | None = None


class RemoveMusic(_Operation):
    op: Literal["remove_music"] = "remove_music"


class SetVolume(_Operation):
    """0 mutes."""

    op: Literal["set_volume"] = "set_volume"
    target: Sound
    volume: float = Field(ge=0)


class ChangeVolume(_Operation):
    """Louder or quieter by a factor."""

    op: Literal["change_volume"] = "change_volume"
    target: Sound
    factor: float = Field(gt=0)


class Fade(_Operation):
    """None leaves that side as it is, 0 takes the fade away."""

    op: Literal["fade"] = "fade"
    target: Sound
    in_ms: int | None = Field(default=None, ge=0)
    out_ms: int | None = Field(default=None, ge=0)


class AddTitle(_Stretch):
    op: Literal["add_title"] = "add_title"
    text: str = Field(min_length=1)
    place: Place = "center"
    end_ms: int | None = TITLE_MS


class ChangeTitle(_Operation):
    """What is None stays; a new start alone moves the title and keeps its length.

    `title` is the text it shows now, or empty for the only title there is.
    """

    op: Literal["change_title"] = "change_title"
    title: str = ""
    text: str | None = Field(default=None, min_length=1)
    place: Place | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    duration_ms: int | None = Field(default=None, gt=0)


class RemoveTitle(_Operation):
    """`title` as in ChangeTitle."""

    op: Literal["remove_title"] = "remove_title"
    title: str = ""


class Cut(_Stretch):
    """Take a stretch out; what follows moves up."""

    op: Literal["cut"] = "cut"


class Keep(_Stretch):
    """Take out everything but a stretch."""

    op: Literal["keep"] = "keep"


class Undo(_Operation):
    """Back to the version before the latest edit; stands alone, and is done by who keeps the versions."""

    op: Literal["undo"] = "undo"


Operation = Annotated[
    AddMusic
    | ReplaceMusic
    | UseAudio
    | MoveMusic
    | RemoveMusic
    | SetVolume
    | ChangeVolume
    | Fade
    | AddTitle
    | ChangeTitle
    | RemoveTitle
    | Cut
    | Keep
    | Undo,
    Field(discriminator="op"),
]

OPERATIONS: Final = TypeAdapter[tuple[Operation, ...]](tuple[Operation, ...])
"""Reads and writes a sequence of operations as JSON."""
