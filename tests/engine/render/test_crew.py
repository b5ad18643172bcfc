"""Orders carried out by worker processes, and what becomes of those whose worker is ended."""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.crew import (
    Executor,
    Order,
    in_processes,
    in_this_process,
    memory_within,
    workers_for,
)
from mcp_nemo.engine.render.failures import RenderFailure, WorkerLost
from mcp_nemo.engine.render.source import BrokenSource
from mcp_nemo.engine.render.tasks import Done


@dataclass(frozen=True, slots=True)
class Note:
    """A task that writes which process it was carried out by."""

    work: int = 3
    memory: int = 100_000_000
    sources: frozenset[Path] = frozenset()

    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        for _ in range(self.work):
            done(1)
        target.write_text(str(os.getpid()))


@dataclass(frozen=True, slots=True)
class Deadly(Note):
    """As the system ends processes that take too much memory: so many times, each leaving a file behind."""

    times: int = 1

    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        done(1)
        victims = len(list(target.parent.glob("victim*")))
        if victims < self.times:
            (target.parent / f"victim{victims}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        Note.carry_out(self, target, done, threads)


@dataclass(frozen=True, slots=True)
class Broken(Note):
    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        raise BrokenSource(MediaInfo("a", target, "clip.mp4", "video"), "is damaged")


@dataclass(frozen=True, slots=True)
class Slow(Note):
    """Ends when somebody writes into the pipe beside its target."""

    def carry_out(self, target: Path, done: Done, threads: int) -> None:
        target.write_text((target.parent / "pipe").read_text())


def order(folder: Path, task: Note, number: int) -> Order:
    return Order(task, folder / f"{number}.part", folder / f"{number}.txt")


@pytest.mark.parametrize("executor", [in_this_process, in_processes])
def test_every_order_is_fulfilled_and_told(tmp_path: Path, executor: Executor) -> None:
    told: list[int] = []

    executor([order(tmp_path, Note(), number) for number in range(5)], told.append)

    assert sum(told) == 15
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number}.txt" for number in range(5)]


@pytest.mark.parametrize(("megabytes", "workers"), [(None, 16), (64_000, 16), (4000, 4), (600, 1), (100, 1)])
def test_as_many_work_as_there_is_memory_for(tmp_path: Path, megabytes: int | None, workers: int) -> None:
    large = Note(memory=500_000_000)
    orders = [order(tmp_path, Note(), 0), order(tmp_path, large, 1)]

    assert workers_for(orders, 16, megabytes and megabytes * 1_000_000) == workers


@pytest.mark.parametrize(
    ("physical", "limit", "memory"),
    [
        (16_000_000_000, "2000000000\n", 2_000_000_000),
        (1_000_000_000, "2000000000\n", 1_000_000_000),
        # As a container without a limit says, in either version of control groups.
        (16_000_000_000, "max\n", 16_000_000_000),
        (16_000_000_000, "9223372036854771712\n", 16_000_000_000),
        (16_000_000_000, None, 16_000_000_000),
        (None, "2000000000\n", 2_000_000_000),
        (None, "max\n", None),
    ],
)
def test_a_container_may_have_less_memory_than_its_machine(
    tmp_path: Path, physical: int | None, limit: str | None, memory: int | None
) -> None:
    told = tmp_path / "memory.max"
    if limit is not None:
        told.write_text(limit)
    assert memory_within(physical, [tmp_path / "missing", told]) == memory


def test_workers_are_other_processes(tmp_path: Path) -> None:
    in_processes([order(tmp_path, Note(), number) for number in range(4)], lambda done: None)

    carried_out_by = {int(path.read_text()) for path in tmp_path.iterdir()}
    assert os.getpid() not in carried_out_by
    assert len(carried_out_by) <= (os.cpu_count() or 1)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes with names in folders")
def test_slow_work_is_told_to_go_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    told: list[int] = []

    def done(share: int) -> None:
        told.append(share)
        if len(told) == 3:
            (tmp_path / "pipe").write_text("go on")

    in_processes([order(tmp_path, Slow(), 0)], done)

    assert set(told) == {0}
    assert (tmp_path / "0.txt").read_text() == "go on"


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_a_killed_worker_had_is_done_once_more(tmp_path: Path) -> None:
    told: list[int] = []

    in_processes([order(tmp_path, Deadly(), 0), *(order(tmp_path, Note(), n) for n in (1, 2))], told.append)

    assert {path.name for path in tmp_path.iterdir()} == {"victim0", "0.txt", "1.txt", "2.txt"}
    assert sum(told) == 3 * 3 + 1


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_worker_that_is_killed_again_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkerLost, match="memory"):
        in_processes([order(tmp_path, Deadly(times=2), 0)], lambda done: None)


@pytest.mark.parametrize("executor", [in_this_process, in_processes])
def test_a_failure_comes_back_as_it_was(tmp_path: Path, executor: Executor) -> None:
    with pytest.raises((RenderFailure, BrokenSource), match=r"clip\.mp4 is damaged"):
        executor([order(tmp_path, Broken(), 0), order(tmp_path, Note(), 1)], lambda done: None)

    assert not (tmp_path / "0.txt").exists()
