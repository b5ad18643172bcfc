"""What is known of an uploaded file, read from the media itself."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Literal, TypeVar

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageOps, UnidentifiedImageError

from mcp_nemo.engine.colorimetry import Colours

Frame = TypeVar("Frame", VideoFrame, AudioFrame)
Kind = Literal["video", "image", "audio", "subtitles"]

_PICTURE_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# FFmpeg would also open a text as a film of letters, and a playlist that names other files or addresses.
_OPEN_OPTIONS = {"format_whitelist": "mov,matroska,avi,mp3,wav,aac", "protocol_whitelist": "file"}
# No length in their headers, and FFmpeg's guess from the bit rate can be far off.
_UNTIMED_FORMATS = ("mp3", "aac")
_MICROSECONDS = 1_000_000
_FASTEST_RATE = 240
# Seconds: sound that begins so much earlier than the picture was meant to be heard.
_LEAD = Fraction(1, 10)
# Seconds: what sound is longer by than its picture because they come in pieces of different lengths is less.
_LONG_AFTER = Fraction(1, 2)


class NotMedia(Exception):
    """`reason` completes a sentence that begins with the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """`duration_ms` is 0 for images; `width` and `height` are as shown, after rotation, or else 0.

    `colours` are those of films, where they are known.
    """

    id: str
    path: Path
    name: str
    kind: Kind
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    frame_rate: float = 0
    has_sound: bool = False
    colours: Colours | None = None


def probe(path: Path, *, id: str = "", name: str | None = None) -> MediaInfo:
    """Read a file's properties; NotMedia unless it is whole and its first frame can be decoded."""
    name = path.name if name is None else name
    if path.stat().st_size == 0:
        raise NotMedia("is empty")
    picture = open_picture(path)
    if picture is not None:
        return MediaInfo(id, path, name, "image", width=picture.width, height=picture.height)
    with open_media(path) as container:
        video, sound = video_stream(container), audio_stream(container)
        if video is not None:
            frame = _first(video_frames(container, video))
            width, height = shown_size(frame, video)
            duration_ms = _duration_ms(container, video, *filter(None, [sound]))
            rate, has_sound, colours = _frame_rate(video), sound is not None, Colours.of(frame)
            return MediaInfo(id, path, name, "video", duration_ms, width, height, rate, has_sound, colours)
        if sound is not None:
            _first(sound_frames(container, sound))
            return MediaInfo(id, path, name, "audio", _duration_ms(container, sound), has_sound=True)
    raise NotMedia("has neither picture nor sound")


def open_picture(path: Path) -> Image.Image | None:
    """An image file's first picture in RGB, upright and over black; None when it is not an image file."""
    upright = open_drawing(path)
    if upright is None:
        return None
    picture = Image.new("RGB", upright.size)
    picture.paste(upright, mask=upright.getchannel("A"))
    return picture


def open_drawing(path: Path) -> Image.Image | None:
    """As `open_picture`, but in RGBA: what is clear stays clear."""
    try:
        with Image.open(path, formats=_PICTURE_FORMATS) as image:
            return ImageOps.exif_transpose(image).convert("RGBA")
    except (FileNotFoundError, PermissionError):
        raise
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise NotMedia("has more pixels than can be worked with") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise NotMedia("is damaged or cut short") from error


def open_media(path: Path) -> InputContainer:
    try:
        return av.open(path, options=_OPEN_OPTIONS, metadata_errors="ignore")
    except (FileNotFoundError, PermissionError):
        raise
    except av.FFmpegError as error:
        raise NotMedia("is not a media file that can be edited") from error


def video_stream(container: InputContainer) -> VideoStream | None:
    """The film's picture; the cover of a song is none."""
    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    return next((s for s in container.streams.video if not s.disposition & covers and _readable(s)), None)


def audio_stream(container: InputContainer) -> AudioStream | None:
    return next((stream for stream in container.streams.audio if _readable(stream)), None)


