"""Joined films as strict players read them: every table true, every byte accounted for."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from mcp_nemo.engine.render.job import execute
from mcp_nemo.engine.render.splice.bits import BitReader, payload
from tests.engine.render.films import clip, job, song, title
from tests.engine.render.splice.boxes import Track, boxes, inside, tracks
from tests.engine.render.splice.coded import GROUPS, coded
from tests.media import make_sound

FRAMES, RATE, SOUND_RATE = 150, 30, 48_000
AAC_FRAME = 1024
SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8


@pytest.fixture(
    scope="module",
    params=["bframes=0", "bframes=3:b-adapt=0:b-pyramid=normal", "bframes=0:aud=1:repeat-headers=1"],
)
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Copied, encoded for a title, and copied again, as an export makes it."""
    folder: Path = tmp_path_factory.mktemp("film")
    source = coded(folder / "source.mp4", FRAMES, params=f"{GROUPS}:{request.param}")
    make_sound(folder / "song.wav", FRAMES / RATE)
    segments = (clip(source.path, 0, 5000), title("Hello", 1600, 1000), song(folder / "song.wav", 0, 5000))
    asked = job(folder, *segments).model_copy(update={"quality": "high"})
    result = execute(asked, lambda share: None)
    assert 0 < result.copied < 1
    return result.path.read_bytes()


@pytest.fixture(scope="module")
def picture(film: bytes) -> Track:
    return tracks(film)["vide"]


@pytest.fixture(scope="module")
def sound(film: bytes) -> Track:
    return tracks(film)["soun"]


def test_the_index_comes_before_the_media(film: bytes) -> None:
    names = [box.name for box in boxes(film)]
    assert [name for name in names if name != "free"] == ["ftyp", "moov", "mdat"]
    assert [box.name for box in boxes(inside(film, "moov"))][:3] == ["mvhd", "trak", "trak"]


def test_every_byte_of_the_media_belongs_to_one_sample(film: bytes, picture: Track, sound: Track) -> None:
    spans = sorted(
        (place, place + size)
        for track in (picture, sound)
        for place, size in zip(track.places, track.sizes, strict=True)
    )
    begin = film.index(inside(film, "mdat"))
    assert spans[0][0] == begin
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert spans[-1][1] == begin + len(inside(film, "mdat"))


def test_there_are_as_many_samples_as_pictures_and_frames_of_sound(picture: Track, sound: Track) -> None:
    assert len(picture.sizes) == FRAMES
    heard = FRAMES * SOUND_RATE // RATE
    assert heard <= (len(sound.sizes) - 1) * AAC_FRAME < heard + 2 * AAC_FRAME


def test_pictures_come_at_an_even_pace(picture: Track) -> None:
    tick = picture.timescale // RATE
    assert set(picture.durations) == {tick}
    assert picture.length == FRAMES * tick
    assert sorted(picture.shown) == list(range(picture.shown[0], picture.shown[0] + FRAMES * tick, tick))
    assert all(shown >= decoded for shown, decoded in zip(picture.shown, picture.decoded, strict=True))


def test_edits_begin_with_the_first_picture_and_behind_what_the_coder_put_before_the_sound(
    film: bytes, picture: Track, sound: Track
) -> None:
    per_second = struct.unpack_from(">I", inside(film, "moov", "mvhd"), 12)[0]
    [seen], [heard] = picture.edits, sound.edits
    assert seen.begins_at == min(picture.shown)
    assert heard.begins_at == AAC_FRAME
    assert sum(sound.durations) == sound.length
    for edit, track in ((seen, picture), (heard, sound)):
        assert edit.length == track.film_length == pytest.approx(FRAMES * per_second / RATE, abs=1)


def test_pictures_that_are_told_to_refresh_do(film: bytes, picture: Track) -> None:
    refreshing = [
        number
        for number, sample in enumerate(picture.samples(film), 1)
        if IDR in {unit[0] & 31 for unit in _units(sample)}
    ]
    assert refreshing[0] == 1
    # The title, and what is copied after it, begin anew.
    assert len(refreshing) > FRAMES // 20
    assert picture.refreshing == refreshing


def test_pictures_are_whole_and_name_parameters_that_are_there(film: bytes, picture: Track) -> None:
    sequences, pictures = _parameter_sets(picture.entry)
    assert len(sequences) == len(pictures) == 2
    named = set()
    for sample in picture.samples(film):
        units = list(_units(sample))
        kinds = {unit[0] & 31 for unit in units}
        assert kinds <= {SLICE, IDR, SEI}
        named |= {_picture_set_of(unit) for unit in units if unit[0] & 31 in (SLICE, IDR)}
    assert named == {_ids(unit)[0] for unit in pictures}
    assert {_ids(unit)[1] for unit in pictures} == {_sequence_id(unit) for unit in sequences}


def _units(sample: bytes) -> Iterator[bytes]:
    """The NAL units of a picture; raises unless they fill it."""
    while sample:
        length = int.from_bytes(sample[:4], "big")
        assert 0 < length <= len(sample) - 4
        yield sample[4 : 4 + length]
        sample = sample[4 + length :]


def _parameter_sets(entry: bytes) -> tuple[list[bytes], list[bytes]]:
    """Those of sequences and of pictures in the record avcC of the only kind of sample."""
    [kind] = boxes(entry[8:])
    assert kind.name == "avc1"
    record = inside(kind.content[78:], "avcC")
    assert record[0] == 1
    assert record[4] & 3 == 3
    sequences, place = _sets(record, 5, record[5] & 31, SPS)
    pictures, _ = _sets(record, place, record[place], PPS)
    assert record[1] == max(unit[1] for unit in sequences)
    return sequences, pictures


def _sets(record: bytes, place: int, count: int, kind: int) -> tuple[list[bytes], int]:
    found = []
    place += 1
    for _ in range(count):
        length = int.from_bytes(record[place : place + 2], "big")
        found.append(record[place + 2 : place + 2 + length])
        assert found[-1][0] & 31 == kind
        place += 2 + length
    return found, place


def _sequence_id(unit: bytes) -> int:
    return BitReader(payload(unit)[3:]).unsigned()


def _ids(unit: bytes) -> tuple[int, int]:
    """Of a picture's set, and of the sequence's that it builds on."""
    reader = BitReader(payload(unit))
    return reader.unsigned(), reader.unsigned()


def _picture_set_of(unit: bytes) -> int:
    reader = BitReader(payload(unit[:32]))
    reader.unsigned()
    reader.unsigned()
    return reader.unsigned()
