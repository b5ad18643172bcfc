from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.draft import (
    AudioClip,
    AudioTrack,
    Draft,
    MusicRecipe,
    TextTrack,
    Title,
    VideoClip,
    VideoTrack,
)
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import SAMPLE_RATE, Canvas, MissingMedia, NothingToRender, plan
from tests.engine.render.splice.coded import NTSC, PAL, UNTAGGED

CLIP = MediaInfo("clip", Path("clip.mp4"), "clip.mp4", "video", 15_000, 1280, 720, 30, True)
MUTE = MediaInfo("mute", Path("mute.mp4"), "mute.mp4", "video", 15_000, 1280, 720, 30, False)
PHOTO = MediaInfo("photo", Path("photo.jpg"), "photo.jpg", "image", 0, 4000, 3000)
SONG = MediaInfo("song", Path("song.mp3"), "song.mp3", "audio", 60_000, has_sound=True)
MEDIA = {info.id: info for info in (CLIP, MUTE, PHOTO, SONG)}


def shot(start_ms: int, duration_ms: int, source: str = "clip", source_start_ms: int = 0) -> VideoClip:
    return VideoClip(
        start_ms=start_ms,
        duration_ms=duration_ms,
        name=source,
        source=source,
        source_start_ms=source_start_ms,
    )


def film(*clips: VideoClip) -> Draft:
    return Draft(video=VideoTrack(clips=clips))


def filmed(width: int, height: int, rate: float) -> dict[str, MediaInfo]:
    return {"clip": MediaInfo("clip", Path("c.mp4"), "c.mp4", "video", 15_000, width, height, rate, True)}


def test_says_what_it_will_do() -> None:
    draft = Draft(
        video=VideoTrack(clips=(shot(0, 15_200),)),
        text=TextTrack(titles=(Title(start_ms=12_000, duration_ms=3_200, name="Title", text="End"),)),
    )

    assert plan(draft, MEDIA, "high").describe().split("; ") == [
        "0.0-12.0 s encode: clip.mp4",
        "12.0-15.2 s encode: title over clip.mp4",
        "0.0-15.2 s mix: clip.mp4 at 100%",
    ]


@given(
    clips=st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(1, 20_000), st.sampled_from(["clip", "photo"])),
        min_size=1,
        max_size=6,
    ),
    titles=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 20_000)), max_size=4),
    rate=st.sampled_from([0, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60, 120]),
)
def test_stretches_lie_end_to_end(
    clips: list[tuple[int, int, str]], titles: list[tuple[int, int]], rate: float
) -> None:
    draft = Draft(
        frame_rate=rate,
        video=VideoTrack(clips=tuple(shot(*clip) for clip in clips)),
        text=TextTrack(
            titles=tuple(Title(start_ms=start, duration_ms=ms, name="", text="x") for start, ms in titles)
        ),
    )

    made = plan(draft, MEDIA, "draft")

    ends = [stretch.end for stretch in made.stretches]
    assert [stretch.start for stretch in made.stretches] == [0, *ends[:-1]]
    assert ends[-1] == made.frames
    assert all(stretch.start < stretch.end for stretch in made.stretches)
    assert abs(made.frames - draft.duration_ms * made.canvas.rate / 1000) <= 1
    assert made.samples == round(made.frames * SAMPLE_RATE / made.canvas.rate)
    assert all(0 <= layer.start < layer.end <= made.samples for layer in made.layers)


@given(
    source_start_ms=st.integers(0, 5_000),
    cut_ms=st.integers(34, 1_950),
    rate=st.sampled_from([24, 25, 29.97, 30, 60]),
)
def test_a_clip_cut_in_two_shows_the_same_frames(source_start_ms: int, cut_ms: int, rate: float) -> None:
    halves = (
        shot(0, cut_ms, source_start_ms=source_start_ms),
        shot(cut_ms, 2000 - cut_ms, source_start_ms=source_start_ms + cut_ms),
    )
    media = filmed(640, 360, rate)
    whole = plan(film(shot(0, 2000, source_start_ms=source_start_ms)), media, "high")

    cut = plan(film(*halves), media, "high")

    later = cut.stretches[1]
    (shown,), (uncut,) = later.shots, whole.stretches[0].shots
    drift = shown.source_start - uncut.source_start - later.start / whole.canvas.rate
    assert abs(drift) <= Fraction(1, 2) / whole.canvas.rate
    assert cut.layers == whole.layers


@pytest.mark.parametrize(
    ("size", "canvas"),
    [
        ((1280, 720), (1280, 720)),
        ((1920, 1080), (1920, 1080)),
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((321, 181), (320, 180)),
        ((1, 1), (2, 2)),
    ],
)
def test_canvas_is_even_and_not_too_large(size: tuple[int, int], canvas: tuple[int, int]) -> None:
    made = plan(film(shot(0, 1000)), filmed(*size, 30), "high")

    assert (made.canvas.width, made.canvas.height) == canvas


