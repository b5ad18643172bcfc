"""What a picture looks like at a glance: light, colour, movement and shots, from a few small frames."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mcp_nemo.engine.media import video_frames, video_stream

Picture = NDArray[np.float32]

_WIDTH: Final = 64
_HEIGHT: Final = 36
# What takes longer to decode than an eighth of its length, or seconds in all, is seen by its key frames.
_PIXELS_A_SECOND: Final = 25_000_000
_PIXELS_TO_DECODE: Final = 600_000_000
_INTERVAL_S: Final = 0.25
_MOST_KEY_FRAMES: Final = 160
_KEY_INTERVAL_S: Final = 0.5
# So often, at most, such a film is followed for a moment, to see what moves.
_FOLLOWED: Final = 8
_CUT: Final = 0.55
_FASTEST: Final = 0.12


@dataclass(frozen=True, slots=True)
class Look:
    """All but the shots run from 0 to 1; `warmth` is 0.5 where red and blue are even.

    `shots` is at least so many: in long clips only key frames are compared. 0 means no picture.
    """

    brightness: float = 0.5
    contrast: float = 0.5
    saturation: float = 0.5
    warmth: float = 0.5
    motion: float = 0.0
    shots: int = 0


@dataclass(frozen=True, slots=True)
class _Glance:
    at_s: float
    picture: Picture


def look(path: Path) -> Look:
    """Video, image or sound, which has no look; av's FFmpegError for what cannot be read."""
    with av.open(str(path)) as container:
        stream = video_stream(container)
        if stream is None:
            return Look()
        stream.thread_type = "AUTO"
        duration_s = (container.duration or 0) / av.time_base
        pixels = stream.width * stream.height * float(stream.average_rate or 25)
        if pixels <= _PIXELS_A_SECOND and pixels * duration_s <= _PIXELS_TO_DECODE:
            return _sum_up(list(_throughout(container, stream)))
        return _sum_up(list(_at_key_frames(container, stream, duration_s)), _moments(path, duration_s))


def _throughout(container: InputContainer, stream: VideoStream) -> Iterator[_Glance]:
    due = float("-inf")
    for frame in container.decode(stream):
        at_s = frame.time or 0.0
        if at_s >= due:
            due = at_s + _INTERVAL_S
            yield _glance(frame)


def _at_key_frames(container: InputContainer, stream: VideoStream, duration_s: float) -> Iterator[_Glance]:
    """Encoders begin a new key frame where the picture changes, so cuts are seen by these alone."""
    stream.codec_context.skip_frame = "NONKEY"
    interval_s = max(_KEY_INTERVAL_S, duration_s / _MOST_KEY_FRAMES)
    due = float("-inf")
    for packet in container.demux(stream):
        at_s = float(packet.pts * packet.time_base) if packet.pts is not None and packet.time_base else due
        if packet.dts is None or (packet.is_keyframe and at_s >= due):
            due = at_s + interval_s
            with suppress(av.error.InvalidDataError):
                yield from map(_glance, packet.decode())


def _moments(path: Path, duration_s: float) -> list[float]:
    """How much the picture changes within a quarter of a second, here and there."""
    with av.open(str(path)) as container:
        stream = video_stream(container)
        if stream is None:
            return []
        stream.thread_type = "AUTO"
        times = max(2, min(_FOLLOWED, int(duration_s / 3)))
        starts = [int(duration_s * index / times * av.time_base) for index in range(times)]
        return [moved for start in starts if (moved := _moment(container, stream, start)) is not None]


def _moment(container: InputContainer, stream: VideoStream, start: int) -> float | None:
    """None where the film ends, or a shot does."""
    container.seek(start)
    frames = video_frames(container, stream)
    first = next(frames, None)
    due = (first.time or 0.0) + _INTERVAL_S if first else 0.0
    later = next((frame for frame in frames if (frame.time or 0.0) >= due), None)
    if first is None or later is None:
        return None
    before, after = _glance(first), _glance(later)
    return None if _is_cut(before, after) else _difference(before, after)


def _glance(frame: VideoFrame) -> _Glance:
    small = frame.reformat(_WIDTH, _HEIGHT, "rgb24", interpolation="AREA").to_ndarray()
    return _Glance(frame.time or 0.0, small.astype(np.float32) / np.float32(255))


def _sum_up(glances: Sequence[_Glance], moments: Sequence[float] = ()) -> Look:
    if not glances:
        return Look()
    pictures = np.stack([glance.picture for glance in glances])
    luma = _luma(pictures)
    red, _, blue = pictures.mean(axis=(0, 1, 2))
    moved = [*moments, *_movements(glances)]
    return Look(
        brightness=_part(luma.mean()),
        contrast=_part(2.5 * luma.std(axis=(1, 2)).mean()),
        saturation=_part((pictures.max(axis=3) - pictures.min(axis=3)).mean() * 1.5),
        warmth=_part(0.5 + 1.5 * (red - blue)),
        motion=_part(float(np.mean(moved)) / _FASTEST) if moved else 0.0,
        shots=1 + sum(_is_cut(before, after) for before, after in pairwise(glances)),
    )


def _movements(glances: Sequence[_Glance]) -> Iterator[float]:
    """Between glances near enough to each other, within a shot."""
    for before, after in pairwise(glances):
        if after.at_s - before.at_s <= 1.8 * _INTERVAL_S and not _is_cut(before, after):
            yield _difference(before, after)


def _is_cut(before: _Glance, after: _Glance) -> bool:
    return _palette_change(before.picture, after.picture) + _difference(before, after) > _CUT


def _difference(before: _Glance, after: _Glance) -> float:
    return float(np.abs(_luma(after.picture) - _luma(before.picture)).mean())


def _palette_change(before: Picture, after: Picture) -> float:
    """The share of the picture whose colour, coarsely, is found no more."""
    return float(np.abs(_palette(before) - _palette(after)).sum() / 2)


def _palette(picture: Picture) -> NDArray[np.float64]:
    levels = np.minimum(picture * 4, 3).astype(np.int64)
    colours = levels[..., 0] * 16 + levels[..., 1] * 4 + levels[..., 2]
    return np.bincount(colours.reshape(-1), minlength=64) / colours.size


def _luma(pictures: Picture) -> Picture:
    return np.asarray(pictures @ np.array([0.2126, 0.7152, 0.0722], np.float32), np.float32)


def _part(value: float | np.floating) -> float:
    return round(min(1.0, max(0.0, float(value))), 3)
