"""The timeline view in Chromium: a host page built on the real AppBridge, over the real server."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.media import make_video
from tests.view.chat import Chat

pytestmark = pytest.mark.browser

TRAP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def project(chat: Chat, clip: Path) -> Chat:
    """A clip with music and a title."""
    chat.call("create_session", title="Lisbon trip")
    chat.call("upload_media", sources=[str(clip)])
    chat.call("send_edit", instruction="Add calm music at 40% and fade it out over 1s")
    chat.call("send_edit", instruction='Add a title "Lisbon" for the first 2 seconds')
    return chat


def _names(view: FrameLocator) -> Locator:
    return view.locator(".segment .name")


def _music(view: FrameLocator) -> Locator:
    return view.get_by_role("list", name="Music").get_by_role("listitem")


def _button(view: FrameLocator, name: str) -> Locator:
    return view.get_by_role("button", name=name, exact=True)


def _playhead(view: FrameLocator) -> Locator:
    return view.get_by_role("slider", name="Playhead")


def test_it_shows_the_tracks(project: Chat) -> None:
    view = project.show("get_timeline")
    expect(view.get_by_role("heading", name="Lisbon trip")).to_be_visible()
    expect(view.get_by_text("0:03 · 320×180")).to_be_visible()
    expect(_names(view)).to_have_text(["beach", "Calm", "Lisbon"])
    expect(_music(view)).to_contain_text("40%")
    expect(_music(view)).to_contain_text("fades out over 1 s")


def test_undo_changes_the_timeline(project: Chat) -> None:
    view = project.show("get_timeline")
    expect(_names(view)).to_have_count(3)
    _button(view, "Undo").click()
    expect(_names(view)).to_have_text(["beach", "Calm"])
    expect(view.locator("#changes")).to_contain_text("Lisbon")
    project.expect_told("undo")


def test_what_an_edit_changed_is_marked(project: Chat) -> None:
    view = project.show(
        "send_edit", project.call("send_edit", instruction='Add a title "Bye" at 2s for 1 second')
    )
    expect(view.locator("#changes")).to_contain_text("Bye")
    expect(view.locator(".segment.changed .name")).to_have_text("Bye")


def test_the_slider_sets_the_music_once(project: Chat) -> None:
    view = project.show("get_timeline")
    slider = view.get_by_role("slider", name="Music volume")
    expect(slider).to_have_value("40")
    for _ in range(5):
        slider.press("ArrowLeft")
    expect(_music(view)).to_contain_text("35%")
    expect(view.locator(".segment.changed .name")).to_have_text("Calm")
    expect(slider).to_be_focused()
    project.expect_told("set the music to 35%")


def test_an_export_plays_and_the_playhead_goes_along(project: Chat) -> None:
    view = project.show("get_timeline")
    _button(view, "Export to see it here").click()
    video = view.locator("video")
    expect(video).to_be_visible()
    expect(video).to_be_focused()
    # 2: the picture at the present place is there.
    video.evaluate(
        "(v) => v.readyState >= 2 || new Promise((seen) => v.addEventListener('loadeddata', seen))"
    )
    assert video.evaluate("(v) => v.duration") == pytest.approx(3, abs=0.1)
    _playhead(view).press("ArrowRight")
    assert video.evaluate("(v) => v.currentTime") == 1
    video.evaluate("(v) => v.play()")
    expect(_playhead(view)).to_have_attribute("aria-valuenow", "3000")
    expect(view.locator("#stale")).to_be_hidden()
    _button(view, "Undo").click()
    expect(view.locator("#stale")).to_be_visible()
    expect(_button(view, "Re-export")).to_be_visible()


def test_an_export_alone_leads_to_the_timeline_and_the_film(project: Chat) -> None:
    view = project.show("export_video", project.call("export_video", quality="draft"))
    expect(_names(view)).to_have_count(3)
    expect(view.locator("video")).to_be_visible()
    expect(view.locator("#stale")).to_be_hidden()


def test_an_edit_that_goes_on_is_followed_to_its_end(project: Chat) -> None:
    edited = project.call("send_edit", instruction="mute the music")["structuredContent"]
    begun = {key: edited[key] for key in ("session_id", "backend")} | {"status": "working", "summary": "Busy"}
    view = project.show("send_edit", {"content": [], "structuredContent": begun})
    expect(view.locator("#changes")).to_contain_text("Music 'Calm'")
    expect(_music(view)).to_contain_text("muted")


def test_a_render_that_goes_on_is_followed_to_its_end(project: Chat) -> None:
    exported = project.call("export_video", quality="draft")["structuredContent"]
    begun = {key: exported[key] for key in ("session_id", "backend", "render_id")} | {"status": "rendering"}
    view = project.show("export_video", {"content": [], "structuredContent": begun})
    expect(view.get_by_role("status")).to_contain_text(exported["path"])
    expect(view.locator("video")).to_be_visible()


def test_it_follows_the_theme_of_the_host(project: Chat) -> None:
    view = project.show("get_timeline", theme="dark")
    body = view.locator("body")
    expect(body).to_have_css("background-color", "rgb(28, 28, 31)")
    project.change(theme="light")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    project.change(styles={"variables": {"--color-background-primary": "rgb(250, 240, 230)"}})
    expect(body).to_have_css("background-color", "rgb(250, 240, 230)")


def test_it_follows_the_system_where_the_host_names_no_theme(project: Chat) -> None:
    project.page.emulate_media(color_scheme="dark")
    expect(project.show("get_timeline").locator("body")).to_have_css("background-color", "rgb(28, 28, 31)")


def test_the_keyboard_is_enough(project: Chat) -> None:
    view = project.show("get_timeline")
    expect(_button(view, "Export to see it here")).to_be_visible()
    keyboard = project.page.keyboard
    view.locator("body").press("Tab")
    expect(_button(view, "Refresh")).to_be_focused()
    stops = []
    for _ in range(8):
        keyboard.press("Tab")
        stops.append(view.locator(":focus").get_attribute("id"))
    assert stops == ["show", "volume", "undo", "export", "out", "fit", "in", "ruler"]
    for key, at in [
        ("ArrowRight", 1000),
        ("Shift+ArrowLeft", 900),
        ("PageUp", 2000),
        ("End", 3000),
        ("Home", 0),
    ]:
        keyboard.press(key)
        expect(_playhead(view)).to_have_attribute("aria-valuenow", str(at))
    expect(_playhead(view)).to_have_attribute("aria-valuetext", "0:00.0, beach, Calm 40%, Lisbon")
    whole = view.locator("#canvas").evaluate("(c) => c.clientWidth")
    keyboard.press("+")
    assert view.locator("#canvas").evaluate("(c) => c.clientWidth") == 2 * whole
    keyboard.press("0")
    assert view.locator("#canvas").evaluate("(c) => c.clientWidth") == whole
    _button(view, "Undo").focus()
    keyboard.press("Enter")
    expect(_names(view)).to_have_count(2)
    expect(_button(view, "Undo")).to_be_focused()


def test_a_click_moves_the_playhead(project: Chat) -> None:
    view = project.show("get_timeline")
    expect(_names(view)).to_have_count(3)
    lanes = view.locator("#lanes")
    box = lanes.bounding_box()
    assert box
    lanes.click(position={"x": box["width"] / 2, "y": 10})
    expect(_playhead(view)).to_have_attribute("aria-valuetext", "0:01.5, beach, Calm 40%, Lisbon")
    expect(_playhead(view)).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_grave(project: Chat, theme: str) -> None:
    view = project.show("send_edit", project.call("send_edit", instruction="mute the music"), theme=theme)
    expect(view.locator("#changes")).to_be_visible()
    assert project.grave_findings() == []


def test_names_stay_text(chat: Chat, tmp_path: Path) -> None:
    chat.call("create_session", title=TRAP)
    chat.call("upload_media", sources=[str(make_video(tmp_path / f"{TRAP}.mp4", seconds=1))])
    chat.call("send_edit", instruction=f'Add a title "{TRAP}"')
    view = chat.show("get_timeline")
    expect(_names(view)).to_have_text([TRAP, TRAP])
    expect(view.get_by_role("heading", name=TRAP)).to_be_visible()
    expect(view.locator("img:not(#still)")).to_have_count(0)


def test_a_long_timeline_is_whole_although_answers_are_not(chat: Chat, clip: Path, tmp_path: Path) -> None:
    clips = [shutil.copy(clip, tmp_path / f"{number:02}.mp4") for number in range(24)]
    chat.call("create_session")
    chat.call("upload_media", sources=[str(clip) for clip in clips])
    edited = chat.call("send_edit", instruction='Add a title "Hello"')
    told = edited["structuredContent"]["timeline"]["tracks"]
    assert sum(len(track["segments"]) for track in told) < 25
    expect(_names(chat.show("send_edit", edited))).to_have_count(25)


def test_failures_are_told_in_words(project: Chat) -> None:
    view = project.show("get_timeline")
    for _ in range(3):
        _button(view, "Undo").click()
        expect(_button(view, "Undo")).to_have_attribute("aria-disabled", "false")
    status = view.get_by_role("status")
    expect(status).to_contain_text("There is nothing to undo.")
    expect(status).to_contain_text("Nothing was changed.")


def test_an_unknown_session_is_told_in_words(chat: Chat) -> None:
    view = chat.show("get_timeline", arguments={"session_id": "42"})
    expect(view.get_by_role("status")).to_contain_text("There is no session '42' here.")
    expect(view.locator("#timeline")).to_be_hidden()


def test_an_empty_timeline_says_what_to_do(chat: Chat) -> None:
    chat.call("create_session")
    view = chat.show("get_timeline")
    expect(view.get_by_role("status")).to_contain_text("Upload a video in the chat to begin.")
    expect(_button(view, "Undo")).to_be_hidden()


def test_a_host_that_passes_nothing_on_gets_what_the_answer_has(project: Chat) -> None:
    view = project.show("get_timeline", can={})
    expect(_names(view)).to_have_count(3)
    expect(view.get_by_text("This chat cannot show the film here.")).to_be_visible()
    for name in ("Undo", "Export", "Refresh", "Export to see it here"):
        expect(_button(view, name)).to_be_hidden()


@pytest.mark.parametrize("width", [320, 720, 1200])
def test_it_fits(project: Chat, width: int) -> None:
    project.page.set_viewport_size({"width": width, "height": 900})
    view = project.show("get_timeline")
    expect(_names(view)).to_have_count(3)
    root = view.locator("html")
    assert root.evaluate("(html) => html.scrollWidth") == width
    project.page.wait_for_function("chat.heights.length")
    assert root.evaluate("(html) => html.scrollHeight <= innerHeight")
