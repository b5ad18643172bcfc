"""What is seen and heard in a file at certain seconds, found by seeking."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from math import floor
from time import monotonic
from urllib.parse import urlsplit

import av
import certifi
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from av.video.stream import VideoStream
from PIL import Image

from mcp_nemo.engine.media import (
    audio_stream,
    shown_size,
    sound_frames,
    start_of,
    video_frames,
    video_stream,
)

# FFmpeg would also open playlists, which name other files and addresses.
_STILLS = ("png_pipe", "jpeg_pipe", "webp_pipe", "gif")
_FORMATS = ",".join(("mov", "matroska", "avi", "mp3", "wav", "aac", *_STILLS))
_PHOTO_SUFFIXES = (".jpg", ".jpeg")
_WEB = "http,https,httpproxy,tcp,tls,crypto"
_ANSWER_SECONDS = 5.0
# No picture takes longer to get at; what was decoded last by then has to do.
_PICTURE_SECONDS = 0.3
# Decoding on is cheaper than seeking when the wanted picture is this near.
_NEAR_SECONDS = 2.0
_MOST_PIXELS = 50_000_000
_SLIMMEST, _WIDEST = 0.1, 10.0
_FRAMES_HEARD = 4
# Longer than a frame of sound lasts in any format.
_FRAME_SECONDS = 0.25
_PASSES = (0, 4, 2, 6, 1, 5, 3, 7)


class Unreadable(Exception):
    """Not media, or none that can be opened from here."""


class Footage:
    """An open file; its seconds count from its beginning."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        self._begin = float(start_of(container))
        self._audio = audio_stream(container)
        self._video = _drawable(video_stream(container))
        self._is_still = container.format.name in _STILLS
        self._frames = video_frames(container, self._video) if self._video else None
        self._shown = next(self._frames, None) if self._frames else None

    @property
    def aspect(self) -> float:
        """Width by height as shown, within what can be drawn; 0 without a picture."""
        if self._video is None or self._shown is None:
            return 0.0
        width, height = shown_size(self._shown, self._video)
        return min(max(width / height, _SLIMMEST), _WIDEST)

    def picture(self, second: float, tolerance: float, height: int) -> Image.Image | None:
        """What is seen at about `second`, upright; None without a picture."""
        if self._video is None or self._shown is None:
            return None
        if not self._is_still:
            self._go_to(second, tolerance)
        turned = self._shown.rotation
        size = (round(height * self.aspect), height)
        coded_width, coded_height = size[::-1] if turned % 180 else size
        small = Image.fromarray(self._shown.reformat(coded_width, coded_height, "rgb24").to_ndarray())
        return small.rotate(turned, expand=True) if turned else small

    def _go_to(self, second: float, tolerance: float) -> None:
        """A key frame where one is near enough; else what is found on from there in a short time."""
        assert self._video
        until = monotonic() + _PICTURE_SECONDS
        if self._frames is None or not 0 <= second - self._second_shown() <= _NEAR_SECONDS:
            self._seek(self._video, second)
            self._frames = video_frames(self._container, self._video)
        for frame in self._frames:
            self._shown = frame
            if self._second_shown() >= second - tolerance or monotonic() > until:
                return
        self._frames = None

    def _second_shown(self) -> float:
        assert self._shown
        return (self._shown.time or 0) - self._begin

    def peaks(self, seconds: Sequence[float]) -> Iterator[tuple[int, float]]:
        """How loud it is at each, 0 to 1, by place; from coarse to fine, so that it may be left early."""
        if self._audio is None:
            return
        self._frames = None
        for place in coarse_to_fine(len(seconds)):
            heard = self._heard(self._audio, seconds[place])
            # The first frame after a seek may lack what was before it.
            yield place, max(map(_peak, heard[1:] or heard), default=0.0)

    def _heard(self, stream: AudioStream, second: float) -> list[AudioFrame]:
        """A few frames from `second` on; beyond the end, where a seek leads back to it, none."""
        self._seek(stream, second)
        frames = islice(sound_frames(self._container, stream), _FRAMES_HEARD)
        earliest = self._begin + second - _FRAME_SECONDS
        return [frame for frame in frames if (frame.time or 0) >= earliest]

    def _seek(self, stream: VideoStream | AudioStream, second: float) -> None:
        for other in self._container.streams:
            other.discard = Discard.default if other is stream else Discard.all
        time_base = float(stream.time_base or 1)
        self._container.seek(floor((self._begin + second) / time_base), stream=stream)


@contextmanager
def opened(address: str) -> Iterator[Footage]:
    """Raises Unreadable; also while it is used, when the file turns out to be damaged."""
    try:
        with _open(address) as container:
            yield Footage(container)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def coarse_to_fine(count: int) -> list[int]:
    """All places below `count`, in passes: first every eighth, then those between."""
    return [place for first in _PASSES for place in range(first, count, len(_PASSES))]


def _open(address: str) -> InputContainer:
    options = _options(address)
    try:
        return av.open(address, options=options, timeout=_ANSWER_SECONDS)
    except av.ArgumentError:
        if not urlsplit(address).path.lower().endswith(_PHOTO_SUFFIXES):
            raise
        # Not let in, as by its name a photo of some size is taken for one of a numbered series.
        return av.open(address, format="jpeg_pipe", options=options, timeout=_ANSWER_SECONDS)


def _options(address: str) -> dict[str, str]:
    url = urlsplit(address)
    if url.scheme not in ("http", "https"):
        return {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": _WEB, "multiple_requests": "1"}
    if url.scheme == "https":
        ca_file = os.environ.get("SSL_CERT_FILE") or certifi.where()
        return options | {"tls_verify": "1", "ca_file": ca_file}
    # Plain HTTP is for a backend of one's own, which no proxy leads to.
    return options | {"http_proxy": ""}


def _drawable(stream: VideoStream | None) -> VideoStream | None:
    if stream is None or stream.width * stream.height > _MOST_PIXELS:
        return None
    stream.thread_type = "SLICE"
    return stream


def _peak(frame: AudioFrame) -> float:
    samples = frame.to_ndarray()
    if samples.dtype == np.uint8:
        return float(np.abs(samples.astype(np.int16) - 128).max()) / 128
    full_scale = 2.0 ** (8 * samples.dtype.itemsize - 1) if samples.dtype.kind == "i" else 1.0
    return min(float(np.abs(samples.astype(np.float64)).max()) / full_scale, 1.0)
