import pytest

from mcp_nemo.timeline.spans import apart, length, span


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "written"),
    [
        (0, 10_000, "0-10s"),
        (2_500, 6_000, "2.5-6s"),
        (0, 59_940, "0-59.9s"),
        (0, 59_960, "0:00-1:00"),
        (65_000, 90_000, "1:05-1:30"),
        (50_000, 70_500, "0:50-1:10.5"),
        (3_600_000, 3_725_000, "1:00:00-1:02:05"),
        (1_000, 1_040, "1-1.04s"),
        (1_000, 1_001, "1-1.001s"),
        (3_000, 3_000, "at 3s"),
        (90_000, 90_000, "at 1:30"),
    ],
)
def test_span(start_ms: int, end_ms: int, written: str) -> None:
    assert span(start_ms, end_ms) == written


@pytest.mark.parametrize(("ms", "written"), [(0, "0s"), (40, "0.04s"), (2_040, "2s"), (100_000, "1:40")])
def test_length(ms: int, written: str) -> None:
    assert length(ms) == written


def test_lengths_that_differ_never_read_the_same() -> None:
    assert apart(10_000, 6_000) == ("10s", "6s")
    assert apart(10_000, 10_010) == ("10s", "10.01s")
    assert apart(10_000, 10_001) == ("10s", "10.001s")
    assert apart(59_999, 60_000) == ("59.999s", "1:00")
