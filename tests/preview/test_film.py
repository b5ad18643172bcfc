"""Small copies of films, read back."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import probe
from mcp_nemo.preview.charge import FilmCharge
from mcp_nemo.preview.film import LONGEST_SECONDS, MOST_BYTES, make
from mcp_nemo.preview.footage import Unreadable
from tests.engine.render.looking import assert_quarters, quarters
from tests.engine.render.splice.coded import NTSC, UNTAGGED, coded
from tests.media import Picture, level_db, make_image, make_video, number_of, read_frames, read_sound, streams


def _copied(film: Path, seconds: float = 60) -> Path:
    target = film.with_suffix(".part")
    assert make(FilmCharge(film=film, target=target, seconds=seconds)).mime_type == "video/mp4"
    return target


def test_a_copy_shows_and_sounds_the_same(tmp_path: Path) -> None:
    copy = _copied(make_video(tmp_path / "film.mp4", seconds=2))
    assert [number_of(picture) for picture in read_frames(copy)] == list(range(60))
    assert level_db(read_sound(copy)[4800:-4800]) == pytest.approx(-15, abs=1)


def test_a_copy_plays_everywhere_and_from_its_beginning(tmp_path: Path) -> None:
    copy = _copied(make_video(tmp_path / "film.mp4", seconds=1, size=(1280, 720)))
    video, sound = streams(copy)
    assert (video.codec, video.pixels, video.size) == ("h264", "yuv420p", (854, 480))
    assert sound.codec == "aac"
    data = copy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_an_upright_film_stays_upright(tmp_path: Path) -> None:
    copy = _copied(make_video(tmp_path / "film.mp4", seconds=0.5, size=(720, 1280)))
    assert streams(copy)[0].size == (480, 854)


def test_a_small_film_does_not_grow(tmp_path: Path) -> None:
    copy = _copied(make_video(tmp_path / "film.mp4", seconds=0.5, size=(160, 90), sound=False))
    assert [stream.size for stream in streams(copy)] == [(160, 90)]


@pytest.mark.parametrize(
    ("colours", "size", "shown"),
    [
        (BT709, (1280, 720), BT709),
        (NTSC, (1280, 720), NTSC),
        (UNTAGGED, (640, 480), UNTAGGED),
        # Of so many lines that is taken for BT.709, and of fewer it would be taken for BT.601.
        (UNTAGGED, (1280, 720), BT709),
    ],
)
def test_a_copy_keeps_its_colours(
    tmp_path: Path, colours: Colours, size: tuple[int, int], shown: Colours
) -> None:
    film = coded(tmp_path / "film.mp4", 2, colours=colours, draw=lambda _: quarters(size))

    copy = _copied(film.path)

    assert probe(copy).colours == shown
    assert_quarters(read_frames(copy)[0])


def test_a_long_film_is_shown_in_its_first_minutes(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=200, size=(64, 36), rate=1, sound=False)
    assert streams(_copied(film))[0].seconds == pytest.approx(LONGEST_SECONDS, abs=2)


def test_a_busy_film_keeps_to_its_share_of_the_bytes(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)

    def busy(number: int) -> Picture:
        return noise.integers(0, 255, (240, 426, 3), np.uint8)

    film = make_video(tmp_path / "film.mp4", seconds=180, size=(426, 240), rate=1, sound=False, pictures=busy)
    assert _copied(film).stat().st_size < MOST_BYTES


def test_when_time_is_over_there_is_a_beginning(tmp_path: Path) -> None:
    copy = _copied(make_video(tmp_path / "film.mp4", seconds=2), seconds=1e-6)
    assert number_of(read_frames(copy)[0]) == 0


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    image = make_image(tmp_path / "image.png")
    for film in (image, tmp_path / "gone.mp4"):
        with pytest.raises(Unreadable):
            _copied(film)
