"""What holds of every draft, whatever operations it went through."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import describe
from mcp_nemo.engine.draft import AudioClip, Draft, VideoClip
from mcp_nemo.engine.edits import Impossible, apply, place_uploads
from tests.engine.drafts import CLIP, MEDIA, PODCAST, SECOND, SONG, STILL, THREE, TWO

MIXED = place_uploads(Draft(), [CLIP, STILL, SECOND])
STARTS = st.sampled_from([TWO, THREE, MIXED, PODCAST])

moments = st.integers(-35_000, 35_000)
ends = st.none() | moments
lengths = st.integers(1, 35_000)
fades = st.none() | st.integers(0, 40_000)
positions = st.sampled_from([-2, -1, 1, 2, 3])
clips = st.none() | positions
files = st.sampled_from([CLIP.id, SONG.id, STILL.id, "SONG.MP3", "nothing"])
sounds = st.sampled_from(["music", "clips"])
shares = st.floats(0, 0.9)
amounts = st.floats(-1, 1)

OPERATIONS = st.one_of(
    st.builds(
        ops.AddMusic,
        mood=st.just("calm"),
        start_ms=moments,
        end_ms=ends,
        duck=st.booleans(),
        fade_out_ms=st.integers(0, 9000),
    ),
    st.builds(ops.ReplaceMusic, mood=st.just("sad"), tempo_bpm=st.sampled_from([None, 90, 900])),
    st.builds(
        ops.UseAudio,
        media_id=files,
        source_start_ms=st.integers(0, 70_000),
        source_end_ms=st.none() | st.integers(1, 70_000),
        start_ms=moments,
        loop=st.booleans(),
    ),
    st.builds(ops.MoveMusic, start_ms=ends, end_ms=ends),
    st.builds(ops.RemoveMusic),
    st.builds(ops.Duck, on=st.booleans()),
    st.builds(ops.SetVolume, target=sounds, clip=clips, volume=st.floats(0, 5), start_ms=ends, end_ms=ends),
    st.builds(
        ops.ChangeVolume, target=sounds, clip=clips, factor=st.floats(0.1, 5), start_ms=ends, end_ms=ends
    ),
    st.builds(ops.Fade, target=sounds, clip=clips, in_ms=fades, out_ms=fades),
    st.builds(
        ops.AddTitle, text=st.sampled_from(["A", "B"]), start_ms=moments, end_ms=ends, fade_in_ms=lengths
    ),
    st.builds(ops.ChangeTitle, start_ms=ends, duration_ms=st.none() | lengths, fade_out_ms=fades),
    st.builds(ops.RemoveTitle, title=st.sampled_from(["", "A"])),
    st.builds(
        lambda start, length: ops.AddCaptions(
            captions=(ops.Caption(start_ms=start, end_ms=start + length, text="C"),)
        ),
        lengths,
        lengths,
    ),
    st.builds(ops.Cut, start_ms=moments, end_ms=ends),
    st.builds(ops.Keep, start_ms=moments, end_ms=ends),
    st.builds(ops.Split, at_ms=moments),
    st.builds(ops.TrimClip, clip=clips, start_ms=st.integers(0, 9000), end_ms=st.integers(0, 9000)),
    st.builds(ops.SetClipLength, clip=clips, duration_ms=lengths),
    st.builds(ops.SetLength, duration_ms=lengths),
    st.builds(ops.CutOnBeats),
    st.builds(ops.MoveClip, clip=positions, to=positions),
    st.builds(ops.SwapClips, clip=positions, other=positions),
    st.builds(ops.ReverseOrder),
    st.builds(ops.DuplicateClip, clip=positions, to=clips),
    st.builds(ops.RemoveClip, clip=positions),
    st.builds(ops.InsertMedia, media_id=files, at=clips, duration_ms=st.none() | lengths),
    st.builds(ops.SetSpeed, clip=clips, factor=st.floats(0.05, 12), start_ms=ends, end_ms=ends),
    st.builds(ops.Crossfade, clip=clips, duration_ms=st.integers(0, 5000)),
    st.builds(ops.FadePicture, in_ms=fades, out_ms=fades),
    st.builds(ops.SetCanvas, width=st.integers(1, 9000), height=st.integers(1, 9000)),
    st.builds(ops.Rotate, clip=clips, degrees=st.sampled_from([90, 180, 270])),
    st.builds(ops.Flip, clip=clips, axis=st.sampled_from(["horizontal", "vertical"])),
    st.builds(ops.Crop, clip=clips, left=shares, top=shares, right=shares, bottom=shares),
    st.builds(
        ops.Zoom, clip=clips, start=st.floats(0.5, 5), end=st.floats(0.5, 5), start_ms=ends, end_ms=ends
    ),
    st.builds(ops.Look, clip=clips, brightness=amounts, saturation=amounts, start_ms=ends, end_ms=ends),
    st.builds(ops.ResetLook, clip=clips, start_ms=ends, end_ms=ends),
    st.builds(ops.AddOverlay, media_id=files, start_ms=moments, end_ms=ends),
    st.builds(ops.ChangeOverlay, start_ms=ends, end_ms=ends, opacity=st.floats(0, 1)),
    st.builds(ops.RemoveOverlay),
    st.builds(ops.SetBackdrop, kind=st.sampled_from(["color", "waveform", "media"]), media_id=files),
)


def after(draft: Draft, operations: list[ops.Operation]) -> Draft:
    """What is left when all that is possible was done, each by itself."""
    for operation in operations:
        assert describe(operation).endswith(".")
        try:
            draft = apply(draft, [operation], MEDIA, seed=7)
        except Impossible as impossible:
            assert impossible.message.endswith(".")
            assert impossible.hint.endswith(".")
    return draft


@settings(deadline=None, max_examples=400)
@given(STARTS, st.lists(OPERATIONS, max_size=10))
def test_every_draft_that_comes_out_is_sound(start: Draft, operations: list[ops.Operation]) -> None:
    draft = after(start, operations)
    assert_in_a_row(draft.video.clips)
    assert_within_media(draft)
    assert_within_length(draft)
    assert Draft.from_wire(json.loads(json.dumps(draft.to_wire()))) == draft


def assert_in_a_row(clips: tuple[VideoClip, ...]) -> None:
    """Without gaps, and overlapping by exactly the crossfade; never more than two at a time."""
    for before, clip in pairwise(clips):
        assert clip.start_ms == before.end_ms - clip.crossfade_ms
        assert before.crossfade_ms + clip.crossfade_ms <= before.duration_ms
        assert clip.crossfade_ms <= clip.duration_ms
    assert [clip.start_ms for clip in clips[:1]] in ([], [0])
    assert [clip.crossfade_ms for clip in clips[:1]] in ([], [0])


def assert_within_media(draft: Draft) -> None:
    for clip in draft.video.clips:
        if MEDIA[clip.source].kind == "video":
            assert clip.source_start_ms + clip.source_ms(clip.duration_ms) <= MEDIA[clip.source].duration_ms
        else:
            assert clip.source_start_ms == 0
    for sound in draft.audio.clips:
        if sound.source:
            end = sound.source_end_ms or MEDIA[sound.source].duration_ms
            length = min(sound.duration_ms, 1) if sound.loop else sound.duration_ms
            assert sound.source_start_ms + length <= end <= MEDIA[sound.source].duration_ms


def assert_within_length(draft: Draft) -> None:
    assert draft.duration_ms > 0
    for segment in (*draft.audio.clips, *draft.text.titles, *draft.overlay.overlays):
        assert 0 <= segment.start_ms < segment.end_ms <= draft.duration_ms
    fading: list[VideoClip | AudioClip] = [*draft.video.clips, *draft.audio.clips]
    for clip in (*fading, *draft.text.titles):
        assert clip.fade_in_ms + clip.fade_out_ms <= clip.duration_ms
    assert draft.picture_fade_in_ms + draft.picture_fade_out_ms <= draft.duration_ms
    for music in draft.music:
        bounds = [bound for each in music.passages for bound in (each.start_ms, each.end_ms)]
        assert [music.start_ms, *bounds, music.end_ms] == sorted([music.start_ms, *bounds, music.end_ms])


@given(STARTS, st.lists(OPERATIONS, max_size=4))
def test_a_message_is_done_whole_or_not_at_all(start: Draft, operations: list[ops.Operation]) -> None:
    wire = json.dumps(start.to_wire())
    one_by_one = start
    possible = True
    for operation in operations:
        try:
            one_by_one = apply(one_by_one, [operation], MEDIA, seed=7)
        except Impossible:
            possible = False
            break
    try:
        together = apply(start, operations, MEDIA, seed=7)
    except Impossible:
        assert not possible
    else:
        assert possible
        assert together == one_by_one
    assert json.dumps(start.to_wire()) == wire


@given(STARTS, st.lists(OPERATIONS, max_size=6), moments, ends)
def test_a_cut_takes_out_exactly_what_it_says(
    start: Draft, operations: list[ops.Operation], start_ms: int, end_ms: int | None
) -> None:
    draft = after(start, operations)
    try:
        kept = apply(draft, [ops.Keep(start_ms=start_ms, end_ms=end_ms)], MEDIA, seed=7)
        shorter = apply(draft, [ops.Cut(start_ms=start_ms, end_ms=end_ms)], MEDIA, seed=7)
    except Impossible:
        return
    assert kept.duration_ms + shorter.duration_ms == draft.duration_ms
