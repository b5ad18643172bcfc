"""How much memory a render of large pictures takes, all its processes together."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from tests.engine.render.films import changed, clip, job, title

WORKER = [sys.executable, "-m", "mcp_nemo.engine.render"]
SIZE, RATE = (3840, 2160), Fraction(30)


def make_large(path: Path, frames: int) -> Path:
    """Noise that wanders, as flat pictures would take less memory to code."""
    width, height = SIZE
    noise = np.random.default_rng(1).integers(60, 200, (height + frames, width), dtype=np.uint8)
    grey = np.full((height // 2, width), 128, np.uint8)
    with av.open(path, "w") as output:
        options = {"preset": "ultrafast", "crf": "40", "x264-params": "keyint=30:ref=4"}
        stream = output.add_stream("libx264", rate=RATE, options=options)
        (stream.width, stream.height), stream.pix_fmt = SIZE, "yuv420p"
        for number in range(frames):
            picture = np.concatenate((noise[number : number + height], grey))
            frame = VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, 1 / RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def memory_of(session: int) -> int:
    """Bytes, what the processes share counted once."""
    kilobytes = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getsid(int(folder.name)) == session:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes * 1024


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="asks Linux for the memory")
def test_a_film_of_large_pictures_is_made_in_little_memory(tmp_path: Path) -> None:
    """Looked at whenever progress is told, which is every second or so."""
    first, second = (make_large(tmp_path / name, 90) for name in ("a.mp4", "b.mp4"))
    faded = changed(clip(second, 1500, 3000), crossfade_ms=1500)
    asked = job(tmp_path, clip(first, 0, 3000), faded, title("Hello", 500, 3500))
    asked = asked.model_copy(update={"quality": "high"})

    with subprocess.Popen(
        WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(asked.model_dump_json())
        process.stdin.close()
        told = [(json.loads(line), memory_of(process.pid)) for line in process.stdout]

    assert told[-1][0]["result"]["size"] > 0
    assert len(told) > 5
    assert max(memory for _, memory in told) < 1.2e9
