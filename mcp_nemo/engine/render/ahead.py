"""Work that is done in a thread before its result is asked for."""

from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

Made = TypeVar("Made")

# One that is being made, and one that waits.
_MOST = 2


def ahead(coming: Generator[Made, None, None]) -> Generator[Made, None, None]:
    """The same things in the same order; the thread begins with the first that is taken."""
    with closing(coming), ThreadPoolExecutor(1) as thread:
        made = deque(thread.submit(next, coming, None) for _ in range(_MOST))
        while (one := made.popleft().result()) is not None:
            made.append(thread.submit(next, coming, None))
            yield one
