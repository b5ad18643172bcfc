"""Titles in size and colour, and captions."""

import pytest

from mcp_nemo.engine.edits import Impossible
from mcp_nemo.engine.operations import AddCaptions, AddTitle, Caption, ChangeTitle, Keep, RemoveTitle
from tests.engine.drafts import ONE, PODCAST, edited, title_times


def test_a_title_has_size_colour_weight_and_a_box() -> None:
    styled = AddTitle(
        text="Sale",
        place="bottom left",
        size="large",
        color="#FFEE00",
        bold=True,
        background="#00000080",
        fade_in_ms=300,
        fade_out_ms=400,
    )
    (title,) = edited(ONE, styled).text.titles
    assert (title.place, title.size, title.color, title.bold) == ("bottom left", "large", "#FFEE00", True)
    assert (title.background, title.fade_in_ms, title.fade_out_ms) == ("#00000080", 300, 400)


def test_a_changed_style_leaves_the_rest() -> None:
    titled = edited(ONE, AddTitle(text="Sale", color="#FFEE00", bold=True, background="#00000080"))
    (before,) = titled.text.titles
    change = ChangeTitle(size="small", bold=False, background="")
    (after,) = edited(titled, change).text.titles
    assert after == before.model_copy(update={"size": "small", "bold": False, "background": ""})


def test_fades_share_a_short_title() -> None:
    titled = edited(ONE, AddTitle(text="Sale", fade_in_ms=1000, fade_out_ms=3000), Keep(end_ms=2000))
    (title,) = titled.text.titles
    assert (title.duration_ms, title.fade_in_ms, title.fade_out_ms) == (2000, 500, 1500)


def captions(*times: tuple[int, int]) -> AddCaptions:
    return AddCaptions(
        captions=tuple(
            Caption(start_ms=start, end_ms=end, text=f"Line {number}")
            for number, (start, end) in enumerate(times, 1)
        )
    )


def test_captions_are_small_and_at_the_bottom() -> None:
    draft = edited(ONE, captions((1000, 3000), (4000, 6000), (29_000, 31_000)))
    assert title_times(draft) == [
        ("Line 1", 1000, 3000),
        ("Line 2", 4000, 6000),
        ("Line 3", 29_000, 30_000),
    ]
    assert {(title.place, title.size) for title in draft.text.titles} == {("bottom", "small")}


def test_every_title_changes_or_goes() -> None:
    draft = edited(ONE, AddTitle(text="Hi"), captions((1000, 3000), (4000, 6000)))
    larger = edited(draft, ChangeTitle(title=None, size="large", duration_ms=1500))
    assert [(title.size, title.duration_ms) for title in larger.text.titles] == [("large", 1500)] * 3
    assert edited(draft, RemoveTitle(title=None)) == ONE


def test_several_titles_cannot_be_made_one() -> None:
    draft = edited(ONE, AddTitle(text="Hi"), AddTitle(text="Bye"))
    with pytest.raises(Impossible, match="same at the same time"):
        edited(draft, ChangeTitle(title=None, text="Hello"))
    with pytest.raises(Impossible, match="2 titles could be meant"):
        edited(draft, RemoveTitle())


def test_captions_after_the_end_are_refused_together() -> None:
    with pytest.raises(
        Impossible, match="2 of 3 captions come after the end of the video, which is 30 s long"
    ):
        edited(ONE, captions((1000, 3000), (30_000, 31_000), (32_000, 33_000)))
    with pytest.raises(Impossible, match="From 3 s to 1 s"):
        edited(ONE, captions((3000, 1000)))


def test_words_over_sound_alone() -> None:
    assert title_times(edited(PODCAST, AddTitle(text="Episode 1", end_ms=None))) == [("Episode 1", 0, 60_000)]
