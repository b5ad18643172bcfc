"""The beat of songs, drummed for the test."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.analysis.songs import study
from mcp_nemo.engine.music.drums import hit
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.patterns import DRUM_KEYS
from mcp_nemo.engine.music.sound import Sound
from tests.media import SAMPLE_RATE, Samples, save_sound

SECONDS = 12
# A step is half a beat.
BEATS = {"kick": "x...x...", "snare": "..x...x."}
OFF_BEATS = BEATS | {"hat": "xxxxxxxx"}


def drummed(rows: dict[str, str], tempo: float) -> Samples:
    song = np.zeros((SECONDS * SAMPLE_RATE, 2), np.float32)
    for drum, row in rows.items():
        sound = 0.3 * hit(DRUM_KEYS[drum], 0.8, np.random.default_rng(1))[0]
        for step in range(int(SECONDS * tempo / 30)):
            if row[step % len(row)] == "x":
                lay(song, sound, step * 30 / tempo)
    return song


def held_under(song: Samples, tempo: float) -> Samples:
    """Strings with vibrato, another chord every four beats."""
    for bar in range(int(SECONDS * tempo / 240) + 1):
        for pitch in ((57, 60, 64), (53, 57, 60))[bar % 2]:
            hertz = 440 * 2 ** ((pitch - 69) / 12)
            note = INSTRUMENTS["strings"].note(hertz, 0.7, 240 / tempo, np.random.default_rng(pitch))[0]
            lay(song, 0.12 * note / np.abs(note).max(), bar * 240 / tempo)
    return song


def lay(song: Samples, sound: Sound, seconds: float) -> None:
    start = round(seconds * SAMPLE_RATE)
    heard = sound[: max(0, len(song) - start)]
    song[start : start + len(heard)] += heard[:, None]


@pytest.mark.parametrize("rows", [BEATS, OFF_BEATS], ids=["beats", "off beats"])
@pytest.mark.parametrize("tempo", [70, 85, 100, 120, 140, 170])
def test_a_beat_is_neither_halved_nor_doubled(tmp_path: Path, tempo: float, rows: dict[str, str]) -> None:
    song = study(save_sound(tmp_path / "song.wav", drummed(rows, tempo)))
    assert song.tempo_bpm == pytest.approx(tempo, rel=0.02)


@pytest.mark.parametrize("tempo", [70, 140, 170])
def test_a_beat_is_heard_over_strings(tmp_path: Path, tempo: float) -> None:
    song = study(save_sound(tmp_path / "song.wav", held_under(drummed(OFF_BEATS, tempo), tempo)))
    assert song.tempo_bpm == pytest.approx(tempo, rel=0.02)


def test_what_has_no_beat_has_no_tempo(tmp_path: Path) -> None:
    song = study(save_sound(tmp_path / "rest.wav", np.zeros((4 * SAMPLE_RATE, 2), np.float32)))
    assert song.tempo_bpm is None
