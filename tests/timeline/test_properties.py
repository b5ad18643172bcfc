"""What must hold for every draft and every timeline."""

import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mcp_nemo.timeline import Segment, Timeline, Track, decode, differences, outline, summarize, unknown_keys
from mcp_nemo.timeline.words import OF_SEGMENT

unhurried = settings(deadline=None, max_examples=80)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
words = st.dictionaries(st.sampled_from(sorted(OF_SEGMENT)), json_values, max_size=6)
entries = st.builds(lambda said, meta: said | {"m": meta}, words, words | json_values)
segment_lists = st.lists(entries | json_values.filter(lambda value: value is not None), max_size=4)
track_entries = st.fixed_dictionaries({"tt": scalars, "sg": segment_lists})
drafts = st.fixed_dictionaries(
    {"t": st.lists(track_entries, max_size=3)}, optional={"d": scalars, "m": words}
)

# Few different values, so that segments collide.
times = st.sampled_from([0, 1, 999, 3000, 65_000])
volumes = st.none() | st.sampled_from([0, 0.35, 1, 1.5])
speeds = st.none() | st.sampled_from([0.5, 1, 2])
labels = st.sampled_from(["a", "b.mp4", "b.mov", "c\n"])
segment_fields = {
    "name": labels,
    "start_ms": times,
    "duration_ms": times,
    "text": st.none() | labels,
    "volume": volumes,
    "fade_in_ms": st.none() | times,
    "fade_out_ms": st.none() | times,
    "speed": speeds,
    "source_start_ms": st.none() | times,
    "place": st.none() | st.sampled_from(["top", "center"]),
    "source": st.none() | st.sampled_from(["1", "2"]),
}
NEUTRAL = {"volume": 1, "speed": 1, "fade_in_ms": 0, "fade_out_ms": 0, "source_start_ms": 0}

segments = st.builds(Segment, **segment_fields)
tracks = st.builds(
    Track,
    kind=st.sampled_from(["video", "audio", "text", "type 5"]),
    name=st.sampled_from(["BGM", "Track"]),
    segments=st.lists(segments, min_size=1, max_size=4).map(tuple),
)
timelines = st.builds(Timeline, tracks=st.lists(tracks, min_size=1, max_size=3).map(tuple))


@unhurried
@given(json_values | drafts)
def test_any_json_decodes(draft: object) -> None:
    found = decode(draft)
    assert "\n" not in summarize(found)
    assert outline(found)
    assert all(len(path.splitlines()) <= 1 for path in unknown_keys(draft))
    answer = found.model_dump_json(exclude_none=True)
    assert Timeline.model_validate_json(answer).model_dump() == found.model_dump()


@unhurried
@given(json_values | drafts)
def test_json_text_decodes_as_what_it_says(draft: object) -> None:
    assert decode(json.dumps(draft)) == decode(draft)


@unhurried
@given(drafts)
def test_no_segment_is_lost(draft: dict[str, list[dict[str, list[object]]]]) -> None:
    counted = [len(track["sg"]) for track in draft["t"]]
    assert [len(track.segments) for track in decode(draft).tracks] == counted


@unhurried
@given(timelines)
def test_nothing_changed_says_nothing(timeline: Timeline) -> None:
    assert differences(timeline, timeline) == []


@unhurried
@given(timelines, st.data())
def test_any_changed_field_is_said(timeline: Timeline, data: st.DataObject) -> None:
    track_at = data.draw(st.integers(0, len(timeline.tracks) - 1))
    segment_at = data.draw(st.integers(0, len(timeline.tracks[track_at].segments) - 1))
    field = data.draw(st.sampled_from(sorted(set(segment_fields) - {"source"})))
    value = data.draw(segment_fields[field])
    segment = timeline.tracks[track_at].segments[segment_at]
    changed = segment.model_copy(update={field: value})
    assume(seen(changed, field) != seen(segment, field))

    after = with_segment(timeline, track_at, segment_at, changed)

    sentences = differences(timeline, after)
    assert sentences
    assert all(sentence.isprintable() for sentence in sentences)


@unhurried
@given(timelines, timelines)
def test_sentences_never_repeat_a_time_as_its_own_change(before: Timeline, after: Timeline) -> None:
    for sentence in differences(before, after):
        for change in sentence.split(", "):
            old, arrow, new = change.rpartition(" → ")
            assert not arrow or old.split()[-1] != new


def seen(segment: Segment, field: str) -> object:
    value = getattr(segment, field)
    return NEUTRAL.get(field) if value is None else value


def with_segment(timeline: Timeline, track_at: int, segment_at: int, segment: Segment) -> Timeline:
    tracks = list(timeline.tracks)
    segments = list(tracks[track_at].segments)
    segments[segment_at] = segment
    tracks[track_at] = tracks[track_at].model_copy(update={"segments": tuple(segments)})
    return timeline.model_copy(update={"tracks": tuple(tracks)})
