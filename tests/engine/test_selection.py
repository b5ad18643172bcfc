"""Music for a picture, chosen by the engine: what it says, what it lays, where it looks for songs."""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from mcp import Client

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.settings import Settings
from tests.assistant import call
from tests.conftest import Connect
from tests.engine.test_analysis import spoken
from tests.media import (
    Picture,
    Samples,
    level_db,
    make_sound,
    make_video,
    read_sound,
    save_sound,
)

BEST = "Add background music that matches the mood of the video"
AGAIN = "Replace the music with music that matches the mood of the video"
QUITE_BRIGHT = ((180, 120, 90), (90, 140, 160), (150, 140, 60), (60, 150, 120))
BRIGHT = ((225, 165, 135), (135, 185, 205))


def _film(path: Path, shot_frames: int, colours: Sequence[tuple[int, int, int]]) -> Path:
    """In shots of so many thirtieths of a second."""

    def shot(number: int) -> Picture:
        return np.full((180, 320, 3), colours[number // shot_frames % len(colours)], np.uint8)

    return make_video(path, seconds=4, sound=False, pictures=shot)


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    return _film(tmp_path / "quick.mp4", 15, QUITE_BRIGHT)


@pytest.fixture
def slower(tmp_path: Path) -> Path:
    return _film(tmp_path / "slower.mp4", 60, BRIGHT)


@pytest.fixture(scope="module")
def happy_song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only file of its folder."""
    score = compose(MusicRecipe(mood="happy", seed=2), 12_000)
    folder = tmp_path_factory.mktemp("songs")
    return save_sound(folder / "Sunny road.wav", perform(score, Synthesis()))


@dataclass(frozen=True, slots=True)
class Editing:
    client: Client

    async def say(self, instruction: str) -> str:
        """The engine's reply to an edit that was made."""
        answered = await call(self.client, "send_edit", instruction=instruction)
        assert answered.facts["status"] == "applied", answered.text
        return str(answered.facts["reply"])

    async def refused(self, instruction: str) -> str:
        answered = await call(self.client, "send_edit", instruction=instruction)
        assert answered.facts["status"] == "failed", answered.text
        return answered.text

    async def music(self) -> str:
        """The name of the music on the timeline."""
        told = await call(self.client, "get_timeline", view="full")
        [track] = [track for track in told.facts["tracks"] if track["kind"] == "audio"]
        [segment] = track["segments"]
        return str(segment["name"])

    async def export(self) -> Samples:
        done = await call(self.client, "export_video", quality="draft")
        assert done.facts["status"] == "completed", done.text
        return read_sound(Path(done.facts["path"]))


@asynccontextmanager
async def editing(connect: Connect, source: Path, *music_dirs: Path) -> AsyncIterator[Editing]:
    """A session of one file, on an engine that the server starts for itself."""
    async with connect(backend="local", api_url="", music_dirs=music_dirs) as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(source)])
        yield Editing(client)


async def test_a_bright_film_of_quick_cuts_gets_upbeat_music(connect: Connect, quick: Path) -> None:
    async with editing(connect, quick) as session:
        reply = await session.say(BEST)
        assert await session.music() == "Upbeat"
        assert "NEMO_MUSIC_DIRS" in await session.refused("use one of my songs")
    assert reply.startswith("Chosen: upbeat (bright, ")
    assert "quick cuts, 8 shots; 112 to 132 BPM, as lively, bright and warm as the picture)." in reply
    assert re.search(r"Added upbeat music at 1[123]\d BPM under the whole video at 40%", reply)
    assert "Close behind: happy, " in reply or "Close behind: playful, " in reply


async def test_the_users_song_is_used_where_it_suits_best(
    connect: Connect, slower: Path, happy_song: Path, tmp_path: Path
) -> None:
    async with editing(connect, slower, happy_song.parent) as session:
        reply = await session.say(BEST)
        assert await session.music() == "Sunny road.wav"
        sound = await session.export()
    assert reply.startswith('Chosen: your song "Sunny road" (bright, ')
    assert level_db(sound) > -30
    assert not list((tmp_path / "state" / "engine" / "media").glob("*.wav"))


async def test_a_song_that_suits_less_is_used_when_asked_for(
    connect: Connect, quick: Path, happy_song: Path
) -> None:
    async with editing(connect, quick, happy_song.parent) as session:
        await session.say(f"{BEST} at 20%")
        assert await session.music() == "Upbeat"
        reply = await session.say("use one of my songs instead")
        assert await session.music() == "Sunny road.wav"
        assert "at 20%" in reply
        assert "no other song" in await session.refused("use one of my songs instead")
        await session.say("undo")
        assert await session.music() == "Upbeat"
        # A style can only be composed.
        await session.say("Replace the music with piano music that matches the mood of the video")
        assert (await session.music()).endswith("piano")


async def test_an_uploaded_song_is_one_of_the_users_songs(
    connect: Connect, quick: Path, happy_song: Path, tmp_path: Path
) -> None:
    song = shutil.copy(happy_song, tmp_path)
    async with editing(connect, quick) as session:
        await call(session.client, "upload_media", sources=[str(song)])
        await session.say(BEST)
        assert await session.music() == "Upbeat"
        reply = await session.say("use one of my songs instead")
        assert await session.music() == "Sunny road.wav"
        assert "upload the song" in await session.refused("use one of my songs instead")
    assert reply.startswith('Chosen: your song "Sunny road" ')


async def test_a_song_that_is_too_short_goes_round(connect: Connect, quick: Path, tmp_path: Path) -> None:
    (tmp_path / "songs").mkdir()
    make_sound(tmp_path / "songs" / "ding.wav", 2.5)
    async with editing(connect, quick, tmp_path / "songs") as session:
        assert "again and again" in await session.say("use one of my songs")


async def test_no_link_leads_out_of_the_folders(
    connect: Connect, slower: Path, happy_song: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "Sunny road.wav").symlink_to(happy_song)
    (folder / "broken.mp3").write_bytes(b"no music")
    async with editing(connect, slower, folder) as session:
        assert "Sunny road" not in await session.say(BEST)
        assert "no other song" in await session.refused("use one of my songs")


async def test_what_was_found_out_is_not_found_out_again(
    connect: Connect, quick: Path, tmp_path: Path
) -> None:
    """The second time, what was kept is believed: here that the film is dark."""
    async with editing(connect, quick) as session:
        assert "(bright, " in await session.say(BEST)
        [kept] = (tmp_path / "state" / "engine" / "findings").iterdir()
        found = json.loads(kept.read_text())
        kept.write_text(json.dumps({**found, "look": {**found["look"], "brightness": 0.12}}))
        assert "(dark, " in await session.say(AGAIN)
        assert list(kept.parent.iterdir()) == [kept]


async def test_music_makes_way_for_a_voice_unless_that_is_muted(connect: Connect, tmp_path: Path) -> None:
    async with editing(connect, save_sound(tmp_path / "talk.wav", spoken(6))) as session:
        heard = await session.say(BEST)
        await session.say("undo")
        muted = await session.say(f"mute the original sound, then {BEST[0].lower()}{BEST[1:]}")
    assert "leaves room for the voice" in heard
    assert "making way for speech" in heard
    assert "voice" not in muted
    assert "speech" not in muted


def test_folders_are_written_as_paths_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEMO_MUSIC_DIRS", os.pathsep.join(["/one", "~/two", ""]))
    assert Settings().music_dirs == (Path("/one"), Path("~/two").expanduser())
