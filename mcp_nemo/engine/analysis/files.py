"""A whole file, looked at and listened to."""

from dataclasses import dataclass
from pathlib import Path

from mcp_nemo.engine.analysis.pictures import Look, look
from mcp_nemo.engine.analysis.sounds import Hearing, listen


@dataclass(frozen=True, slots=True)
class Analysis:
    look: Look
    hearing: Hearing


def analyse(path: Path) -> Analysis:
    """av's FFmpegError for what cannot be read."""
    return Analysis(look(path), listen(path))
