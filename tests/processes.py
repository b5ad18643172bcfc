"""The processes that are at work below others, as Linux tells them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path


def engine_of_this_process() -> int:
    [engine] = _children(os.getpid(), "mcp_nemo.engine")
    return engine


def leaders(pid: int | None = None) -> list[int]:
    """The processes that render for an engine, or for this process."""
    return _children(pid or os.getpid(), "mcp_nemo.engine.render")


def alive(led: Sequence[int]) -> list[int]:
    """Leaders and the processes that work for them."""
    # State, parent, group and session.
    return [pid for pid, facts in _all() if facts[0] != "Z" and int(facts[3]) in led]


def _children(parent: int, module: str) -> list[int]:
    found = []
    for pid, facts in _all():
        with suppress(OSError):
            if int(facts[1]) == parent and module in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                found.append(pid)
    return found


def _all() -> Iterator[tuple[int, list[str]]]:
    """Each with what the system says after its name: its state, its parent, and so on."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
