"""A render as one process asks another for it: plain data in, plain data out."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import av
from pydantic import BaseModel, ConfigDict, ValidationError

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.check import check
from mcp_nemo.engine.render.encode import encode
from mcp_nemo.engine.render.plan import Quality, Unplannable, plan
from mcp_nemo.engine.render.source import BrokenSource

ErrorCode = Literal["disk_full", "not_media", "render_failed"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RenderFailure(Exception):
    """`message` is a sentence for a person."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message


class RenderJob(BaseModel):
    """`draft` is a draft as on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: dict[str, Any]
    media: tuple[MediaInfo, ...]
    target: Path
    quality: Quality = "high"


class RenderResult(BaseModel):
    """`plan` says in words what was done; `warnings` what could not be, in sentences."""

    model_config = ConfigDict(frozen=True)

    path: Path
    duration_ms: int
    size: int
    width: int
    height: int
    plan: str
    warnings: tuple[str, ...] = ()


def execute(job: RenderJob, progress: Callable[[float], None]) -> RenderResult:
    """Render to the job's target; raises RenderFailure, and then leaves nothing behind."""
    with _failures_in_words(job.target), _replacing(job.target) as unfinished:
        planned = plan(Draft.from_wire(job.draft), {info.id: info for info in job.media}, job.quality)
        warnings = encode(planned, unfinished, progress)
        if findings := check(unfinished, planned):
            raise RenderFailure("render_failed", f"The film did not pass its checks: {'; '.join(findings)}.")
        size = unfinished.stat().st_size
    return RenderResult(
        path=job.target,
        duration_ms=planned.duration_ms,
        size=size,
        width=planned.canvas.width,
        height=planned.canvas.height,
        plan=planned.describe(),
        warnings=warnings,
    )


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A name beside the target that becomes the target when all goes well, and disappears when not."""
    unfinished = target.with_name(f".{target.stem}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _failures_in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenSource as error:
        raise RenderFailure("not_media", str(error)) from error
    except Unplannable as error:
        raise RenderFailure("render_failed", str(error)) from error
    except ValidationError as error:
        raise RenderFailure("render_failed", "The draft is not one of this engine's.") from error
    except (OSError, av.FFmpegError) as error:
        if error.errno in _NO_ROOM:
            raise RenderFailure(
                "disk_full", f"There is no room left on the disk of {target.parent}."
            ) from error
        raise RenderFailure("render_failed", f"{target.name} could not be made: {error.strerror}.") from error
