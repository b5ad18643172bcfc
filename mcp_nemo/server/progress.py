"""Progress as the protocol wants it, which only ever rises, and as hosts do: silence looks like death."""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio

LONGEST_SILENCE: Final = 8.0
_LONGEST_SENTENCE: Final = 199
# Of what is left to do: enough to rise, too little to be seen.
_NUDGE: Final = 1e-4

Send = Callable[[float, float | None, str | None], Awaitable[None]]


class Progress:
    """Passes on what has risen, and after a silence what has not, a hair higher."""

    def __init__(self, send: Send, now: Callable[[], float] = anyio.current_time) -> None:
        self._send = send
        self._now = now
        self._last = -1.0
        self._sent_at = float("-inf")

    async def __call__(self, done: float, total: float | None, doing: str) -> None:
        now = self._now()
        if done <= self._last:
            if now - self._sent_at < LONGEST_SILENCE:
                return
            done = self._last + (max(total - self._last, 0) if total else 1) * _NUDGE
        self._last, self._sent_at = done, now
        await self._send(done, total, doing[:_LONGEST_SENTENCE])
