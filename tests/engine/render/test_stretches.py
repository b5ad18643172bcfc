"""The picture's part of a plan."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.draft import Backdrop, Cropping, Draft, Segment, VideoClip, Zooming
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import Ground, MissingMedia, Ramp, RenderPlan, plan
from tests.engine.render.films import changed, clip, film, logo, song, title

A, B = Path("a.mp4"), Path("b.mp4")
LOGO, SONG = Path("logo.png"), Path("song.mp3")
MEDIA = {
    "a.mp4": MediaInfo("a.mp4", A, "a.mp4", "video", 60_000, 1280, 720, 30, True),
    "b.mp4": MediaInfo("b.mp4", B, "b.mp4", "video", 60_000, 1280, 720, 30, True),
    "logo.png": MediaInfo("logo.png", LOGO, "logo.png", "image", 0, 400, 400),
    "song.mp3": MediaInfo("song.mp3", SONG, "song.mp3", "audio", 60_000, has_sound=True),
}


def planned(*segments: Segment, **changes: object) -> RenderPlan:
    return plan(film(*segments, **changes), MEDIA, "high")


def reasons(made: RenderPlan) -> list[str]:
    return [stretch.reason for stretch in made.stretches]


def faded(start_ms: int, duration_ms: int, crossfade_ms: int, path: Path = B) -> VideoClip:
    return changed(clip(path, start_ms, duration_ms), crossfade_ms=crossfade_ms)


def test_a_crossfade_is_a_stretch_of_two_shots() -> None:
    made = planned(clip(A, 0, 3000), faded(2000, 3000, 1000))

    assert reasons(made) == ["a.mp4", "crossfade from a.mp4 to b.mp4", "b.mp4"]
    assert [(stretch.start, stretch.end) for stretch in made.stretches] == [(0, 60), (60, 90), (90, 150)]
    going, coming = made.stretches[1].shots
    assert (float(going.source_start), float(coming.source_start)) == (2, 0)
    assert float(made.stretches[2].shots[0].source_start) == 1


def test_an_overlap_without_a_crossfade_is_a_cut() -> None:
    made = planned(clip(A, 0, 3000), clip(B, 2000, 3000))

    assert reasons(made) == ["a.mp4", "b.mp4", "b.mp4"]
    assert all(stretch.blend is None for stretch in made.stretches)


def test_reasons_say_what_is_done() -> None:
    drawn = changed(
        clip(A, 0, 1000),
        speed=2.0,
        rotate=90,
        flip_vertical=True,
        crop=Cropping(left=0.1),
        zoom=Zooming(start=1, end=1.2),
        warmth=0.2,
    )

    made = planned(drawn, logo(LOGO, 0, 1000), title("Hi", 0, 1000), picture_fade_in_ms=1000)

    assert reasons(made) == [
        "fade with black over title over overlay logo.png over "
        "a.mp4, 2 times as fast, turned, mirrored, cropped, zoomed, recoloured"
    ]


def test_only_a_shot_with_nothing_over_it_stands_alone() -> None:
    made = planned(clip(A, 0, 4000), title("Hi", 1000, 1000), logo(LOGO, 3000, 1000))

    assert [stretch.only_shot is not None for stretch in made.stretches] == [True, False, True, False]


def test_speed_goes_through_the_media_faster() -> None:
    made = planned(changed(clip(A, 0, 2000, source_start_ms=500), speed=1.5), title("Hi", 1000, 1000))

    assert float(made.stretches[1].shots[0].source_start) == 0.5 + 1.5


@pytest.mark.parametrize(
    ("backdrop", "reason"),
    [
        (None, "black"),
        (Backdrop(kind="color", color="#112233"), "#112233"),
        (Backdrop(kind="waveform", color="#112233"), "waveform"),
        (Backdrop(kind="media", source="logo.png"), "logo.png"),
    ],
)
def test_sound_alone_has_a_backdrop(backdrop: Backdrop | None, reason: str) -> None:
    assert reasons(planned(song(SONG, 0, 2000, role="content"), backdrop=backdrop)) == [reason]


def test_a_waveform_is_played_through_at_the_end() -> None:
    made = planned(song(SONG, 0, 2000, role="content"), backdrop=Backdrop(kind="waveform"))

    assert made.stretches[0].ground == Ground("#000000", waveform_until=60)


def test_a_backdrop_that_is_missing_is_named() -> None:
    with pytest.raises(MissingMedia, match=r"lost\.png"):
        planned(song(SONG, 0, 2000, role="content"), backdrop=Backdrop(kind="media", source="lost.png"))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Clips joined by crossfades, with what can lie over them."""
    clips: list[VideoClip] = []
    for _ in range(draw(st.integers(1, 5))):
        length = draw(st.integers(300, 5000))
        before = clips[-1] if clips else None
        room = min(length, before.duration_ms - before.crossfade_ms) if before else 0
        crossfade = draw(st.sampled_from([0, room // 2, room]))
        start = before.end_ms - crossfade if before else 0
        speed = draw(st.sampled_from([0.5, 1.0, 2.0]))
        path = draw(st.sampled_from([A, B, LOGO]))
        clips.append(changed(clip(path, start, length), crossfade_ms=crossfade, speed=speed))
    times = st.tuples(st.integers(0, 8000), st.integers(1, 4000))
    titles = [title("x", *draw(times)) for _ in range(draw(st.integers(0, 3)))]
    logos = [logo(LOGO, *draw(times)) for _ in range(draw(st.integers(0, 2)))]
    fades = {name: draw(st.integers(0, 9000)) for name in ("picture_fade_in_ms", "picture_fade_out_ms")}
    return film(*clips, *titles, *logos, **fades)


@given(draft=drafts(), rate=st.sampled_from([0.0, 23.976, 25.0, 29.97, 60.0]))
def test_stretches_lie_end_to_end_and_say_why(draft: Draft, rate: float) -> None:
    made = plan(draft.model_copy(update={"frame_rate": rate}), MEDIA, "draft")

    assert made.stretches[0].start == 0 and made.stretches[-1].end == made.frames
    assert all(before.end == after.start for before, after in pairwise(made.stretches))
    for stretch in made.stretches:
        assert stretch.start < stretch.end
        assert stretch.reason
        assert (len(stretch.shots) == 2) == (stretch.blend is not None)
        assert all(shot.source_start >= 0 for shot in stretch.shots)


@given(draft=drafts())
def test_what_changes_over_time_is_never_out_of_bounds(draft: Draft) -> None:
    for stretch in plan(draft, MEDIA, "draft").stretches:
        for frame in (stretch.start, stretch.end - 1):
            assert stretch.blend is None or 0 < stretch.blend.at(frame) < 1
            assert all(0 <= veil.strength.at(frame) <= 1 for veil in stretch.veils)
            assert all(0 < caption.opacity(frame) <= 1 for caption in stretch.captions)


def test_a_ramp_is_straight_and_stays_within_its_ends() -> None:
    ramp = Ramp(10, 20, 1, 3)

    assert [ramp.at(frame) for frame in (0, 10, 15, 20, 99)] == [1, 1, 2, 3, 3]
