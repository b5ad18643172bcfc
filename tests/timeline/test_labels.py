import pytest

from mcp_nemo.timeline import Segment
from mcp_nemo.timeline.labels import label, one_line, percent


def named(name: str, text: str | None = None) -> Segment:
    return Segment(name=name, start_ms=0, duration_ms=1000, text=text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("bell\x07 escape\x1b[31m", "bell escape[31m"),
        ("right\u202eto left", "rightto left"),
        ("tags\U000e0041\U000e0042", "tags"),
        ("  spaces   inside ", "spaces inside"),
        ("👩\u200d👧 family", "👩\u200d👧 family"),
        ("城市延时", "城市延时"),
        ("", ""),
    ],
)
def test_text_is_put_on_one_visible_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("![x](https://example.com/?q=1)", "![x] (https://example.com/?q=1)"),
        ("<img src=x>", "‹img src=x>"),
        ("[HD] I <3 you (live)", "[HD] I <3 you (live)"),
    ],
)
def test_no_name_becomes_markup(text: str, line: str) -> None:
    assert one_line(text) == line


def test_long_text_is_cut() -> None:
    assert one_line("a" * 60) == "a" * 60
    assert one_line("a" * 61) == "a" * 59 + "…"
    assert len(one_line("\u200b" * 10_000_000 + "a")) <= 60


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("city timelapse.mp4", "city timelapse"),
        ("Holiday.JPEG", "Holiday"),
        ("v1.2 final", "v1.2 final"),
        ("Dr. Who.mov", "Dr. Who"),
        ("\x00", "unnamed"),
    ],
)
def test_label_drops_the_extension(name: str, shown: str) -> None:
    assert label(named(name), "video") == shown


def test_label_of_a_title_is_its_words() -> None:
    assert label(named("title 1", "Urban Dreams"), "text") == '"Urban Dreams"'


def test_words_said_about_a_clip_are_not_its_label() -> None:
    assert label(named("a.mp4", "a street at night"), "video") == "a"


@pytest.mark.parametrize(("volume", "shown"), [(0.35, "35%"), (1, "100%"), (1.5, "150%"), (0.355, "35.5%")])
def test_percent(volume: float, shown: str) -> None:
    assert percent(volume) == shown
