"""How long work will take still, from how fast it went lately."""

# What was seen so long ago counts half.
_HALF_LIFE_SECONDS = 15.0
_SEEN_ENOUGH_SECONDS = 3.0


class Pace:
    """Percent a second, as an average that forgets slowly: what is said of it must not jump."""

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None
        self._seconds = self._risen = 0.0

    def seconds_left(self, percent: float, now: float) -> float | None:
        """None while too little was seen; work that falls back was begun anew."""
        before, then = self._last or (percent, now)
        if percent < before:
            self._seconds = self._risen = 0.0
            before, then = percent, now
        kept = 0.5 ** ((now - then) / _HALF_LIFE_SECONDS)
        self._seconds = self._seconds * kept + now - then
        self._risen = self._risen * kept + percent - before
        self._last = percent, now
        if self._seconds < _SEEN_ENOUGH_SECONDS or self._risen <= 0:
            return None
        return (100 - percent) * self._seconds / self._risen


def in_words(seconds_left: float) -> str:
    """Rounded, the more of it there is."""
    if seconds_left < 3:
        return "a few seconds left"
    if seconds_left < 90:
        return f"about {max(5, round(seconds_left / 5) * 5)} s left"
    return f"about {round(seconds_left / 60)} min left"
