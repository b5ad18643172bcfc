"""Films decoded from the middle: what is seen, and how much had to be decoded for it."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from mcp_nemo.engine.media import MediaInfo, video_frames, video_stream
from mcp_nemo.engine.render.seeking import frames_from
from mcp_nemo.engine.render.source import Footage
from tests.engine.render.splice.coded import RATE, coded
from tests.media import Picture

PYRAMID = "keyint=60:min-keyint=60:scenecut=0:bframes=3:b-adapt=0:b-pyramid=normal"
PLAIN = "keyint=60:min-keyint=60:scenecut=0:bframes=0"


def whole(media: MediaInfo) -> list[Picture]:
    with av.open(media.path) as container:
        return [pixels(frame) for frame in video_frames(container, container.streams.video[0])]


def pixels(frame: VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)


def from_second(media: MediaInfo, second: Fraction) -> list[VideoFrame]:
    with av.open(media.path) as container:
        stream = video_stream(container)
        assert stream
        return [*frames_from(container, stream, second)]


@pytest.mark.parametrize("params", [PYRAMID, PLAIN, PYRAMID.replace("normal", "none")])
def test_from_wherever_it_begins_every_picture_is_as_in_the_film(tmp_path: Path, params: str) -> None:
    media = coded(tmp_path / "a.mp4", 90, params=params)
    pictures = whole(media)

    for number in (0, 1, 29, 44, 59, 60, 61, 88, 89):
        footage = Footage(media, number / RATE)
        for later in range(number, min(number + 5, 90)):
            assert np.array_equal(pixels(footage.at(later / RATE)), pictures[later])
        footage.close()


def test_what_no_other_picture_needs_is_not_decoded_on_the_way(tmp_path: Path) -> None:
    media = coded(tmp_path / "a.mp4", 60, params=PYRAMID)
    assert len(from_second(media, Fraction(0))) == 60
    # Of every four pictures, two are needed by others.
    assert len([frame for frame in from_second(media, 56 / RATE) if (frame.time or 0) < 56 / RATE]) < 36


def test_times_may_be_uneven(tmp_path: Path) -> None:
    times = [number * 10 + 300 * (number > 20) + (number * 7) % 5 for number in range(60)]
    media = coded(tmp_path / "a.mp4", 60, times=times, grain=10, params=PYRAMID)
    pictures = whole(media)

    for number, time in enumerate(times):
        footage = Footage(media, time / RATE / 10)
        assert np.array_equal(pixels(footage.at(time / RATE / 10)), pictures[number])
        footage.close()


def test_a_film_goes_back_to_what_was_before(tmp_path: Path) -> None:
    media = coded(tmp_path / "a.mp4", 60, params=PYRAMID)
    pictures = whole(media)
    footage = Footage(media, 50 / RATE)

    for number in (50, 20, 21, 49, 3):
        assert np.array_equal(pixels(footage.at(number / RATE)), pictures[number])
