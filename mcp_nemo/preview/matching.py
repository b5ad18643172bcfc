"""Which uploaded file a segment plays.

The backend's list of files is undocumented, so several ways are tried.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from mcp_nemo.preview.charge import Medium, Spot
from mcp_nemo.timeline import Segment, Timeline

# The first is our own engine's.
_ADDRESS_KEYS = ("local_path", "cdn_url", "url", "video_url", "audio_url", "image_url", "file_url")


def media_of(timeline: Timeline, files: Sequence[object], may_fetch: Callable[[str], bool]) -> list[Medium]:
    """The files that segments play, as far as they are found and `may_fetch` allows their address."""
    known = [_KnownFile(file, may_fetch) for file in files if isinstance(file, Mapping)]
    spots: dict[str, list[Spot]] = defaultdict(list)
    for spot, segment in _playing(timeline):
        address = _address(segment, known)
        if may_fetch(address):
            spots[address].append(spot)
    return [Medium(address=address, spots=tuple(places)) for address, places in spots.items()]


class _KnownFile:
    """What one entry of the list says: an address to read it at, and all words by which it may be meant."""

    def __init__(self, file: Mapping[object, object], may_fetch: Callable[[str], bool]) -> None:
        words = {str(key): value for key, value in file.items() if isinstance(value, str) and value}
        self.address = next(
            (words[key] for key in _ADDRESS_KEYS if key in words and may_fetch(words[key])), ""
        )
        self.words = {_without_query(word) for word in words.values()}
        self.names = {_file_name(word) for word in words.values()}


def _playing(timeline: Timeline) -> Iterator[tuple[Spot, Segment]]:
    for number, track in enumerate(timeline.tracks):
        for place, segment in enumerate(track.segments):
            if track.kind in ("video", "audio"):
                yield Spot(track=number, segment=place), segment


def _address(segment: Segment, known: Sequence[_KnownFile]) -> str:
    """By id or URL, else by a file name that only one file has; else the segment's own URL, or nothing."""
    source = segment.source or ""
    if found := next((file for file in known if source in file.words), None):
        return found.address
    for name in filter(None, (_file_name(source), segment.name)):
        named = {file.address for file in known if name in file.names}
        if len(named) == 1:
            return named.pop()
    return source if source.startswith(("http://", "https://")) else ""


def _without_query(word: str) -> str:
    return word.partition("?")[0] if "://" in word else word


def _file_name(word: str) -> str:
    return unquote(_without_query(word)).replace("\\", "/").rpartition("/")[2]
