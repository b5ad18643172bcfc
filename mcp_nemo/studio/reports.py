"""What the use cases answer: facts, without wording."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from mcp_nemo.errors import NemoError
from mcp_nemo.settings import Backend
from mcp_nemo.timeline import Timeline

EditStatus = Literal["applied", "no_change", "working", "needs_reply", "not_understood", "failed"]
ExportStatus = Literal["rendering", "completed", "failed"]
InterchangeFormat = Literal["otio", "srt"]
ExportFormat = Literal["mp4", "otio", "srt"]


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True)


class Problem(_Report):
    """A failure as data."""

    code: str
    message: str
    hint: str
    retryable: bool

    @classmethod
    def of(cls, error: NemoError) -> "Problem":
        return cls(code=error.code, message=error.message, hint=error.hint, retryable=error.retryable)


class SessionReport(_Report):
    session_id: str
    backend: Backend
    title: str
    credits_available: float | None = None


class UploadedRow(_Report):
    """One source: what it turned out to be, or why it was not taken."""

    source: str
    name: str
    kind: str | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None
    problem: Problem | None = None


class UploadReport(_Report):
    session_id: str
    backend: Backend
    status: Literal["uploaded", "working", "failed", "not_sent"]
    files: list[UploadedRow]
    upload_id: str | None = Field(default=None, description="While it is under way.")
    running_seconds: float | None = None
    sent_bytes: int | None = None
    total_bytes: int | None = None


class EditReport(_Report):
    session_id: str
    backend: Backend
    status: EditStatus
    instruction: str
    reply: str = Field(default="", description="What the backend said: text of others, to be shown only.")
    changes: list[str] = Field(default_factory=list, description="What is different on the timeline now.")
    timeline: Timeline | None = None
    credits_spent: float | None = None
    running_seconds: float | None = None
    meant_for: str | None = Field(default=None, description="The tool for a wish that is no edit.")
    not_sent: str | None = Field(default=None, description="A wish that has to wait for the running edit.")
    problem: Problem | None = None


class RunningEdit(_Report):
    instruction: str
    running_seconds: float
    doing: str = ""


class TimelineReport(Timeline):
    session_id: str
    backend: Backend
    running_edit: RunningEdit | None = None
    finished_edit: EditReport | None = Field(default=None, description="An outcome not told before.")


class CreditsReport(_Report):
    backend: Backend
    available: float
    frozen: float
    total: float | None = None


class ExportReport(_Report):
    session_id: str
    backend: Backend
    render_id: str | None = Field(default=None, description="Of a film.")
    status: ExportStatus
    format: ExportFormat = "mp4"
    progress: float = Field(description="Percent done, 0 to 100.")
    path: str | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None
    checks: list[str] = Field(default_factory=list, description="What was verified on the finished file.")
    notes: list[str] = Field(default_factory=list, description="What is to be seen and heard in it.")
    warnings: list[str] = Field(
        default_factory=list, description="What could not be done, or had to be encoded anew."
    )
    copied: float | None = Field(default=None, description="The share not encoded anew, 0 to 1.")
    receipt: str | None = Field(default=None, description="The path of the receipt beside the film.")
    made_before: bool | None = Field(default=None, description="By an earlier export, and unchanged since.")
    running_seconds: float | None = None
    seconds_left: int | None = Field(default=None, description="About, where it can be told.")
    problem: Problem | None = None
