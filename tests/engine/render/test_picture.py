from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.engine.render.films import clip, render, title
from tests.engine.render.looking import BLACK, BLUE, GREEN, RED, assert_colour
from tests.media import make_image, make_video, number_of, numbered, read_frames, streams


def test_clips_follow_in_order_and_to_the_frame(tmp_path: Path) -> None:
    blue = make_video(tmp_path / "blue.mp4")
    red = make_video(tmp_path / "red.mp4", colour=RED)

    result = render(tmp_path, clip(red, 0, 1000, source_start_ms=500), clip(blue, 1000, 500))

    frames = read_frames(result.path)
    assert [number_of(frame) for frame in frames] == [*range(15, 45), *range(15)]
    assert_colour(frames[29], 0.1, 0.1, RED)
    assert_colour(frames[30], 0.1, 0.1, BLUE)


# FFmpeg's AVI writer leaves a slot empty after the first frame: all others come one later.
@pytest.mark.parametrize(("suffix", "late"), [("mp4", 0), ("mov", 0), ("mkv", 0), ("webm", 0), ("avi", 1)])
def test_every_format_is_cut_to_the_frame(tmp_path: Path, suffix: str, late: int) -> None:
    path = make_video(tmp_path / f"clip.{suffix}", seconds=3, size=(160, 90))
    first = clip(path, 0, 200, source_start_ms=300)
    second = clip(path, 200, 200, source_start_ms=2500)

    result = render(tmp_path, first, second, clip(path, 400, 200, source_start_ms=100))

    shown = [number_of(frame) + late for frame in read_frames(result.path)]
    assert shown == [*range(9, 15), *range(75, 81), *range(3, 9)]


def test_a_clip_cut_at_any_millisecond_loses_no_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    result = render(tmp_path, clip(path, 0, 725), clip(path, 725, 775, source_start_ms=725))

    assert [number_of(frame) for frame in read_frames(result.path)] == list(range(45))


def test_another_rate_is_brought_to_that_of_the_main_clip(tmp_path: Path) -> None:
    main = make_video(tmp_path / "main.mp4", seconds=1, rate=25)
    other = make_video(tmp_path / "other.mp4", seconds=1, rate=50)

    result = render(tmp_path, clip(main, 0, 1000), clip(other, 1000, 1000))

    assert [number_of(f) for f in read_frames(result.path)] == [*range(25), *range(0, 50, 2)]


def test_television_rates_stay_fractions(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", rate=Fraction(30_000, 1001))

    picture, _ = streams(render(tmp_path, clip(path, 0, 1500)).path)

    assert picture.rate == Fraction(30_000, 1001)
    assert picture.seconds == pytest.approx(45 * 1001 / 30_000, abs=0.001)


def test_after_its_end_a_clip_holds_its_last_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)

    frames = read_frames(render(tmp_path, clip(path, 0, 1500)).path)

    assert [number_of(frame) for frame in frames] == [*range(30), *[29] * 15]


