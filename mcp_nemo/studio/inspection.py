"""A look at a finished file before the user gets it. Runs in a worker process."""

from dataclasses import dataclass
from pathlib import Path

# A backend may tell whole seconds; a good file must not be thrown away for that.
_TOLERANCE_MS = 1000


class Unplayable(Exception):
    """A player could not show the file; the message says why."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """Facts of a video file; `checks` says in words what was found to be right."""

    duration_ms: int
    width: int
    height: int
    size_bytes: int
    checks: list[str]


def inspect(path: Path, expected_ms: int | None) -> Inspected:
    """Open the file as a player would; raises Unplayable where one would fail."""
    import av

    try:
        with av.open(str(path)) as container:
            video = next(iter(container.streams.video), None)
            if video is None or next(container.decode(video), None) is None:
                raise Unplayable("the file has no picture")
            duration_ms = round((container.duration or 0) / 1000)
            checks = [f"opens, {video.codec_context.name} {video.width}x{video.height}"]
            if sound := next(iter(container.streams.audio), None):
                checks.append(f"sound, {sound.codec_context.name}")
            width, height = video.width, video.height
    except av.error.FFmpegError as error:
        raise Unplayable("the file cannot be opened") from error
    if expected_ms:
        if abs(duration_ms - expected_ms) > _TOLERANCE_MS:
            raise Unplayable(f"the file lasts {duration_ms} ms and not {expected_ms}")
        checks.append(f"lasts {duration_ms / 1000:.1f} s as planned")
    if _starts_with_index(path):
        checks.append("starts playing before it is fully loaded")
    return Inspected(duration_ms, width, height, path.stat().st_size, checks)


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
