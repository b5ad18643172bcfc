"""What the worker process is asked for, and what it answers: plain data in, plain data out."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from mcp_nemo.timeline import Timeline

MimeType = Literal["image/png", "image/jpeg", "video/mp4"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spot(_Frozen):
    """A segment, by the place of its track and its own place in that."""

    track: int
    segment: int


class Medium(_Frozen):
    """A file that is played at `spots`; `address` is an absolute path or an http(s) URL."""

    address: str
    spots: tuple[Spot, ...]


class StoryboardCharge(_Frozen):
    """A picture of a timeline. After `seconds` of looking at media, what is there has to do."""

    job: Literal["storyboard"] = "storyboard"
    timeline: Timeline
    media: tuple[Medium, ...]
    target: Path
    seconds: float = Field(gt=0)


class FilmCharge(_Frozen):
    """A small copy of the film in a file, as far as it can be made in `seconds`."""

    job: Literal["film"] = "film"
    film: Path
    target: Path
    seconds: float = Field(gt=0)


class Outcome(_Frozen):
    """`is_whole` is false when a file could not be read, or not in the time there was."""

    mime_type: MimeType
    is_whole: bool = True


Charge = Annotated[StoryboardCharge | FilmCharge, Field(discriminator="job")]
charges: TypeAdapter[Charge] = TypeAdapter(Charge)
