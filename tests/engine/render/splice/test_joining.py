"""Coded parts put into one film."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.splice.index import read_index
from mcp_nemo.engine.render.splice.joining import Part, Unjoinable, join
from tests.engine.render.splice.coded import CANVAS, RATE, coded, parameters_of, prints
from tests.media import make_sound, read_sound

BETWEEN = "sps-id=1:stitchable=1:open-gop=0"
NONE_LATER, ONE_LATER, SOME_LATER = "bframes=0", "bframes=2:b-pyramid=none", "bframes=3:b-pyramid=normal"


def whole(info: MediaInfo, frames: int) -> Part:
    return Part(info.path, frames)


def copied(info: MediaInfo, first: int, end: int) -> tuple[Part, list[str]]:
    index = read_index(info, CANVAS)
    run = index.run(first, end)
    assert run is not None
    part = Part(info.path, run.count, index.stamps[run.first : run.end])
    return part, prints(info.path)[run.first : run.end]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("source", [NONE_LATER, ONE_LATER, SOME_LATER])
@pytest.mark.parametrize("between", [NONE_LATER, ONE_LATER, SOME_LATER])
def test_every_picture_comes_out_as_it_was(tmp_path: Path, suffix: str, source: str, between: str) -> None:
    film = coded(tmp_path / f"film{suffix}", params=f"keyint=15:{source}")
    title = coded(tmp_path / "title.mp4", 12, start=300, params=f"{BETWEEN}:{between}")
    ending = coded(tmp_path / "ending.mp4", 1, start=600, params=f"{BETWEEN}:{between}")
    sound = make_sound(tmp_path / "sound.m4a", 2)
    early, early_prints = copied(film, 2, 33)
    late, late_prints = copied(film, 40, 60)
    parts = [whole(title, 12), early, whole(ending, 1), late]

    join(parts, sound, RATE, tmp_path / "out.mp4")

    expected = [*prints(title.path), *early_prints, *prints(ending.path), *late_prints]
    assert len(early_prints) > 10
    assert prints(tmp_path / "out.mp4") == expected
    assert_well_timed(tmp_path / "out.mp4", len(expected))


def assert_well_timed(path: Path, pictures: int) -> None:
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        stream = container.streams.video[0]
        assert (stream.start_time, stream.average_rate) == (0, RATE)
        assert (stream.duration or 0) * (stream.time_base or 0) == pictures / RATE
        tick = stream.time_base or Fraction(1)
    shown = sorted(packet.pts * tick * RATE for packet in packets if packet.pts is not None)
    decoded = [packet.dts * tick * RATE for packet in packets if packet.dts is not None]
    assert shown == list(range(pictures))
    assert decoded == list(range(int(decoded[0]), int(decoded[0]) + pictures))
    assert all(
        packet.dts <= packet.pts for packet in packets if packet.dts is not None and packet.pts is not None
    )


def test_sound_stays_as_it_was(tmp_path: Path) -> None:
    film = coded(tmp_path / "film.mp4")
    sound = make_sound(tmp_path / "sound.m4a", 2)

    join([whole(film, 60)], sound, RATE, tmp_path / "out.mp4")

    np.testing.assert_array_equal(read_sound(tmp_path / "out.mp4"), read_sound(sound))


def test_the_index_comes_first_and_tells_the_truth(tmp_path: Path) -> None:
    film = coded(tmp_path / "film.mp4", params="keyint=20")
    title = coded(tmp_path / "title.mp4", 12, params=BETWEEN)
    part, _ = copied(film, 0, 60)

    join([whole(title, 12), part], make_sound(tmp_path / "sound.m4a", 2), RATE, tmp_path / "out.mp4")

    content = (tmp_path / "out.mp4").read_bytes()
    top = [name for name, _ in boxes(content)]
    assert [name for name in top if name != b"free"] == [b"ftyp", b"moov", b"mdat"]
    tables = video_tables(content)
    assert struct.unpack(">4I", tables[b"stts"][:16])[1:3] == (1, 72)
    assert counted(tables[b"ctts"]) == 72
    assert struct.unpack(">3I", tables[b"stsz"][:12])[2] == 72
    edits, length, start = struct.unpack(">4x3I", tables[b"elst"][:16])
    timescale = struct.unpack(">I", tables[b"mdhd"][12:16])[0]
    assert edits == 1
    assert length == 72 * 1000 // 30
    assert start == 2 * timescale // 30


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each box's name and what it holds; raises unless they fill the place to the last byte."""
    while content:
        size, name = struct.unpack(">I4s", content[:8])
        assert 8 <= size <= len(content), name
        yield name, content[8:size]
        content = content[size:]


def video_tables(content: bytes) -> dict[bytes, bytes]:
    for name, track in boxes(dict(boxes(content))[b"moov"]):
        if name == b"trak" and b"vide" in track:
            media = dict(boxes(dict(boxes(track))[b"mdia"]))
            tables = dict(boxes(dict(boxes(media[b"minf"]))[b"stbl"]))
            return {**tables, **dict(boxes(dict(boxes(track))[b"edts"])), b"mdhd": media[b"mdhd"]}
    raise AssertionError("there is no picture")


def counted(table: bytes) -> int:
    """How many samples the runs of a table cover."""
    entries = struct.unpack(">I", table[4:8])[0]
    return sum(struct.unpack_from(">I", table, 8 + 8 * entry)[0] for entry in range(entries))


def test_a_film_holds_the_parameters_of_all_its_parts(tmp_path: Path) -> None:
    film = coded(tmp_path / "film.mp4", profile="main", params="level=3")
    title = coded(tmp_path / "title.mp4", 12, params=f"level=4:{BETWEEN}")
    part, _ = copied(film, 0, 60)

    join([part, whole(title, 12)], make_sound(tmp_path / "sound.m4a", 2), RATE, tmp_path / "out.mp4")

    expected = parameters_of(film.path).joined(parameters_of(title.path))
    assert parameters_of(tmp_path / "out.mp4") == expected


@pytest.mark.parametrize(
    "planned", [Part(Path("film.mp4"), 61), Part(Path("film.mp4"), 59), Part(Path("film.mp4"), 2, (0, 1))]
)
def test_a_part_that_is_not_as_planned_is_found_out(tmp_path: Path, planned: Part) -> None:
    coded(tmp_path / "film.mp4")
    part = replace(planned, path=tmp_path / planned.path)

    with pytest.raises(Unjoinable, match=r"film\.mp4"):
        join([part], make_sound(tmp_path / "sound.m4a", 2), RATE, tmp_path / "out.mp4")
