"""Files of the user: which may be read for an upload, and where an export may be put."""

import itertools
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import filetype

from mcp_nemo.errors import (
    AUDIO_SUFFIXES,
    IMAGE_SUFFIXES,
    MAX_UPLOAD_BYTES,
    SUBTITLE_SUFFIXES,
    VIDEO_SUFFIXES,
    BadName,
    EmptyFile,
    FileNotFound,
    FileTooLarge,
    FileUnreadable,
    NotAFile,
    PathNotAllowed,
    UnsupportedMedia,
)

_HEAD = 4096
_TEXT = "text"
ACCEPTED_SUFFIXES = frozenset((*VIDEO_SUFFIXES, *IMAGE_SUFFIXES, *AUDIO_SUFFIXES, *SUBTITLE_SUFFIXES))
EXPORT_SUFFIXES = frozenset((".mp4", ".otio", ".srt"))


def check_source(source: str, allowed: tuple[Path, ...]) -> Path:
    """The real path of a file that may be uploaded; blocks on the file system."""
    try:
        return _check_source(source, allowed)
    except PermissionError as error:
        raise FileUnreadable(source) from error


def _check_source(source: str, allowed: tuple[Path, ...]) -> Path:
    if not Path(source).expanduser().is_absolute():
        raise FileNotFound(source)
    path = _resolve(source)
    _check_allowed(path, allowed)
    if not path.exists():
        raise FileNotFound(source)
    if not path.is_file():
        raise NotAFile(source)
    if _suffix(path.name) not in ACCEPTED_SUFFIXES:
        raise UnsupportedMedia(path.name, "has a type that is not accepted")
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile(source)
    if size > MAX_UPLOAD_BYTES:
        raise FileTooLarge(path.name, size)
    held = _held_instead_of_media(path)
    if held and not (held == _TEXT and holds_subtitles(path.name)):
        raise UnsupportedMedia(path.name, f"holds {held} and no media, whatever its name says")
    return path


def holds_subtitles(name: str) -> bool:
    return _suffix(name) in SUBTITLE_SUFFIXES


def _suffix(name: str) -> str:
    return Path(name).suffix.lower().lstrip(".")


def _held_instead_of_media(path: Path) -> str:
    """What a file surely holds that is not media; empty for media, and for what only a decoder can tell."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if kind := filetype.guess(head):
        return "" if kind.mime.split("/")[0] in ("video", "audio", "image") else str(kind.mime)
    try:
        return "" if "\0" in head.decode() else _TEXT
    except UnicodeDecodeError as error:
        # A character may be cut in two where the head ends.
        return _TEXT if error.start >= len(head) - 3 else ""


def export_target(
    save_as: str, title: str, output_dir: Path, allowed: tuple[Path, ...], suffix: str = ".mp4"
) -> Path:
    """Where an export goes: a name in the output folder, or a path within the allowed folders."""
    name = save_as or f"{_slug(title)}{suffix}"
    if name.endswith(("/", os.sep)) or "\0" in name:
        raise BadName(save_as, "it is not a file name")
    target = _resolve(str(output_dir / Path(name).expanduser()))
    if target.suffix.lower() != suffix:
        stem = target.stem if target.suffix.lower() in EXPORT_SUFFIXES else target.name
        target = target.with_name(f"{stem}{suffix}")
    if target.is_dir():
        raise BadName(save_as, "there is a folder of that name")
    _check_allowed(target, (output_dir, *allowed))
    return target


def put_in_place(finished: Path, target: Path) -> Path:
    """Give a finished file its name; when the name is taken, a number is added. Returns the path."""
    for name in _names(target):
        try:
            # Taking the name first makes sure that nothing is ever overwritten.
            name.touch(exist_ok=False)
            return finished.replace(name)
        except FileExistsError:
            continue
    raise AssertionError("numbers do not end")


def put_text(text: str, target: Path) -> Path:
    """Write a new file, named as `put_in_place` does; one of its names that says just this already is it."""
    data = text.encode()
    for name in itertools.takewhile(os.path.lexists, _names(target)):
        if _holds(name, data):
            return name
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        unfinished.write_bytes(data)
        return put_in_place(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _names(target: Path) -> Iterator[Path]:
    """`film.mp4`, `film-2.mp4` and so on."""
    yield target
    yield from (target.with_stem(f"{target.stem}-{number}") for number in itertools.count(2))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _resolve(path: str) -> Path:
    return Path(os.path.realpath(Path(path).expanduser()))


def _check_allowed(path: Path, allowed: tuple[Path, ...]) -> None:
    for folder in allowed:
        folder = _resolve(str(folder))
        if path.is_relative_to(folder):
            inside = path.relative_to(folder).parts
            if not any(part.startswith(".") for part in inside):
                return
    raise PathNotAllowed(str(path), allowed)


def _slug(title: str) -> str:
    return re.sub(r"[^\w-]+", "-", title).strip("-")[:80] or "project"
