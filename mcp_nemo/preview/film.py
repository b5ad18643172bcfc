"""A small copy of a film, to be carried inside a message: its first minutes, in 480 lines or fewer."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil
from time import monotonic

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mcp_nemo.engine.colorimetry import BT709, Colours
from mcp_nemo.engine.media import NotMedia, audio_stream, open_media, start_of, video_stream
from mcp_nemo.preview.charge import FilmCharge, Outcome
from mcp_nemo.preview.footage import Unreadable

MOST_BYTES = 6_000_000
LONGEST_SECONDS = 180.0

# Of what there is room for; the rest is for the index, and for rates that are not met exactly.
_SHARE_FOR_STREAMS = 0.92
_SOUND_RATE = 64_000
_SOUND_FREQUENCY = 48_000
_BEST_RATE = 900_000
_FEWEST_LINES, _MOST_LINES = 360, 480
# Below it, fewer lines look better.
_RATE_FOR_MOST_LINES = 350_000
# Frames a second, for short films and for others: half the frames take half the time.
_SMOOTH, _COARSE = 30, 15
_SHORT_SECONDS = 30


def make(charge: FilmCharge) -> Outcome:
    """Raises Unreadable for what is no film."""
    until = monotonic() + charge.seconds
    try:
        with (
            open_media(charge.film) as film,
            av.open(charge.target, "w", format="mp4", options={"movflags": "faststart"}) as output,
        ):
            _Copy(film, output).write(until)
    except (NotMedia, av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error
    return Outcome(mime_type="video/mp4")


class _Copy:
    """One film on its way into another."""

    def __init__(self, film: InputContainer, output: OutputContainer) -> None:
        video = video_stream(film)
        if video is None:
            raise Unreadable("it has no picture")
        video.thread_type = "AUTO"
        self._film, self._output = film, output
        self._video, self._audio = video, audio_stream(film)
        self._small_video = _small_video(output, film, video)
        self._small_audio = _small_audio(output) if self._audio else None
        self._begin = start_of(film)
        self._last_place = -1

    def write(self, until: float) -> None:
        for frame in self._frames():
            is_over = float(frame.time or 0) - self._begin > LONGEST_SECONDS or monotonic() > until
            if is_over and self._last_place >= 0:
                break
            if isinstance(frame, VideoFrame):
                self._write_picture(frame)
            elif self._small_audio:
                self._output.mux(self._small_audio.encode(frame))
        self._output.mux(self._small_video.encode(None))
        if self._small_audio:
            self._output.mux(self._small_audio.encode(None))

    def _frames(self) -> Iterator[VideoFrame | AudioFrame]:
        for packet in self._film.demux(*filter(None, (self._video, self._audio))):
            with suppress(av.error.InvalidDataError):
                yield from (frame for frame in packet.decode() if isinstance(frame, VideoFrame | AudioFrame))

    def _write_picture(self, frame: VideoFrame) -> None:
        """In its place among frames of an even rate; further ones at the same place are left out."""
        rate = self._small_video.codec_context.framerate
        place = round((float(frame.time or 0) - self._begin) * rate)
        if place > self._last_place:
            self._last_place = place
            small = frame.reformat(
                self._small_video.width, self._small_video.height, "yuv420p", interpolation="BILINEAR"
            )
            small.pts, small.time_base = place, 1 / rate
            self._output.mux(self._small_video.encode(small))


def _small_video(output: OutputContainer, film: InputContainer, source: VideoStream) -> VideoStream:
    seconds = min((film.duration or 0) / av.time_base or LONGEST_SECONDS, LONGEST_SECONDS)
    bit_rate = min(round(MOST_BYTES * 8 * _SHARE_FOR_STREAMS / seconds) - _SOUND_RATE, _BEST_RATE)
    # Without a buffer to fill, a hard beginning could take the room of the whole film.
    bounds = {"maxrate": str(bit_rate), "bufsize": str(bit_rate)}
    rate = _thinned(
        source.guessed_rate or Fraction(_SMOOTH), _SMOOTH if seconds <= _SHORT_SECONDS else _COARSE
    )
    stream = output.add_stream("libx264", rate=rate, options={"preset": "superfast", **bounds})
    lines = _MOST_LINES if bit_rate >= _RATE_FOR_MOST_LINES else _FEWEST_LINES
    scale = min(Fraction(lines, min(source.width, source.height)), Fraction(1))
    stream.width, stream.height = (
        max(round(side * scale / 2) * 2, 2) for side in (source.width, source.height)
    )
    stream.pix_fmt, stream.bit_rate = "yuv420p", bit_rate
    _colours(source, stream.height).tag(stream.codec_context)
    return stream


def _colours(source: VideoStream, lines: int) -> Colours:
    """Where high definition says nothing of them, that has to be said of a copy in fewer lines."""
    told = Colours.of(source.codec_context)
    return told if told.matrix_at(lines) == told.matrix_at(source.height) else BT709


def _thinned(rate: Fraction, most: int) -> Fraction:
    """Every second frame, every third and so on, so that motion stays even."""
    return rate / ceil(rate / most)


def _small_audio(output: OutputContainer) -> AudioStream:
    stream = output.add_stream("aac", rate=_SOUND_FREQUENCY)
    stream.codec_context.layout, stream.bit_rate = "stereo", _SOUND_RATE
    return stream
