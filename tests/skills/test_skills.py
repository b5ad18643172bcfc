"""The five skills from a prompt to a film, which is looked at and listened to."""

from pathlib import Path

import pytest

from tests.conftest import Connect, Mode
from tests.media import (
    SAMPLE_RATE,
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
from tests.skills.conftest import SIZE
from tests.skills.follower import follow

SILENCE_DB = -60


def _fades_out(sound: Samples) -> bool:
    """Whether the last tenth of a second is much quieter than the middle."""
    middle = sound[len(sound) // 3 : len(sound) // 2]
    return level_db(sound[-SAMPLE_RATE // 10 :]) < level_db(middle) - 12


def _lasts(film: Path, seconds: float) -> bool:
    return all(abs(stream.seconds - seconds) < 0.15 for stream in streams(film))


async def test_background_music_under_a_video(connect: Connect, silent: Path) -> None:
    async with connect() as client:
        said = await follow(client, "music-ab2n", video=str(silent), volume="50%", quality="draft")
    [music] = said.timeline["audio"]
    assert (music["start_ms"], music["duration_ms"], music["volume"]) == (0, 2000, 0.5)
    [film] = said.films
    assert _lasts(film, 2)
    assert [number_of(picture) for picture in read_frames(film)] == list(range(60))
    sound = read_sound(film)
    assert level_db(sound[:SAMPLE_RATE]) > -40
    assert _fades_out(sound)


async def test_background_music_under_a_recording(connect: Connect, tmp_path: Path) -> None:
    talk = make_sound(tmp_path / "talk.m4a", 2, hz=300)
    async with connect() as client:
        said = await follow(client, "music-ab2n", video=str(talk), mood="calm", quality="draft")
    [film] = said.films
    assert _lasts(film, 2)
    pictures = read_frames(film)
    # The waveform of a tone is seen.
    assert pictures[20].std() > 5
    sound = read_sound(film)
    assert pitch(sound[SAMPLE_RATE // 2 : SAMPLE_RATE]) == pytest.approx(300, abs=5)


async def test_generated_music_that_fits(connect: Connect, silent: Path) -> None:
    async with connect() as client:
        said = await follow(
            client, "ai-with-music", video=str(silent), mood="upbeat", style="piano", quality="draft"
        )
    [music] = said.timeline["audio"]
    assert music["duration_ms"] == said.timeline["duration_ms"] == 2000
    assert "Upbeat" in music["name"]
    sound = read_sound(said.films[0])
    assert level_db(sound[:SAMPLE_RATE]) > -40
    assert _fades_out(sound)


async def test_the_user_s_own_track(connect: Connect, mode: Mode, silent: Path, song: Path) -> None:
    async with connect(mode) as client:
        said = await follow(
            client, "add-music-to-video-online", video=str(silent), music=str(song), quality="draft"
        )
    [track] = said.timeline["audio"]
    assert track["name"] == song.name
    assert (track["duration_ms"], track["volume"]) == (2000, 0.8)
    [film] = said.films
    assert _lasts(film, 2)
    sound = read_sound(film)
    assert pitch(sound[: SAMPLE_RATE // 2]) == pytest.approx(880, abs=5)
    assert _fades_out(sound)


async def test_music_after_mood_and_pacing(connect: Connect, tmp_path: Path) -> None:
    """Several clips: the music runs through all of them."""
    clips = [
        make_video(tmp_path / f"{name}.mp4", seconds=1, size=SIZE, sound=False, colour=colour)
        for name, colour in {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200)}.items()
    ]
    async with connect() as client:
        said = await follow(
            client, "automatic-music-generator", videos="\n".join(map(str, clips)), quality="draft"
        )
    assert [clip["name"] for clip in said.timeline["video"]] == ["red.mp4", "green.mp4", "blue.mp4"]
    [music] = said.timeline["audio"]
    assert (music["start_ms"], music["duration_ms"]) == (0, 3000)
    [film] = said.films
    corners = [picture[5, 5] for picture in read_frames(film)]
    assert [int(corners[at].argmax()) for at in (15, 45, 75)] == [0, 1, 2]
    sound = read_sound(film)
    assert all(level_db(sound[at : at + SAMPLE_RATE]) > -40 for at in (0, SAMPLE_RATE))


async def test_the_best_match_comes_with_its_reasons(connect: Connect, silent: Path) -> None:
    async with connect() as client:
        said = await follow(client, "best-music-cog", video=str(silent), quality="draft")
    [edit] = said.answers("send_edit")
    [music] = said.timeline["audio"]
    # What the picture looks like, and the mood that was chosen for it.
    assert "one shot" in edit.facts["reply"]
    assert music["name"].lower() in edit.facts["reply"].lower()
    assert level_db(read_sound(said.films[0])) > -40
