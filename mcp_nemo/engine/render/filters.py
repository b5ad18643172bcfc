"""Graphs of FFmpeg's filters."""

from collections.abc import Iterable

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

# A filter and its options.
Step = tuple[str, str]


def frames_into(graph: Graph, frame: VideoFrame) -> FilterContext:
    """For frames of one kind with this one; filters must know it before the first comes."""
    return graph.add(
        "buffer",
        video_size=f"{frame.width}x{frame.height}",
        pix_fmt=frame.format.name,
        time_base=str(frame.time_base or 1),
        colorspace=str(int(frame.colorspace)),
        range=str(int(frame.color_range)),
    )


def chain(graph: Graph, last: FilterContext, steps: Iterable[Step], output: int = 0) -> FilterContext:
    """One after another, from an output of the `last` there is; returns the new last."""
    for name, arguments in steps:
        step = graph.add(name, arguments or None)
        last.link_to(step, output)
        last, output = step, 0
    return last
