"""What the backend's answers hold, read tolerantly: unknown keys pass by, null counts as absent."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from mcp_nemo.api.envelope import said_in
from mcp_nemo.api.gateway import fits_header
from mcp_nemo.errors import UnexpectedAnswer

RenderState = Literal["pending", "processing", "completed", "failed"]


class Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: object) -> object:
        if isinstance(data, Mapping):
            return {key: value for key, value in data.items() if value is not None}
        return data


AnyWire = TypeVar("AnyWire", bound=Wire)


def parse(model: type[AnyWire], data: object) -> AnyWire:
    """Read one answer. What does not fit is named by its place only: values may be secrets."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        places = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
    raise UnexpectedAnswer(f"{', '.join(places)} missing or of another kind")


def _number(value: object) -> float | None:
    """A number, also one written as text; None for anything else."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None
    return None


def _milliseconds(seconds: object) -> int | None:
    number = _number(seconds)
    return None if number is None else round(number * 1000)


def _whole(value: object) -> int | None:
    number = _number(value)
    return None if number is None else round(number)


def _share(value: object) -> float | None:
    number = _number(value)
    return None if number is None else min(max(number, 0), 1)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _sentences(value: object) -> list[str]:
    return [item for item in _list(value) if isinstance(item, str) and item.strip()]


def _objects(value: object) -> list[Any]:
    return [item for item in _list(value) if isinstance(item, dict)]


Number = Annotated[float | None, BeforeValidator(_number)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Share = Annotated[float | None, BeforeValidator(_share)]
Milliseconds = Annotated[int | None, BeforeValidator(_milliseconds)]
Things = Annotated[list[Any], BeforeValidator(_list)]


class AnonymousGrant(Wire):
    """An anonymous token, and whose it is."""

    token: SecretStr
    user_id: str | None = None
    expires_at: str | None = None

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: SecretStr) -> SecretStr:
        if not fits_header(token.get_secret_value()):
            raise ValueError("no token")
        return token

    def expired(self, now: datetime) -> bool:
        """A date that cannot be read does not count: the backend will say 1001 in time."""
        try:
            end = datetime.fromisoformat(self.expires_at or "")
        except ValueError:
            return False
        return now >= (end if end.tzinfo else end.replace(tzinfo=UTC))


class NewSession(Wire):
    """`session_id` has more digits than a double holds: a string, always (V)."""

    session_id: str = Field(min_length=1)
    task_id: str | None = None


class ClaimToken(Wire):
    claim_token: str = Field(min_length=1)


class Credits(Wire):
    available: int | float
    frozen: int | float = 0
    total: int | float | None = None


class UploadedFile(Wire):
    """`duration_ms` is None where the answer has no readable `duration`, which is in seconds (V)."""

    filename: str = ""
    file_type: str = ""
    cdn_url: str = ""
    duration_ms: Milliseconds = Field(default=None, validation_alias="duration")
    width: Whole = None
    height: Whole = None
    fps: Number = None


class Uploaded(Wire):
    files: Annotated[list[UploadedFile], BeforeValidator(_objects)] = []


class SessionState(Wire):
    """`draft` is untouched: an object, JSON in a string, or None; the lists' elements are undocumented."""

    session_id: str | None = None
    task_id: str | None = None
    task_name: str | None = None
    draft: Any = Field(default=None, validation_alias=AliasPath("state", "draft"))
    video_infos: Things = Field(default=[], validation_alias=AliasPath("state", "video_infos"))
    generated_media: Things = Field(default=[], validation_alias=AliasPath("state", "generated_media"))
    canvas_config: Any = Field(default=None, validation_alias=AliasPath("state", "canvas_config"))


class RenderStatus(Wire):
    """A render as far as it is: `progress` 0-100; `url` may be relative; `size` in bytes.

    Only our own engine adds `error_code`, a word such as `disk_full`; `copied`, the share of the pictures
    that was not encoded anew, 0 to 1; and `warnings`, sentences on what could not be done.
    """

    status: RenderState
    progress: float
    url: str | None = Field(
        default=None,
        validation_alias=AliasChoices(AliasPath("output", "url"), "outputUrl", "output_url", "url"),
    )
    duration_ms: Milliseconds = Field(
        default=None, validation_alias=AliasChoices(AliasPath("output", "duration"), "duration")
    )
    size: Whole = Field(default=None, validation_alias=AliasChoices(AliasPath("output", "size"), "size"))
    copied: Share = Field(default=None, validation_alias=AliasPath("output", "copied"))
    warnings: Annotated[list[str], BeforeValidator(_sentences)] = Field(
        default=[], validation_alias=AliasPath("output", "warnings")
    )
    error: str = ""
    error_code: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_words(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        status = _status(data)
        # A message beside any other status is no error.
        error = said_in(data.get("error")) or said_in(data.get("message")) if status == "failed" else ""
        progress = min(max(_number(data.get("progress")) or 0, 0), 100)
        return {**data, "status": status, "progress": progress, "error": error}


_STATES: dict[str, RenderState] = {
    "pending": "pending",
    "processing": "processing",
    "completed": "completed",
    "failed": "failed",
}


def _status(data: Mapping[str, object]) -> RenderState:
    """A word that is not documented is read by its company: with an error it has failed (G)."""
    unknown: RenderState = "failed" if data.get("error") else "processing"
    return _STATES.get(str(data.get("status")).lower(), unknown)
