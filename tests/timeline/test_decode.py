import json
from typing import Any

import pytest

from mcp_nemo.draft_keys import TrackType
from mcp_nemo.timeline import Segment, Timeline, decode, unknown_keys
from tests.timeline.drafts import clip, draft, music, title


def only_segment(segment: object, *, tt: object = 0, **root: object) -> Segment:
    """The one segment of a draft that holds nothing else."""
    found = decode({"t": [{"tt": tt, "sg": [segment]}], **root})
    ((only,),) = (track.segments for track in found.tracks)
    return only


def test_the_engines_draft_needs_no_guess() -> None:
    wire = draft(
        clip("a", 0, 4000, source_start_ms=500, volume=0.5, fade_in_ms=250),
        music("Calm", 4000, fade_out_ms=1000),
        title("Hello", 1000, 2000),
    ).to_wire()

    found = decode(wire)

    assert (found.title, found.duration_ms, found.width, found.height) == ("project", 4000, 1920, 1080)
    assert [(track.kind, track.name) for track in found.tracks] == [
        ("video", "Video"),
        ("audio", "BGM"),
        ("text", "Title"),
    ]
    video, audio, words = (track.segments[0] for track in found.tracks)
    assert video.model_dump(exclude_none=True) == {
        "name": "a.mp4",
        "start_ms": 0,
        "duration_ms": 4000,
        "volume": 0.5,
        "fade_in_ms": 250,
        "source_start_ms": 500,
        "inferred": (),
    }
    assert (audio.name, audio.fade_out_ms, audio.inferred) == ("Calm", 1000, ())
    assert (words.text, words.start_ms, words.place, words.inferred) == ("Hello", 1000, None, ())
    assert unknown_keys(wire) == []


@pytest.mark.parametrize(
    "draft", [None, {}, [], "", "null", "not json", 7, True, {"t": None}, {"t": 5}, "[" * 100_000, "9" * 5000]
)
def test_no_draft_is_an_empty_timeline(draft: object) -> None:
    assert decode(draft) == Timeline()
    assert unknown_keys(draft) == []


def test_json_text_is_read_even_when_wrapped_twice() -> None:
    wire = draft(clip("a", 0, 4000)).to_wire()
    assert decode(json.dumps(wire)) == decode(wire)
    assert decode(json.dumps(json.dumps(wire))) == decode(wire)


def test_meta_may_be_json_text() -> None:
    assert only_segment({"d": 3000, "m": '{"name": "a.mp4", "start_ms": 500}'}).start_ms == 500


@pytest.mark.parametrize(
    ("tt", "kind", "name"),
    [
        (TrackType.VIDEO, "video", "Video"),
        ("1", "audio", "BGM"),
        (7.0, "text", "Title"),
        (5, "type 5", "Type 5"),
        ("effect", "type effect", "Type effect"),
        (None, "type unknown", "Type unknown"),
        (True, "type unknown", "Type unknown"),
    ],
)
def test_track_kinds(tt: object, kind: str, name: str) -> None:
    (track,) = decode({"t": [{"tt": tt, "sg": [{"d": 1}]}]}).tracks
    assert (track.kind, track.name, len(track.segments)) == (kind, name, 1)


def test_a_track_keeps_its_own_name() -> None:
    (track,) = decode({"t": [{"tt": 1, "m": {"name": "Voice"}, "sg": []}]}).tracks
    assert track.name == "Voice"


@pytest.mark.parametrize("odd", [7, "rubbish", [], {}, True])
def test_an_odd_segment_is_not_lost(odd: object) -> None:
    assert only_segment(odd).inferred == ("start_ms", "duration_ms", "name")


@pytest.mark.parametrize(
    ("segment", "start_ms"),
    [
        ({"start_ms": 1500}, 1500),
        ({"m": {"start_ms": "1500"}}, 1500),
        ({"start": 1500}, 1500),
        ({"start_time": 1500}, 1500),
        ({"startTimeMs": 1500}, 1500),
        ({"st": 1500}, 1500),
        ({"m": {"begin": 1500}}, 1500),
        ({"start_seconds": 90}, 90_000),
        ({"start": 1.5}, 1500),
        ({"start": "1.5"}, 1500),
        ({"start": 12}, 12_000),
        ({"start": 1500.25}, 1500),
    ],
)
def test_start_under_other_words(segment: dict[str, Any], start_ms: int) -> None:
    found = only_segment({"d": 1000, **segment})
    assert found.start_ms == start_ms
    own_word = "start_ms" in segment or "start_ms" in segment.get("m", {})
    assert ("start_ms" in found.inferred) != own_word


def test_one_word_has_one_unit_in_a_draft() -> None:
    segments = [{"d": 2500, "start": 0}, {"d": 60_000, "start": 2.5}, {"d": 1000, "start": 62}]
    (track,) = decode({"t": [{"tt": 0, "sg": segments}]}).tracks
    assert [segment.start_ms for segment in track.segments] == [0, 2500, 62_000]


