"""What happens over time: speed, crossfades, fades of the picture."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import Draft, FadeColor
from mcp_nemo.engine.render.picture import Reels, film, pictures
from mcp_nemo.engine.render.plan import plan
from tests.engine.render.films import changed, clip, job, render, title
from tests.engine.render.looking import BLACK, BLUE, RED, WHITE, assert_colour, colour_at
from tests.media import Picture, make_video, number_of, read_frames


def plain(path: Path, colour: tuple[int, int, int], seconds: float = 2) -> Path:
    picture = np.full((180, 320, 3), colour, np.uint8)
    return make_video(path, seconds=seconds, pictures=lambda _: picture)


def reds(frames: list[Picture]) -> list[int]:
    return [colour_at(frame, 0.5, 0.5)[0] for frame in frames]


@pytest.mark.parametrize(
    ("speed", "shown"),
    [(2, [*range(0, 60, 2)]), (0.5, [n // 2 for n in range(60)]), (10, [*range(0, 60, 10)])],
)
def test_speed_goes_by_the_time_of_frames(tmp_path: Path, speed: float, shown: list[int]) -> None:
    path = make_video(tmp_path / "clip.mp4")

    result = render(tmp_path, changed(clip(path, 0, len(shown) * 1000 // 30), speed=speed))

    assert [number_of(frame) for frame in read_frames(result.path)] == shown


def test_a_fast_clip_cut_in_two_loses_no_frame(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4")
    first = changed(clip(path, 0, 400), speed=2)
    second = changed(clip(path, 400, 600, source_start_ms=800), speed=2)

    result = render(tmp_path, first, second)

    assert [number_of(frame) for frame in read_frames(result.path)] == [*range(0, 60, 2)]


def test_a_crossfade_leads_steadily_from_one_to_the_other(tmp_path: Path) -> None:
    blue, red = plain(tmp_path / "blue.mp4", BLUE), plain(tmp_path / "red.mp4", RED)
    second = changed(clip(red, 1000, 1500), crossfade_ms=500)

    frames = read_frames(render(tmp_path, clip(blue, 0, 1500), second).path)

    assert len(frames) == 75
    assert_colour(frames[29], 0.5, 0.5, BLUE)
    assert_colour(frames[37], 0.5, 0.5, (120, 75, 95))
    assert_colour(frames[45], 0.5, 0.5, RED)
    steps = np.diff(reds(frames[29:46]))
    assert steps.min() >= 5 and steps.max() <= 15


def test_both_clips_go_on_during_a_crossfade(tmp_path: Path) -> None:
    left, right = np.zeros((180, 320, 3), np.uint8), np.zeros((180, 320, 3), np.uint8)
    left[:, :160], right[:, 160:] = 255, 255
    first = make_video(tmp_path / "a.mp4", pictures=lambda n: left // 60 * n)
    second = make_video(tmp_path / "b.mp4", pictures=lambda n: right // 60 * n)

    coming = changed(clip(second, 1000, 1000), crossfade_ms=1000)
    frames = read_frames(render(tmp_path, clip(first, 0, 2000), coming).path)

    assert colour_at(frames[45], 0.25, 0.5)[0] == pytest.approx(4 * 45 / 2, abs=8)
    assert colour_at(frames[45], 0.75, 0.5)[0] == pytest.approx(4 * 15 / 2, abs=8)


def test_a_clip_crossfades_with_another_part_of_itself(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=4)
    later = changed(clip(path, 800, 1200, source_start_ms=2500), crossfade_ms=200)

    frames = read_frames(render(tmp_path, clip(path, 0, 1000), later).path)

    assert [number_of(frame) for frame in frames[:24]] == [*range(24)]
    assert [number_of(frame) for frame in frames[30:]] == [*range(81, 111)]


def test_a_title_in_the_middle_of_a_crossfade_does_not_disturb_it(tmp_path: Path) -> None:
    blue, red = plain(tmp_path / "blue.mp4", BLUE), plain(tmp_path / "red.mp4", RED)
    second = changed(clip(red, 1000, 1000), crossfade_ms=1000)

    frames = read_frames(
        render(tmp_path, clip(blue, 0, 2000), second, title("Hi", 1400, 300, "top left")).path
    )

    steps = np.diff(reds(frames[29:]))
    assert steps.min() >= 1 and steps.max() <= 11


@pytest.mark.parametrize(("color", "expected"), [("black", BLACK), ("white", WHITE)])
def test_the_picture_fades_from_a_colour_and_to_it(
    tmp_path: Path, color: FadeColor, expected: tuple[int, int, int]
) -> None:
    path = plain(tmp_path / "red.mp4", RED)

    frames = read_frames(
        render(
            tmp_path,
            clip(path, 0, 2000),
            title("Hi", 0, 2000),
            picture_fade_in_ms=500,
            picture_fade_out_ms=1000,
            picture_fade_color=color,
        ).path
    )

    assert np.abs(frames[0].astype(int) - expected).max() <= 4
    assert np.abs(frames[-1].astype(int) - expected).max() <= 4
    assert_colour(frames[15], 0.05, 0.05, RED)
    assert_colour(frames[28], 0.05, 0.05, RED)
    halfway = tuple((a + b) // 2 for a, b in zip(RED, expected, strict=True))
    assert_colour(frames[44], 0.05, 0.05, (halfway[0], halfway[1], halfway[2]), within=12)


def test_the_picture_fades_out_to_another_colour(tmp_path: Path) -> None:
    path = plain(tmp_path / "red.mp4", RED)
    fading = {"picture_fade_in_ms": 300, "picture_fade_out_ms": 300}
    colors = {"picture_fade_color": "white", "picture_fade_out_color": "black"}

    frames = read_frames(render(tmp_path, clip(path, 0, 1000), **fading, **colors).path)

    assert_colour(frames[0], 0.5, 0.5, WHITE)
    assert_colour(frames[-1], 0.5, 0.5, BLACK)


def test_a_fade_longer_than_the_film_is_as_long_as_the_film(tmp_path: Path) -> None:
    path = plain(tmp_path / "red.mp4", RED)

    frames = read_frames(render(tmp_path, clip(path, 0, 500), picture_fade_out_ms=9000).path)

    assert_colour(frames[0], 0.5, 0.5, RED, within=20)
    assert_colour(frames[-1], 0.5, 0.5, BLACK)


def test_titles_fade_as_long_as_asked(tmp_path: Path) -> None:
    path = plain(tmp_path / "black.mp4", BLACK)
    shown = changed(title("Hello", 0, 2000), fade_in_ms=1000, fade_out_ms=500)

    brightest = [int(frame.max()) for frame in read_frames(render(tmp_path, clip(path, 0, 2000), shown).path)]

    assert brightest[15] == pytest.approx(128, abs=20)
    assert min(brightest[31:44]) > 240
    assert brightest[52] == pytest.approx(128, abs=30)


def test_a_stretch_by_itself_shows_what_it_shows_in_the_film(tmp_path: Path) -> None:
    first, second = make_video(tmp_path / "a.mp4"), make_video(tmp_path / "b.mp4", colour=RED)
    coming = changed(clip(second, 1000, 1000, source_start_ms=500), crossfade_ms=500, speed=1.5, rotate=180)
    asked = job(tmp_path, clip(first, 0, 1500), coming, title("Hi", 700, 600), picture_fade_out_ms=400)
    made = plan(Draft.from_wire(asked.draft), {info.id: info for info in asked.media}, "draft")

    in_order = [bytes(frame.to_ndarray()) for frame in film(made.stretches, made.canvas, ())]
    alone: list[bytes] = []
    for stretch in reversed(made.stretches):
        with closing(Reels(made.canvas)) as reels:
            alone[:0] = [bytes(frame.to_ndarray()) for frame in pictures(stretch, made.canvas, (), reels)]

    assert len(made.stretches) == 6
    assert alone == in_order
