"""A look at a finished file before the user gets it. Runs in a worker process."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from mcp_nemo.studio.listening import Listening
from mcp_nemo.studio.stretches import Stretch
from mcp_nemo.studio.watching import Watching
from mcp_nemo.timeline.spans import length

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.packet import Packet
    from av.video.stream import VideoStream

# A backend may tell whole seconds; a good file must not be thrown away for that.
_TOLERANCE_MS: Final = 1000
# How long a film is looked through; what comes later in it is not told of.
_LOOK_SECONDS: Final = 20.0


class Unplayable(Exception):
    """A player could not show the file; the message says why."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """Facts of a video file: `checks` says in words what was found to be right, `notes` what is in it."""

    duration_ms: int
    width: int
    height: int
    size_bytes: int
    sha256: str
    streams: list[str]
    checks: list[str]
    notes: list[str]


def inspect(
    path: Path,
    expected_ms: int | None,
    *,
    is_exact: bool = False,
    moving: Sequence[Stretch] = (),
    look_seconds: float = _LOOK_SECONDS,
) -> Inspected:
    """Open the file as a player would; raises Unplayable where one would fail.

    `is_exact` says that `expected_ms` was not rounded; then the picture is held to it, to the frame. Only
    where the picture should be `moving` is it told that it stands still.
    """
    opened = _open(path)
    checks = [f"opens, {', '.join(opened.streams)}"]
    notes = look_through(path, look_seconds, moving)
    if expected_ms:
        if abs(opened.duration_ms - expected_ms) > _TOLERANCE_MS:
            raise Unplayable(f"the file lasts {opened.duration_ms} ms and not {expected_ms}")
        if is_exact and abs(opened.picture_ms - expected_ms) > opened.frame_ms + 1:
            notes.append(f"its picture lasts {opened.picture_ms:.0f} ms, where {expected_ms} were planned")
        else:
            within = ", to the frame" if is_exact else ""
            checks.append(f"lasts {opened.duration_ms / 1000:.1f} s as planned{within}")
    if _starts_with_index(path):
        checks.append("starts playing before it is fully loaded")
    return Inspected(
        duration_ms=opened.duration_ms,
        width=opened.width,
        height=opened.height,
        size_bytes=path.stat().st_size,
        sha256=_sha256(path),
        streams=opened.streams,
        checks=checks,
        notes=notes,
    )


def look_through(path: Path, seconds: float, moving: Sequence[Stretch] = ()) -> list[str]:
    """How loud the film is, and where it is black, frozen or silent; as far as `seconds` of looking reach."""
    import av

    until = time.monotonic() + seconds
    is_whole = False
    with av.open(str(path)) as container:
        watching = Watching(container.streams.video[0])
        listening = Listening(container.streams.audio[0]) if container.streams.audio else None
        streams = [watching.stream, *([listening.stream] if listening else [])]
        try:
            for packet in container.demux(streams):
                if time.monotonic() > until:
                    break
                if packet.stream_index == watching.stream.index:
                    watching.take(cast("Packet[VideoStream]", packet))
                elif listening:
                    listening.take(cast("Packet[AudioStream]", packet))
            else:
                is_whole = True
        except (av.error.FFmpegError, ValueError):
            # Damaged, or sound that changes its kind: players make something of it, and a look is no verdict.
            pass
    notes = [*(listening.notes() if listening else ()), *watching.notes(path, until, moving)]
    return notes if is_whole else [*notes, f"looked through up to {length(round(watching.seconds * 1000))}"]


class _Opened(NamedTuple):
    duration_ms: int
    picture_ms: float
    frame_ms: float
    width: int
    height: int
    streams: list[str]


def _open(path: Path) -> _Opened:
    import av

    try:
        with av.open(str(path)) as container:
            video = next(iter(container.streams.video), None)
            first = next(container.decode(video), None) if video else None
            if video is None or first is None:
                raise Unplayable("the file has no picture")
            stored = (video.width, video.height)
            width, height = stored[::-1] if first.rotation % 180 else stored
            streams = [f"{video.codec_context.name} {width}x{height}"]
            streams += [f"sound, {sound.codec_context.name}" for sound in container.streams.audio]
            return _Opened(
                duration_ms=round((container.duration or 0) / 1000),
                picture_ms=float((video.duration or 0) * (video.time_base or 0)) * 1000,
                frame_ms=1000 / float(video.average_rate or 25),
                width=width,
                height=height,
                streams=streams,
            )
    except av.error.FFmpegError as error:
        raise Unplayable("the file cannot be opened") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _starts_with_index(path: Path) -> bool:
    """Whether `moov` stands before `mdat` (ISO/IEC 14496-12)."""
    with path.open("rb") as file:
        while len(header := file.read(8)) == 8:
            size, kind = int.from_bytes(header[:4], "big"), header[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            if size < 8:
                return False
            file.seek(size - 8, 1)
    return False
