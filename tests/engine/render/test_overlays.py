"""Pictures over the film, and pictures where there is only sound."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from mcp_nemo.engine.draft import Backdrop, Place
from tests.engine.render.films import changed, clip, logo, render, song
from tests.engine.render.looking import BLACK, BLUE, GREEN, RED, WHITE, assert_colour, colour_at
from tests.media import Picture, make_image, make_sound, make_video, read_frames, save_picture


@pytest.fixture
def blue(tmp_path: Path) -> Path:
    return make_video(
        tmp_path / "blue.mp4", seconds=1, pictures=lambda _: np.full((180, 320, 3), BLUE, np.uint8)
    )


def covered(frame: Picture) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is no longer blue."""
    rows, columns = np.nonzero(np.abs(frame.astype(int) - BLUE).max(axis=2) > 60)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@pytest.mark.parametrize("place", get_args(Place))
def test_goes_to_its_place_in_its_size(tmp_path: Path, blue: Path, place: Place) -> None:
    mark = make_image(tmp_path / "logo.png", size=(100, 50), colour=RED)

    shown = changed(logo(mark, 0, 100), place=place)
    left, top, right, bottom = covered(read_frames(render(tmp_path, clip(blue, 0, 100), shown).path)[0])

    assert right - left + 1 == pytest.approx(64, abs=2)
    assert bottom - top + 1 == pytest.approx(32, abs=2)
    assert (left < 20, right > 300) == ("left" in place, "right" in place)
    assert (top < 20, bottom > 160) == ("top" in place, "bottom" in place)


def test_is_seen_in_its_time(tmp_path: Path, blue: Path) -> None:
    mark = make_image(tmp_path / "logo.png", size=(100, 50), colour=RED)

    frames = read_frames(render(tmp_path, clip(blue, 0, 1000), logo(mark, 300, 400)).path)

    red = [bool((np.abs(frame.astype(int) - RED).max(axis=2) < 30).any()) for frame in frames]
    assert red == [False] * 9 + [True] * 12 + [False] * 9


def test_what_is_clear_stays_clear(tmp_path: Path, blue: Path) -> None:
    ring = np.zeros((100, 100, 4), np.uint8)
    ring[:, :] = (*GREEN, 255)
    ring[25:75, 25:75, 3] = 0
    mark = save_picture(tmp_path / "ring.png", ring)

    shown = changed(logo(mark, 0, 100), place="center", width=0.5)
    frame = read_frames(render(tmp_path, clip(blue, 0, 100), shown).path)[0]

    assert_colour(frame, 0.5, 0.5, BLUE)
    assert_colour(frame, 0.5, 0.15, GREEN)
    assert_colour(frame, 0.3, 0.5, GREEN)


def test_lets_through_as_much_as_asked(tmp_path: Path, blue: Path) -> None:
    mark = make_image(tmp_path / "logo.png", size=(100, 50), colour=RED)

    shown = changed(logo(mark, 0, 100), place="center", opacity=0.5)
    frame = read_frames(render(tmp_path, clip(blue, 0, 100), shown).path)[0]

    assert_colour(frame, 0.5, 0.5, (120, 75, 95))


def test_a_tall_picture_stays_on_the_canvas(tmp_path: Path, blue: Path) -> None:
    mark = make_image(tmp_path / "tall.png", size=(50, 400), colour=RED)

    shown = changed(logo(mark, 0, 100), width=1.0)
    _, top, _, bottom = covered(read_frames(render(tmp_path, clip(blue, 0, 100), shown).path)[0])

    assert top > 4 and bottom < 176


def spoken(folder: Path, backdrop: Backdrop | None, seconds: float = 2) -> list[Picture]:
    """The frames of a film made from sound: silent at first, then loud."""
    path = make_sound(folder / "talk.wav", seconds, silent_until=seconds / 2)
    laid = song(path, 0, round(seconds * 1000), role="content")
    return read_frames(render(folder, laid, width=320, height=180, backdrop=backdrop).path)


def test_sound_alone_is_seen_before_a_colour(tmp_path: Path) -> None:
    frames = spoken(tmp_path, Backdrop(kind="color", color="#28A046"))

    assert len(frames) == 60
    assert_colour(frames[30], 0.5, 0.5, GREEN)


def test_sound_alone_is_seen_before_a_photograph(tmp_path: Path) -> None:
    make_image(tmp_path / "photo.jpg", size=(640, 360), colour=RED)

    frames = spoken(tmp_path, Backdrop(kind="media", source="photo.jpg"))

    assert_colour(frames[0], 0.5, 0.5, RED)
    assert_colour(frames[-1], 0.5, 0.5, RED)


def test_a_waveform_is_high_where_it_is_loud(tmp_path: Path) -> None:
    frames = spoken(tmp_path, Backdrop(kind="waveform", color="#285AA0"))

    drawn = np.abs(frames[-1].astype(int) - BLUE).max(axis=2) > 60
    quiet, loud = drawn[:, 32:150].sum(), drawn[:, 170:288].sum()
    assert loud > quiet * 5
    assert drawn[:40].sum() == drawn[140:].sum() == 0


def test_the_playhead_moves_from_left_to_right(tmp_path: Path) -> None:
    frames = spoken(tmp_path, Backdrop(kind="waveform"))

    bright = [np.flatnonzero((frame[90] > 200).all(axis=1)).max(initial=0) for frame in frames]
    assert bright == sorted(bright)
    assert bright[0] < 40 and bright[-1] > 290
    assert bright[30] == pytest.approx(160, abs=8)


def test_a_waveform_on_a_bright_ground_is_dark(tmp_path: Path) -> None:
    frame = spoken(tmp_path, Backdrop(kind="waveform", color="#FFFFFF"))[-1]

    assert_colour(frame, 0.02, 0.5, WHITE)
    assert frame[90].min() < 60


def test_a_backdrop_is_not_seen_between_pictures(tmp_path: Path, blue: Path) -> None:
    first, second = clip(blue, 0, 300), clip(blue, 600, 300)

    frames = read_frames(
        render(tmp_path, first, second, backdrop=Backdrop(kind="color", color="#28A046")).path
    )

    assert colour_at(frames[12], 0.5, 0.5) == pytest.approx(BLACK, abs=4)