def test_segments_without_a_start_are_laid_end_to_end() -> None:
    segments = [{"d": 2000}, {"d": 3000}, {"d": 1000, "m": {"start_ms": 9000}}, {"d": 500}]
    found = decode({"t": [{"tt": 0, "sg": segments}]})
    assert [(s.start_ms, s.end_ms) for s in found.tracks[0].segments] == [
        (0, 2000),
        (2000, 5000),
        (9000, 10_000),
        (10_000, 10_500),
    ]
    assert ["start_ms" in s.inferred for s in found.tracks[0].segments] == [True, True, False, True]
    assert found.duration_ms == 10_500


def test_a_missing_length_reaches_to_what_comes_next() -> None:
    segments = [{"m": {"start_ms": 0, "end_ms": 800}}, {"m": {"start_ms": 1000}}, {"m": {"start_ms": 4000}}]
    (track,) = decode({"d": 6000, "t": [{"tt": 7, "sg": segments}]}).tracks
    assert [segment.duration_ms for segment in track.segments] == [800, 3000, 2000]
    assert all("duration_ms" in segment.inferred for segment in track.segments)


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ({"m": {"title": "Sea"}}, "Sea"),
        ({"m": {"url": "https://cdn.example.com/u/city%20at%20night.mp4?sig=abc"}}, "city at night.mp4"),
        ({"m": {"source": "/media/a.mov"}}, "a.mov"),
        ({"m": {"path": "C:\\clips\\b.mov"}}, "b.mov"),
        ({"m": {"text": "Hello"}}, "Hello"),
        ({"m": {"source": "0f3a"}}, "unnamed"),
        ({"name": "  "}, "unnamed"),
    ],
)
def test_names_that_are_guessed(segment: dict[str, Any], name: str) -> None:
    found = only_segment({"d": 1000, **segment})
    assert found.name == name
    assert "name" in found.inferred


@pytest.mark.parametrize(
    ("meta", "volume", "guessed"),
    [
        ({"volume": 0.35}, 0.35, False),
        ({"volume": "0.5"}, 0.5, False),
        ({"volume": 1.5}, 1.5, False),
        ({"vol": 0.4}, 0.4, True),
        ({"volume": 35}, 0.35, True),
        ({"volume_percent": 80}, 0.8, True),
        ({"volume": 0.8, "muted": True}, 0, True),
        ({"volume": 0.8, "muted": False}, 0.8, False),
    ],
)
def test_volume(meta: dict[str, Any], volume: float, guessed: bool) -> None:
    found = only_segment({"d": 1000, "m": meta})
    assert (found.volume, "volume" in found.inferred) == (volume, guessed)


def test_fades_speed_and_source_under_other_words() -> None:
    meta = {"fadeIn": 0.5, "fade_out_duration": 1500, "playbackRate": 2, "trimStart": 4000}
    found = only_segment({"d": 1000, "m": meta})
    assert (found.fade_in_ms, found.fade_out_ms) == (500, 1500)
    assert (found.speed, found.source_start_ms) == (2, 4000)
    assert {"fade_in_ms", "fade_out_ms", "speed", "source_start_ms"} <= set(found.inferred)


@pytest.mark.parametrize(
    "rubbish", [float("nan"), float("inf"), -5, 1e300, 10**400, "soon", True, [], {}, None]
)
def test_rubbish_numbers_count_as_not_said(rubbish: object) -> None:
    meta = {"start_ms": rubbish, "volume": rubbish, "speed": rubbish, "fade_in_ms": rubbish}
    found = only_segment({"d": rubbish, "m": {**meta, "name": "a"}}, d=5000)
    assert (found.start_ms, found.duration_ms) == (0, 5000)
    assert (found.volume, found.speed, found.fade_in_ms) == (None, None, None)
    assert found.inferred == ("start_ms", "duration_ms")


def test_text_survives_encoding() -> None:
    found = only_segment({"d": 1000, "m": {"text": "half \ud83d, whole \ud83d\ude00"}}, tt=7)
    assert found.text == "half \ufffd, whole \U0001f600"


def test_unknown_keys_are_named_by_their_path() -> None:
    segment = {"d": 1, "x": 1, "m": {"foo": {"bar": 1}, "start": 1}}
    wire = {"t": [{"tt": 0, "z\n": 2, "sg": [segment, segment]}], "m": {"title": "a", "beat": 1}, "v": 3}
    assert unknown_keys(wire) == ["m.beat", "t[].sg[].m.foo", "t[].sg[].x", "t[].z", "v"]


def test_what_is_only_for_comparing_stays_out_of_answers() -> None:
    found = only_segment({"d": 1000, "m": {"url": "https://cdn.example.com/a.mp4?sig=1", "filter": "warm"}})
    assert found.source == "https://cdn.example.com/a.mp4"
    assert found.details == {"m.filter": '"warm"'}
    assert not {"source", "details"} & set(found.model_dump())
    assert not {"source", "details"} & set(Segment.model_json_schema()["properties"])
