"""Coded parts put into one film."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.render.splice.index import read_index
from mcp_nemo.engine.render.splice.joining import Part, Unjoinable, join
from tests.engine.render.splice.coded import CANVAS, NTSC, PAL, RATE, UNTAGGED, coded, parameters_of, prints
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

    join(parts, sound, CANVAS, tmp_path / "out.mp4")

    expected = [*prints(title.path), *early_prints, *prints(ending.path), *late_prints]
    assert len(early_prints) > 10
    assert prints(tmp_path / "out.mp4") == expected
    assert_well_timed(tmp_path / "out.mp4", len(expected))


def test_parts_may_come_again_and_from_any_number_of_files(tmp_path: Path) -> None:
    films = [coded(tmp_path / f"{n}.mp4", 8, start=n * 8, params="bframes=2") for n in range(20)]
    chosen = [*films, films[19], films[0], films[19], films[0]]

    join([whole(film, 8) for film in chosen], make_sound(tmp_path / "a.m4a", 6), CANVAS, tmp_path / "out.mp4")

    assert prints(tmp_path / "out.mp4") == [each for film in chosen for each in prints(film.path)]


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

    join([whole(film, 60)], sound, CANVAS, tmp_path / "out.mp4")

    np.testing.assert_array_equal(read_sound(tmp_path / "out.mp4"), read_sound(sound))


@pytest.mark.parametrize("colours", [BT709, NTSC, PAL, UNTAGGED])
def test_a_film_says_the_colours_of_its_canvas(tmp_path: Path, colours: Colours) -> None:
    film = coded(tmp_path / "film.mp4", colours=UNTAGGED)
    canvas = replace(CANVAS, colours=colours)

    join([whole(film, 60)], make_sound(tmp_path / "sound.m4a", 2), canvas, tmp_path / "out.mp4")

    assert probe(tmp_path / "out.mp4").colours == colours
    assert (b"colr" in (tmp_path / "out.mp4").read_bytes()) == (colours != UNTAGGED)


def test_every_picture_is_told(tmp_path: Path) -> None:
    film = coded(tmp_path / "film.mp4")
    told: list[int] = []

    join([whole(film, 60)], make_sound(tmp_path / "sound.m4a", 2), CANVAS, tmp_path / "out.mp4", told.append)

    assert sum(told) == 60


def test_a_film_holds_the_parameters_of_all_its_parts(tmp_path: Path) -> None:
    film = coded(tmp_path / "film.mp4", profile="main", params="level=3")
    title = coded(tmp_path / "title.mp4", 12, params=f"level=4:{BETWEEN}")
    part, _ = copied(film, 0, 60)

    join([part, whole(title, 12)], make_sound(tmp_path / "sound.m4a", 2), CANVAS, tmp_path / "out.mp4")

    expected = parameters_of(film.path).joined(parameters_of(title.path))
    assert parameters_of(tmp_path / "out.mp4") == expected


@pytest.mark.parametrize(
    "planned", [Part(Path("film.mp4"), 61), Part(Path("film.mp4"), 59), Part(Path("film.mp4"), 2, (0, 1))]
)
def test_a_part_that_is_not_as_planned_is_found_out(tmp_path: Path, planned: Part) -> None:
    coded(tmp_path / "film.mp4")
    part = replace(planned, path=tmp_path / planned.path)

    with pytest.raises(Unjoinable, match=r"film\.mp4"):
        join([part], make_sound(tmp_path / "sound.m4a", 2), CANVAS, tmp_path / "out.mp4")
