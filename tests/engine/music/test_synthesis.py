from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import synthesis
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.harmony import PITCH_CLASSES, SCALES
from mcp_nemo.engine.music.instruments import INSTRUMENTS, Sustained
from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.music.mastering import CEILING, TARGET_LUFS
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.score import Note, Part, Score, Section
from mcp_nemo.engine.music.sound import RATE, Sound
from mcp_nemo.engine.music.synthesis import perform


@cache
def composed(mood: str, duration_ms: int) -> Score:
    return compose(MusicRecipe(mood=mood, seed=1), duration_ms)


@cache
def performed(mood: str, duration_ms: int) -> Sound:
    return perform(composed(mood, duration_ms), Synthesis())


def alone(instrument: str, pitch: int) -> Score:
    """One long note of one instrument in a dry room."""
    note = Note(start_ms=0, length_ms=1500, pitch=pitch, velocity=0.7)
    return Score(
        mood="calm",
        seed=1,
        duration_ms=2000,
        tempo=60,
        tonic="C",
        scale="major",
        space=0,
        texture="",
        pump=0,
        sections=(Section("ending", 0, 2000, 0.5),),
        parts=(Part("lead", instrument, (note,)),),
        landings=(),
    )


def level(sound: Sound, start_ms: float, end_ms: float) -> float:
    piece = sound[round(start_ms * RATE / 1000) : round(end_ms * RATE / 1000)]
    return float(20 * np.log10(np.sqrt(np.mean(np.square(piece))) + 1e-9))


def spectrum(sound: Sound) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mono = sound.mean(axis=1)
    energy = np.abs(np.fft.rfft(mono * np.hanning(len(mono)))) ** 2
    hertz = np.fft.rfftfreq(len(mono), 1 / RATE)
    return np.asarray(hertz, np.float64), np.asarray(energy, np.float64)


def chroma(sound: Sound) -> NDArray[np.float64]:
    """The share of each pitch class in the energy between 100 Hz and 2 kHz."""
    hertz, energy = spectrum(sound)
    kept = (hertz > 100) & (hertz < 2000)
    classes = np.round(69 + 12 * np.log2(hertz[kept] / 440)).astype(int) % 12
    shares = np.bincount(classes, energy[kept], 12)
    return np.asarray(shares / shares.sum())


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_as_long_and_as_loud_as_it_should_be(mood: str) -> None:
    sound = performed(mood, 3_217)
    assert sound.shape == (round(3.217 * RATE), 2)
    assert sound.dtype == np.float32
    assert np.abs(sound).max() <= 0.98
    assert loudness(sound) == pytest.approx(TARGET_LUFS, abs=1.5)


@pytest.mark.parametrize("duration_ms", [1, 333, 1_000])
def test_short_music_is_whole(duration_ms: int) -> None:
    sound = perform(composed("happy", duration_ms), Synthesis())
    assert len(sound) == round(duration_ms * RATE / 1000)
    assert np.isfinite(sound).all()
    assert np.abs(sound[0]).max() < 0.01
    assert np.abs(sound[-1]).max() < 0.01


def test_the_same_score_gives_the_same_sound() -> None:
    assert np.array_equal(performed("lofi", 3_217), perform(composed("lofi", 3_217), Synthesis()))


@pytest.mark.parametrize("mood", ["electronic", "sad"])
def test_longer_music_is_brought_to_the_target(mood: str) -> None:
    sound = performed(mood, 20_000)
    assert loudness(sound) == pytest.approx(TARGET_LUFS, abs=0.3)
    assert np.abs(sound).max() <= CEILING + 1e-6


@pytest.mark.parametrize("mood", ["electronic", "sad", "jazz", "lofi"])
def test_the_music_never_stops_before_the_end(mood: str) -> None:
    sound = performed(mood, 20_000)
    levels = [level(sound, at, at + 500) for at in range(0, 19_000, 500)]
    assert min(levels) > -45


