"""Time left: soon known, near the truth, and calm."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.studio.pace import Pace, in_words


def told(speeds: Iterable[float]) -> Iterator[float | None]:
    """What is said, once a second, of work that goes on by so many percent in each."""
    pace, percent = Pace(), 0.0
    yield pace.seconds_left(percent, 0)
    for second, speed in enumerate(speeds, start=1):
        percent += speed
        yield pace.seconds_left(percent, second)


def test_steady_work_ends_when_it_was_said_to() -> None:
    said = [*told([2] * 50)]
    assert said[:4] == [None] * 4
    assert said[4:] == pytest.approx([50 - second for second in range(4, 51)])


def test_work_that_changes_its_speed_is_followed() -> None:
    said = [*told([2] * 20 + [0.5] * 60)]
    truth = (100 - 2 * 20 - 0.5 * 60) / 0.5
    assert said[-1] == pytest.approx(truth, rel=0.15)


@given(st.lists(st.floats(0.1, 0.9), min_size=40, max_size=90))
def test_what_is_said_does_not_jump(speeds: list[float]) -> None:
    said = [left for left in told(speeds) if left is not None][10:]
    for before, after in pairwise(said):
        assert abs(after - before + 1) < 0.25 * before + 1


def test_work_begun_anew_is_measured_anew() -> None:
    pace = Pace()
    for second in range(10):
        pace.seconds_left(9.0 * second, second)
    assert pace.seconds_left(0, 10) is None
    assert pace.seconds_left(20, 20) == pytest.approx(40)


def test_what_stands_still_is_not_guessed_at() -> None:
    assert [*told([0] * 10)] == [None] * 11


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "a few seconds left"),
        (3, "about 5 s left"),
        (41, "about 40 s left"),
        (89, "about 90 s left"),
        (90, "about 2 min left"),
        (400, "about 7 min left"),
    ],
)
def test_it_is_said_roundly(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
