"""Which encoder makes the pictures, and what happens where it is missing."""

import pickle
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import get_args

import av
import pytest
from av.video.frame import VideoFrame

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.encoders import Choice, Encoder, add_picture, chosen, encoded, works_here
from mcp_nemo.engine.render.failures import EncoderFailed
from mcp_nemo.engine.render.job import execute
from mcp_nemo.engine.render.plan import Canvas, Quality, plan
from mcp_nemo.engine.render.shelf import key_of
from mcp_nemo.engine.render.tasks import PictureTask
from tests.engine.render.films import changed, clip, film, job, title
from tests.engine.render.splice.coded import GROUPS, NTSC, PAL, UNTAGGED, coded
from tests.media import make_video, streams

CANVAS = Canvas(320, 180, Fraction(30))
HARDWARE: list[Encoder] = [name for name in get_args(Encoder) if name != "x264"]
# One that no machine has: each of the two needs another system.
MISSING: Encoder = next(name for name in ("videotoolbox", "vaapi") if not works_here(name, CANVAS, "high"))


@pytest.mark.parametrize("asked", [*HARDWARE, "x264"])
def test_what_was_asked_for_is_taken_where_it_works(asked: Encoder) -> None:
    assert chosen(asked, lambda encoder: encoder == asked) == Choice(asked)


@pytest.mark.parametrize("asked", HARDWARE)
def test_what_does_not_work_is_told_and_replaced(asked: Encoder) -> None:
    encoder, warning = chosen(asked, lambda encoder: encoder != asked)

    assert encoder == "x264"
    assert asked in warning
    assert "libx264" in warning


def test_auto_takes_what_there_is_and_promises_nothing() -> None:
    assert chosen("auto", lambda encoder: encoder in ("qsv", "vaapi")) == Choice("qsv")
    assert chosen("auto", lambda encoder: False) == Choice("x264")


@pytest.mark.parametrize("quality", get_args(Quality))
def test_a_trial_tells_what_works(quality: Quality) -> None:
    assert works_here("x264", CANVAS, quality)
    assert not works_here(MISSING, CANVAS, quality)


@pytest.mark.parametrize("colours", [BT709, NTSC, PAL, UNTAGGED])
def test_pictures_say_their_colours_themselves(tmp_path: Path, colours: Colours) -> None:
    """Without a container, which says it once more."""
    with av.open(tmp_path / "bare.h264", "w") as output:
        stream = add_picture(output, "x264", replace(CANVAS, colours=colours), "draft", 1)
        for frame in (VideoFrame(CANVAS.width, CANVAS.height, "yuv420p"), None):
            output.mux(encoded(stream, frame, "x264"))

    with av.open(tmp_path / "bare.h264") as container:
        assert [Colours.of(frame) for frame in container.decode(video=0)] == [colours]


def test_a_film_is_made_without_the_encoder_that_is_missing(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    asked = job(tmp_path, clip(path, 0, 1000)).model_copy(update={"encoder": MISSING})

    result = execute(asked, lambda share: None)

    warning, *_ = result.warnings
    assert warning == f"The encoder {MISSING} does not work on this machine: libx264 encoded the pictures."
    assert streams(result.path)[0].codec == "h264"


def test_a_film_is_made_though_its_encoder_fails_on_the_way(tmp_path: Path) -> None:
    """As hardware does that has room for so many films at once."""
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    asked = job(tmp_path, changed(clip(path, 0, 1000), rotate=180)).model_copy(update={"encoder": MISSING})

    result = execute(asked, lambda share: None, trial=lambda *_: True)

    assert sum(MISSING in warning for warning in result.warnings) == 1
    assert result.duration_ms == 1000


def test_what_is_beside_copied_pictures_is_encoded_with_x264(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 60, params=GROUPS)
    asked = job(tmp_path, clip(source.path, 0, 2000), title("Hello", 0, 500))

    result = execute(asked.model_copy(update={"encoder": MISSING}), lambda share: None, lambda *_: True)

    assert 0 < result.copied < 1
    assert not result.warnings


def test_a_better_film_is_larger(tmp_path: Path) -> None:
    source = coded(tmp_path / "source.mp4", 60)
    asked = job(tmp_path, changed(clip(source.path, 0, 2000), rotate=180))

    sizes = [
        execute(asked.model_copy(update={"quality": quality}), lambda share: None).size
        for quality in get_args(Quality)
    ]

    assert sizes == sorted(sizes)


def test_a_piece_is_kept_for_its_encoder(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    made = plan(film(clip(path, 0, 1000)), {path.name: probe(path, id=path.name)}, "draft")
    task = PictureTask(made.stretches, made.canvas, made.quality)

    assert len({key_of(replace(task, encoder=encoder)) for encoder in get_args(Encoder)}) == 6


def test_a_failure_crosses_processes() -> None:
    failure = pickle.loads(pickle.dumps(EncoderFailed("nvenc")))

    assert isinstance(failure, EncoderFailed)
    assert failure.encoder == "nvenc"