def start_of(container: InputContainer) -> Fraction:
    """The second on the streams' clocks that is the beginning of the media: its first picture, as a rule.

    Before it, encoders of sound put the few hundredths that they need to begin with.
    """
    first = Fraction(container.start_time or 0, _MICROSECONDS)
    stream = video_stream(container)
    if stream is None or stream.start_time is None or not stream.time_base:
        return first
    seen = stream.start_time * stream.time_base
    return seen if seen - first < _LEAD else first


def video_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """The frames from where the container stands, passing over packets that are damaged."""
    for packet in container.demux(stream):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def sound_frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """As `video_frames`, for sound."""
    for packet in container.demux(stream):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def shown_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """The size of a frame with square pixels and upright."""
    width = round(frame.width * (stream.sample_aspect_ratio or 1))
    return (frame.height, width) if frame.rotation % 180 else (width, frame.height)


def _readable(stream: VideoStream | AudioStream) -> bool:
    # PyAV leaves the context out when there is no decoder, whatever the types say.
    context: object = stream.codec_context
    return context is not None


def _refuse_cut_short(container: InputContainer, stream: VideoStream | AudioStream) -> None:
    """An MP4 tells where each frame lies: a download that stopped has less than it tells."""
    if "mp4" not in container.format.name or not len(stream.index_entries):
        return
    last = stream.index_entries[-1]
    if last.pos + last.size > container.size:
        raise NotMedia("is cut short: its end is missing")


def _duration_ms(container: InputContainer, stream: VideoStream | AudioStream, *beside: AudioStream) -> int:
    """Of a stream, or of sound that goes on long after its end: no word is lost beside a still picture."""
    _refuse_cut_short(container, stream)
    end, *others = _ends(container, (stream, *beside))
    end = max(end, *(other for other in others if other > end + _LONG_AFTER), end)
    return max(1, round((end - start_of(container)) * 1000))


def _ends(container: InputContainer, streams: Sequence[VideoStream | AudioStream]) -> list[Fraction]:
    """On the streams' clocks, as the file says or its last packets say: a picture that is shown late comes
    after the end of some films by their headers."""
    _seek_end(container, streams[0])
    ends = [_declared_end(container, stream) for stream in streams]
    places = {stream.index: place for place, stream in enumerate(streams)}
    for packet in container.demux(streams):
        shown = packet.dts if packet.pts is None else packet.pts
        if shown is not None and not packet.is_discard:
            place = places[packet.stream_index]
            lasting = _one_picture(streams[place]) or (packet.duration or 0) * packet.time_base
            ends[place] = max(ends[place], shown * packet.time_base + lasting)
    return ends


def _seek_end(container: InputContainer, stream: VideoStream | AudioStream) -> None:
    """To the last key frame, as what comes before it ends before it; nowhere, where no length is told."""
    if container.duration and container.format.name not in _UNTIMED_FORMATS and stream.time_base:
        told = start_of(container) + Fraction(container.duration, _MICROSECONDS)
        container.seek(floor(told / stream.time_base), stream=stream)


def _declared_end(container: InputContainer, stream: VideoStream | AudioStream) -> Fraction:
    """0 where the file says nothing to be relied on; what Matroska says is of the longest of its streams."""
    if container.format.name in _UNTIMED_FORMATS or not (stream.duration and stream.time_base):
        return Fraction(0)
    return ((stream.start_time or 0) + stream.duration) * stream.time_base


def _one_picture(stream: VideoStream | AudioStream) -> Fraction | None:
    """How long one is seen; its packet tells how long until the next is decoded."""
    rate = _frame_rate(stream) if isinstance(stream, VideoStream) else 0
    return 1 / Fraction(rate) if rate else None


def _frame_rate(stream: VideoStream) -> float:
    """0 when the file says nothing believable, as happens to films with a frame now and then."""
    rates = (stream.guessed_rate, stream.average_rate)
    return next((float(rate) for rate in rates if rate and 1 <= rate <= _FASTEST_RATE), 0.0)


def _first(frames: Iterator[Frame]) -> Frame:
    frame = next(frames, None)
    if frame is None:
        raise NotMedia("is damaged: nothing in it can be decoded")
    return frame
