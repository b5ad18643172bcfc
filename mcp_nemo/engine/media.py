"""What is known of an uploaded file, read from the media itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["video", "image", "audio"]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """`duration_ms` is 0 for images; `width` and `height` are as shown, after rotation; 0 for audio."""

    id: str
    path: Path
    name: str
    kind: Kind
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    frame_rate: float = 0
    has_sound: bool = False
