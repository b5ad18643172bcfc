"""Work that outlives the call which began it: hosts hang up long before an edit is done."""

import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from mcp_nemo.errors import NemoError
from mcp_nemo.studio.pace import in_words

T = TypeVar("T")
# Gets how much is done, of how much (None: unknown), and a sentence.
Report = Callable[[float, float | None, str], Awaitable[None]]

# Whether anything has changed or not: hosts take silence for the end.
REPORT_SECONDS = 1.0
log = logging.getLogger(__name__)


async def unheard(done: float, total: float | None, doing: str) -> None:
    """For a caller who does not wait."""


class Unforeseen(NemoError):
    """A fault of our own."""

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong inside the server.",
            "Look at get_timeline, then try again; stderr has the log.",
        )


class Job(Generic[T]):
    """One piece of work in the background, with how far it has come."""

    def __init__(self) -> None:
        self.done: float = 0
        self.total: float | None = None
        self.doing = ""
        self._due: float | None = None
        self.started_at = anyio.current_time()
        self.finished = anyio.Event()
        self._followers = 0
        self._scope = anyio.CancelScope()
        self._result: T | None = None
        self._error: NemoError | None = None

    @property
    def seconds(self) -> float:
        return anyio.current_time() - self.started_at

    @property
    def seconds_left(self) -> float | None:
        """None where nobody knows, and when it should have been over by now."""
        left = self._due - anyio.current_time() if self._due is not None else 0
        return left if left > 0 else None

    def tell(
        self,
        doing: str,
        done: float | None = None,
        total: float | None = None,
        seconds_left: float | None = None,
    ) -> None:
        self.doing = doing
        self.done = max(self.done, done or 0)
        self.total = total or self.total
        self._due = None if seconds_left is None else anyio.current_time() + seconds_left

    async def wait(self, seconds: float, report: Report, give_up: Callable[[], object] | None = None) -> bool:
        """Wait for the end, but no longer than `seconds`; true when it has come.

        `give_up` is called when the wait is cancelled, as the caller did, and nobody else waits.
        """
        self._followers += 1
        try:
            with anyio.move_on_after(seconds):
                await self._tell_until_finished(report)
        except anyio.get_cancelled_exc_class():
            if give_up and self._followers == 1:
                give_up()
            raise
        finally:
            self._followers -= 1
        return self.finished.is_set()

    async def _tell_until_finished(self, report: Report) -> None:
        while not self.finished.is_set():
            # Where nobody knows how much there is to do, the time run says that it goes on.
            if self.total:
                left = self.seconds_left
                doing = f"{self.doing}, {in_words(left)}" if left else self.doing
                await report(self.done, self.total, doing)
            else:
                await report(self.seconds, None, f"{self.doing or 'Working'} ({self.seconds:.0f} s)")
            with anyio.move_on_after(REPORT_SECONDS):
                await self.finished.wait()

    def stop(self, reason: NemoError) -> None:
        """End it where it is, unless it is over; `reason` is what it failed with from then on."""
        if not self.finished.is_set():
            self._error = reason
            self._scope.cancel()

    def result(self) -> T:
        """What came of it; raises what it failed with."""
        if self._error:
            raise self._error
        assert self.finished.is_set()
        return self._result  # type: ignore[return-value]

    async def run(self, work: "Work[T]") -> None:
        try:
            with self._scope:
                self._result = await work(self)
        except NemoError as error:
            self._error = error
        except Exception:
            # The edge of background work: a fault in one job must not end the others.
            log.exception("a job failed")
            self._error = Unforeseen()
        finally:
            self.finished.set()


Work = Callable[[Job[T]], Awaitable[T]]


def start(tasks: TaskGroup, work: Work[T]) -> Job[T]:
    job: Job[T] = Job()
    tasks.start_soon(job.run, work)
    return job
