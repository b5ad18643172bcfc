"""Films stored turned, as phones do: copied as they are, and what is drawn on them is turned with them."""

from pathlib import Path

import av
import numpy as np
import pytest

from mcp_nemo.engine.draft import Segment
from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.render.job import RenderResult, execute
from tests.engine.render.films import changed, clip, job, song, title
from tests.engine.render.looking import assert_quarters, quarters
from tests.engine.render.splice.coded import GROUPS, SIZE, coded, prints
from tests.media import make_sound, read_frames

TURNS = pytest.mark.parametrize("degrees", [90, 180, 270])


def phone(folder: Path, degrees: int, name: str = "phone.mp4", *, mirrored: bool = False) -> MediaInfo:
    """Three seconds of four colours, which players turn counterclockwise, and then mirror."""
    shown = quarters(SIZE)[:, ::-1] if mirrored else quarters(SIZE)
    picture = np.rot90(shown, -degrees // 90).copy()
    upright = coded(
        folder / f"upright-{name}", 90, params=f"{GROUPS}:bframes=2:crf=10", draw=lambda _: picture
    )
    with av.open(upright.path) as container, av.open(folder / name, "w") as output:
        stream = output.add_stream_from_template(container.streams.video[0])
        stream.set_display_rotation(degrees, hflip=mirrored)
        for packet in container.demux(video=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    upright.path.unlink()
    return probe(folder / name, id=name)


def render(folder: Path, *segments: Segment) -> RenderResult:
    return execute(job(folder, *segments).model_copy(update={"quality": "high"}), lambda share: None)


def turns(path: Path) -> set[int]:
    with av.open(path) as container:
        return {frame.rotation % 360 for frame in container.decode(video=0)}


@TURNS
def test_music_touches_no_picture(tmp_path: Path, degrees: int) -> None:
    source = phone(tmp_path, degrees)
    make_sound(tmp_path / "song.wav", 3)

    result = render(tmp_path, clip(source.path, 0, 3000), song(tmp_path / "song.wav", 0, 3000))

    assert result.copied == 1
    assert (result.width, result.height) == SIZE
    assert prints(result.path) == prints(source.path)
    assert turns(result.path) == {degrees}


@TURNS
def test_what_is_encoded_beside_it_is_stored_like_it(tmp_path: Path, degrees: int) -> None:
    source = phone(tmp_path, degrees)

    result = render(tmp_path, clip(source.path, 0, 3000), title("Hello", 900, 1000, "top"))

    assert 0.3 < result.copied < 0.7
    assert turns(result.path) == {degrees}
    shown = read_frames(result.path)
    assert len(shown) == 90
    for picture in shown:
        assert_quarters(picture)
    assert np.abs(shown[40].astype(int) - shown[10]).max() > 100


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_what_is_stored_mirrored_is_encoded_as_it_is_shown(tmp_path: Path, degrees: int) -> None:
    result = render(tmp_path, clip(phone(tmp_path, degrees, mirrored=True).path, 0, 3000))

    assert result.copied == 0
    assert turns(result.path) == {0}
    for picture in read_frames(result.path):
        assert_quarters(picture)


def test_most_of_a_film_decides_how_all_of_it_is_stored(tmp_path: Path) -> None:
    upright = coded(tmp_path / "upright.mp4", 60, params=GROUPS, draw=lambda _: quarters(SIZE))
    source = phone(tmp_path, 90)

    result = render(tmp_path, clip(upright.path, 0, 2000), clip(source.path, 2000, 3000))

    assert result.copied == pytest.approx(0.6)
    assert turns(result.path) == {90}
    shown = read_frames(result.path)
    assert len(shown) == 150
    for picture in shown:
        assert_quarters(picture)


def test_nothing_to_copy_is_stored_upright(tmp_path: Path) -> None:
    source = phone(tmp_path, 90)

    result = render(tmp_path, changed(clip(source.path, 0, 3000), brightness=0.1))

    assert result.copied == 0
    assert turns(result.path) == {0}
