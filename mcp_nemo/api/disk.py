"""What the file system refuses, in our words."""

from collections.abc import Generator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path

from mcp_nemo.errors import DiskFull, NotWritable


@contextmanager
def writing_to(folder: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise DiskFull(str(folder)) from error
        raise NotWritable(str(folder), error.strerror or type(error).__name__) from error
