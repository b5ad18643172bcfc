"""What is told of a finished film, which here is made to have it."""

import re
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.studio.inspection import Unplayable, inspect, look_through
from mcp_nemo.studio.stretches import Stretch, footage
from mcp_nemo.timeline import Segment, Timeline, Track
from tests.media import Picture, make_sound, make_video, numbered

SIZE = (320, 180)
BLACK = np.zeros((180, 320, 3), np.uint8)
PATIENCE = 20.0
THROUGHOUT = [Stretch(0, 60)]


@pytest.mark.parametrize("expected_ms", [None, 0, 2000, 2400, 1100])
def test_a_film_is_told_in_facts(tmp_path: Path, expected_ms: int | None) -> None:
    """Also where the backend rounds the length to whole seconds."""
    film = make_video(tmp_path / "film.mp4", seconds=2)
    found = inspect(film, expected_ms)
    assert found.duration_ms == pytest.approx(2000, abs=50)
    assert (found.width, found.height) == SIZE
    assert found.size_bytes == film.stat().st_size
    assert found.sha256 == sha256(film.read_bytes()).hexdigest()
    assert found.streams == ["h264 320x180", "sound, aac"]


def test_a_film_measures_as_it_is_shown(tmp_path: Path) -> None:
    path = make_video(tmp_path / "phone.mp4", seconds=1, rotation=90)

    inspected = inspect(path, None, is_exact=False)

    assert (inspected.width, inspected.height) == (180, 320)
    assert inspected.streams[0] == "h264 180x320"


def test_a_film_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match="and not 5000"):
        inspect(make_video(tmp_path / "film.mp4", seconds=2), 5000)


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match="no picture"):
        inspect(make_sound(tmp_path / "song.m4a", 1), None)


def test_a_length_told_exactly_is_held_to_the_frame(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2)
    assert "lasts 2.0 s as planned, to the frame" in inspect(film, 2030, is_exact=True).checks
    assert "its picture lasts 2000 ms, where 2100 were planned" in inspect(film, 2100, is_exact=True).notes


def test_a_film_in_which_something_happens_has_nothing_to_tell(tmp_path: Path) -> None:
    """A tone of a quarter of full scale; its peak stands 3 dB over its average."""
    film = make_video(tmp_path / "film.mp4", seconds=4)
    assert look_through(film, PATIENCE) == ["sound at -15 dB on average, -12 dB at its peak"]


def _between(start: int, end: int, picture: Picture, number: int) -> Picture:
    """Numbered frames, but for a stretch that shows one picture."""
    return picture if start <= number < end else numbered(number, SIZE)


@pytest.mark.parametrize(("start", "end"), [(0, 90), (60, 150), (90, 180)])
@pytest.mark.parametrize(("picture", "kind"), [(BLACK, "black"), (numbered(99, SIZE), "frozen")])
def test_a_stretch_in_which_nothing_moves_is_told(
    tmp_path: Path, picture: Picture, kind: str, start: int, end: int
) -> None:
    pictures = partial(_between, start, end, picture)
    film = make_video(tmp_path / "film.mp4", seconds=6, pictures=pictures, sound=False)
    [note] = look_through(film, PATIENCE, THROUGHOUT)
    # An encoder goes on for some frames to make a new picture better.
    assert re.fullmatch(rf"{kind} at {start // 30}(\.[12])?-{end // 30}s", note)


@pytest.mark.parametrize(
    ("moving", "notes"),
    [
        ([], []),
        ([Stretch(0, 1), Stretch(3, 6)], ["frozen at 3-6s"]),
        ([Stretch(0, 2.5), Stretch(3, 4)], ["frozen at 0-2.5s"]),
    ],
)
def test_what_is_meant_to_stand_still_is_not_frozen(
    tmp_path: Path, moving: list[Stretch], notes: list[str]
) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=6, pictures=lambda _: numbered(99, SIZE), sound=False)
    assert look_through(film, PATIENCE, moving) == notes


def test_films_move_and_photos_do_not() -> None:
    shown = [("beach.MOV", 0), ("photo.jpg", 2000), ("unnamed", 4000), ("city.mp4", 6000)]
    segments = tuple(Segment(name=name, start_ms=start, duration_ms=2000) for name, start in shown)
    titles = Track(kind="text", name="Titles", segments=segments)
    timeline = Timeline(tracks=(Track(kind="video", name="Video", segments=segments), titles))
    assert footage(timeline) == [Stretch(0, 2), Stretch(6, 8)]


@pytest.mark.parametrize(
    ("source", "moves"),
    [
        ("https://cdn.example/1/Beach.MP4?expires=9", True),
        ("https://cdn.example/1/beach.jpg?of=beach.mp4", False),
        ("8c1f", False),
        (None, False),
    ],
)
def test_a_film_without_a_name_is_known_by_its_address(source: str | None, moves: bool) -> None:
    shown = Segment(name="Clip 1", start_ms=0, duration_ms=2000, source=source)
    timeline = Timeline(tracks=(Track(kind="video", name="Video", segments=(shown,)),))
    assert footage(timeline) == ([Stretch(0, 2)] if moves else [])


def test_a_key_frame_ends_no_stretch(tmp_path: Path) -> None:
    """The encoder makes one every 250 frames."""
    film = make_video(tmp_path / "film.mp4", seconds=5, rate=60, pictures=lambda _: BLACK, sound=False)
    assert look_through(film, PATIENCE) == ["black at 0-5s"]


def test_a_short_stretch_is_not_worth_a_word(tmp_path: Path) -> None:
    film = make_video(
        tmp_path / "film.mp4", seconds=4, pictures=partial(_between, 30, 80, BLACK), sound=False
    )
    assert look_through(film, PATIENCE) == []


def test_a_film_that_fades_in_and_out_is_not_black(tmp_path: Path) -> None:
    """All of it lies between one key frame and the next."""

    def fading(number: int) -> Picture:
        return (numbered(number, SIZE) * min(number / 30, (119 - number) / 30, 1)).astype(np.uint8)

    film = make_video(tmp_path / "film.mp4", seconds=4, pictures=fading, sound=False)
    assert look_through(film, PATIENCE) == []


def test_silence_is_told(tmp_path: Path) -> None:
    notes = look_through(make_video(tmp_path / "film.mp4", seconds=5, silent_until=3), PATIENCE)
    assert notes[0].startswith("sound at ")
    assert notes[1:] == ["silent at 0-3s"]


def test_a_film_without_any_sound_to_hear_is_silent_throughout(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=3, silent_until=3)
    assert look_through(film, PATIENCE) == ["silent from beginning to end"]


def test_many_stretches_are_told_in_few_words(tmp_path: Path) -> None:
    """Ten still pictures of 2.5 seconds each, as in a slide show."""

    def slides(number: int) -> Picture:
        return numbered(number // 25, SIZE)

    film = make_video(tmp_path / "film.mp4", seconds=25, rate=10, pictures=slides, sound=False)
    *told, rest = look_through(film, PATIENCE, THROUGHOUT)
    assert [note.partition("-")[2] for note in told] == ["2.5s", "5s", "7.5s"]
    assert rest == "frozen 7 times more"


def test_a_look_ends_when_its_time_is_up(tmp_path: Path) -> None:
    assert look_through(make_video(tmp_path / "film.mp4", seconds=2), 0) == ["looked through up to 0s"]


def test_a_damaged_film_is_looked_through_as_far_as_it_goes(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mkv", seconds=2)
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    assert inspect(film, None).width == 320