@pytest.mark.parametrize(
    ("measured", "rate"),
    [
        (29.97002997, Fraction(30_000, 1001)),
        (29.98, Fraction(30_000, 1001)),
        (30.0, Fraction(30)),
        (23.976, Fraction(24_000, 1001)),
        (59.94, Fraction(60_000, 1001)),
        (120, Fraction(60)),
        (240, Fraction(60)),
        (15, Fraction(30)),
        (20, Fraction(40)),
        (1, Fraction(32)),
        (0, Fraction(30)),
    ],
)
def test_rate_is_constant_and_usual(measured: float, rate: Fraction) -> None:
    assert plan(film(shot(0, 1000)), filmed(640, 360, measured), "high").canvas.rate == rate


def test_the_draft_decides_over_the_clip() -> None:
    draft = film(shot(0, 1000)).model_copy(update={"width": 1080, "height": 1080, "frame_rate": 25.0})

    canvas = plan(draft, MEDIA, "high").canvas

    assert canvas == Canvas(1080, 1080, Fraction(25))


def test_rate_comes_from_the_film_among_photographs() -> None:
    canvas = plan(film(shot(0, 1000, "photo"), shot(1000, 1000)), MEDIA | filmed(640, 360, 25), "high").canvas

    assert canvas == Canvas(1920, 1440, Fraction(25))


@pytest.mark.parametrize(
    ("size", "filmed_in", "made_in"),
    [
        ((640, 480), NTSC, NTSC),
        ((640, 480), PAL, PAL),
        ((640, 480), Colours(6, 2, 2), Colours(6, 2, 2)),
        ((1280, 720), NTSC, NTSC),
        ((640, 480), UNTAGGED, UNTAGGED),
        ((640, 718), UNTAGGED, UNTAGGED),
        ((640, 720), UNTAGGED, BT709),
        ((640, 480), BT709, BT709),
        ((640, 480), Colours(1, 2, 2), BT709),
        ((640, 480), Colours(6, 6, 6, full_range=True), BT709),
        ((640, 480), Colours(2, 9, 16), BT709),
        ((640, 480), Colours(9, 9, 14), BT709),
        ((640, 480), None, BT709),
    ],
)
def test_a_film_is_in_bt601_where_its_clip_is(
    size: tuple[int, int], filmed_in: Colours | None, made_in: Colours
) -> None:
    media = {"clip": replace(filmed(*size, 30)["clip"], colours=filmed_in)}

    assert plan(film(shot(0, 1000)), media, "high").canvas.colours == made_in


@pytest.mark.parametrize(
    ("order", "made_in"),
    [(("old", "new"), UNTAGGED), (("new", "old"), BT709), (("photo", "small", "old", "new"), UNTAGGED)],
)
def test_the_first_film_of_the_size_decides_the_colours(order: tuple[str, ...], made_in: Colours) -> None:
    old = replace(CLIP, width=640, height=480, colours=UNTAGGED)
    media = {"old": old, "new": replace(old, colours=BT709), "photo": PHOTO}
    media["small"] = replace(old, width=320, height=240, colours=NTSC)
    clips = [shot(number * 1000, 1000, source) for number, source in enumerate(order)]

    made = plan(film(*clips).model_copy(update={"width": 640, "height": 480}), media, "high")

    assert made.canvas.colours == made_in


def test_gaps_are_black() -> None:
    made = plan(film(shot(1000, 1000), shot(3000, 1000)), MEDIA, "high")

    assert [stretch.reason for stretch in made.stretches] == ["black", "clip.mp4", "black", "clip.mp4"]


def test_what_is_silent_is_not_mixed() -> None:
    muted = shot(1000, 1000).model_copy(update={"volume": 0.0})

    made = plan(
        film(shot(0, 1000, "mute"), muted, shot(2000, 1000, "photo"), shot(3000, 1000)), MEDIA, "high"
    )

    assert [layer.start for layer in made.layers] == [3 * SAMPLE_RATE]


def test_sound_ends_with_the_film() -> None:
    song = AudioClip(start_ms=1000, duration_ms=60_000, name="song", source="song", fade_out_ms=500)
    draft = Draft(video=VideoTrack(clips=(shot(0, 2000, "mute"),)), audio=AudioTrack(clips=(song,)))

    (layer,) = plan(draft, MEDIA, "high").layers

    assert (layer.start, layer.end, layer.fade_out_ms) == (SAMPLE_RATE, 2 * SAMPLE_RATE, 500)


def test_music_knows_the_cuts_inside_it() -> None:
    music = AudioClip(start_ms=1500, duration_ms=4000, name="BGM", music=MusicRecipe(mood="calm", seed=1))
    clips = (shot(0, 1000), shot(1000, 1000), shot(2000, 3000), shot(5000, 3000))
    draft = Draft(video=VideoTrack(clips=clips), audio=AudioTrack(clips=(music,)))

    layer = next(layer for layer in plan(draft, MEDIA, "high").layers if layer.music)

    assert layer.cuts_ms == (500, 3500)


def test_unknown_media_are_named() -> None:
    with pytest.raises(MissingMedia, match="lost"):
        plan(film(shot(0, 1000, "lost")), MEDIA, "high")


def test_nothing_is_refused() -> None:
    with pytest.raises(NothingToRender):
        plan(Draft(), MEDIA, "high")
