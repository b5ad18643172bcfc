"""Storyboards as they come out of the worker, read back as pixels."""

import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mcp_nemo.preview.charge import Medium, Outcome, Spot, StoryboardCharge
from mcp_nemo.preview.layout import Board, arrange
from mcp_nemo.preview.storyboard import make
from mcp_nemo.timeline import Segment, Timeline, Track
from tests.media import make_image, make_sound, make_video

RED, BLUE = (200, 30, 30), (30, 30, 200)
Pixels = NDArray[np.uint8]


def _track(kind: str, *segments: Segment) -> Track:
    return Track(kind=kind, name=kind.capitalize(), segments=segments)


def _segment(name: str, start_ms: int, duration_ms: int, **facts: object) -> Segment:
    return Segment.model_validate({"name": name, "start_ms": start_ms, "duration_ms": duration_ms, **facts})


def _medium(path: Path | str, *spots: tuple[int, int]) -> Medium:
    return Medium(address=str(path), spots=tuple(Spot(track=t, segment=s) for t, s in spots))


def _drawn(
    tmp_path: Path, timeline: Timeline, *media: Medium, seconds: float = 20
) -> tuple[Pixels, Board, Outcome]:
    target = tmp_path / "board.part"
    outcome = make(StoryboardCharge(timeline=timeline, media=media, target=target, seconds=seconds))
    assert target.stat().st_size < 200_000
    with Image.open(target, formats=[outcome.mime_type.removeprefix("image/")]) as image:
        pixels = np.asarray(image.convert("RGB"))
    board = arrange(timeline, frozenset(spot for medium in media for spot in medium.spots))
    assert pixels.shape == (board.height, 1200, 3)
    return pixels, board, outcome


def _has_colour(pixels: Pixels, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(pixels.astype(int) - colour).max(axis=2) < 25).mean() > 0.3)


def test_each_clip_shows_its_own_pictures(tmp_path: Path) -> None:
    red = make_video(tmp_path / "red.mp4", seconds=1, colour=RED)
    blue = make_image(tmp_path / "blue.png", colour=BLUE)
    timeline = Timeline(tracks=(_track("video", _segment("red", 0, 1000), _segment("blue", 1000, 500)),))
    pixels, board, outcome = _drawn(tmp_path, timeline, _medium(red, (0, 0)), _medium(blue, (0, 1)))
    for bar, colour in zip(board.bars, (RED, BLUE), strict=True):
        left, top, right, bottom = bar.film
        assert _has_colour(pixels[top:bottom, left:right], colour)
    assert outcome == Outcome(mime_type="image/jpeg", is_whole=True)


def test_a_filmstrip_follows_the_part_of_the_film_that_plays(tmp_path: Path) -> None:
    def coloured(number: int) -> Pixels:
        return np.full((90, 160, 3), RED if number < 30 else BLUE, np.uint8)

    film = make_video(tmp_path / "film.mp4", seconds=2, size=(160, 90), pictures=coloured)
    timeline = Timeline(tracks=(_track("video", _segment("late", 0, 1000, source_start_ms=1000)),))
    pixels, board, _ = _drawn(tmp_path, timeline, _medium(film, (0, 0)))
    left, top, right, bottom = next(board.bars).film
    assert _has_colour(pixels[top:bottom, left + 5 : left + 50], BLUE)
    assert _has_colour(pixels[top:bottom, right - 50 : right - 5], BLUE)


def _heights(pixels: Pixels, board: Board, colour: str) -> list[int]:
    """How much of each column of the first bar's sound has a colour."""
    left, top, right, bottom = next(board.bars).sound
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return [
        int(n) for n in (pixels[top : bottom - 2, left + 3 : right - 3] == wanted).all(axis=2).sum(axis=0)
    ]


LEVEL, SOUND = "#b5dfc8", "#2f8a5f"


