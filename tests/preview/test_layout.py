"""Where things stand on a storyboard."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.preview.charge import Spot
from mcp_nemo.preview.layout import MARGIN, NAMES_WIDTH, WIDTH, Bar, arrange, tiles
from mcp_nemo.timeline import Segment, Timeline, Track

FIRST = Spot(track=0, segment=0)


def _segment(start_ms: int, duration_ms: int, **facts: object) -> Segment:
    return Segment.model_validate({"name": "clip", "start_ms": start_ms, "duration_ms": duration_ms, **facts})


def _timeline(*segments: Segment, kind: str = "video") -> Timeline:
    return Timeline(tracks=(Track(kind=kind, name="Video", segments=segments),))


def _only_bar(segment: Segment) -> Bar:
    return next(arrange(_timeline(segment), frozenset([FIRST])).bars)


def test_bars_share_the_width_as_their_segments_share_the_time() -> None:
    first, second = arrange(_timeline(_segment(0, 3000), _segment(3000, 1000)), frozenset()).bars
    assert (first.box.left, second.box.right) == (NAMES_WIDTH, WIDTH - MARGIN)
    assert first.box.right == second.box.left
    assert abs(first.box.width - 3 * second.box.width) <= 3


def test_a_segment_too_short_to_be_seen_is_seen() -> None:
    assert (
        min(bar.box.width for bar in arrange(_timeline(_segment(0, 1), _segment(1, 10**6)), frozenset()).bars)
        >= 3
    )


def test_overlapping_segments_stand_below_each_other() -> None:
    board = arrange(_timeline(_segment(0, 2000), _segment(1000, 2000), _segment(2000, 500)), frozenset())
    tops = [bar.box.top for bar in board.bars]
    assert tops[0] == tops[2] < tops[1]
    assert board.lanes[0].box.bottom == board.lanes[0].bars[1].box.bottom


def test_a_bar_knows_what_of_its_media_plays_where() -> None:
    bar = _only_bar(_segment(0, 10_000, source_start_ms=5000, speed=2.0))
    assert bar.second_at(bar.box.left) == 5
    assert bar.second_at(bar.box.right) == 25


def test_a_clip_has_room_for_a_filmstrip_only_where_there_is_media() -> None:
    timeline = _timeline(_segment(0, 1000))
    with_media, without = (arrange(timeline, spots) for spots in (frozenset([FIRST]), frozenset[Spot]()))
    assert with_media.height > without.height


def test_tracks_that_do_not_fit_are_counted() -> None:
    track = Track(kind="text", name="Title", segments=(_segment(0, 1000),))
    board = arrange(Timeline(tracks=(track,) * 11), frozenset())
    assert (len(board.lanes), board.hidden_tracks) == (8, 3)


@given(st.integers(1, 30 * 24 * 3_600_000))
def test_the_ruler_has_a_few_marks_at_any_length(duration_ms: int) -> None:
    ticks = arrange(_timeline(_segment(0, duration_ms)), frozenset()).ticks
    assert ticks[0].x == NAMES_WIDTH
    assert 1 <= len(ticks) <= 11
    assert all(one.x + 90 <= other.x for one, other in pairwise(ticks))


@given(st.integers(1, 1000), st.floats(0.01, 100))
def test_a_filmstrip_has_no_gaps(share: int, aspect: float) -> None:
    bar = next(arrange(_timeline(_segment(0, share), _segment(share, 1001 - share)), frozenset([FIRST])).bars)
    strip = tiles(bar, aspect)
    assert (strip[0].box.left, strip[-1].box.right) == (bar.film.left, bar.film.right)
    assert all(one.box.right == other.box.left for one, other in pairwise(strip))
    assert all(0 <= tile.second <= share / 1000 for tile in strip)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=30))
def test_every_segment_has_a_bar_on_the_board(stretches: list[tuple[int, int]]) -> None:
    board = arrange(_timeline(*(_segment(*stretch) for stretch in stretches)), frozenset())
    bars = list(board.bars)
    assert len(bars) == len(stretches)
    assert all(bar.box.left >= NAMES_WIDTH and bar.box.bottom <= board.height for bar in bars)
