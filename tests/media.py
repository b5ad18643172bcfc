"""Small clips, images and sounds for tests, and what is needed to read them back."""

from collections.abc import Callable
from fractions import Fraction
from math import log10
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]
Colour = tuple[int, int, int]

SAMPLE_RATE = 48_000
_BITS = 10
_VIDEO_CODECS = {".webm": "libvpx", ".avi": "mpeg4"}
_FAST = {"libx264": {"preset": "ultrafast", "crf": "16"}, "libvpx": {"deadline": "realtime", "cpu-used": "8"}}
_SOUND_CODECS = {".webm": "libopus", ".mp3": "libmp3lame", ".wav": "pcm_s16le", ".avi": "libmp3lame"}


class StreamFacts(NamedTuple):
    kind: str
    codec: str
    seconds: float
    pixels: str = ""
    size: tuple[int, int] = (0, 0)
    rate: Fraction = Fraction(0)


def numbered(number: int, size: tuple[int, int], colour: Colour = (40, 90, 160)) -> Picture:
    """A picture of one colour whose middle band says its number in black and white, for `number_of`."""
    width, height = size
    picture = np.full((height, width, 3), colour, np.uint8)
    for bit in range(_BITS):
        cell = slice(width * bit // _BITS, width * (bit + 1) // _BITS)
        picture[height * 2 // 5 : height * 3 // 5, cell] = 255 if number >> bit & 1 else 0
    return picture


def number_of(picture: Picture) -> int:
    height, width, _ = picture.shape
    middles = [int(width * (bit + 0.5) / _BITS) for bit in range(_BITS)]
    return sum(1 << bit for bit, column in enumerate(middles) if picture[height // 2, column].mean() > 128)


def make_video(
    path: Path,
    *,
    seconds: float = 2,
    size: tuple[int, int] = (320, 180),
    rate: Fraction | int = 30,
    sound: bool = True,
    hz: float = 440,
    colour: Colour = (40, 90, 160),
    pictures: Callable[[int], Picture] | None = None,
    rotation: int = 0,
    silent_until: float = 0,
) -> Path:
    """A film of `numbered` frames, or of `pictures`, with a tone; the suffix decides the format.

    `rotation` is how far a player has to turn the frames, counterclockwise.
    """
    draw = pictures or (lambda number: numbered(number, size, colour))
    with av.open(path, "w") as output:
        codec = _VIDEO_CODECS.get(path.suffix, "libx264")
        stream = output.add_stream(codec, rate=rate, options=_FAST.get(codec, {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 2_000_000
        if rotation:
            stream.set_display_rotation(rotation)
        voice = _sound_stream(output, path.suffix) if sound else None
        for number in range(round(seconds * rate)):
            frame = VideoFrame.from_ndarray(draw(number), format="rgb24")
            frame.pts, frame.time_base = number, 1 / Fraction(rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if voice:
            heard = tone(seconds, hz)
            heard[: round(silent_until * SAMPLE_RATE)] = 0
            _write_sound(output, voice, heard)
    return path


def make_image(path: Path, *, size: tuple[int, int] = (320, 180), colour: Colour = (200, 60, 30)) -> Path:
    Image.new("RGB", size, colour).save(path)
    return path


def save_picture(path: Path, picture: Picture) -> Path:
    """Of three channels, or of four with alpha."""
    Image.fromarray(picture).save(path)
    return path


def make_sound(
    path: Path, seconds: float = 2, hz: float = 440, *, peak: float = 0.25, silent_until: float = 0
) -> Path:
    sound = tone(seconds, hz, peak=peak)
    sound[: round(silent_until * SAMPLE_RATE)] = 0
    return save_sound(path, sound)


def save_sound(path: Path, sound: Samples) -> Path:
    """Of (n, 2) samples at 48 kHz."""
    with av.open(path, "w") as output:
        _write_sound(output, _sound_stream(output, path.suffix), sound)
    return path


def tone(seconds: float, hz: float, *, peak: float = 0.25) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = (peak * np.sin(2 * np.pi * hz * time)).astype(np.float32)
    return np.stack((wave, wave), axis=1)


def read_frames(path: Path) -> list[Picture]:
    """As players show them."""
    with av.open(path) as container:
        return [
            np.rot90(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), round(frame.rotation / 90))
            for frame in container.decode(video=0)
        ]


def read_sound(path: Path) -> Samples:
    """All of it as (n, 2), at 48 kHz."""
    resampler = AudioResampler("flt", "stereo", SAMPLE_RATE)
    with av.open(path) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1, 2).astype(np.float32) for frame in frames])


def level_db(sound: Samples) -> float:
    """The mean power below full scale; a tone of peak 1 has -3 dB, silence -120."""
    power = float(np.mean(np.square(sound, dtype=np.float64))) if sound.size else 0.0
    return 10 * log10(max(power, 1e-12))


def pitch(sound: Samples) -> float:
    """The strongest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(sound)


def streams(path: Path) -> list[StreamFacts]:
    with av.open(path) as container:
        return [_facts(stream) for stream in container.streams]


def _facts(stream: Stream) -> StreamFacts:
    seconds = float((stream.duration or 0) * (stream.time_base or 0))
    if isinstance(stream, VideoStream):
        size, rate = (stream.width, stream.height), stream.average_rate or Fraction(0)
        return StreamFacts(stream.type, stream.codec_context.name, seconds, stream.pix_fmt or "", size, rate)
    return StreamFacts(stream.type, stream.codec_context.name, seconds)


def _sound_stream(output: OutputContainer, suffix: str) -> AudioStream:
    stream = output.add_stream(_SOUND_CODECS.get(suffix, "aac"), rate=SAMPLE_RATE)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = "stereo"
    return stream


def _write_sound(output: OutputContainer, stream: AudioStream, sound: Samples) -> None:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
    output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def add_cover(song: Path, cover: Path, target: Path) -> Path:
    """A song with a picture beside it, as music shops sell them."""
    return put_together((song, cover), target, Disposition.attached_pic)


def put_together(sources: tuple[Path, Path], target: Path, second: Disposition | None = None) -> Path:
    """A file with the first stream of each of two others, as it is coded there."""
    with av.open(sources[0]) as first, av.open(sources[1]) as other, av.open(target, "w") as output:
        streams = [output.add_stream_from_template(source.streams[0]) for source in (first, other)]
        if second is not None:
            streams[1].disposition = second
        for source, stream in zip((first, other), streams, strict=True):
            for packet in source.demux():
                if packet.dts is not None or packet.size:
                    packet.stream = stream
                    output.mux(packet)
    return target
