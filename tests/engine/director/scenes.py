"""Drafts to speak about."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mcp_nemo.engine.director import Scene
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import apply, place_uploads
from mcp_nemo.engine.media import Kind, MediaInfo
from mcp_nemo.engine.operations import AddMusic, AddOverlay, AddTitle, UseAudio


def media(name: str, kind: Kind = "video", duration_ms: int = 30_000, has_sound: bool = True) -> MediaInfo:
    seen = kind in ("video", "image")
    return MediaInfo(
        id=name.upper(),
        path=Path(name),
        name=name,
        kind=kind,
        duration_ms=duration_ms if kind in ("video", "audio") else 0,
        width=320 if seen else 0,
        height=180 if seen else 0,
        frame_rate=25 if kind == "video" else 0,
        has_sound=has_sound and kind in ("video", "audio"),
    )


CLIP: Final = media("beach.mp4")
ANTHEM: Final = media("anthem.mp3", "audio", 60_000)
SONG: Final = media("song.mp3", "audio", 60_000)
LOGO: Final = media("logo.png", "image")
LENGTHS: Final = {"a.mp4": 10_000, "b.mp4": 8_000, "c.mp4": 12_000}
ROW: Final = [media(name, duration_ms=length) for name, length in LENGTHS.items()]
PHOTO: Final = media("garden.jpg", "image")

ONE: Final = Scene(place_uploads(Draft(), [CLIP]), [CLIP])
ANTHEM_WAITING: Final = Scene(ONE.draft, [CLIP, ANTHEM])
SONG_WAITING: Final = Scene(ONE.draft, [CLIP, SONG])
SUNG: Final = Scene(
    apply(
        SONG_WAITING.draft,
        [UseAudio(media_id=SONG.id, volume=0.3, source_start_ms=50_000)],
        {SONG.id: SONG, CLIP.id: CLIP},
        seed=1,
    ),
    SONG_WAITING.media,
)
SCORED: Final = Scene(
    apply(ONE.draft, [AddTitle(text="Hello"), AddMusic(mood="calm", volume=0.8)], {CLIP.id: CLIP}, seed=1),
    [CLIP],
)
TWO_TITLES: Final = Scene(
    apply(SCORED.draft, [AddTitle(text="Bye", start_ms=-3000, end_ms=None)], {CLIP.id: CLIP}, seed=1), [CLIP]
)
THREE: Final = Scene(place_uploads(Draft(), ROW), ROW)
FILM: Final = Scene(apply(THREE.draft, [AddMusic(mood="calm")], {clip.id: clip for clip in ROW}, seed=1), ROW)
PHOTO_LAST: Final = Scene(place_uploads(Draft(), [*ROW[:2], PHOTO]), [*ROW[:2], PHOTO])
LOGO_WAITING: Final = Scene(THREE.draft, [*ROW, LOGO])
LOGO_SHOWN: Final = Scene(place_uploads(Draft(), [CLIP, LOGO]), [CLIP, LOGO])
TUNE: Final = media("tune.wav", "audio", 60_000)
TUNE_WAITING: Final = Scene(ONE.draft, [CLIP, TUNE])
BRANDED: Final = Scene(
    apply(ONE.draft, [AddOverlay(media_id=LOGO.id)], {LOGO.id: LOGO, CLIP.id: CLIP}, seed=1), [CLIP, LOGO]
)
SUBTITLED: Final = Scene(ONE.draft, [CLIP, media("talk.srt", "subtitles")])
SOUND_ONLY: Final = Scene(place_uploads(Draft(), [SONG]), [SONG])
SOUND_AND_LOGO: Final = Scene(SOUND_ONLY.draft, [SONG, LOGO])

SCENES: Final[Mapping[str, Scene]] = {
    "one": ONE,
    "anthem": ANTHEM_WAITING,
    "song": SONG_WAITING,
    "sung": SUNG,
    "scored": SCORED,
    "titles": TWO_TITLES,
    "three": THREE,
    "film": FILM,
    "photo": PHOTO_LAST,
    "waiting": LOGO_WAITING,
    "branded": BRANDED,
    "shown": LOGO_SHOWN,
    "tune": TUNE_WAITING,
    "subtitled": SUBTITLED,
    "sound": SOUND_ONLY,
    "cover": SOUND_AND_LOGO,
}
