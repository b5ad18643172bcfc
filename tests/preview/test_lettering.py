"""Texts in the room there is, and in any script."""

from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.preview.lettering import fitted, width

NOWHERE = "\U0010fffe"


@given(st.text("abc 你好 مرحبا", max_size=40), st.integers(0, 400))
def test_what_is_left_of_a_text_fits(text: str, room: int) -> None:
    left = fitted(text, 20, room)
    assert width(left, 20) <= room
    assert left == text or not left or left.endswith("…")


def test_as_much_is_left_as_fits() -> None:
    text = "a rather long name of a clip"
    assert fitted(text, 20, width(text, 20)) == text
    assert fitted(text, 20, width(text, 20) - 1).startswith("a rather long name of a c")
    assert fitted(text, 20, 20) == ""


def test_what_no_typeface_has_takes_no_room() -> None:
    assert width(NOWHERE, 20) == 0
    assert width(f"a{NOWHERE}b", 20) == width("a", 20) + width("b", 20)


def test_scripts_in_one_line_do_not_lose_each_other() -> None:
    both = width("morning صباح", 20)
    assert both >= width("morning", 20) + width("صباح", 20)
