"""What our own engine writes of looks, blends and styles, told in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.draft import Backdrop, Cropping, Draft, Overlay, OverlayTrack, Passage, Zooming
from mcp_nemo.timeline import decode, differences, summarize, unknown_keys
from mcp_nemo.timeline.phrases import phrase, picture
from tests.timeline.drafts import clip, draft, music, title

PLAIN = draft(clip("a", 0, 4000), music("Calm", 4000), title("Hello"))


def with_clip(**changes: object) -> Draft:
    (first,) = PLAIN.video.clips
    changed = PLAIN.video.model_copy(update={"clips": (first.model_copy(update=changes),)})
    return PLAIN.model_copy(update={"video": changed})


def said(before: Draft, after: Draft) -> list[str]:
    return differences(decode(before.to_wire()), decode(after.to_wire()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rotate": 90}, "turned 90°"),
        ({"flip_horizontal": True}, "mirrored left to right"),
        ({"flip_vertical": True}, "mirrored top to bottom"),
        ({"crop": Cropping(left=0.1, bottom=0.25)}, "cropped by 10% left, 25% bottom"),
        ({"zoom": Zooming(start=1, end=1.2)}, "zooming from 100% to 120%"),
        ({"brightness": 0.15}, "15% brighter"),
        ({"brightness": -0.15}, "15% darker"),
        ({"contrast": 0.2}, "20% more contrast"),
        ({"saturation": -1}, "black and white"),
        ({"saturation": 0.3}, "30% more colourful"),
        ({"warmth": -0.3}, "30% cooler"),
        ({"crossfade_ms": 1000}, "a crossfade of 1s into it"),
    ],
)
def test_a_look_comes_and_goes(changes: dict[str, object], words: str) -> None:
    changed = with_clip(**changes)
    assert said(PLAIN, changed) == [f"Video 'a': {words}"]
    assert said(changed, PLAIN) == [f"Video 'a': no longer {words}"]
    assert words in summarize(decode(changed.to_wire()))
    assert unknown_keys(changed.to_wire()) == []


def test_more_of_the_same_names_what_was() -> None:
    assert said(with_clip(brightness=0.15), with_clip(brightness=0.3)) == [
        "Video 'a': 30% brighter (was 15% brighter)"
    ]


def test_music_under_speech() -> None:
    (clip_,) = PLAIN.audio.clips
    ducked = PLAIN.model_copy(
        update={"audio": PLAIN.audio.model_copy(update={"clips": (clip_.model_copy(update={"duck": True}),)})}
    )
    assert said(PLAIN, ducked) == ["Music 'Calm': lowered under speech"]
    assert decode(ducked.to_wire()).tracks[1].segments[0].duck is True


def test_music_that_is_quieter_for_a_while() -> None:
    (clip_,) = PLAIN.audio.clips
    passages = (
        Passage(start_ms=1000, end_ms=2000, volume=0.1),
        Passage(start_ms=3000, end_ms=4000, volume=0),
    )
    quieter = PLAIN.model_copy(
        update={
            "audio": PLAIN.audio.model_copy(
                update={"clips": (clip_.model_copy(update={"passages": passages}),)}
            )
        }
    )
    assert said(PLAIN, quieter) == ["Music 'Calm': at 10% in 1-2s, silent in 3-4s"]
    assert unknown_keys(quieter.to_wire()) == []


def test_usual_colours_have_names() -> None:
    (title_,) = PLAIN.text.titles
    coloured = title_.model_copy(update={"color": "#ffff00", "background": "#123456"})
    changed = PLAIN.model_copy(update={"text": PLAIN.text.model_copy(update={"titles": (coloured,)})})
    assert said(PLAIN, changed) == ['Title "Hello": on a box of #123456, in yellow']


def test_a_picture_over_the_video_is_an_overlay() -> None:
    logo = Overlay(
        name="logo.png", source="7", start_ms=0, duration_ms=4000, place="bottom left", opacity=0.5
    )
    overlaid = PLAIN.model_copy(update={"overlay": OverlayTrack(overlays=(logo,))})
    assert said(PLAIN, overlaid) == ["Added overlay 'logo', 0-4s, at the bottom left, 50% opaque"]
    assert said(overlaid, PLAIN) == ["Removed overlay 'logo', 0-4s, at the bottom left, 50% opaque"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"picture_fade_in_ms": 1000}, "fades in from black over 1s"),
        (
            {"picture_fade_out_ms": 1500, "picture_fade_color": "white"},
            "fades out to white over 1.5s",
        ),
        (
            {"picture_fade_out_ms": 1500, "picture_fade_out_color": "white"},
            "fades out to white over 1.5s",
        ),
        ({"fit": "cover"}, "fills the canvas"),
        ({"fit": "blur"}, "stands before a blurred copy of itself"),
        ({"backdrop": Backdrop(kind="color", color="#112233")}, "shows the colour #112233"),
        ({"backdrop": Backdrop(kind="waveform")}, "shows a waveform on black"),
        ({"backdrop": Backdrop(kind="media", source="7")}, "shows an uploaded picture"),
    ],
)
def test_the_picture_as_a_whole(changes: dict[str, object], words: str) -> None:
    changed = PLAIN.model_copy(update=changes)
    assert said(PLAIN, changed) == [f"The picture now {words}"]
    assert said(changed, PLAIN) == [f"The picture no longer {words}"]
    assert summarize(decode(changed.to_wire())).endswith(f" The picture {words}.")
    assert unknown_keys(changed.to_wire()) == []


WORDS = st.sampled_from(
    ["rotate", "crop", "zoom", "m.brightness", "size", "duck", "crossfade_ms", "width", "passages"]
)
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just({"start": "x"})
)


@given(WORDS, VALUES)
def test_nonsense_is_told_in_no_words_or_printable_ones(word: str, value: object) -> None:
    told = phrase(word, json.dumps(value))
    assert told is None or told.isprintable()
    topics = dict.fromkeys(("picturefadeinms", "picturefadecolor", "fit", "backdrop"), json.dumps(value))
    assert all(sentence.isprintable() for sentence in picture(topics).values())
