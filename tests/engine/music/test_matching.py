import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.analysis import Look
from mcp_nemo.engine.music.matching import match
from mcp_nemo.engine.music.moods import MOODS

PART = st.floats(0, 1)
LOOKS = st.builds(
    Look,
    brightness=PART,
    contrast=PART,
    saturation=PART,
    warmth=PART,
    motion=PART,
    shots=st.integers(0, 500),
)


@pytest.mark.parametrize(
    ("look", "mood"),
    [
        (Look(brightness=0.6, warmth=0.55, motion=0.6, shots=14), "upbeat"),
        (Look(brightness=0.12, warmth=0.4, motion=0.15, shots=2), "suspense"),
        (Look(brightness=0.45, warmth=0.5, motion=0.05, shots=1), "calm"),
        (Look(brightness=0.45, warmth=0.8, motion=0.1, shots=2), "romantic"),
        (Look(brightness=0.3, warmth=0.3, motion=0.9, shots=30), "electronic"),
    ],
)
def test_a_look_has_a_mood(look: Look, mood: str) -> None:
    assert match(look, 20_000).mood == mood


def test_the_reason_names_what_was_seen() -> None:
    reason = match(Look(brightness=0.6, warmth=0.55, motion=0.6, shots=14), 20_000).reason
    assert reason == "bright, quick cuts, 14 shots: upbeat at 112 to 132 BPM"


def test_without_a_picture_there_is_nothing_to_go_by() -> None:
    assert match(Look(), 20_000).reason == "no picture to go by: calm"


def test_cuts_count_by_the_minute() -> None:
    look = Look(brightness=0.6, warmth=0.55, motion=0.1, shots=14)
    assert match(look, 20_000).mood == "upbeat"
    assert match(look, 600_000).mood == "calm"


@given(LOOKS, st.integers(0, 10_000_000))
def test_whatever_is_seen_has_a_mood_and_a_reason(look: Look, length_ms: int) -> None:
    matched = match(look, length_ms)
    assert f": {MOODS[matched.mood].label.lower()}" in matched.reason
