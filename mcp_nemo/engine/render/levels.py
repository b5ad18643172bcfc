"""How loud a layer is from sample to sample, where it is not the same all the way."""

from collections.abc import Iterator

import numpy as np

from mcp_nemo.engine.render.plan import SAMPLES_PER_MS, Layer
from mcp_nemo.engine.render.samples import Samples

# Music glides into another volume, what was filmed changes with the picture; neither may click.
_GLIDE_MS, _STEP_MS = 200, 20


def volumes(layer: Layer, first: int, end: int) -> Samples:
    """For samples counted from the start of the layer."""
    if not layer.levels:
        return np.full(end - first, layer.volume, np.float32)
    places, heights = zip(*_corners(layer), strict=True)
    return np.asarray(np.interp(np.arange(first, end), places, heights), np.float32)


def _corners(layer: Layer) -> Iterator[tuple[float, float]]:
    """Where the volume begins and ends to change, and what it is there."""
    glide = (_GLIDE_MS if layer.is_music else _STEP_MS) * SAMPLES_PER_MS
    steps = _steps(layer)
    places, heights = [*steps, layer.end - layer.start], [*steps.values()]
    yield places[0], heights[0]
    for at in range(1, len(heights)):
        half = min(glide, places[at] - places[at - 1], places[at + 1] - places[at]) / 2
        yield places[at] - half, heights[at - 1]
        yield places[at] + half, heights[at]


def _steps(layer: Layer) -> dict[int, float]:
    """The volume from each sample on at which it changes; what is said last of a sample holds."""
    steps = {0: layer.volume}
    for level in layer.levels:
        steps[level.start] = level.volume
        if level.end < layer.end - layer.start:
            steps[level.end] = layer.volume
    return steps
