"""A draft of any shape, read as far as it can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from mcp_nemo.draft_keys import SEGMENTS, TRACKS, TrackType
from mcp_nemo.timeline import words
from mcp_nemo.timeline.fields import Fields, Reading, as_json, factor, flag, number, parse, text
from mcp_nemo.timeline.labels import one_line
from mcp_nemo.timeline.model import Segment, Timeline, Track
from mcp_nemo.timeline.words import Words

_KINDS: Final = {f"{kind:d}": kind.name.lower() for kind in TrackType} | {
    word: word for word in ("video", "audio", "text")
}
_TRACK_NAMES: Final = {"video": "Video", "audio": "BGM", "text": "Title"}

# No edit falls within the first frame, so a bare number this small counts seconds.
_FRAME_MS: Final = 40

# What is not read into a field of its own is told by `phrases`, or as it stands.
_READ_OF_SEGMENT: Final = words.OF_SEGMENT - words.OF_LOOK

Units = Mapping[str, int]


def decode(draft: object) -> Timeline:
    """The timeline in a draft, given as object or JSON text; whatever holds none is an empty one."""
    root = Fields(parse(draft))
    entries = root.entries(TRACKS)
    units = _units([root, *(segment for entry in entries for segment in entry.entries(SEGMENTS))])
    said = _milliseconds(root, words.LENGTH, units)
    total_ms = said.value if said else 0
    tracks = tuple(_track(entry, units, total_ms) for entry in entries)
    title = root.read(words.PROJECT_NAME, text)
    return Timeline(
        title=title.value if title else "",
        duration_ms=total_ms or max((s.end_ms for track in tracks for s in track.segments), default=0),
        width=_pixels(root, words.WIDTH),
        height=_pixels(root, words.HEIGHT),
        tracks=tracks,
        details={path: as_json(value) for path, value in root.known(words.OF_PICTURE)},
    )


def unknown_keys(draft: object) -> list[str]:
    """Where a draft says things that are not understood: paths such as `t[].sg[].m.foo`, sorted."""
    return sorted({one_line(path, 120) for path in _strange_paths(Fields(parse(draft)))})


def _strange_paths(root: Fields) -> Iterator[str]:
    yield from (path for path, _ in root.strangers(words.OF_DRAFT))
    for track in root.entries(TRACKS):
        yield from (f"{TRACKS}[].{path}" for path, _ in track.strangers(words.OF_TRACK))
        for segment in track.entries(SEGMENTS):
            found = segment.strangers(words.OF_SEGMENT)
            yield from (f"{TRACKS}[].{SEGMENTS}[].{path}" for path, _ in found)


def _units(entries: Sequence[Fields]) -> Units:
    """For each time word in use, how many milliseconds one is: a backend uses a word in one unit only."""
    used: dict[str, list[float]] = {}
    for entry in entries:
        for word in entry.words & words.TIME_WORDS:
            reading = entry.read((word,), number)
            used.setdefault(word, []).extend([reading.value] if reading else [])
    return {word: words.unit_of(word) or (1000 if _are_seconds(used[word]) else 1) for word in used}


def _are_seconds(values: Sequence[float]) -> bool:
    """Whether bare numbers are clearly seconds: all small, and one a fraction or within the first frame."""
    return max(values, default=0) < 1000 and any(v % 1 or 0 < v < _FRAME_MS for v in values)


def _milliseconds(entry: Fields, choice: Words, units: Units) -> Reading[int] | None:
    """A time that makes sense; a negative one counts as not said."""
    reading = entry.read(choice, _positive)
    if reading is None:
        return None
    return Reading(round(reading.value * units[reading.word]), reading.word, reading.guessed)


def _positive(value: object) -> float | None:
    found = number(value)
    return found if found is not None and found >= 0 else None


def _pixels(root: Fields, choice: Words) -> int:
    reading = root.read(choice, _positive)
    return round(reading.value) if reading else 0


def _track(entry: Fields, units: Units, total_ms: int) -> Track:
    type_ = entry.read(words.TYPE, _kind)
    kind = type_.value if type_ else "type unknown"
    name = entry.read(words.NAME, text)
    segments = entry.entries(SEGMENTS)
    stretches = _stretches(segments, units, total_ms)
    return Track(
        kind=kind,
        name=name.value if name else _TRACK_NAMES.get(kind, kind.capitalize()),
        segments=tuple(_segment(*pair, units) for pair in zip(segments, stretches, strict=True)),
    )


def _kind(value: object) -> str | None:
    """`0` and `"0"` are both the documented number."""
    code = number(value)
    word = f"{code:g}" if code is not None else one_line(text(value) or "", 20).lower()
    return _KINDS.get(word, f"type {word}") if word else None


@dataclass(frozen=True, slots=True)
class _Stretch:
    start_ms: int
    duration_ms: int
    guessed: tuple[str, ...]


def _stretches(segments: Sequence[Fields], units: Units, total_ms: int) -> list[_Stretch]:
    """Where the segments lie: without a start after the one before, without a length up to the next."""
    starts = [_milliseconds(segment, words.START, units) for segment in segments]
    # What follows the last segment is the end of the draft.
    followings = [*starts[1:], Reading(total_ms, "", guessed=True)]
    found: list[_Stretch] = []
    cursor = 0
    for segment, start, following in zip(segments, starts, followings, strict=False):
        length = _milliseconds(segment, words.LENGTH, units)
        end = _milliseconds(segment, words.END, units) or following
        start_ms = start.value if start else cursor
        end_ms = end.value if end else start_ms
        duration_ms = length.value if length else max(end_ms - start_ms, 0)
        readings = {"start_ms": start, "duration_ms": length}
        guessed = tuple(field for field, reading in readings.items() if not reading or reading.guessed)
        found.append(_Stretch(start_ms, duration_ms, guessed))
        cursor = start_ms + duration_ms
    return found


def _segment(entry: Fields, stretch: _Stretch, units: Units) -> Segment:
    name = _name(entry)
    source = entry.read(words.SOURCE, _source)
    readings: dict[str, Reading[str] | Reading[float] | Reading[int] | Reading[bool] | None] = {
        "name": name,
        "text": entry.read(words.TEXT, text),
        "volume": _volume(entry),
        "fade_in_ms": _milliseconds(entry, words.FADE_IN, units),
        "fade_out_ms": _milliseconds(entry, words.FADE_OUT, units),
        "speed": entry.read(words.SPEED, _speed),
        "source_start_ms": _milliseconds(entry, words.SOURCE_START, units),
        "place": entry.read(words.PLACE, text),
        "duck": entry.read(words.DUCK, flag),
        "crossfade_ms": _milliseconds(entry, words.CROSSFADE, units),
    }
    said = {field: reading for field, reading in readings.items() if reading}
    return Segment.model_validate(
        {
            "start_ms": stretch.start_ms,
            "duration_ms": stretch.duration_ms,
            **{field: reading.value for field, reading in said.items()},
            "inferred": (*stretch.guessed, *(field for field, reading in said.items() if reading.guessed)),
            "source": source.value if source else None,
            "details": {path: as_json(value) for path, value in entry.strangers(_READ_OF_SEGMENT)},
        }
    )


def _name(entry: Fields) -> Reading[str]:
    """What it is called; otherwise the file it plays, the words it shows, or "unnamed"."""
    return (
        entry.read(words.NAME, text)
        or _guess(entry.read(words.SOURCE, _file_name))
        or _guess(entry.read(words.TEXT, text))
        or Reading("unnamed", "", guessed=True)
    )


def _guess(reading: Reading[str] | None) -> Reading[str] | None:
    return Reading(reading.value, reading.word, guessed=True) if reading else None


def _file_name(value: object) -> str | None:
    """The last part of a path or URL; text with neither slash nor dot may be any id."""
    address = text(value)
    if address is None or not ("/" in address or "\\" in address or "." in address):
        return None
    return text(PurePosixPath(unquote(_source(address) or "").replace("\\", "/")).name)


def _source(value: object) -> str | None:
    """A path, an id, a URL without its query (signatures change with every look), or a recipe as JSON."""
    if isinstance(value, dict):
        return as_json(value)
    address = text(value)
    return address.partition("?")[0] if address and "://" in address else address


def _volume(entry: Fields) -> Reading[float] | None:
    muted = entry.read(words.MUTED, flag)
    if muted and muted.value:
        return Reading(0.0, muted.word, guessed=True)
    percent = entry.read(words.PERCENT, factor)
    volume = entry.read(words.VOLUME, factor)
    # Nobody plays a sound ten times as loud: such a number is a percentage.
    if percent is None and volume and volume.value >= 10:
        percent = volume
    return Reading(round(percent.value / 100, 4), percent.word, guessed=True) if percent else volume


def _speed(value: object) -> float | None:
    found = factor(value)
    return found or None
