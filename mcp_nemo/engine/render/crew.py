"""Who carries tasks out: this process, or worker processes, as many as there are cores and memory for.

An executor is any function that fulfils orders and tells how far it is; one that sends them to other
machines would be another.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from mcp_nemo.engine.render.failures import RenderFailure, WorkerLost, failures_in_words
from mcp_nemo.engine.render.tasks import Done, Task


@dataclass(frozen=True, slots=True)
class Order:
    """A task, and where what comes of it is put once it is whole; until then it is `unfinished`."""

    task: Task
    unfinished: Path
    target: Path

    def fulfil(self, done: Done, threads: int) -> None:
        self.task.carry_out(self.unfinished, done, threads)
        self.unfinished.replace(self.target)


# Seconds.
_LONGEST_SILENCE = 1
# Of control groups, the second version and the first: what a container may use.
_CONTAINER_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)

Executor = Callable[[Sequence[Order], Done], None]


def in_this_process(orders: Sequence[Order], done: Done) -> None:
    for order in orders:
        # As x264 counts: some always wait for others.
        order.fulfil(done, _cores() * 3 // 2)


def in_processes(orders: Sequence[Order], done: Done) -> None:
    """What a worker did that was ended, most often for its memory, is done once more, one at a time."""
    memory = memory_within(_physical_memory(), _CONTAINER_LIMITS)
    lost = _shared_out(orders, done, workers_for(orders, _cores(), memory))
    if lost and _shared_out(lost, done, 1):
        raise WorkerLost


def workers_for(orders: Sequence[Order], cores: int, memory: int | None) -> int:
    """`memory` is what there is, None where the machine does not tell; the half of it is for others."""
    if memory is None:
        return cores
    needed = max(order.task.memory for order in orders)
    return max(1, min(cores, memory // 2 // needed))


def _cores() -> int:
    return os.cpu_count() or 1


def memory_within(physical: int | None, limits: Iterable[Path]) -> int | None:
    """The least of them, in bytes; a file of a limit may be missing, or say that there is none."""
    known = [physical] if physical else []
    for limit in limits:
        with suppress(OSError, ValueError):
            known.append(int(limit.read_text()))
    return min(known, default=None)


def _physical_memory() -> int | None:
    # Windows has no such call.
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class _Worker:
    """`told` is how much it did of its order."""

    process: SpawnProcess
    pipe: "Connection[Order, int | RenderFailure | None]"
    order: Order | None = None
    told: int = field(default=0)

    def take(self, order: Order | None) -> None:
        self.order, self.told = order, 0
        if order is not None:
            self.pipe.send(order)


def _shared_out(orders: Sequence[Order], done: Done, most: int) -> list[Order]:
    """Gives back the orders that were lost with the workers that had them."""
    waiting = deque(orders)
    lost: list[Order] = []
    with _workers(min(most, len(orders))) as workers:
        for worker in workers:
            worker.take(waiting.popleft())
        while busy := {worker.pipe: worker for worker in workers if worker.order}:
            # Even when there is nothing new: whoever waits is to know that it goes on.
            done(0)
            for pipe in wait(list(busy), _LONGEST_SILENCE):
                worker = next(worker for worker in busy.values() if worker.pipe is pipe)
                if not _heard(worker, done) and worker.order:
                    lost.append(worker.order)
                    worker.order = None
                elif worker.order is None and waiting:
                    worker.take(waiting.popleft())
    return [*lost, *waiting]


def _heard(worker: _Worker, done: Done) -> bool:
    """Whether the worker still lives, after one thing that it told."""
    try:
        told = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        done(-worker.told)
        return False
    if isinstance(told, RenderFailure):
        raise told
    if told is None:
        worker.order = None
    else:
        worker.told += told
        done(told)
    return True


@contextmanager
def _workers(number: int) -> Iterator[list[_Worker]]:
    """Whatever happens, they end with the block."""
    workers: list[_Worker] = []
    try:
        for _ in range(number):
            workers.append(_started(max(1, _cores() // number)))
        yield workers
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()


def _started(threads: int) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, threads), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(pipe: "Connection[int | RenderFailure | None, Order]", threads: int) -> None:
    """The life of a worker: it ends when nobody is at the other end of the pipe."""
    try:
        while True:
            order = pipe.recv()
            try:
                with failures_in_words(order.target):
                    order.fulfil(pipe.send, threads)
                pipe.send(None)
            except RenderFailure as failure:
                pipe.send(failure)
    except (EOFError, ConnectionError):
        return
