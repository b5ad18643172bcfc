"""What a plan is made from, and why there may be none."""

from collections.abc import Mapping

from mcp_nemo.engine.media import MediaInfo

Media = Mapping[str, MediaInfo]


class Unplannable(Exception):
    """The message is a sentence for a person."""


class NothingToRender(Unplannable):
    def __init__(self) -> None:
        super().__init__("There is nothing on the timeline.")


class MissingMedia(Unplannable):
    def __init__(self, source: str) -> None:
        super().__init__(f"The timeline uses the media {source!r}, which is not there.")


def find(media: Media, source: str) -> MediaInfo:
    if source not in media:
        raise MissingMedia(source)
    return media[source]
