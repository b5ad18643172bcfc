"""Sound coded in parts that join without a click."""

from pathlib import Path

import av
import numpy as np
import pytest

from mcp_nemo.engine.render.aac import FRAME, write_sound
from tests.media import SAMPLE_RATE, Samples, read_sound, tone

# So much is coded at a time.
PART = 512 * FRAME


def written(sound: Samples, path: Path) -> list[int]:
    """What is told on the way."""
    told: list[int] = []
    write_sound(lambda start, end: sound[start:end], len(sound), "fast", path, told.append)
    return told


@pytest.mark.parametrize("samples", [800, FRAME, 5000, PART - FRAME, PART, PART + 800, PART + 7 * FRAME])
def test_no_frame_is_missing_or_twice(tmp_path: Path, samples: int) -> None:
    sound = np.zeros((samples, 2), np.float32)

    written(sound, tmp_path / "sound.mp4")

    with av.open(tmp_path / "sound.mp4") as container:
        stamps = [packet.pts for packet in container.demux(audio=0) if packet.size]
    frames = -(-samples // FRAME)
    assert stamps == [FRAME * number for number in range(-1, frames)]


def test_parts_join_without_a_click(tmp_path: Path) -> None:
    sound = tone(1.2 * PART / SAMPLE_RATE, 440)

    written(sound, tmp_path / "sound.mp4")

    heard = read_sound(tmp_path / "sound.mp4")[: len(sound)]
    errors = np.abs(heard - sound).max(axis=1)
    elsewhere = errors[10 * FRAME : PART - 10 * FRAME].max()
    assert errors[PART - 3 * FRAME : PART + 3 * FRAME].max() < 2 * elsewhere


def test_tells_how_much_is_coded(tmp_path: Path) -> None:
    sound = np.zeros((2 * PART + 800, 2), np.float32)

    assert written(sound, tmp_path / "sound.mp4") == [PART, PART, 800]
