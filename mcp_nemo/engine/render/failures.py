"""Why a render failed, in words, whatever went wrong underneath."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import av
from pydantic import ValidationError

from mcp_nemo.engine.render.plan import Unplannable
from mcp_nemo.engine.render.source import BrokenSource
from mcp_nemo.engine.render.splice.joining import Unjoinable

ErrorCode = Literal["disk_full", "not_media", "render_failed"]

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class RenderFailure(Exception):
    """`message` is a sentence for a person."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message

    def __reduce__(self) -> tuple[type["RenderFailure"], tuple[str, ...]]:
        """Failures of worker processes are pickled."""
        return RenderFailure, (self.code, self.message)


class EncoderFailed(RenderFailure):
    """Hardware that was asked to encode, and did not."""

    def __init__(self, encoder: str) -> None:
        super().__init__("render_failed", f"The encoder {encoder} failed.")
        self.encoder = encoder

    def __reduce__(self) -> tuple[type["EncoderFailed"], tuple[str]]:
        return EncoderFailed, (self.encoder,)


class WorkerLost(Exception):
    def __init__(self) -> None:
        super().__init__("A worker process was ended from outside, twice; there may be too little memory.")


@contextmanager
def failures_in_words(target: Path) -> Iterator[None]:
    """`target` is what was being made."""
    try:
        yield
    except BrokenSource as error:
        raise RenderFailure("not_media", str(error)) from error
    except (Unplannable, WorkerLost) as error:
        raise RenderFailure("render_failed", str(error)) from error
    except Unjoinable as error:
        raise RenderFailure("render_failed", f"The film could not be joined: {error}.") from error
    except ValidationError as error:
        raise RenderFailure("render_failed", "The draft is not one of this engine's.") from error
    except (OSError, av.FFmpegError) as error:
        if error.errno in _NO_ROOM:
            raise RenderFailure(
                "disk_full", f"There is no room left on the disk of {target.parent}."
            ) from error
        raise RenderFailure("render_failed", f"{target.name} could not be made: {error.strerror}.") from error
