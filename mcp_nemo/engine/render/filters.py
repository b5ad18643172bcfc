"""Where frames go into a graph of FFmpeg's filters."""

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame


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
