"""Which file a segment plays, by whatever the backend says of it."""

from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.preview.charge import Medium, Spot
from mcp_nemo.preview.matching import media_of
from mcp_nemo.timeline import Segment, Timeline, Track

BEACH = {"id": "m1", "filename": "beach.mp4", "cdn_url": "https://cdn.example/a/beach.mp4?sig=1"}
TOWN = {"id": "m2", "filename": "town.mp4", "cdn_url": "https://cdn.example/b/town.mp4?sig=1"}


def _playing(source: str | None, name: str = "clip", kind: str = "video") -> Timeline:
    segment = Segment(name=name, start_ms=0, duration_ms=1000, source=source)
    return Timeline(tracks=(Track(kind=kind, name="Video", segments=(segment,)),))


def _addresses(timeline: Timeline, *files: object) -> list[str]:
    return [medium.address for medium in media_of(timeline, files, bool)]


def test_a_file_is_found_by_its_id() -> None:
    assert _addresses(_playing("m2"), BEACH, TOWN) == [TOWN["cdn_url"]]


def test_a_file_is_found_by_its_address_whatever_its_signature() -> None:
    assert _addresses(_playing("https://cdn.example/a/beach.mp4"), BEACH, TOWN) == [BEACH["cdn_url"]]


def test_a_file_is_found_by_the_name_in_a_path() -> None:
    assert _addresses(_playing("/mnt/uploads/town.mp4"), BEACH, TOWN) == [TOWN["cdn_url"]]


def test_a_file_is_found_by_the_segments_name() -> None:
    assert _addresses(_playing(None, "beach.mp4"), BEACH, TOWN) == [BEACH["cdn_url"]]


def test_a_name_that_two_files_have_names_neither() -> None:
    assert _addresses(_playing(None, "beach.mp4"), BEACH, {**TOWN, "filename": "beach.mp4"}) == []


def test_a_segment_may_bring_its_own_address() -> None:
    assert _addresses(_playing("https://cdn.example/c.mp4")) == ["https://cdn.example/c.mp4"]


def test_words_in_the_picture_play_nothing() -> None:
    assert _addresses(_playing("m1", kind="text"), BEACH) == []


def test_an_address_that_may_not_be_fetched_is_left_out() -> None:
    assert media_of(_playing("m1"), [BEACH], lambda address: False) == []


def test_a_file_is_read_from_the_disk_only_where_that_is_allowed() -> None:
    here = {**BEACH, "local_path": "/engine/beach.mp4"}
    assert _addresses(_playing("m1"), here) == ["/engine/beach.mp4"]
    [elsewhere] = media_of(_playing("m1"), [here], lambda address: address.startswith("https:"))
    assert elsewhere.address == BEACH["cdn_url"]


def test_all_places_of_a_file_are_named_together() -> None:
    track = _playing("m1").tracks[0]
    timeline = Timeline(tracks=(Track(kind="video", name="Video", segments=track.segments * 2), track))
    spots = (Spot(track=0, segment=0), Spot(track=0, segment=1), Spot(track=1, segment=0))
    assert media_of(timeline, [BEACH], bool) == [Medium(address=BEACH["cdn_url"], spots=spots)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["http://[", "https://x/%", "m1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "url", "x"]), inner),
    max_leaves=10,
)


@given(st.lists(_JSON, max_size=4), st.text() | st.sampled_from(["m1", "http://[", "a/b"]))
def test_no_list_of_files_is_too_odd(files: list[object], source: str) -> None:
    for medium in media_of(_playing(source), files, bool):
        assert medium.address
