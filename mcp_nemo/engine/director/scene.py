"""What the director may know when it listens."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import MediaInfo


@dataclass(frozen=True, slots=True)
class Scene:
    """`media` is every uploaded file, on the timeline or waiting."""

    draft: Draft
    media: Sequence[MediaInfo] = ()

    @property
    def has_music(self) -> bool:
        return bool(self.draft.audio.clips)

    @property
    def title_texts(self) -> list[str]:
        return [title.text for title in self.draft.text.titles]

    @property
    def audio_files(self) -> list[MediaInfo]:
        return [info for info in self.media if info.kind == "audio"]
