"""Drafts to speak about."""

from pathlib import Path
from typing import Final

from mcp_nemo.engine.director import Scene
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import apply, place_uploads
from mcp_nemo.engine.media import Kind, MediaInfo
from mcp_nemo.engine.operations import AddMusic, AddTitle


def media(name: str, kind: Kind = "video", duration_ms: int = 30_000, has_sound: bool = True) -> MediaInfo:
    seen = kind != "audio"
    return MediaInfo(
        id=name.upper(),
        path=Path(name),
        name=name,
        kind=kind,
        duration_ms=0 if kind == "image" else duration_ms,
        width=320 if seen else 0,
        height=180 if seen else 0,
        frame_rate=25 if kind == "video" else 0,
        has_sound=has_sound and kind != "image",
    )


CLIP: Final = media("beach.mp4")
SONG: Final = media("anthem.mp3", "audio", 60_000)

ONE: Final = Scene(place_uploads(Draft(), [CLIP]), [CLIP])
SONG_WAITING: Final = Scene(ONE.draft, [CLIP, SONG])
SCORED: Final = Scene(
    apply(ONE.draft, [AddTitle(text="Hello"), AddMusic(mood="calm", volume=0.8)], {CLIP.id: CLIP}, seed=1),
    [CLIP],
)
TWO_TITLES: Final = Scene(
    apply(SCORED.draft, [AddTitle(text="Bye", start_ms=-3000, end_ms=None)], {CLIP.id: CLIP}, seed=1), [CLIP]
)
