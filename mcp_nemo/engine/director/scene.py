"""What the director may know when it listens."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.operations import Operation


@dataclass(frozen=True, slots=True)
class Scene:
    """`media` is every uploaded file, on the timeline or waiting; `latest` what the last message led to."""

    draft: Draft
    media: Sequence[MediaInfo] = ()
    latest: Sequence[Operation] = ()

    @property
    def has_music(self) -> bool:
        return bool(self.draft.music)

    @property
    def title_texts(self) -> list[str]:
        return [title.text for title in self.draft.text.titles]

    @property
    def audio_files(self) -> list[MediaInfo]:
        return [info for info in self.media if info.kind == "audio"]

    @property
    def subtitle_files(self) -> list[MediaInfo]:
        return [info for info in self.media if info.kind == "subtitles"]

    @property
    def overlay_names(self) -> list[str]:
        return [overlay.name for overlay in self.draft.overlay.overlays]

    @property
    def waiting_pictures(self) -> list[MediaInfo]:
        """Videos and images that are not on the timeline."""
        used = {clip.source for clip in self.draft.video.clips}
        used |= {overlay.source for overlay in self.draft.overlay.overlays}
        return [info for info in self.media if info.kind in ("video", "image") and info.id not in used]
