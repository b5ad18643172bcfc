"""A draft on the wire."""

import pytest
from pydantic import ValidationError

from mcp_nemo.engine.draft import Draft, VideoClip
from mcp_nemo.engine.operations import AddMusic, AddOverlay, AddTitle, FadePicture, Rotate, SetSpeed
from tests.engine.drafts import ONE, PODCAST, STILL, edited

FULL = edited(
    ONE,
    SetSpeed(factor=2),
    Rotate(degrees=180),
    AddOverlay(media_id=STILL.id, opacity=0.5),
    AddMusic(mood="calm", instruments=("guitar",), duck=True),
    AddTitle(text="Hi", size="large"),
    FadePicture(in_ms=1000),
)


def test_pictures_over_the_video_are_a_second_track_of_its_type() -> None:
    video, overlay, audio, text = FULL.to_wire()["t"]
    assert [track["tt"] for track in (video, overlay, audio, text)] == [0, 0, 1, 7]
    assert "role" not in video["m"]
    assert overlay["m"] == {"name": "Overlay", "role": "overlay"}
    assert Draft.from_wire(FULL.to_wire()) == FULL


def test_what_is_as_usual_is_left_out() -> None:
    clip = FULL.to_wire()["t"][0]["sg"][0]
    assert clip == {
        "d": 15_000,
        "m": {
            "name": "clip.mp4",
            "source": "clip.mp4",
            "start_ms": 0,
            "volume": 1,
            "speed": 2,
            "rotate": 180,
        },
    }
    assert ONE.to_wire()["m"] == {"title": "project", "width": 320, "height": 180, "frame_rate": 25}
    assert FULL.to_wire()["m"]["picture_fade_in_ms"] == 1000


def test_sound_that_is_content_has_a_track_of_its_own() -> None:
    scored = edited(PODCAST, AddMusic(mood="calm"))
    assert [track["m"] for track in scored.to_wire()["t"]] == [
        {"name": "Sound", "role": "content"},
        {"name": "BGM"},
    ]
    assert Draft.from_wire(scored.to_wire()) == scored


def test_a_draft_of_before_there_were_roles_is_read() -> None:
    wire = {
        "t": [
            {
                "tt": 0,
                "sg": [{"d": 4000, "m": {"name": "a", "source": "1", "start_ms": 0, "volume": 1}}],
                "m": {},
            }
        ],
        "m": {"title": "old", "width": 320, "height": 180, "frame_rate": 25},
    }
    assert Draft.from_wire(wire).video.clips == (
        VideoClip(name="a", source="1", start_ms=0, duration_ms=4000),
    )


def test_anything_else_is_refused() -> None:
    wire = FULL.to_wire()
    wire["t"][0]["sg"][0]["m"]["beat"] = 4
    with pytest.raises(ValidationError):
        Draft.from_wire(wire)