def test_gaps_are_black(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")

    frames = read_frames(render(tmp_path, clip(path, 500, 500)).path)

    assert_colour(frames[14], 0.1, 0.1, BLACK)
    assert_colour(frames[15], 0.1, 0.1, BLUE)


def test_images_stand_still_among_films(tmp_path: Path) -> None:
    film = make_video(tmp_path / "clip.mp4")
    photo = make_image(tmp_path / "photo.jpg", size=(640, 360))

    frames = read_frames(render(tmp_path, clip(film, 0, 500), clip(photo, 500, 1000)).path)

    assert len(frames) == 45
    for frame in (frames[15], frames[44]):
        assert_colour(frame, 0.5, 0.5, RED)


def test_portrait_stands_between_black_bars(tmp_path: Path) -> None:
    landscape = make_video(tmp_path / "landscape.mp4")
    portrait = make_video(tmp_path / "portrait.mp4", size=(180, 320), colour=RED)

    frames = read_frames(render(tmp_path, clip(landscape, 0, 500), clip(portrait, 500, 500)).path)

    assert frames[20].shape == (180, 320, 3)
    assert_colour(frames[20], 0.5, 0.1, RED)
    assert_colour(frames[20], 0.2, 0.1, BLACK)
    assert_colour(frames[20], 0.8, 0.1, BLACK)


@pytest.mark.parametrize(
    ("rotation", "shape", "red", "green"),
    [
        (90, (320, 180, 3), (0.25, 0.75), (0.25, 0.25)),
        (180, (180, 320, 3), (0.75, 0.75), (0.25, 0.75)),
        (270, (320, 180, 3), (0.75, 0.25), (0.75, 0.75)),
    ],
)
def test_a_film_held_sideways_is_shown_upright(
    tmp_path: Path,
    rotation: int,
    shape: tuple[int, ...],
    red: tuple[float, float],
    green: tuple[float, float],
) -> None:
    picture = np.full((180, 320, 3), BLUE, np.uint8)
    picture[:90, :160], picture[:90, 160:] = RED, GREEN
    path = make_video(tmp_path / "phone.mp4", seconds=0.5, pictures=lambda _: picture, rotation=rotation)

    frame = read_frames(render(tmp_path, clip(path, 0, 500)).path)[0]

    assert frame.shape == shape
    assert_colour(frame, *red, RED)
    assert_colour(frame, *green, GREEN)


def test_odd_sizes_become_even(tmp_path: Path) -> None:
    photo = make_image(tmp_path / "odd.png", size=(321, 181))

    result = render(tmp_path, clip(photo, 0, 500))

    frame = read_frames(result.path)[0]
    assert (result.width, result.height) == (320, 180)
    for x, y in ((0, 0), (0.999, 0), (0, 0.999), (0.999, 0.999)):
        assert_colour(frame, x, y, RED)


def test_high_definition_keeps_its_colours(tmp_path: Path) -> None:
    """Films of this size that do not say how their colours are coded are taken for BT.709."""
    photo = make_image(tmp_path / "photo.png", size=(1280, 720), colour=GREEN)
    result = render(tmp_path, clip(photo, 0, 200))
    again = result.path.rename(tmp_path / "again.mp4")

    frame = read_frames(render(tmp_path, clip(again, 0, 200)).path)[0]

    assert_colour(frame, 0.5, 0.5, GREEN)


def test_a_title_shows_in_its_time_and_place(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", pictures=lambda _: np.full((180, 320, 3), BLUE, np.uint8))

    frames = read_frames(render(tmp_path, clip(path, 0, 2000), title("Hello", 500, 1000, "top")).path)

    bright = [(frame.min(axis=2) > 220) for frame in frames]
    visible = [index for index, light in enumerate(bright) if light.any()]
    # The fades take six frames at either end, of which the faintest are not this bright.
    assert visible == list(range(visible[0], visible[-1] + 1))
    assert 15 <= visible[0] <= 21 and 39 <= visible[-1] < 45
    assert all(np.abs(frames[index].astype(int) - frames[0]).max() <= 4 for index in (14, 45))
    rows = np.flatnonzero(bright[30].any(axis=1))
    assert rows.min() > 180 * 0.05 and rows.max() < 180 / 3
    untouched = np.abs(frames[30][90:].astype(int) - frames[0][90:])
    assert untouched.max() <= 4


def test_titles_over_a_frame_leave_its_numbers(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", pictures=lambda number: numbered(number, (320, 180)))

    frames = read_frames(
        render(
            tmp_path, clip(path, 0, 1000), title("Up", 200, 400, "top"), title("Down", 400, 400, "bottom")
        ).path
    )

    assert [number_of(frame) for frame in frames] == list(range(30))


def test_titles_alone_make_a_film(tmp_path: Path) -> None:
    result = render(tmp_path, title("The end", 0, 1000))

    frames = read_frames(result.path)
    assert (result.width, result.height, len(frames)) == (1280, 720, 30)
    assert frames[15].max() > 220
    assert_colour(frames[15], 0.05, 0.05, BLACK)


def test_what_no_typeface_has_is_said(tmp_path: Path) -> None:
    result = render(tmp_path, title("Sun\U000efffdset", 0, 500))

    assert len(result.warnings) == 1
    assert "\U000efffd" in result.warnings[0]
