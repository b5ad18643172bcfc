import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.timeline import Segment, Timeline, Track
from mcp_nemo.timeline.interchange.subrip import to_srt
from tests.timeline.drafts import clip, timeline, title

_CUE = re.compile(r"(\d+)\n(\d\d+:\d\d:\d\d,\d{3}) --> (\d\d+:\d\d:\d\d,\d{3})\n((?:.+\n)+)\n")


def test_titles_are_cues_in_the_order_they_are_shown() -> None:
    shown = timeline(
        clip("a", 0, 9000), title("Later", 3_723_004, 2000), title("Lisbon\n\nin spring", 500, 1500)
    )
    assert to_srt(shown) == (
        "1\n00:00:00,500 --> 00:00:02,000\nLisbon\nin spring\n\n2\n01:02:03,004 --> 01:02:05,004\nLater\n\n"
    )


def test_a_film_without_titles_has_none() -> None:
    assert to_srt(timeline(clip("a", 0, 1000))) == ""


@pytest.mark.parametrize(
    "words", ["a\n\n2\n00:00:00,000 --> 00:00:09,000\nb", "<img src=x>", "\x1b[2J\u202eup"]
)
def test_words_cannot_be_anything_else(words: str) -> None:
    [(number, _, _, told)] = _CUE.findall(to_srt(timeline(title(words))))
    assert number == "1"
    assert "-->" not in told
    assert "<img" not in told
    assert told.replace("\n", "").isprintable()


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**6), st.integers(0, 5000))))
def test_whatever_is_said_can_be_read_back(said: list[tuple[str, int, int]]) -> None:
    segments = tuple(
        Segment(name="", text=text, start_ms=at, duration_ms=length) for text, at, length in said
    )
    written = to_srt(Timeline(tracks=(Track(kind="text", name="Title", segments=segments),)))
    cues = _CUE.findall(written)
    assert "".join(f"{n}\n{start} --> {end}\n{text}\n" for n, start, end, text in cues) == written
    assert [int(number) for number, *_ in cues] == list(range(1, len(cues) + 1))
