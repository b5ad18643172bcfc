"""An .otio file, as OpenTimelineIO itself reads it."""

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.draft import VideoClip
from mcp_nemo.timeline import Segment, Timeline, Track, decode
from mcp_nemo.timeline.interchange.opentimeline import METADATA, frame_rate, to_otio
from tests.timeline.drafts import clip, draft, music, timeline, title

RATE = 25.0


def _read(shown: Timeline, rate: float = RATE, **originals: Path) -> otio.schema.Timeline:
    text = to_otio(shown, rate, {f"{name}.mp4": path for name, path in originals.items()})
    return otio.adapters.read_from_string(text, "otio_json")


def _seconds(time: otio.opentime.RationalTime) -> float:
    return float(time.to_seconds())


def _clips(track: otio.schema.Track) -> list[tuple[str, float, float]]:
    """Name, start and duration of each, in seconds."""
    found = []
    for item in track.find_clips():
        lies = item.trimmed_range_in_parent()
        found.append((item.name, _seconds(lies.start_time), _seconds(lies.duration)))
    return found


def test_clips_stand_where_they_are_shown() -> None:
    read = _read(timeline(clip("a", 0, 4000), clip("b", 4000, 2000, source_start_ms=1000), title("Hi", 1000)))
    video, words = read.tracks
    assert _clips(video) == [("a.mp4", 0, 4), ("b.mp4", 4, 2)]
    assert _clips(words) == [("Hi", 1, 3)]
    assert _seconds(video[1].source_range.start_time) == 1
    assert {item.source_range.duration.rate for item in video} == {RATE}
    assert _seconds(read.duration()) == 6
    assert dict(read.metadata[METADATA])["width"] == 1920


def test_a_pause_is_a_gap() -> None:
    [video] = _read(timeline(clip("a", 0, 1000), clip("b", 3000, 1000))).tracks
    assert [type(item) for item in video] == [otio.schema.Clip, otio.schema.Gap, otio.schema.Clip]
    assert _clips(video)[1] == ("b.mp4", 3, 1)


def test_a_crossfade_is_a_transition_around_the_cut() -> None:
    blended = clip("b", 3000, 4000, source_start_ms=1000).model_copy(update={"crossfade_ms": 1000})
    [video] = _read(timeline(clip("a", 0, 4000), blended), rate=30).tracks
    first, blend, second = video
    assert _clips(video) == [("a.mp4", 0, 3.5), ("b.mp4", 3.5, 3.5)]
    assert blend.transition_type == "SMPTE_Dissolve"
    assert _seconds(blend.in_offset) + _seconds(blend.out_offset) == 1
    assert _seconds(second.source_range.start_time) == 1.5
    assert _seconds(first.source_range.duration) + _seconds(blend.out_offset) == 4


def test_speed_is_a_time_warp() -> None:
    quick = clip("a", 0, 2000, source_start_ms=1000).model_copy(update={"speed": 2.0})
    [[only]] = _read(timeline(quick)).tracks
    [warp] = only.effects
    assert warp.time_scalar == 2
    assert _seconds(only.source_range.duration) == 2


def test_levels_and_looks_are_metadata() -> None:
    turned = VideoClip(name="a.mp4", source="1", start_ms=0, duration_ms=1000, volume=0.5, rotate=90)
    score = music("Calm", 1000, volume=0.3, fade_out_ms=500)
    [[shown], [heard]] = _read(timeline(turned, score)).tracks
    assert dict(shown.metadata[METADATA]["look"]) == {"m.rotate": "90"}
    said = dict(heard.metadata[METADATA])
    assert (said["volume"], said["fade_out_ms"]) == (0.3, 500)
    assert heard.media_reference.generator_kind == "music"


def test_titles_that_overlap_have_tracks_of_their_own() -> None:
    read = _read(timeline(title("One", 0, 3000), title("Two", 1000, 3000), title("Three", 3000, 1000)))
    assert {track.name: _clips(track) for track in read.tracks} == {
        "Title": [("One", 0, 3), ("Three", 3, 1)],
        "Title 2": [("Two", 1, 3)],
    }
    assert read.tracks[0][0].media_reference.parameters["text"] == "One"


def test_a_clip_names_its_file(tmp_path: Path) -> None:
    original = tmp_path / "Lisbon trip.mp4"
    known, unknown = _read(timeline(clip("a", 0, 1000), clip("b c", 1000, 1000)), a=original).tracks[0]
    assert known.media_reference.target_url == original.as_uri()
    assert unknown.media_reference.target_url == "b%20c.mp4"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\Windows\\passwd", "/etc/passwd", "\x1b[2J\npasswd"]
)
def test_a_name_is_no_path(name: str) -> None:
    shown = Timeline(tracks=(_track(Segment(name=name, start_ms=0, duration_ms=1000)),))
    [[only]] = _read(shown).tracks
    assert "/" not in only.media_reference.target_url
    assert only.media_reference.target_url.endswith("passwd")


@pytest.mark.parametrize(("said", "rate"), [(25, 25), ("29.97", 29.97), (0, 30), (None, 30), (1e6, 30)])
def test_the_rate_is_the_drafts_own(said: object, rate: float) -> None:
    assert frame_rate({"m": {"fps": said}}) == rate


def test_our_own_drafts_say_their_rate() -> None:
    assert frame_rate(draft(clip("a", 0, 1000)).model_copy(update={"frame_rate": 24.0}).to_wire()) == 24


def _track(*segments: Segment, kind: str = "video") -> Track:
    return Track(kind=kind, name="Track", segments=segments)


_SEGMENTS = st.builds(
    Segment,
    name=st.text(max_size=20),
    start_ms=st.integers(0, 100_000),
    duration_ms=st.integers(0, 100_000),
    text=st.none() | st.text(max_size=10),
    speed=st.none() | st.floats(0.1, 10),
    crossfade_ms=st.none() | st.integers(0, 5000),
    source_start_ms=st.none() | st.integers(0, 10**9),
    source=st.none() | st.text(max_size=10),
)


@given(st.lists(_SEGMENTS, max_size=8), st.sampled_from(["video", "audio", "text"]))
def test_every_segment_is_found_again(segments: list[Segment], kind: str) -> None:
    read = _read(Timeline(tracks=(_track(*segments, kind=kind),)), 30)
    found = [clip for track in read.tracks for clip in _shown(track)]
    frame = Fraction(1, 30)
    assert len(found) == len(segments)
    for start, end in sorted((s.start_ms / 1000, s.end_ms / 1000) for s in segments):
        assert any(abs(start - one) <= frame and abs(end - other) <= frame for one, other in found)


def _shown(track: otio.schema.Track) -> list[tuple[float, float]]:
    """From when to when each clip is seen, its crossfades with it."""
    found = []
    for item in track.find_clips():
        before, after = track.neighbors_of(item)
        lies = item.trimmed_range_in_parent()
        start, end = _seconds(lies.start_time), _seconds(lies.end_time_exclusive())
        if isinstance(before, otio.schema.Transition):
            start -= _seconds(before.in_offset)
        if isinstance(after, otio.schema.Transition):
            end += _seconds(after.out_offset)
        found.append((start, end))
    return found


def test_a_draft_of_any_shape_is_written() -> None:
    odd = {"t": [{"sg": [{"m": {"name": "a\ud800b"}}, None, 5]}, {"tt": 99, "sg": "no"}]}
    assert len(_read(decode(odd)).tracks) == 1