def test_levels_and_fades_are_drawn_as_shapes(tmp_path: Path) -> None:
    clip = _segment("music", 0, 10_000, volume=0.5, fade_in_ms=2000, fade_out_ms=5000)
    pixels, board, outcome = _drawn(tmp_path, Timeline(tracks=(_track("audio", clip),)))
    heights = _heights(pixels, board, LEVEL)
    full = next(board.bars).sound.height * 0.94 / 2
    assert heights[len(heights) // 10] == pytest.approx(full / 2, abs=3)
    assert heights[len(heights) * 3 // 10] == pytest.approx(full, abs=3)
    assert heights[len(heights) * 3 // 4] == pytest.approx(full / 2, abs=3)
    assert outcome.mime_type == "image/png"


def test_the_sound_itself_is_drawn(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.wav", 4, peak=0.9, silent_until=2)
    timeline = Timeline(tracks=(_track("audio", _segment("sound", 0, 4000)),))
    pixels, board, _ = _drawn(tmp_path, timeline, _medium(sound, (0, 0)))
    heights = _heights(pixels, board, SOUND)
    assert max(heights[: len(heights) * 4 // 10]) == 0
    assert min(heights[len(heights) * 6 // 10 :]) > 30


def test_what_is_muted_has_no_height(tmp_path: Path) -> None:
    clip = _segment("music", 0, 10_000, volume=0)
    pixels, board, _ = _drawn(tmp_path, Timeline(tracks=(_track("audio", clip),)))
    assert max(_heights(pixels, board, LEVEL)) == 0


def test_a_file_that_cannot_be_read_leaves_a_bar(tmp_path: Path) -> None:
    timeline = Timeline(tracks=(_track("video", _segment("gone", 0, 1000)),))
    _, _, outcome = _drawn(tmp_path, timeline, _medium(tmp_path / "gone.mp4", (0, 0)))
    assert outcome == Outcome(mime_type="image/png", is_whole=False)


def test_a_host_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    red = make_video(tmp_path / "red.mp4", seconds=1, colour=RED)
    timeline = Timeline(tracks=(_track("video", _segment("mute", 0, 1000), _segment("red", 1000, 1000)),))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silent = f"http://127.0.0.1:{listener.getsockname()[1]}/film.mp4"
        media = (_medium(silent, (0, 0)), _medium(red, (0, 1)))
        _, _, outcome = _drawn(tmp_path, timeline, *media, seconds=2)
    assert outcome == Outcome(mime_type="image/jpeg", is_whole=False)


def test_a_busy_picture_still_is_small(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)

    def busy(number: int) -> Pixels:
        return noise.integers(0, 255, (180, 320, 3), np.uint8)

    film = make_video(tmp_path / "film.mp4", seconds=1, pictures=busy)
    tracks = (_track("video", _segment("busy", 0, 1000)),) * 6
    _drawn(tmp_path, Timeline(tracks=tracks), _medium(film, *((number, 0) for number in range(6))))


@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(),
        Timeline(title="x" * 500, tracks=(_track("video"),)),
        Timeline(tracks=(_track("text", _segment("t", 0, 0, text="0 ms long")),)),
        Timeline(tracks=tuple(_track("type 5", _segment("\u202ename<img>", 0, 10**9)) for _ in range(30))),
        Timeline(tracks=(_track("video", *(_segment("cut", n, 1) for n in range(3000))),)),
    ],
    ids=["nothing", "an empty track", "no length", "thirty tracks", "3000 cuts"],
)
def test_odd_timelines_can_be_drawn(tmp_path: Path, timeline: Timeline) -> None:
    _drawn(tmp_path, timeline)


def test_the_worker_takes_a_charge_and_answers_with_its_outcome(tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    timeline = Timeline(title="Städte 城市", tracks=(_track("video", _segment("clip", 0, 1000)),))
    charge = StoryboardCharge(
        timeline=timeline, media=(_medium(clip, (0, 0)),), target=tmp_path / "board.part", seconds=20
    )
    command = [sys.executable, "-m", "mcp_nemo.preview"]
    done = subprocess.run(command, input=charge.model_dump_json().encode(), capture_output=True, check=True)
    assert Outcome.model_validate_json(done.stdout).mime_type == "image/jpeg"
    assert Image.open(BytesIO(charge.target.read_bytes())).width == 1200
