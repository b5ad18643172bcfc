"""What a picture looks like at a glance: light, colour, movement and shots, from a few small frames."""

from collections.abc import Iterator, Sequence
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

Picture = NDArray[np.float32]

_WIDTH: Final = 64
_HEIGHT: Final = 36
# Decoding more than about 300 frames of 1080p takes too long; then only key frames are looked at.
_PIXELS_TO_DECODE: Final = 600_000_000
_INTERVAL_S: Final = 0.25
_KEY_FRAMES: Final = 40
# Of the key frames, every fifth is followed for a moment, to see what moves.
_FOLLOWED: Final = 5
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
        if not container.streams.video:
            return Look()
        return _sum_up(list(_glances(container, container.streams.video[0])))


def _glances(container: InputContainer, stream: VideoStream) -> Iterator[_Glance]:
    stream.thread_type = "AUTO"
    duration_s = (container.duration or 0) / av.time_base
    frames = duration_s * float(stream.average_rate or 25)
    if frames * stream.width * stream.height <= _PIXELS_TO_DECODE:
        return _throughout(container, stream)
    return _at_key_frames(container, stream, duration_s)


def _throughout(container: InputContainer, stream: VideoStream) -> Iterator[_Glance]:
    due = float("-inf")
    for frame in container.decode(stream):
        at_s = frame.time or 0.0
        if at_s >= due:
            due = at_s + _INTERVAL_S
            yield _glance(frame)


def _at_key_frames(container: InputContainer, stream: VideoStream, duration_s: float) -> Iterator[_Glance]:
    seen = -1.0
    for index in range(_KEY_FRAMES):
        container.seek(int(duration_s * index / _KEY_FRAMES * av.time_base))
        frames = container.decode(stream)
        key = next(frames, None)
        if key is None or (key.time or 0.0) <= seen:
            continue
        yield (glance := _glance(key))
        seen = glance.at_s
        if index % _FOLLOWED == 0:
            later = next((frame for frame in frames if (frame.time or 0.0) >= seen + _INTERVAL_S), None)
            if later is not None:
                yield (glance := _glance(later))
                seen = glance.at_s


def _glance(frame: VideoFrame) -> _Glance:
    small = frame.reformat(_WIDTH, _HEIGHT, "rgb24", interpolation="AREA").to_ndarray()
    return _Glance(frame.time or 0.0, small.astype(np.float32) / np.float32(255))


def _sum_up(glances: Sequence[_Glance]) -> Look:
    if not glances:
        return Look()
    pictures = np.stack([glance.picture for glance in glances])
    luma = _luma(pictures)
    red, _, blue = pictures.mean(axis=(0, 1, 2))
    cuts, motion = _changes(glances)
    return Look(
        brightness=_part(luma.mean()),
        contrast=_part(2.5 * luma.std(axis=(1, 2)).mean()),
        saturation=_part((pictures.max(axis=3) - pictures.min(axis=3)).mean() * 1.5),
        warmth=_part(0.5 + 1.5 * (red - blue)),
        motion=motion,
        shots=cuts + 1,
    )


def _changes(glances: Sequence[_Glance]) -> tuple[int, float]:
    """How many cuts there are, and how much moves in between."""
    cuts = 0
    moved: list[float] = []
    for before, after in pairwise(glances):
        difference = float(np.abs(_luma(after.picture) - _luma(before.picture)).mean())
        if _palette_change(before.picture, after.picture) + difference > _CUT:
            cuts += 1
        elif after.at_s - before.at_s <= 2 * _INTERVAL_S:
            moved.append(difference)
    return cuts, _part(float(np.mean(moved)) / _FASTEST) if moved else 0.0


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
