"""How times are written, everywhere.

Under a minute in seconds, `0-10s` and `2.5-6s`; from a minute on as clocks, `1:05-1:30` and `1:02:05`.
Rounded to tenths of a second, unless two different times would read the same: then finer.
"""

from typing import Final

_MINUTE_MS: Final = 60_000
_STEPS_MS: Final = (100, 10, 1)


def span(start_ms: int, end_ms: int) -> str:
    """A stretch of the timeline; one without a length is a moment, `at 3s`."""
    if end_ms <= start_ms:
        return f"at {length(start_ms)}"
    start, end = _rounded_apart(start_ms, end_ms)
    return f"{_clock(start)}-{_clock(end)}" if end >= _MINUTE_MS else f"{_seconds(start)}-{_seconds(end)}s"


def length(ms: int) -> str:
    return apart(ms, 0)[0]


def apart(ms: int, other_ms: int) -> tuple[str, str]:
    """Two lengths, written finely enough to tell one from the other."""
    one, other = _rounded_apart(ms, other_ms)
    return _length(one), _length(other)


def _rounded_apart(ms: int, other_ms: int) -> tuple[int, int]:
    for step in _STEPS_MS:
        one, other = ((value + step // 2) // step * step for value in (ms, other_ms))
        if one != other:
            return one, other
    return ms, other_ms


def _length(ms: int) -> str:
    return _clock(ms) if ms >= _MINUTE_MS else f"{_seconds(ms)}s"


def _seconds(ms: int) -> str:
    return f"{ms // 1000}{_decimals(ms)}"


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{clock}:{seconds:02d}{_decimals(ms)}"


def _decimals(ms: int) -> str:
    return f".{ms % 1000:03d}".rstrip("0").rstrip(".")
