"""A clock that a test moves: fifteen minutes pass at once, and not before."""

import time

import anyio
import anyio.lowlevel


class FakeClock:
    def __init__(self) -> None:
        self._now = time.time()
        self._sleepers: list[tuple[float, anyio.Event]] = []
        self._news = anyio.Event()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = anyio.Event()
        sleeper = (self._now + seconds, woken)
        self._sleepers.append(sleeper)
        self._news.set()
        self._news = anyio.Event()
        try:
            await woken.wait()
        finally:
            self._sleepers.remove(sleeper)

    def pass_at_once(self, seconds: float) -> None:
        """Let time pass before anybody sleeps."""
        self._now += seconds

    def pass_to_next(self) -> None:
        """Let time pass until the first of those who sleep has to wake."""
        if self._sleepers:
            self._now = max(self._now, min(due for due, _ in self._sleepers))
            self._wake()

    async def pass_by(self, seconds: float, asleep_for: float | None = None) -> None:
        """Wait until somebody sleeps for so long from now, then let that time, or less of it, pass."""
        wanted = self._now + (asleep_for or seconds)
        while not any(abs(due - wanted) < 0.001 for due, _ in self._sleepers):
            await self._news.wait()
        self._now += seconds
        self._wake()

    def _wake(self) -> None:
        for due, woken in self._sleepers:
            if due <= self._now + 0.001:
                woken.set()


class HastyClock:
    """Nobody waits: every sleep is over at once, and its time has passed."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        await anyio.lowlevel.checkpoint()
