"""The boxes of an MP4 (ISO/IEC 14496-12), read without any help of FFmpeg's."""

import struct
from collections.abc import Iterator, Mapping
from itertools import accumulate, chain, repeat
from typing import NamedTuple


class Box(NamedTuple):
    name: str
    content: bytes


class Edit(NamedTuple):
    """In the film's ticks, and in those of the track."""

    length: int
    begins_at: int


class Track(NamedTuple):
    """A track's tables; `places` are where in the file each sample lies, `shown` when, in ticks."""

    kind: str
    timescale: int
    length: int
    film_length: int
    edits: list[Edit]
    entry: bytes
    sizes: list[int]
    places: list[int]
    decoded: list[int]
    shown: list[int]
    durations: list[int]
    refreshing: list[int]

    def samples(self, content: bytes) -> list[bytes]:
        return [content[place : place + size] for place, size in zip(self.places, self.sizes, strict=True)]


def boxes(content: bytes) -> list[Box]:
    """Those that lie side by side; raises unless they fill the place to the last byte."""
    found = []
    while content:
        size, name = struct.unpack(">I4s", content[:8])
        assert 8 <= size <= len(content), name
        found.append(Box(name.decode("ascii"), content[8:size]))
        content = content[size:]
    return found


def inside(content: bytes, *path: str) -> bytes:
    """What the only box at a path holds."""
    for name in path:
        [content] = [box.content for box in boxes(content) if box.name == name]
    return content


def tracks(film: bytes) -> dict[str, Track]:
    """By kind, `vide` or `soun`."""
    found = [_track(box.content) for box in boxes(inside(film, "moov")) if box.name == "trak"]
    return {track.kind: track for track in found}


def with_edits(film: bytes, *edits: Edit) -> bytes:
    """A film of one track, whose index comes last, as these edits show it."""
    entries = b"".join(struct.pack(">III", edit.length, edit.begins_at, 1 << 16) for edit in edits)
    return _with(film, struct.pack(">II", 0, len(edits)) + entries, "moov", "trak", "edts", "elst")


def _with(content: bytes, new: bytes, *path: str) -> bytes:
    """The same boxes, the one at a path with other content."""
    rest = path[1:]
    changed = (
        Box(box.name, box.content if box.name != path[0] else _with(box.content, new, *rest) if rest else new)
        for box in boxes(content)
    )
    return b"".join(
        struct.pack(">I4s", len(box.content) + 8, box.name.encode()) + box.content for box in changed
    )


def _track(content: bytes) -> Track:
    media = inside(content, "mdia")
    timescale, length = struct.unpack_from(">II", inside(media, "mdhd"), 12)
    tables = {box.name: box.content for box in boxes(inside(media, "minf", "stbl"))}
    assert len(tables) == len(boxes(inside(media, "minf", "stbl")))
    sizes = _sizes(tables["stsz"])
    durations = list(_runs(tables["stts"]))
    decoded = [0, *accumulate(durations)][: len(sizes)]
    later = list(_runs(tables["ctts"], signed=True)) if "ctts" in tables else [0] * len(sizes)
    assert len(durations) == len(later) == len(sizes)
    return Track(
        kind=inside(media, "hdlr")[8:12].decode("ascii"),
        timescale=timescale,
        length=length,
        film_length=struct.unpack_from(">I", inside(content, "tkhd"), 20)[0],
        edits=_edits(inside(content, "edts", "elst")),
        entry=tables["stsd"],
        sizes=sizes,
        places=list(_places(tables, sizes)),
        decoded=decoded,
        shown=[start + offset for start, offset in zip(decoded, later, strict=True)],
        durations=durations,
        refreshing=list(_numbers(tables["stss"])) if "stss" in tables else [],
    )


def _sizes(table: bytes) -> list[int]:
    same, count = struct.unpack_from(">II", table, 4)
    sizes = [same] * count if same else list(struct.unpack_from(f">{count}I", table, 12))
    assert len(table) == 12 + (0 if same else 4 * count)
    return sizes


def _runs(table: bytes, *, signed: bool = False) -> Iterator[int]:
    """The value of each sample; negative offsets need version 1."""
    version, entries = table[0], struct.unpack_from(">I", table, 4)[0]
    assert len(table) == 8 + 8 * entries
    layout = ">Ii" if signed and version else ">II"
    pairs = struct.iter_unpack(layout, table[8:])
    return chain.from_iterable(repeat(value, count) for count, value in pairs)


def _numbers(table: bytes, layout: str = ">I") -> Iterator[int]:
    entries = struct.unpack_from(">I", table, 4)[0]
    assert len(table) == 8 + struct.calcsize(layout) * entries
    return (number for (number,) in struct.iter_unpack(layout, table[8:]))


def _places(tables: Mapping[str, bytes], sizes: list[int]) -> Iterator[int]:
    """Where the samples lie, chunk by chunk; raises unless the chunks hold as many as there are."""
    assert ("stco" in tables) != ("co64" in tables)
    chunks = list(_numbers(tables["stco"]) if "stco" in tables else _numbers(tables["co64"], ">Q"))
    waiting = iter(sizes)
    for place, count in zip(chunks, _counts(tables["stsc"], len(chunks)), strict=True):
        for _ in range(count):
            yield place
            place += next(waiting)
    assert next(waiting, None) is None


def _counts(table: bytes, chunks: int) -> Iterator[int]:
    """How many samples each chunk holds."""
    runs = list(struct.iter_unpack(">III", table[8:]))
    assert len(runs) == struct.unpack_from(">I", table, 4)[0]
    firsts = [first for first, _, _ in runs]
    assert firsts[0] == 1
    assert firsts == sorted(set(firsts))
    for (first, count, entry), end in zip(runs, [*firsts[1:], chunks + 1], strict=True):
        assert entry == 1
        yield from repeat(count, end - first)


def _edits(table: bytes) -> list[Edit]:
    version, entries = table[0], struct.unpack_from(">I", table, 4)[0]
    layout = ">Qqhh" if version else ">Iihh"
    assert len(table) == 8 + struct.calcsize(layout) * entries
    found = []
    for length, begins_at, rate, fraction in struct.iter_unpack(layout, table[8:]):
        assert (rate, fraction) == (1, 0)
        found.append(Edit(length, begins_at))
    return found
