from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.analysis import Look
from mcp_nemo.engine.music.seeing import seen

PART = st.floats(0, 1)
LOOKS = st.builds(
    Look,
    brightness=PART,
    contrast=PART,
    saturation=PART,
    warmth=PART,
    motion=PART,
    shots=st.integers(1, 500),
)


def test_what_was_seen_is_said() -> None:
    bright = Look(brightness=0.6, warmth=0.55, motion=0.6, shots=14)
    assert seen(bright, 20_000) == "bright, quick cuts, 14 shots"
    assert seen(Look(brightness=0.1, saturation=0, shots=1), 20_000) == (
        "dark, hardly any colour, hardly any movement, one shot"
    )


def test_without_a_picture_there_is_nothing_to_go_by() -> None:
    assert seen(Look(), 20_000) == "no picture to go by"


def test_cuts_count_by_the_minute() -> None:
    look = Look(motion=0.1, shots=14)
    assert "quick cuts" in seen(look, 20_000)
    assert "quick cuts" not in seen(look, 600_000)


@given(LOOKS, st.integers(0, 10_000_000))
def test_whatever_is_looked_at_has_words(look: Look, length_ms: int) -> None:
    assert seen(look, length_ms).endswith("one shot" if look.shots == 1 else f"{look.shots} shots")
