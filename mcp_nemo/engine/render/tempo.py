"""Sound made faster or slower, its pitch kept."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil, log2

import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from mcp_nemo.engine.render.plan import SAMPLE_RATE
from mcp_nemo.engine.render.samples import Samples


def at_speed(sound: Iterable[Samples], factor: float) -> Generator[Samples, None, None]:
    """(n, 2) samples at 48 kHz, so many times as fast."""
    graph, fed = _stretcher(factor), 0
    for block in sound:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), "flt", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, fed, Fraction(1, SAMPLE_RATE)
        fed += len(block)
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _stretcher(factor: float) -> Graph:
    """In steps of at most an octave: in larger ones the filter leaves sound out."""
    steps = max(1, ceil(abs(log2(factor))))
    graph = Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=SAMPLE_RATE, layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
    )
    filters = [graph.add("atempo", f"{factor ** (1 / steps):.9f}") for _ in range(steps)]
    graph.link_nodes(source, *filters, graph.add("abuffersink"))
    graph.configure()
    return graph


def _ready(graph: Graph) -> Iterator[Samples]:
    with suppress(BlockingIOError, EOFError):
        while True:
            stretched = graph.pull()
            assert isinstance(stretched, AudioFrame)
            yield stretched.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
