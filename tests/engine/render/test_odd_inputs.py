from pathlib import Path

import numpy as np
import pytest
from av.video.reformatter import ColorTrc

from mcp_nemo.engine.media import probe
from tests.engine.render.films import clip, render, song
from tests.engine.render.listening import between, level_of
from tests.engine.render.looking import BLACK, BLUE, GREEN, RED, assert_colour, colour_at, quarters
from tests.engine.render.odd import (
    as_pq,
    grey_in_ten_bits,
    make_film,
    make_surround,
    start_at,
    weave,
)
from tests.media import (
    SAMPLE_RATE,
    Picture,
    Samples,
    add_cover,
    make_image,
    make_sound,
    make_video,
    number_of,
    numbered,
    put_together,
    read_frames,
    read_sound,
    tone,
)


def shown(folder: Path, path: Path, duration_ms: int = 200) -> list[Picture]:
    return read_frames(render(folder, clip(path, 0, duration_ms)).path)


def test_a_rate_that_varies_is_made_even(tmp_path: Path) -> None:
    times = [0, 33, 67, 100, 500, 533, 900]
    frames = [numbered(number, (320, 180)) for number in range(len(times))]
    path = make_film(tmp_path / "phone.mp4", frames, times_ms=times)
    even = make_video(tmp_path / "even.mp4", seconds=0.2)

    result = render(tmp_path, clip(even, 0, 100), clip(path, 100, 900), frame_rate=30.0)

    expected = [0, 1, 2, *[3] * 12, 4, *[5] * 11]
    assert [number_of(frame) for frame in read_frames(result.path)[3:]] == expected


def test_ten_bits_are_brought_to_eight(tmp_path: Path) -> None:
    path = make_film(tmp_path / "camera.mp4", [grey_in_ten_bits(0.5) for _ in range(6)], pixels="yuv420p10le")

    frame = shown(tmp_path, path)[0]

    assert_colour(frame, 0.5, 0.5, (128, 128, 128), within=3)


@pytest.mark.parametrize(
    ("transfer", "brightest"), [(ColorTrc.SMPTE2084, as_pq(1000)), (ColorTrc.ARIB_STD_B67, 1)]
)
def test_high_dynamic_range_is_brought_to_what_screens_show(
    tmp_path: Path, transfer: ColorTrc, brightest: float
) -> None:
    codes = np.linspace(0, brightest, 6)
    path = make_film(
        tmp_path / "hdr.mp4",
        [grey_in_ten_bits(code) for code in codes],
        pixels="yuv420p10le",
        transfer=transfer,
    )

    levels = [colour_at(frame, 0.5, 0.5)[1] for frame in shown(tmp_path, path)]

    assert levels[0] < 6
    assert all(np.diff(levels) > 5), levels
    assert levels[-1] > 190


def test_full_range_is_narrowed(tmp_path: Path) -> None:
    steps = np.repeat(np.linspace(0, 255, 8).astype(np.uint8), 40)
    picture = np.tile(steps[None, :, None], (180, 1, 3))
    path = make_film(tmp_path / "full.mp4", [picture] * 6, pixels="yuvj420p", full_range=True)

    row = shown(tmp_path, path)[0][90, 20::40, 1]

    assert np.abs(row.astype(int) - steps[20::40]).max() <= 4


def test_interlaced_pictures_lose_their_combs(tmp_path: Path) -> None:
    def bar(at: int) -> Picture:
        picture = np.zeros((180, 320, 3), np.uint8)
        picture[:, at : at + 40] = 255
        return picture

    woven = [weave(bar(n * 16), bar(n * 16 + 8)) for n in range(12)]
    path = make_film(tmp_path / "tv.mp4", woven, interlaced=True)

    frames = shown(tmp_path, path, 400)

    assert len(frames) == 12
    combed = [int(np.abs(np.diff(frame[20:160, :, 1].astype(int), axis=0)).max()) for frame in frames]
    assert np.median(combed[1:-1]) < 80
    assert np.abs(np.diff(woven[3][:, :, 1].astype(int), axis=0)).max() == 255
    lefts = [int(np.argmax(frame[90, :, 1] > 128)) for frame in frames]
    assert lefts == pytest.approx([n * 16 for n in range(12)], abs=9)


