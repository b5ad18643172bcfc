"""Checks of folders: what must be written is written, what must be read is read."""

import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from mcp_nemo.doctor.findings import Finding, ok, problem, warning
from mcp_nemo.settings import Settings, credentials_dir

MEGABYTE = 1024 * 1024
LITTLE_SPACE = 2048 * MEGABYTE
NO_SPACE = 100 * MEGABYTE

# What is kept there lets anyone act as the user.
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def check_folders(settings: Settings) -> list[Finding]:
    return [
        _written("home", settings.home, "NEMO_HOME"),
        _written("output folder", settings.output_dir, "NEMO_OUTPUT_DIR"),
        *_spaces([settings.home, settings.output_dir]),
        *_media(settings.media_dirs),
        *_private(credentials_dir()),
    ]


def _written(name: str, folder: Path, variable: str) -> Finding:
    """A file is really written and removed: where the folder is still to be made, in the one above it."""
    try:
        place = _standing(folder)
        with tempfile.NamedTemporaryFile(dir=place, prefix=".mcp-nemo-doctor-") as file:
            file.write(b"0" * 4096)
            file.flush()
    except OSError as error:
        fix = f"Make it writable for you, or set {variable} to a folder that is."
        return problem(name, f"{folder} cannot be written to: {_reason(error)}", fix)
    return ok(name, f"{folder} can be written to" if place == folder else f"{folder} can be made")


def _standing(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _spaces(folders: Sequence[Path]) -> Iterator[Finding]:
    """One finding for each disk."""
    disks: set[int] = set()
    for folder in folders:
        try:
            place = _standing(folder)
            disk, free = place.stat().st_dev, shutil.disk_usage(place).free
        except OSError:
            # Said already, where it could not be written to.
            continue
        if disk not in disks:
            disks.add(disk)
            yield space(folder, free)


def space(folder: Path, free: int) -> Finding:
    seen = f"{free // MEGABYTE:,} MB on the disk of {folder}"
    fix = "Free some space, or set NEMO_HOME and NEMO_OUTPUT_DIR to folders on another disk."
    if free < NO_SPACE:
        return problem("free space", seen, fix)
    return warning("free space", seen, fix) if free < LITTLE_SPACE else ok("free space", seen)


def _media(folders: Sequence[Path]) -> Iterator[Finding]:
    """One of several folders may be away, such as a disk that is not plugged in."""
    refused = {folder: _refusal(folder) for folder in folders}
    judge = warning if not all(refused.values()) else problem
    fix = "Make the folder, or correct NEMO_MEDIA_DIRS: uploads are read from there."
    if not folders:
        yield problem("media folder", "none: nothing can be uploaded from this machine", fix)
    for folder, reason in refused.items():
        if reason:
            yield judge("media folder", f"{folder} cannot be read: {reason}", fix)
        else:
            yield ok("media folder", f"{folder} can be read")


def _refusal(folder: Path) -> str:
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return _reason(error)
    return ""


def _private(folder: Path) -> Iterator[Finding]:
    name = "credentials"
    if os.name != "posix":
        yield ok(name, f"{folder}: not looked into, as modes mean nothing on this system")
        return
    try:
        open_to_others = list(_open_to_others(folder))
    except FileNotFoundError:
        yield ok(name, f"{folder} does not exist yet")
        return
    except OSError as error:
        fix = f"Make it yours: sudo chown -R $(id -un) {shlex.quote(str(folder))}"
        yield problem(name, f"{folder} cannot be read: {_reason(error)}", fix)
        return
    for path, mode, wanted in open_to_others:
        fix = f"chmod {wanted:o} {shlex.quote(str(path))}"
        yield problem(name, f"{path} has mode {mode:04o} instead of {wanted:04o}", fix)
    if not open_to_others:
        yield ok(name, f"{folder} is for you alone")


def _open_to_others(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """What has another mode than it should: path, mode, the mode it should have."""
    wanted = {folder: _FOLDER_MODE} | {
        path: _FILE_MODE for path in sorted(folder.iterdir()) if path.is_file()
    }
    for path, right in wanted.items():
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != right:
            yield path, mode, right


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
