"""Recordings as they are read: each sample where its time stamp says."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame

from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.recording import recorded
from tests.media import SAMPLE_RATE, Samples, make_sound, tone

MILLISECOND = Fraction(1, 1000)
FRAME = 960


def make_broken_off(path: Path, sound: Samples, missing: range, rate: int = SAMPLE_RATE) -> Path:
    """Short frames in a file that counts in milliseconds; of the frames, some are missing."""
    with av.open(path, "w") as output:
        stream = output.add_stream("pcm_s16le", rate=rate)
        stream.codec_context.layout = "stereo"
        for number in range(len(sound) // FRAME):
            if number in missing:
                continue
            pcm = (sound[number * FRAME : (number + 1) * FRAME] * 32_767).astype(np.int16)
            frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", "stereo")
            frame.sample_rate, frame.time_base = rate, MILLISECOND
            frame.pts = round(number * FRAME * 1000 / rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def heard(path: Path, start_ms: int = 0) -> Samples:
    return np.concatenate([*recorded(probe(path), start_ms)])


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_what_was_left_out_is_silence(tmp_path: Path, rate: int) -> None:
    """In the middle of a second, so that frames before and after would be read together."""
    path = make_broken_off(tmp_path / "call.mkv", tone(4, 440), range(70, 80), rate)

    sound = heard(path)

    start, end = (round(place * FRAME / rate * SAMPLE_RATE) for place in (70, 80))
    assert np.abs(sound[start - 1000 : start - 100]).max() > 0.2
    assert np.abs(sound[start + 200 : end - 200]).max() < 1e-3
    assert np.abs(sound[end + 100 : end + 1000]).max() > 0.2


def test_stamps_that_jitter_leave_no_gaps(tmp_path: Path) -> None:
    """Milliseconds are too coarse for frames of 21.8 ms, and the sound goes on all the same."""
    wave = tone(3, 440)
    path = make_broken_off(tmp_path / "call.mkv", wave, range(0), 44_100)

    sound = heard(path)

    assert np.abs(np.diff(sound[:, 0])).max() < 0.25 * 2 * np.pi * 480 / 44_100


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a"])
def test_is_the_same_from_any_time_on(tmp_path: Path, suffix: str) -> None:
    path = make_sound(tmp_path / f"song.{suffix}", 4, 440)

    whole, rest = heard(path), heard(path, 2345)

    assert rest[:48_000] == pytest.approx(whole[2345 * 48 :][:48_000], abs=1e-4)
