"""Music that is louder or quieter for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.draft import AudioClip, Draft, Passage
from mcp_nemo.engine.edits import Impossible
from mcp_nemo.engine.operations import (
    AddMusic,
    ChangeVolume,
    Cut,
    MoveMusic,
    ReplaceMusic,
    ReverseOrder,
    SetSpeed,
    SetVolume,
)
from tests.engine.drafts import PODCAST, SCORED, THREE, edited

QUIET = SetVolume(target="music", volume=0.1, start_ms=5000, end_ms=10_000)


def music(draft: Draft) -> AudioClip:
    (clip,) = draft.music
    return clip


def passages(draft: Draft) -> list[tuple[int, int, float]]:
    return [(each.start_ms, each.end_ms, each.volume) for each in music(draft).passages]


def quieter(start_ms: int | None, end_ms: int | None, factor: float = 0.5) -> ChangeVolume:
    return ChangeVolume(target="music", factor=factor, start_ms=start_ms, end_ms=end_ms)


def test_music_is_quieter_for_a_while_and_plays_on() -> None:
    draft = edited(SCORED, QUIET)
    assert passages(draft) == [(5000, 10_000, 0.1)]
    assert music(draft).model_copy(update={"passages": ()}) == music(SCORED)
    assert Draft.from_wire(draft.to_wire()) == draft


def test_what_was_quieter_can_be_so_again() -> None:
    draft = edited(SCORED, QUIET, quieter(8000, 12_000))
    assert passages(draft) == [(5000, 8000, 0.1), (8000, 10_000, 0.05), (10_000, 12_000, 0.4)]


def test_a_new_volume_for_all_of_it_is_for_all_of_it() -> None:
    draft = edited(SCORED, QUIET, SetVolume(target="music", volume=0.3))
    assert (music(draft).volume, passages(draft)) == (0.3, [])


def test_all_of_it_quieter_keeps_the_difference() -> None:
    draft = edited(SCORED, QUIET, quieter(None, None))
    assert (music(draft).volume, passages(draft)) == (0.4, [(5000, 10_000, 0.05)])


def test_as_loud_as_the_rest_is_no_passage() -> None:
    assert (
        edited(SCORED, QUIET, SetVolume(target="music", volume=0.8, start_ms=5000, end_ms=10_000)) == SCORED
    )


def test_neighbours_alike_are_one() -> None:
    assert passages(edited(SCORED, quieter(0, 4000), quieter(4000, 8000))) == [(0, 8000, 0.4)]


def test_a_passage_keeps_its_picture() -> None:
    assert passages(edited(SCORED, QUIET, Cut(end_ms=2000))) == [(3000, 8000, 0.1)]
    assert passages(edited(SCORED, QUIET, Cut(start_ms=4000, end_ms=7000))) == [(4000, 7000, 0.1)]
    assert passages(edited(SCORED, QUIET, Cut(start_ms=4000, end_ms=12_000))) == []
    assert passages(edited(SCORED, QUIET, SetSpeed(factor=2))) == [(2500, 5000, 0.1)]


def test_a_passage_stays_where_the_order_changes() -> None:
    scored = edited(THREE, AddMusic(mood="calm"), QUIET, ReverseOrder())
    assert passages(scored) == [(5000, 10_000, 0.1)]


def test_other_music_is_quiet_in_the_same_place() -> None:
    assert passages(edited(SCORED, QUIET, ReplaceMusic(mood="happy"))) == [(5000, 10_000, 0.1)]


def test_music_that_is_moved_keeps_what_still_lies_under_it() -> None:
    assert passages(edited(SCORED, QUIET, MoveMusic(start_ms=7000))) == [(7000, 10_000, 0.1)]


def test_a_song_that_is_all_there_is_is_split() -> None:
    quiet = edited(PODCAST, QUIET)
    assert [(clip.end_ms, clip.volume, clip.passages) for clip in quiet.content] == [
        (5000, 1, ()),
        (10_000, 0.1, ()),
        (60_000, 1, ()),
    ]


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ((AddMusic(mood="calm", end_ms=4000), QUIET), "no music from 5 s to 10 s"),
        ((SetVolume(target="music", volume=0, start_ms=5000, end_ms=10_000), quieter(6000, 9000)), "muted"),
        ((quieter(0, 5000, 99), quieter(1000, 2000, 2)), "400%"),
        ((SetVolume(target="music", volume=0.2, start_ms=40_000),), "30 s long"),
    ],
)
def test_impossible(operations: tuple[AddMusic | SetVolume | ChangeVolume, ...], message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(SCORED, *operations)


spans = st.tuples(st.integers(0, 29_000), st.integers(1, 30_000)).filter(lambda span: span[0] < span[1])


@given(st.lists(st.tuples(spans, st.sampled_from([0.1, 0.5, 0.8])), max_size=6), st.integers(0, 29_999))
def test_at_each_moment_the_latest_word_holds(said: list[tuple[tuple[int, int], float]], moment: int) -> None:
    operations = [
        SetVolume(target="music", volume=volume, start_ms=start, end_ms=end) for (start, end), volume in said
    ]
    expected = [0.8, *(volume for (start, end), volume in said if start <= moment < end)][-1]
    assert volume_at(music(edited(SCORED, *operations)), moment) == expected


def volume_at(clip: AudioClip, moment_ms: int) -> float:
    own = [each.volume for each in clip.passages if each.start_ms <= moment_ms < each.end_ms]
    return own[0] if own else clip.volume


def test_passages_are_apart_and_in_order() -> None:
    draft = edited(SCORED, quieter(20_000, 25_000), quieter(2000, 22_000), quieter(1000, 3000))
    assert music(draft).passages == (
        Passage(start_ms=1000, end_ms=2000, volume=0.4),
        Passage(start_ms=2000, end_ms=3000, volume=0.2),
        Passage(start_ms=3000, end_ms=20_000, volume=0.4),
        Passage(start_ms=20_000, end_ms=22_000, volume=0.2),
        Passage(start_ms=22_000, end_ms=25_000, volume=0.4),
    )
