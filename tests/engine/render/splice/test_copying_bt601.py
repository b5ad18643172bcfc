"""Films in BT.601: small old footage is copied like any other, and what is drawn on it has its colours."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.draft import Segment
from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.render.job import RenderResult, execute
from mcp_nemo.engine.render.moment import MomentJob, MomentKind
from mcp_nemo.engine.render.moment import execute as execute_moment
from tests.engine.render.films import changed, clip, job, logo, song, title
from tests.engine.render.looking import RED, assert_colour, assert_quarters, quarters
from tests.engine.render.splice.coded import GROUPS, NTSC, PAL, SIZE, UNTAGGED, coded, prints
from tests.media import Picture, make_image, make_sound, read_frames

OLD = pytest.mark.parametrize("colours", [UNTAGGED, NTSC, PAL])


def coloured(path: Path, colours: Colours) -> MediaInfo:
    """Three seconds of four colours."""
    params = f"{GROUPS}:bframes=0:crf=10"
    return coded(path, 90, colours=colours, params=params, draw=lambda _: quarters(SIZE))


def render(folder: Path, *segments: Segment) -> RenderResult:
    asked = job(folder, *segments).model_copy(update={"quality": "high"})
    return execute(asked, lambda share: None)


def moment(folder: Path, kind: MomentKind, *segments: Segment) -> Path:
    whole, target = job(folder, *segments), folder / f"moment.{kind}"
    execute_moment(MomentJob(draft=whole.draft, media=whole.media, at_ms=1000, kind=kind, target=target))
    return target


def lower_halves(path: Path) -> list[Picture]:
    """What is coded there, whatever it means: brightness and the two of colour, one under the other."""
    width, height = SIZE
    with av.open(path) as container:
        coded = [frame.to_ndarray().reshape(-1) for frame in container.decode(video=0)]
    halves = []
    for levels in coded:
        luma = levels[: width * height].reshape(2, -1, width)[1]
        chroma = levels[width * height :].reshape(2, 2, -1, width // 2)[:, 1]
        halves.append(np.concatenate([luma.reshape(-1), chroma.reshape(-1)]))
    return halves


def said(path: Path) -> set[Colours]:
    """By all pictures."""
    with av.open(path) as container:
        return {Colours.of(frame) for frame in container.decode(video=0)}


@OLD
def test_music_touches_no_picture(tmp_path: Path, colours: Colours) -> None:
    source = coded(tmp_path / "source.mp4", 90, colours=colours, params=GROUPS)
    make_sound(tmp_path / "song.wav", 3)

    result = render(tmp_path, clip(source.path, 0, 3000), song(tmp_path / "song.wav", 0, 3000))

    assert result.copied == 1
    assert prints(result.path) == prints(source.path)
    assert probe(result.path).colours == colours
    assert (b"colr" in result.path.read_bytes()) == (colours != UNTAGGED)


@OLD
def test_a_title_leaves_the_colours_beside_it(tmp_path: Path, colours: Colours) -> None:
    source = coloured(tmp_path / "source.mp4", colours)

    result = render(tmp_path, clip(source.path, 0, 3000), title("Hello", 900, 1000, "top"))

    assert 0.3 < result.copied < 0.7
    assert said(result.path) == {colours}
    for shown, filmed in zip(lower_halves(result.path), lower_halves(source.path), strict=True):
        assert np.abs(shown.astype(int) - filmed).mean() < 0.5
        # Where two colours meet, each encoder rings in its own way.
        assert np.quantile(np.abs(shown.astype(int) - filmed), 0.95) <= 2
    assert_quarters(read_frames(result.path)[45])


@OLD
def test_what_is_drawn_has_its_colours(tmp_path: Path, colours: Colours) -> None:
    source = coloured(tmp_path / "source.mp4", colours)
    sticker = make_image(tmp_path / "sticker.png", size=(90, 90), colour=RED)
    boxed = changed(title(".", 0, 3000, "center"), background="#C83C1EFF", color="#C83C1E", size="large")
    laid = changed(logo(sticker, 0, 3000), place="left", width=0.3, opacity=1)

    result = render(tmp_path, clip(source.path, 0, 3000), boxed, laid)

    frame = read_frames(result.path)[30]
    assert said(result.path) == {colours}
    assert_colour(frame, 0.5, 0.5, RED)
    assert_colour(frame, 0.15, 0.5, RED)


@OLD
def test_other_clips_are_brought_to_its_colours(tmp_path: Path, colours: Colours) -> None:
    old = coloured(tmp_path / "old.mp4", colours)
    new = coloured(tmp_path / "new.mp4", BT709)

    result = render(tmp_path, clip(old.path, 0, 3000), clip(new.path, 3000, 2000))

    assert result.copied == pytest.approx(0.6)
    assert said(result.path) == {colours}
    frames = read_frames(result.path)
    assert_quarters(frames[0])
    assert_quarters(frames[-1])
    assert np.abs(frames[-1].astype(int) - frames[0]).mean() < 3


@OLD
def test_it_is_brought_to_the_colours_of_a_new_film(tmp_path: Path, colours: Colours) -> None:
    new = coloured(tmp_path / "new.mp4", BT709)
    old = coloured(tmp_path / "old.mp4", colours)

    result = render(tmp_path, clip(new.path, 0, 3000), clip(old.path, 3000, 2000))

    assert result.copied == pytest.approx(0.6)
    assert said(result.path) == {BT709}
    assert_quarters(read_frames(result.path)[-1])


@OLD
def test_a_moment_shows_its_colours(tmp_path: Path, colours: Colours) -> None:
    source = coloured(tmp_path / "source.mp4", colours)
    segments = (clip(source.path, 0, 3000), title("Hello", 0, 3000))

    film, picture = (moment(tmp_path, kind, *segments) for kind in ("film", "frame"))

    assert said(film) == {colours}
    assert_quarters(read_frames(film)[30])
    with Image.open(picture) as image:
        assert_quarters(np.asarray(image))


def test_two_kinds_of_bt601_go_together(tmp_path: Path) -> None:
    """They have one matrix: what was copied is the one that most of the film is."""
    short = coded(tmp_path / "short.mp4", 30, colours=UNTAGGED, params=GROUPS)
    long = coded(tmp_path / "long.mp4", 60, start=200, colours=NTSC, params=GROUPS)

    result = render(tmp_path, clip(short.path, 0, 1000), clip(long.path, 1000, 2000))

    assert prints(result.path)[30:] == prints(long.path)
    assert probe(result.path).colours == UNTAGGED
