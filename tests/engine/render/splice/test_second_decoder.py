"""Joined films through a decoder that is not FFmpeg's own: each passes over other mistakes.

Needs imageio-ffmpeg, whose ffmpeg has OpenH264 beside its own decoder.
"""

import subprocess
from pathlib import Path

import pytest

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.job import execute
from tests.engine.render.films import changed, clip, job, title
from tests.engine.render.splice.coded import GROUPS, coded, silenced

pytestmark = pytest.mark.long


def seen_by(decoder: str, film: Path) -> list[str]:
    """A fingerprint of each picture."""
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-c:v", decoder, "-i", str(film)]
    told = subprocess.run(
        [*command, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[-1] for line in told.stdout.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("quality", ["draft", "high"])
@pytest.mark.parametrize("order", ["bframes=0", "bframes=2:b-pyramid=none", "bframes=3:b-pyramid=normal"])
def test_two_decoders_see_the_same_film(tmp_path: Path, order: str, quality: str) -> None:
    first = coded(tmp_path / "first.mp4", 90, params=f"{GROUPS}:{order}")
    second = coded(tmp_path / "second.mp4", 90, start=300, params=f"{GROUPS}:{order}")
    _see_the_same(tmp_path, first, second, order, quality)


@pytest.mark.parametrize("order", ["bframes=0", "bframes=3:b-pyramid=normal"])
def test_two_decoders_see_the_same_of_films_that_did_not_say_their_order(tmp_path: Path, order: str) -> None:
    spoken = [
        coded(tmp_path / f"spoken {start}.mp4", 90, start=start, params=f"{GROUPS}:{order}").path
        for start in (0, 300)
    ]
    first, second = (silenced(path, tmp_path / f"{path.stem[7:]}.mp4") for path in spoken)
    _see_the_same(tmp_path, first, second, order, "high")


def _see_the_same(tmp_path: Path, first: MediaInfo, second: MediaInfo, order: str, quality: str) -> None:
    faded = changed(clip(second.path, 2500, 3000), crossfade_ms=500)
    asked = job(tmp_path, clip(first.path, 0, 3000), faded, title("Hello", 800, 400))
    asked = asked.model_copy(update={"quality": quality})

    result = execute(asked, lambda share: None)

    assert 0.3 < result.copied < 0.9
    seen = seen_by("libopenh264", result.path)
    assert len(seen) == 165
    # OpenH264 draws some pictures between two others a little otherwise.
    different = sum(one != other for one, other in zip(seen, seen_by("h264", result.path), strict=True))
    assert different <= (0 if order == "bframes=0" else 3)
