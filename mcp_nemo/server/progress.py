"""Progress as the protocol wants it: it only ever rises."""

from collections.abc import Awaitable, Callable
from typing import Final

_LONGEST_SENTENCE: Final = 199
# Of what is left to do: enough to rise, too little to be seen.
_NUDGE: Final = 1e-4

Send = Callable[[float, float | None, str | None], Awaitable[None]]


class Progress:
    """Passes on all it is told; what has not risen goes out a hair higher: silence looks like death."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._last = -1.0

    async def __call__(self, done: float, total: float | None, doing: str) -> None:
        if done <= self._last:
            done = self._last + (max(total - self._last, 0) if total else 1) * _NUDGE
        self._last = done
        await self._send(done, total, doing[:_LONGEST_SENTENCE])
