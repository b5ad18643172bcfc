import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.music.harmony import PITCH_CLASSES, SCALES, chord, nearest, step, voicing

C, D, E, F, G, A, B = (PITCH_CLASSES[name] for name in "CDEFGAB")
NUMERALS = ("I", "ii", "iii", "IV", "V", "vi", "viio", "iv", "II")


@pytest.mark.parametrize(
    ("numeral", "tonic", "scale", "voices", "tones"),
    [
        ("I", "C", "major", 3, (C, E, G)),
        ("V", "C", "major", 4, (G, B, D, F)),
        ("ii", "C", "major", 5, (D, F, A, C, E)),
        ("iv", "C", "major", 3, (F, PITCH_CLASSES["Ab"], C)),
        ("VI", "A", "minor", 3, (F, A, C)),
        ("V", "A", "minor", 3, (E, PITCH_CLASSES["Ab"], B)),
        ("viio", "C", "major", 3, (B, D, F)),
    ],
)
def test_numerals_are_chords(
    numeral: str, tonic: str, scale: str, voices: int, tones: tuple[int, ...]
) -> None:
    assert chord(numeral, tonic, scale, voices).tones == tones


def test_a_borrowed_chord_bends_the_scale() -> None:
    dominant = chord("V", "A", "minor", 3)
    assert PITCH_CLASSES["Ab"] in dominant.scale
    assert G not in dominant.scale


def test_what_is_no_numeral_is_refused() -> None:
    with pytest.raises(ValueError, match="Q"):
        chord("Q", "C", "major", 3)


@given(
    st.lists(st.sampled_from(NUMERALS), min_size=2, max_size=12),
    st.sampled_from(sorted(SCALES)),
    st.integers(3, 5),
)
def test_chords_move_little(numerals: list[str], scale: str, voices: int) -> None:
    keys: tuple[int, ...] = ()
    for numeral in numerals:
        tones = chord(numeral, "C", scale, voices).tones
        before, keys = keys, voicing(tones, keys)
        assert {key % 12 for key in keys} == set(tones)
        assert 53 <= keys[0] <= keys[-1] <= 76
        if before:
            assert abs(sum(keys) / len(keys) - sum(before) / len(before)) <= 6


def test_steps_stay_in_the_scale() -> None:
    scale = (C, D, E, F, G, A, B)
    assert [step(60, by, scale) for by in (0, 1, 2, 7, -1)] == [60, 62, 64, 72, 59]
    assert nearest(61.4, (C, D)) == 62
