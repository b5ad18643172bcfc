from collections.abc import Generator
from contextlib import closing
from threading import Event, current_thread

import pytest

from mcp_nemo.engine.render.ahead import ahead


def counted(to: int, ended: Event) -> Generator[int, None, None]:
    try:
        yield from range(to)
    finally:
        ended.set()


def test_all_comes_in_order() -> None:
    assert list(ahead(counted(7, Event()))) == [0, 1, 2, 3, 4, 5, 6]


def test_is_made_in_one_other_thread() -> None:
    makers = set(ahead(current_thread() for _ in range(5)))

    assert len(makers) == 1
    assert current_thread() not in makers


def test_the_next_is_made_before_it_is_asked_for() -> None:
    made = Event()

    def two() -> Generator[int, None, None]:
        yield 1
        made.set()
        yield 2

    with closing(ahead(two())) as coming:
        assert next(coming) == 1
        assert made.wait(10)


def test_a_failure_is_met_where_it_happened() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        raise OSError("gone")

    coming = ahead(broken())

    assert next(coming) == 1
    with pytest.raises(OSError, match="gone"):
        next(coming)


def test_what_is_closed_early_is_cleaned_up() -> None:
    ended = Event()

    with closing(ahead(counted(100, ended))) as coming:
        next(coming)

    assert ended.is_set()
