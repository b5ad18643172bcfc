"""Cuts that come to fall on the beats of the music."""

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply, place_uploads, with_tempo
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.operations import AddMusic, CutOnBeats, Operation, Split, TrimClip, UseAudio
from tests.engine.drafts import ONE, SONG, THREE, edited, file

SHOTS = [
    file(f"{number}.mp4", seconds=seconds) for number, seconds in enumerate((2.3, 5.1, 1.9, 7.7, 3.1, 4.6))
]
MEDIA = {shot.id: shot for shot in SHOTS}


def montage(*operations: Operation, seed: int = 5) -> Draft:
    return apply(place_uploads(Draft(), SHOTS), operations, MEDIA, seed=seed)


def misses(draft: Draft) -> list[int]:
    """How far from a beat each cut is that the composer's own bending of the tempo does not meet."""
    (clip,) = draft.music
    assert clip.music
    landings = compose(clip.music, clip.duration_ms, draft.cuts_ms).landings
    return [landing.error_ms for landing in landings if abs(landing.error_ms) > 40]


@pytest.mark.parametrize("seed", [1, 5])
@pytest.mark.parametrize("mood", ["calm", "happy", "epic"])
def test_every_cut_meets_a_beat(mood: str, seed: int) -> None:
    draft = montage(AddMusic(mood=mood), seed=seed)
    met = apply(draft, [CutOnBeats()], MEDIA, seed=seed)
    assert misses(met) == []
    for old, new in zip(draft.video.clips, met.video.clips, strict=True):
        assert new.name == old.name
        assert abs(new.source_start_ms - old.source_start_ms) <= 1500
        assert abs(new.source_start_ms + new.duration_ms - old.source_start_ms - old.duration_ms) <= 1500


def test_there_was_something_to_move() -> None:
    drafts = [
        montage(AddMusic(mood=mood), seed=seed) for mood in ("calm", "happy", "epic") for seed in (1, 5)
    ]
    assert any(misses(draft) for draft in drafts)


def test_the_length_stays_where_there_is_more_of_each_clip() -> None:
    draft = montage(TrimClip(start_ms=600, end_ms=600), AddMusic(mood="epic"))
    met = apply(draft, [CutOnBeats()], MEDIA, seed=1)
    assert misses(met) == []
    assert met.duration_ms == draft.duration_ms


def test_cuts_that_meet_the_beats_stay() -> None:
    met = apply(montage(AddMusic(mood="happy")), [CutOnBeats()], MEDIA, seed=1)
    assert apply(met, [CutOnBeats()], MEDIA, seed=1) == met


def test_the_tempo_that_was_found_is_told() -> None:
    wish = AddMusic(mood="happy")
    scored = montage(wish)
    (clip,) = scored.music
    assert clip.music
    told = with_tempo(wish, montage(), scored)
    assert told == AddMusic(
        mood="happy", tempo_bpm=round(compose(clip.music, clip.duration_ms, scored.cuts_ms).tempo)
    )
    for other in (AddMusic(mood="happy", tempo_bpm=99), CutOnBeats()):
        assert with_tempo(other, montage(), scored) == other


@pytest.mark.parametrize(
    ("start", "operations", "message"),
    [
        (THREE, (CutOnBeats(),), "no music"),
        (ONE, (AddMusic(mood="calm"), CutOnBeats()), "without a cut"),
        (ONE, (AddMusic(mood="calm"), Split(at_ms=5000), CutOnBeats()), "without a cut"),
        (THREE, (UseAudio(media_id=SONG.id), CutOnBeats()), r"beats of song\.mp3 are not known"),
    ],
)
def test_impossible(start: Draft, operations: tuple[Operation, ...], message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(start, *operations)
