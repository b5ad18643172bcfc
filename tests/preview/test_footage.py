"""Pictures and loudness at given seconds, from files of every kind that is accepted."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.preview.footage import Footage, Unreadable, coarse_to_fine, opened
from tests.media import make_image, make_sound, make_video, number_of, save_picture

EXACT, ROUGH = 0.01, 60.0


def _number(footage: Footage, second: float, tolerance: float) -> int:
    picture = footage.picture(second, tolerance, 180)
    assert picture
    return number_of(np.asarray(picture))


def _peaks(footage: Footage, *seconds: float) -> list[float]:
    return [peak for _, peak in sorted(footage.peaks(seconds))]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of numbered frames, of which only the first is a key frame."""
    return make_video(tmp_path_factory.mktemp("film") / "film.mp4", seconds=3)


@pytest.mark.parametrize("seconds", [(0.0, 1.0, 2.5), (2.0, 0.5), (1.0, 1.1, 1.2)])
def test_a_picture_is_the_one_shown_at_its_second(film: Path, seconds: tuple[float, ...]) -> None:
    with opened(str(film)) as footage:
        shown = [_number(footage, second, EXACT) for second in seconds]
    assert shown == pytest.approx([30 * second for second in seconds], abs=1)


def test_a_key_frame_does_where_pictures_are_far_apart(film: Path) -> None:
    with opened(str(film)) as footage:
        assert _number(footage, 2.9, ROUGH) == 0


def test_beyond_its_end_a_film_shows_its_last_frame(film: Path) -> None:
    with opened(str(film)) as footage:
        assert _number(footage, 100, EXACT) == 89
        assert _peaks(footage, 100) == [0]


def test_loudness_is_that_of_the_moment(tmp_path: Path) -> None:
    with opened(str(make_sound(tmp_path / "sound.wav", 4, peak=0.5, silent_until=2))) as footage:
        assert _peaks(footage, 0.5, 1.5, 2.5, 3.5) == pytest.approx([0, 0, 0.5, 0.5], abs=0.02)
        assert footage.picture(1, EXACT, 100) is None


@pytest.mark.parametrize("name", ["sound.mp3", "sound.m4a", "sound.wav", "film.webm", "film.avi", "film.mov"])
def test_every_kind_of_sound_is_heard(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make = make_video if name.startswith("film") else make_sound
    with opened(str(make(path, seconds=1))) as footage:
        assert _peaks(footage, 0.3, 0.6) == pytest.approx([0.25, 0.25], abs=0.04)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif"])
def test_an_image_shows_the_same_at_any_second(tmp_path: Path, suffix: str) -> None:
    with opened(str(make_image(tmp_path / f"image.{suffix}", colour=(200, 60, 30)))) as footage:
        for second in (0, 7):
            picture = footage.picture(second, EXACT, 90)
            assert picture
            assert picture.size == (160, 90)
            assert picture.getpixel((20, 20)) == pytest.approx((200, 60, 30), abs=6)
        assert _peaks(footage, 0, 1) == []


def test_a_photo_of_more_than_a_few_kilobytes_is_shown(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (180, 320, 3), np.uint8)
    photo = save_picture(tmp_path / "photo.jpg", noise)
    assert photo.stat().st_size > 20_000
    with opened(str(photo)) as footage:
        assert footage.picture(0, EXACT, 90)


def test_an_image_may_have_the_name_of_another_kind(tmp_path: Path) -> None:
    with opened(str(make_image(tmp_path / "image.png").rename(tmp_path / "image.jpg"))) as footage:
        assert footage.picture(0, EXACT, 90)


def test_a_film_held_upright_is_drawn_upright(tmp_path: Path) -> None:
    with opened(str(make_video(tmp_path / "film.mp4", seconds=0.5, rotation=90))) as footage:
        picture = footage.picture(0, EXACT, 160)
        assert footage.aspect == pytest.approx(9 / 16)
    assert picture
    assert picture.size == (90, 160)


@pytest.mark.parametrize(
    "text", ["", "no film", "#EXTM3U\n#EXTINF:2,\n{film}\n", "ffconcat version 1.0\nfile {film}\n"]
)
def test_what_is_no_media_is_not_opened_nor_what_it_names(tmp_path: Path, film: Path, text: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(text.format(film=film))
    with pytest.raises(Unreadable), opened(str(path)):
        pass


@pytest.mark.parametrize(
    "address", ["/no/such.mp4", "http://127.0.0.1:9/film.mp4", "concat:{film}", "data:,x"]
)
def test_only_paths_and_web_addresses_that_lead_to_files_are_opened(film: Path, address: str) -> None:
    with pytest.raises(Unreadable), opened(address.format(film=film)):
        pass


@pytest.mark.parametrize("count", [0, 1, 7, 8, 100])
def test_coarse_to_fine_leaves_nothing_out(count: int) -> None:
    assert sorted(coarse_to_fine(count)) == list(range(count))
    assert coarse_to_fine(100)[:3] == [0, 8, 16]
