"""Moments of an edit in the timeline view, drawn by the engine of this machine."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.media import Picture, make_video
from tests.view.chat import Chat
from tests.view.pixels import picture_of

pytestmark = pytest.mark.browser

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def project(local_chat: Chat, tmp_path: Path) -> Chat:
    """Two seconds of red and two of blue, with a title over the end."""

    def coloured(number: int) -> Picture:
        return np.full((180, 320, 3), RED if number < 60 else BLUE, np.uint8)

    clip = make_video(tmp_path / "beach.mp4", seconds=4, pictures=coloured)
    local_chat.call("create_session", title="Lisbon trip")
    local_chat.call("upload_media", sources=[str(clip)])
    local_chat.call("send_edit", instruction='Add a title "Lisbon" at 3s for 1 second')
    return local_chat


def _still(view: FrameLocator, at: str) -> Locator:
    still = view.get_by_role("img", name=f"The edit at {at}", exact=True)
    expect(still).to_be_visible()
    return still


def _playhead(view: FrameLocator) -> Locator:
    return view.get_by_role("slider", name="Playhead")


def _play(view: FrameLocator) -> Locator:
    return view.locator("#play")


def test_the_edit_is_seen_before_anything_is_exported(project: Chat) -> None:
    view = project.show("get_timeline")
    assert picture_of(_still(view, "0:00.0"))[0, 0] == pytest.approx(RED, abs=12)
    lanes = view.locator("#lanes")
    box = lanes.bounding_box()
    assert box
    # A place that is no round number of milliseconds.
    lanes.click(position={"x": round(box["width"] * 5 / 8) + 1, "y": 10})
    assert picture_of(_still(view, "0:02.5"))[0, 0] == pytest.approx(BLUE, abs=12)


def test_what_was_undone_is_gone_from_the_picture(project: Chat) -> None:
    view = project.show("get_timeline")
    _playhead(view).press("End")
    for _ in range(5):
        _playhead(view).press("Shift+ArrowLeft")
    titled = _still(view, "0:03.5")
    before = titled.get_attribute("src") or ""
    # Titles are white.
    assert picture_of(titled)[..., 1].max() > 200
    view.get_by_role("button", name="Undo", exact=True).click()
    expect(titled).not_to_have_attribute("src", before)
    assert picture_of(titled)[..., 1].max() < 100


def test_a_moment_plays_and_the_playhead_goes_along(project: Chat) -> None:
    view = project.show("get_timeline")
    _still(view, "0:00.0")
    _playhead(view).press("ArrowRight")
    _playhead(view).press("ArrowRight")
    expect(_play(view)).to_contain_text("Play around 0:02.0")
    _playhead(view).press(" ")
    video = view.locator("video")
    expect(video).to_be_visible()
    expect(_playhead(view)).to_have_attribute("aria-valuenow", "4000")
    assert video.evaluate("(v) => v.duration") == pytest.approx(3, abs=0.1)
    _playhead(view).press("ArrowLeft")
    assert video.evaluate("(v) => v.currentTime") == pytest.approx(2, abs=0.05)
    _playhead(view).press("Home")
    _still(view, "0:00.0")


def test_after_an_export_the_film_itself_is_shown(project: Chat) -> None:
    view = project.show("get_timeline")
    _still(view, "0:00.0")
    view.get_by_role("button", name="Export", exact=True).click()
    expect(view.locator("video")).to_be_visible()
    expect(_play(view)).to_be_hidden()
    assert view.locator("video").evaluate("(v) => v.duration") == pytest.approx(4, abs=0.1)
    view.get_by_role("button", name="Undo", exact=True).click()
    _still(view, "0:00.0")
    expect(view.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_grave(project: Chat, theme: str) -> None:
    view = project.show("get_timeline", theme=theme)
    _still(view, "0:00.0")
    assert project.grave_findings() == []
