"""Films of copied and encoded pieces in Chromium: what it shows after a seek is what is to be seen then."""

from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from mcp_nemo.engine.render.job import execute
from tests.engine.render.films import clip, job, song, title
from tests.engine.render.splice.coded import GROUPS, coded
from tests.media import Picture, make_sound, read_frames
from tests.view.pixels import picture_of

pytestmark = pytest.mark.browser

_RATE = 30
_OPEN = """async (film) => {
  const video = document.body.appendChild(document.createElement("video"));
  video.src = URL.createObjectURL(await (await fetch(film)).blob());
  await new Promise((ready, failed) => {
    video.onloadeddata = ready;
    video.onerror = () => failed(new Error(video.error.message));
  });
  return video.duration;
}"""
_SEEK = """async (second) => {
  const video = document.querySelector("video");
  const seeked = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  video.currentTime = second;
  await seeked;
}"""
_PLAY = """async () => {
  const video = document.querySelector("video");
  video.currentTime = 0;
  const over = new Promise((ended, failed) => {
    video.onended = ended;
    video.onerror = () => failed(new Error(video.error.message));
  });
  await video.play();
  await over;
  return video.currentTime;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("params", ["bframes=0", "bframes=3:b-adapt=0:b-pyramid=normal"])
def test_every_seam_is_sought_to_the_frame(page: Page, tmp_path: Path, params: str) -> None:
    # Beside the thread that Playwright's event loop is in.
    with ThreadPoolExecutor(1) as beside:
        film, seams = beside.submit(_joined, tmp_path, params).result()
    frames = np.stack(read_frames(film)).astype(np.int16)

    length = page.evaluate(_OPEN, _as_url(film))

    assert length == pytest.approx(len(frames) / _RATE, abs=0.05)
    near = [seam + offset for seam in seams for offset in (-10, -1, 0, 1, 10)]
    # Back and forth, so that none is found by playing on.
    for number in [*near[::2], *near[::-1], len(frames) - 1, 0]:
        assert _nearest(_shown(page, number), frames) == number
    assert page.evaluate(_PLAY) == pytest.approx(length, abs=0.05)


def _joined(folder: Path, params: str) -> tuple[Path, list[int]]:
    """A film with a title over its middle, and the numbers of the first pictures after its seams."""
    source = coded(folder / "source.mp4", 150, params=f"{GROUPS}:{params}")
    make_sound(folder / "song.wav", 5)
    asked = job(
        folder,
        clip(source.path, 0, 5000),
        title("Hello", 1600, 1000),
        song(folder / "song.wav", 0, 5000),
    ).model_copy(update={"quality": "high"})
    result = execute(asked, lambda share: None)
    pieces = [piece.split() for piece in result.plan.split("; ") if " encode:" in piece or " copy:" in piece]
    assert {piece[2] for piece in pieces} == {"encode:", "copy:"}
    return result.path, [round(Fraction(piece[0].partition("-")[0]) * _RATE) for piece in pieces[1:]]


def _as_url(film: Path) -> str:
    return f"data:video/mp4;base64,{b64encode(film.read_bytes()).decode()}"


def _shown(page: Page, number: int) -> Picture:
    page.evaluate(_SEEK, (number + 0.5) / _RATE)
    return picture_of(page.locator("video"))


def _nearest(shown: Picture, frames: NDArray[np.int16]) -> int:
    """The number of the frame that is most like what is shown, and very like it."""
    errors = np.abs(frames - shown).mean(axis=(1, 2, 3))
    assert errors.min() < 8
    return int(errors.argmin())