@pytest.mark.parametrize("size", [(321, 181), (319, 179), (33, 181)])
def test_odd_sizes_become_even(tmp_path: Path, size: tuple[int, int]) -> None:
    path = make_film(tmp_path / "odd.mp4", [quarters(size)] * 6, pixels="yuv444p")

    frame = shown(tmp_path, path)[0]

    assert frame.shape[0] % 2 == frame.shape[1] % 2 == 0
    assert abs(frame.shape[0] - size[1]) <= 1 and abs(frame.shape[1] - size[0]) <= 1
    assert_colour(frame, 0.2, 0.2, BLUE)
    assert_colour(frame, 0.8, 0.2, RED)
    assert_colour(frame, 0.2, 0.8, GREEN)


@pytest.mark.parametrize("channel", range(6))
def test_every_speaker_but_the_bass_is_heard(tmp_path: Path, channel: int) -> None:
    channels = np.zeros((SAMPLE_RATE, 6), np.float32)
    channels[:, channel] = tone(1, 440)[:, 0]
    film = make_video(tmp_path / "film.mp4", seconds=1, sound=False, size=(64, 36))
    path = make_surround(tmp_path / "sound.m4a", channels)
    sound = read_sound(render(tmp_path, clip(film, 0, 1000), song(path, 0, 1000, role="content")).path)

    left, right = (level_of(between(side, 0.2, 0.8), 440) for side in _sides(sound))
    expected = {0: (True, False), 1: (False, True), 2: (True, True), 3: (False, False), 4: (True, False)}
    assert (left > -30, right > -30) == expected.get(channel, (False, True))


def test_a_cover_is_not_shown(tmp_path: Path) -> None:
    bare, cover = make_sound(tmp_path / "bare.mp3", 1), make_image(tmp_path / "cover.png")
    path = add_cover(bare, cover, tmp_path / "song.mp3")

    result = render(tmp_path, song(path, 0, 1000, role="content"))

    assert_colour(read_frames(result.path)[10], 0.5, 0.5, BLACK)
    assert level_of(between(read_sound(result.path), 0.2, 0.8), 440) == pytest.approx(-12, abs=1)


def test_an_edit_list_is_followed(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", silent_until=1)
    path = start_at(whole, tmp_path / "edited.mp4", 500)

    assert probe(path).duration_ms == pytest.approx(1500, abs=40)
    result = render(tmp_path, clip(path, 0, 1400))

    assert [number_of(frame) for frame in read_frames(result.path)] == [*range(15, 57)]
    heard = np.flatnonzero(np.abs(read_sound(result.path)[:, 0]) > 0.05) / SAMPLE_RATE
    assert heard[0] == pytest.approx(0.5, abs=0.05)


def test_what_coded_sound_begins_with_delays_no_picture(tmp_path: Path) -> None:
    """AAC is coded from a little before its beginning on; many recorders let the picture wait for that."""
    clip_alone = make_video(tmp_path / "clip.mp4", rate=25, sound=False)
    sound = make_sound(tmp_path / "sound.m4a", silent_until=1.021)
    picture = start_at(clip_alone, tmp_path / "late.mkv", -21)
    path = put_together((picture, sound), tmp_path / "recording.mkv")

    result = render(tmp_path, clip(path, 0, 2000))

    assert [number_of(frame) for frame in read_frames(result.path)] == [*range(50)]
    heard = np.flatnonzero(np.abs(read_sound(result.path)[:, 0]) > 0.05) / SAMPLE_RATE
    assert heard[0] == pytest.approx(1, abs=0.005)


def test_sound_that_is_heard_before_the_picture_is_kept(tmp_path: Path) -> None:
    picture = start_at(make_video(tmp_path / "clip.mp4", sound=False), tmp_path / "late.mkv", -500)
    path = put_together((picture, make_sound(tmp_path / "sound.m4a")), tmp_path / "recording.mkv")

    result = render(tmp_path, clip(path, 0, 2000))

    numbers = [number_of(frame) for frame in read_frames(result.path)]
    assert numbers.index(1) in (16, 17)
    assert level_of(between(read_sound(result.path), 0.1, 0.4), 440) == pytest.approx(-12, abs=1)


def _sides(sound: Samples) -> tuple[Samples, Samples]:
    return sound[:, :1], sound[:, 1:]
