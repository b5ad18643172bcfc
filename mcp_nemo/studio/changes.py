"""Telling those who want to know that a session is no longer what it was."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from anyio.abc import TaskGroup

from mcp_nemo.journal import SessionEntry
from mcp_nemo.studio.jobs import Job, Work

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """A session is new, its timeline has changed, or a film of it is finished."""

    session: SessionEntry
    what: Literal["session", "timeline", "film"]


Listener = Callable[[Change], Awaitable[None]]


class Changes:
    """Listeners run in the background: none of them holds up the work that changed something."""

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._listeners: list[Listener] = []

    def follow(self, listener: Listener) -> None:
        """Have it called with each change, after those that came before it."""
        self._listeners.append(listener)

    def tell(self, change: Change) -> None:
        self._tasks.start_soon(self._tell, change)

    async def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            # As a job, so that the failure of one is logged and the next is told all the same.
            await Job[None]().run(_telling(listener, change))

    def after(self, work: Work[T], change: Change, happened: Callable[[T], bool]) -> Work[T]:
        """The same work; when it is over, the change is told if it has happened."""

        async def telling(job: Job[T]) -> T:
            # Work that breaks off may have changed something before it did.
            is_changed = True
            try:
                result = await work(job)
                is_changed = happened(result)
                return result
            finally:
                if is_changed:
                    self.tell(change)

        return telling


def _telling(listener: Listener, change: Change) -> Work[None]:
    async def work(_: Job[None]) -> None:
        await listener(change)

    return work
