from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import anyio.to_process
import pytest

from mcp_nemo.engine.analysis.songs import Song, study
from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import library
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.catalogue import Offer, composed, rank, recorded
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.sound import Sound
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.music.traits import SUITED, Traits
from mcp_nemo.engine.music.variations import VARIATIONS
from tests.media import make_sound, save_sound

QUICK = Song(180_000, -12, 126, energy=0.85, light=0.7, minor=False)
SLOW = Song(20_000, -20, 62, energy=0.1, light=0.25, minor=True)


@cache
def piece(mood: str, tempo: float) -> Sound:
    return perform(compose(MusicRecipe(mood=mood, seed=3, tempo_bpm=tempo), 12_000), Synthesis())


def test_every_variation_of_every_mood_is_on_offer() -> None:
    offers = list(composed())
    assert {(offer.mood, offer.variation) for offer in offers} == {
        (mood, number) for mood in SUITED for number in range(len(VARIATIONS[mood]))
    }
    assert len({offer.name for offer in offers}) == len(offers)


@pytest.mark.parametrize("mood", SUITED)
def test_each_mood_comes_first_for_the_picture_it_suits(mood: str) -> None:
    assert rank(composed(), SUITED[mood], 30_000)[0].offer.mood == mood


def test_the_reasons_say_how_it_lies_beside_the_picture() -> None:
    offer = next(offer for offer in composed() if (offer.mood, offer.variation) == ("epic", 0))
    (ranked,) = rank([offer], Traits(0.3, 0.3, 0.9), 30_000)
    assert ranked.reason == ("84 to 104 BPM, as bright as the picture, livelier and cooler than the picture")


def test_a_voice_wants_room() -> None:
    wanted = Traits(0.6, 0.8, 0.65)
    plain, spoken = (rank(composed(), wanted, 30_000, spoken=spoken) for spoken in (False, True))

    def roomy_among(first: list[Offer]) -> int:
        return sum(offer.roomy for offer in first)

    assert roomy_among([one.offer for one in spoken[:10]]) > roomy_among([one.offer for one in plain[:10]])
    assert "busy under the voice" in next(one for one in spoken if not one.offer.roomy).reason


def test_songs_join_the_ranking() -> None:
    songs = {Path("/music/quick.mp3"): QUICK, Path("/music/slow.mp3"): SLOW}
    offers = [*composed(), *recorded(songs)]
    lively = [one.offer.name for one in rank(offers, Traits(0.85, 0.7, 0.6), 30_000)]
    sad = rank(offers, Traits(0.1, 0.25, 0.35), 30_000)
    assert lively.index("quick") < 6 < lively.index("slow")
    (slow,) = (one for one in sad if one.offer.name == "slow")
    assert sad.index(slow) < 6
    assert slow.offer.mood == "sad"
    assert slow.reason.startswith("62 BPM") and slow.reason.endswith("shorter than the picture")
    (unsteady,) = rank(recorded({Path("/rain.wav"): replace(SLOW, tempo_bpm=None)}), SUITED["sad"], 1_000)
    assert unsteady.reason.startswith("no steady beat")


@pytest.mark.parametrize(("mood", "tempo"), [("upbeat", 124.0), ("lofi", 78.0), ("acoustic", 96.0)])
def test_the_tempo_of_a_song_is_heard(tmp_path: Path, mood: str, tempo: float) -> None:
    song = study(save_sound(tmp_path / "song.wav", piece(mood, tempo)))
    assert song.tempo_bpm == pytest.approx(tempo, rel=0.02)
    assert song.duration_ms == pytest.approx(12_000, abs=30)


def test_lively_and_sad_songs_are_told_apart(tmp_path: Path) -> None:
    upbeat = study(save_sound(tmp_path / "upbeat.wav", piece("upbeat", 124)))
    sad = study(save_sound(tmp_path / "sad.wav", piece("sad", 64)))
    assert upbeat.energy > sad.energy + 0.15
    assert upbeat.light > sad.light
    assert (upbeat.minor, sad.minor) == (False, True)


def test_too_little_to_study_has_no_tempo(tmp_path: Path) -> None:
    assert study(make_sound(tmp_path / "short.wav", 1)).tempo_bpm is None


def test_folders_are_read_in_a_worker(tmp_path: Path) -> None:
    music = tmp_path / "music" / "more"
    music.mkdir(parents=True)
    song = make_sound(music / "tone.wav", 3)
    (music / "words.mp3").write_text("no sound")
    (music / "cover.png").write_bytes(b"")
    studying = partial(library.songs, (tmp_path / "music",), tmp_path / "kept")
    found = anyio.run(anyio.to_process.run_sync, studying)
    assert list(found) == [song]
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert library.songs((tmp_path / "music",), tmp_path / "kept") == found


def test_a_song_of_the_users_own_is_preferred_where_it_is_close() -> None:
    wanted = SUITED["upbeat"]
    near = Song(60_000, -12, 120, energy=wanted.lively, light=wanted.light, minor=False)
    ranked = rank([*composed(), *recorded({Path("/near.mp3"): near})], wanted, 30_000)
    assert ranked[0].offer.path == Path("/near.mp3")


def test_a_jingle_is_no_song() -> None:
    jingle = replace(QUICK, duration_ms=2_000)
    ranked = rank([*composed(), *recorded({Path("/ding.wav"): jingle})], Traits(0.85, 0.7, 0.65), 30_000)
    assert ranked[0].offer.path is None


def test_what_is_hidden_or_lies_elsewhere_is_no_music(tmp_path: Path) -> None:
    music, elsewhere = tmp_path / "music", tmp_path / "elsewhere"
    for folder in (music, music / ".trash", elsewhere):
        folder.mkdir()
    shown, hidden = music / "shown.wav", music / ".trash" / "hidden.wav"
    for path in (shown, hidden, music / "._shown.wav", elsewhere / "private.wav"):
        path.write_bytes(b"")
    (music / "link out.wav").symlink_to(elsewhere / "private.wav")
    (music / "link to hidden.wav").symlink_to(hidden)
    (music / "folder out").symlink_to(elsewhere)
    (music / "round.wav").symlink_to(music / "round.wav")
    (music / "folder.wav").mkdir()
    assert list(library.files((music,))) == [shown]
    assert set(library.files((music, elsewhere))) == {shown, elsewhere / "private.wav"}
    (tmp_path / "by another name").symlink_to(music)
    assert list(library.files((tmp_path / "by another name",))) == [shown]
    assert list(library.files((tmp_path / "missing",))) == []


def test_a_large_folder_is_learnt_little_by_little(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    for number in range(3):
        make_sound(music / f"{number}.wav", 1, hz=200 + number)
    known = [len(library.songs((music,), tmp_path / "kept", patience_s=-1)) for _ in range(2)]
    assert known == [1, 1]
    assert len(library.songs((music,), tmp_path / "kept")) == 3
