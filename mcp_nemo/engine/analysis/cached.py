"""What was found out about files, kept in a folder under a key made from their content."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from mcp_nemo.engine.analysis.files import Analysis, analyse

Found = TypeVar("Found")

# Another number when what is found changes its meaning.
_VERSION: Final = 2
_PIECE_BYTES: Final = 256 * 1024


def analysed(path: Path, folder: Path) -> Analysis:
    """As `analyse`, once for each content; blocks, and belongs in a worker process."""
    return once(analyse, TypeAdapter(Analysis), path, folder)


def once(find: Callable[[Path], Found], shape: TypeAdapter[Found], path: Path, folder: Path) -> Found:
    kept = folder / f"{content_key(path)}.{find.__name__}.{_VERSION}.json"
    with suppress(OSError, ValidationError):
        return shape.validate_json(kept.read_bytes())
    found = find(path)
    # Whoever cannot keep it finds it out again.
    with suppress(OSError):
        _write(kept, shape.dump_json(found))
    return found


def content_key(path: Path) -> str:
    """The size with the beginning, the middle and the end: no two recordings share them."""
    size = path.stat().st_size
    digest = blake2b(str(size).encode(), digest_size=16)
    with path.open("rb") as file:
        for place in (0, size // 2, max(0, size - _PIECE_BYTES)):
            file.seek(place)
            digest.update(file.read(_PIECE_BYTES))
    return digest.hexdigest()


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: others may be reading."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(target)