@pytest.mark.parametrize("mood", MOODS)
def test_there_is_always_something_that_sounds(mood: str) -> None:
    for seed in range(3):
        score = compose(MusicRecipe(mood=mood, seed=seed), 60_000)
        assert longest_fall_ms(score) < 1700


def longest_fall_ms(score: Score) -> float:
    """The longest time for which nothing begins, and nothing is held that does not die away."""
    notes = sorted(
        ((note, part) for part in score.parts for note in part.notes), key=lambda played: played[0].start_ms
    )
    longest, sounds_until = 0.0, 0.0
    for note, part in notes:
        longest = max(longest, note.start_ms - sounds_until)
        sounds_until = max(sounds_until, note.start_ms + note.length_ms * holds(part.instrument))
    return longest


def holds(instrument: str) -> bool:
    made = INSTRUMENTS.get(instrument)
    return isinstance(made, Sustained) and made.sustain == 1


def test_it_rises_and_dies_away() -> None:
    score, sound = composed("electronic", 20_000), performed("electronic", 20_000)
    levels = [level(sound, section.start_ms, section.end_ms) for section in score.sections]
    assert levels[0] + 2 < max(levels)
    assert level(sound, 19_700, 20_000) < max(levels) - 20
    assert np.abs(sound[-1]).max() < 1e-3


@pytest.mark.parametrize("seed", [0, 1])
def test_no_section_is_much_softer_than_the_next(seed: int) -> None:
    score = compose(MusicRecipe(mood="happy", seed=seed), 20_000)
    sound = perform(score, Synthesis())
    assert [section.name for section in score.sections][:2] == ["intro", "body"]
    levels = [level(sound, section.start_ms, section.end_ms) for section in score.sections[:-1]]
    assert all(after - before < 6 for before, after in pairwise(levels))


@pytest.mark.parametrize("mood", ["electronic", "sad"])
def test_left_and_right_are_equally_loud(mood: str) -> None:
    left, right = np.square(performed(mood, 20_000)).mean(axis=0)
    assert abs(10 * np.log10(left / right)) < 1


def test_music_can_be_had_in_blocks() -> None:
    blocks = list(synthesis.performed(composed("electronic", 20_000), Synthesis()))
    assert len(blocks) > 2
    assert np.array_equal(np.concatenate(blocks), performed("electronic", 20_000))


@pytest.mark.parametrize("mood", ["electronic", "sad"])
def test_the_notes_of_the_scale_dominate(mood: str) -> None:
    score = composed(mood, 20_000)
    inside = [(PITCH_CLASSES[score.tonic] + step) % 12 for step in SCALES[score.scale]]
    assert chroma(performed(mood, 20_000))[inside].sum() > 0.8


@pytest.mark.parametrize("mood", ["electronic", "sad"])
def test_there_is_bass_and_treble(mood: str) -> None:
    hertz, energy = spectrum(performed(mood, 20_000))
    share = energy / energy.sum()
    assert 0.05 < share[hertz < 200].sum() < 0.9
    assert share[hertz > 2000].sum() > 0.005


@pytest.mark.parametrize("mood", ["electronic", "sad"])
def test_it_is_wide_and_still_whole_on_one_loudspeaker(mood: str) -> None:
    left, right = performed(mood, 20_000).T
    middle, side = (left + right) / 2, (left - right) / 2
    assert 0.2 < float(np.sqrt(np.mean(side**2) / np.mean(middle**2))) < 1


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_is_in_tune(instrument: str) -> None:
    pitch = 45 if "bass" in instrument else 69
    hertz, energy = spectrum(perform(alone(instrument, pitch), Synthesis())[: round(1.5 * RATE)])
    expected = 440 * 2 ** ((pitch - 69) / 12)
    around = (hertz > expected / 1.3) & (hertz < expected * 1.3)
    heard = float((hertz[around] * energy[around]).sum() / energy[around].sum())
    assert abs(1200 * np.log2(heard / expected)) < 12
