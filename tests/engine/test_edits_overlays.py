"""Pictures over the video."""

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible
from mcp_nemo.engine.operations import (
    AddOverlay,
    ChangeOverlay,
    Cut,
    DuplicateClip,
    Operation,
    RemoveOverlay,
)
from tests.engine.drafts import CLIP, ONE, PODCAST, STILL, THREE, edited

LOGO = edited(ONE, AddOverlay(media_id=STILL.id))


def times(draft: Draft) -> list[tuple[int, int]]:
    return [(overlay.start_ms, overlay.end_ms) for overlay in draft.overlay.overlays]


def test_a_logo_stands_over_the_whole_video() -> None:
    (logo,) = LOGO.overlay.overlays
    assert (logo.source, logo.place, logo.width, logo.opacity) == (STILL.id, "top right", 0.2, 1)
    assert times(LOGO) == [(0, 30_000)]
    assert times(edited(LOGO, Cut(end_ms=5000))) == [(0, 25_000)]
    assert times(edited(LOGO, DuplicateClip(clip=1))) == [(0, 60_000)]


def test_an_overlay_for_a_time_stays_on_its_picture() -> None:
    draft = edited(THREE, AddOverlay(media_id="still.png", start_ms=12_000, end_ms=15_000), Cut(end_ms=5000))
    assert times(draft) == [(7000, 10_000)]


def test_what_is_not_said_stays() -> None:
    (logo,) = edited(LOGO, ChangeOverlay(place="bottom left", opacity=0.5)).overlay.overlays
    assert (logo.place, logo.width, logo.opacity) == ("bottom left", 0.2, 0.5)
    assert times(edited(LOGO, ChangeOverlay(end_ms=5000))) == [(0, 5000)]
    assert times(edited(LOGO, ChangeOverlay(end_ms=5000), ChangeOverlay(start_ms=-5000))) == [
        (25_000, 30_000)
    ]


def test_removing() -> None:
    assert edited(LOGO, RemoveOverlay()) == ONE
    assert edited(LOGO, RemoveOverlay(overlay="STILL.png")) == ONE


def test_sound_alone_may_have_one() -> None:
    assert times(edited(PODCAST, AddOverlay(media_id=STILL.id))) == [(0, 60_000)]


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ((AddOverlay(media_id=CLIP.id),), r"clip\.mp4 is a video"),
        ((AddOverlay(media_id=STILL.id, start_ms=40_000),), "30 s long"),
        ((RemoveOverlay(),), "no picture over the video"),
        ((AddOverlay(media_id=STILL.id), RemoveOverlay(overlay="logo.png")), r"There is no logo\.png"),
        ((AddOverlay(media_id=STILL.id), AddOverlay(media_id=STILL.id), RemoveOverlay()), "2 pictures"),
    ],
)
def test_impossible(operations: tuple[Operation, ...], message: str) -> None:
    with pytest.raises(Impossible, match=message):
        edited(ONE, *operations)
