"""Moments of a draft, as pictures and sounds."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mcp_nemo.engine.draft import AudioClip, Backdrop, MusicRecipe, Segment
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.render.failures import RenderFailure
from mcp_nemo.engine.render.moment import MomentJob, MomentKind, execute
from tests.engine.render.films import changed, clip, job, render, song, title
from tests.media import (
    SAMPLE_RATE,
    Picture,
    Samples,
    level_db,
    make_sound,
    make_video,
    number_of,
    pitch,
    read_frames,
    read_sound,
    streams,
)

RED, BLUE = (200, 30, 30), (30, 30, 200)


def moment(
    folder: Path, at_ms: int, *segments: Segment, kind: MomentKind = "film", **changes: object
) -> Path:
    whole = job(folder, *segments, **changes)
    target = folder / f"moment.{kind}"
    execute(MomentJob(draft=whole.draft, media=whole.media, at_ms=at_ms, kind=kind, target=target))
    return target


def frame(folder: Path, at_ms: int, *segments: Segment, **changes: object) -> Picture:
    with Image.open(moment(folder, at_ms, *segments, kind="frame", **changes), formats=["JPEG"]) as image:
        return np.asarray(image.convert("RGB"))


def near(one: Picture, other: Picture) -> bool:
    return bool(np.abs(one.astype(int) - other).mean() < 4)


@pytest.mark.parametrize(("at_ms", "first", "count"), [(0, 0, 60), (3000, 60, 90), (5500, 135, 45)])
def test_a_moment_is_a_part_of_the_film(tmp_path: Path, at_ms: int, first: int, count: int) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=6)

    frames = read_frames(moment(tmp_path, at_ms, clip(source, 0, 6000)))

    assert [number_of(picture) for picture in frames] == list(range(first, first + count))


def test_it_looks_and_sounds_as_the_export_does(tmp_path: Path) -> None:
    one = make_video(tmp_path / "a.mp4", seconds=4, colour=RED, hz=300)
    other = make_video(tmp_path / "b.mp4", seconds=4, colour=BLUE, hz=700)
    segments = (
        clip(one, 0, 4000, fade_in_ms=3000),
        changed(clip(other, 3000, 3000), crossfade_ms=1000, brightness=0.2, fade_out_ms=2500),
        title("Lisbon", 2500, 2000),
    )
    render(tmp_path, *segments)
    whole, heard = read_frames(tmp_path / "film.mp4"), read_sound(tmp_path / "film.mp4")

    for at_ms, start in ((1500, 15), (3500, 75), (5000, 120)):
        made = moment(tmp_path, at_ms, *segments)
        pictures, sound = read_frames(made), read_sound(made)
        expected = heard[start * SAMPLE_RATE // 30 :][: len(sound)]
        assert all(near(*pair) for pair in zip(pictures, whole[start:], strict=False))
        for third in range(3):
            part = slice(third * SAMPLE_RATE // 2, (third + 1) * SAMPLE_RATE // 2)
            assert level_db(sound[part]) == pytest.approx(level_db(expected[part]), abs=0.5)


def test_it_is_small_whatever_the_film_is(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=1, size=(640, 1280))

    made = moment(tmp_path, 500, clip(source, 0, 1000), title("Hello", 0, 1000))

    picture, sound = streams(made)
    assert (picture.size, picture.codec, sound.codec) == ((480, 960), "h264", "aac")
    assert frame(tmp_path, 500, clip(source, 0, 1000)).shape == (960, 480, 3)


def test_a_frame_is_what_is_seen_then(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=3, colour=RED)
    plain = frame(tmp_path, 1000, clip(source, 0, 3000))
    titled = frame(tmp_path, 1000, clip(source, 0, 3000), title("Lisbon", 500, 1000, "top"))

    assert number_of(plain) == number_of(titled) == 30
    assert plain[5, 5] == pytest.approx(RED, abs=12)
    assert np.abs(plain[:60].astype(int) - titled[:60]).max() > 150
    assert number_of(frame(tmp_path, 99_000, clip(source, 0, 3000))) == 89


def test_a_song_plays_from_where_it_has_come_to(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=8, sound=False)
    tune = make_sound(tmp_path / "song.wav", 10, hz=500, silent_until=5)

    made = moment(tmp_path, 4000, clip(source, 0, 8000), song(tune, 1000, 7000, source_start_ms=2000))

    sound = read_sound(made)
    assert level_db(sound[: SAMPLE_RATE * 9 // 10]) < -60
    assert level_db(sound[SAMPLE_RATE * 11 // 10 : 2 * SAMPLE_RATE]) > -20
    assert pitch(sound[SAMPLE_RATE * 11 // 10 : 2 * SAMPLE_RATE]) == pytest.approx(500, abs=3)


def test_a_loop_is_heard_where_it_is_in_the_film(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=8, sound=False)
    tune = make_sound(tmp_path / "song.wav", 2, hz=500, silent_until=1)
    segments = (clip(source, 0, 8000), changed(song(tune, 0, 8000, role="content"), loop=True))
    render(tmp_path, *segments)
    inside = 29 * SAMPLE_RATE // 10

    sound = read_sound(moment(tmp_path, 5000, *segments))[:inside]

    heard = read_sound(tmp_path / "film.mp4")[4 * SAMPLE_RATE :][:inside]
    assert np.abs(sound - heard).max() < 0.05


@pytest.mark.parametrize(("at_ms", "start"), [(1000, 0), (4000, 3), (7500, 6.5)])
def test_composed_music_is_heard_where_it_has_come_to(tmp_path: Path, at_ms: int, start: float) -> None:
    make_video(tmp_path / "a.mp4", seconds=8, sound=False)
    recipe = MusicRecipe(mood="calm", seed=3)
    music = AudioClip(start_ms=500, duration_ms=7500, name="Calm", source="", music=recipe, fade_in_ms=2000)
    segments = (clip(tmp_path / "a.mp4", 0, 8000), music)

    sound = read_sound(moment(tmp_path, at_ms, *segments))

    whole = make_heard(music)[round(start * SAMPLE_RATE) :][: len(sound)]
    likeness = np.corrcoef(sound[: len(whole), 0], whole[:, 0])[0, 1]
    assert likeness > 0.98


def make_heard(music: AudioClip) -> Samples:
    """All of it, as it is played in the film."""
    assert music.music
    sound = perform(compose(music.music, music.duration_ms, ()))
    rise = music.fade_in_ms * SAMPLE_RATE // 1000
    sound[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32))[:, None]
    return np.pad(sound, ((music.start_ms * SAMPLE_RATE // 1000, 0), (0, 0)))


def test_a_podcast_has_its_ground_for_a_picture(tmp_path: Path) -> None:
    talk = make_sound(tmp_path / "talk.wav", 5)
    backdrop = Backdrop(kind="waveform", color="#203040")

    picture = frame(tmp_path, 2000, song(talk, 0, 5000, role="content"), backdrop=backdrop)

    assert np.abs(picture.astype(int) - (0x20, 0x30, 0x40)).max() < 8


def test_nothing_to_draw_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RenderFailure) as caught:
        moment(tmp_path, 0)
    assert caught.value.message == "There is nothing on the timeline."


def test_the_worker_tells_what_went_wrong(tmp_path: Path) -> None:
    source = make_video(tmp_path / "a.mp4", seconds=1)
    whole = job(tmp_path, clip(source, 0, 1000))
    source.unlink()
    wanted = MomentJob(draft=whole.draft, media=whole.media, at_ms=0, kind="frame", target=tmp_path / "m")

    command = [sys.executable, "-m", "mcp_nemo.engine.render.moment"]
    done = subprocess.run(command, input=wanted.model_dump_json().encode(), capture_output=True, check=False)

    assert done.returncode == 1
    assert done.stdout.decode().startswith("a.mp4 ")
