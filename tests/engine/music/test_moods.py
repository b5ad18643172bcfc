from collections import Counter

import pytest

from mcp_nemo.engine.music.harmony import PITCH_CLASSES, SCALES, chord
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.moods import MOODS, STYLES, Mood
from mcp_nemo.engine.music.patterns import BASS_FIGURES, FIGURES, GROOVES
from mcp_nemo.engine.music.traits import SUITED
from mcp_nemo.engine.music.variations import VARIATIONS, seed_for, variation_of, varied

VOCABULARY = [*(mood.words for mood in MOODS.values()), *(style.words for style in STYLES.values())]


def test_moods_and_their_variations_name_only_what_exists() -> None:
    assert VARIATIONS.keys() == MOODS.keys()
    for mood in [
        varied(plain, index) for plain in MOODS.values() for index in range(len(VARIATIONS[plain.name]))
    ]:
        assert mood.scale in SCALES
        assert set(mood.tonics) <= PITCH_CLASSES.keys()
        assert {mood.lead, mood.chords} <= INSTRUMENTS.keys()
        assert {mood.pad, mood.bass} <= {"", *INSTRUMENTS}
        assert mood.figure in FIGURES
        assert mood.bass_figure in BASS_FIGURES
        assert mood.groove in {"", *GROOVES}


@pytest.mark.parametrize(
    "said", ["rock", "jazz", "hip hop", "classical", "reggae", "latin", "country", "pop"]
)
def test_kinds_of_music_are_known_by_name(said: str) -> None:
    assert [mood.name for mood in MOODS.values() if said in mood.words["en"]]


def test_no_kind_of_music_is_chosen_for_a_picture_unasked() -> None:
    assert SUITED.keys() < MOODS.keys()
    assert not SUITED.keys() & {"rock", "reggae", "lullaby", "christmas"}


def test_every_progression_can_be_played() -> None:
    for mood in MOODS.values():
        assert len(mood.progressions) >= 3
        for progression in mood.progressions:
            chords = [chord(numeral, "C", mood.scale, mood.voices) for numeral in progression.split()]
            assert all(len(set(chord.tones)) == mood.voices for chord in chords)


def test_styles_name_only_what_exists() -> None:
    for style in STYLES.values():
        assert style.lead in INSTRUMENTS
        assert {style.chords, style.pad} <= {"", *INSTRUMENTS}


@pytest.mark.parametrize("mood", MOODS.values(), ids=MOODS)
def test_every_variation_has_seeds(mood: Mood) -> None:
    seeds = [seed_for(mood, variation, 1000) for variation in range(len(VARIATIONS[mood.name]))]
    assert [variation_of(mood, seed) for seed in seeds] == list(range(len(seeds)))
    assert len(set(seeds)) == len(seeds) >= 3


def test_no_word_means_two_things() -> None:
    words = Counter(word for said in VOCABULARY for spoken in said.values() for word in spoken)
    assert [word for word, times in words.items() if times > 1] == []


def test_every_mood_and_style_has_words_in_both_languages() -> None:
    assert all(said["en"] and said["zh"] for said in VOCABULARY)
