"""The timeline as it is shown: plain data, with units, and honest about what was guessed."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Segment(_Frozen):
    """A stretch of a track. A field left at None was not in the draft."""

    name: str = Field(description="The clip's own name, often a file name.")
    start_ms: int = Field(description="Where it starts on the timeline, in milliseconds.")
    duration_ms: int = Field(description="How long it lasts on the timeline, in milliseconds.")
    text: str | None = Field(default=None, description="The words a title shows.")
    volume: float | None = Field(default=None, description="A factor: 1 is as recorded, 0 is silent.")
    fade_in_ms: int | None = Field(default=None, description="In milliseconds, from its start.")
    fade_out_ms: int | None = Field(default=None, description="In milliseconds, up to its end.")
    speed: float | None = Field(default=None, description="A factor: 2 plays twice as fast.")
    source_start_ms: int | None = Field(
        default=None, description="Where in its own media it starts, in milliseconds."
    )
    place: str | None = Field(default=None, description="Where in the picture a title stands.")
    duck: bool | None = Field(default=None, description="Whether it is lowered while someone speaks.")
    crossfade_ms: int | None = Field(
        default=None, description="How long it blends with the segment before, in milliseconds."
    )
    inferred: tuple[str, ...] = Field(
        default=(), description="The fields that had to be guessed because the draft does not say them."
    )
    # Kept for comparing two versions, and out of every answer: what it plays, and what is not understood.
    source: SkipJsonSchema[str | None] = Field(default=None, exclude=True)
    details: SkipJsonSchema[dict[str, str]] = Field(default_factory=dict, exclude=True)

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms


class Track(_Frozen):
    kind: str = Field(description='"video", "audio", "text", or "type 5" for a type nobody documented.')
    name: str
    segments: tuple[Segment, ...] = ()


class Timeline(_Frozen):
    title: str = ""
    duration_ms: int = Field(default=0, description="In milliseconds.")
    width: int = Field(default=0, description="Of the canvas in pixels; 0 when unknown.")
    height: int = Field(default=0, description="Of the canvas in pixels; 0 when unknown.")
    tracks: tuple[Track, ...] = ()
    # As the details of a segment: how the picture as a whole is shown.
    details: SkipJsonSchema[dict[str, str]] = Field(default_factory=dict, exclude=True)

    @property
    def is_empty(self) -> bool:
        return not any(track.segments for track in self.tracks)
