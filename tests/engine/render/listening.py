"""What a sound is like."""

from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from tests.media import SAMPLE_RATE, Samples


class Reading(NamedTuple):
    """In LUFS and dBTP."""

    loudness: float
    peak: float


def metered(path: Path) -> Reading:
    """The sound of a file as FFmpeg's meter reads it, which is not ours."""
    graph = Graph()
    with av.open(path) as container:
        source = graph.add_abuffer(template=container.streams.audio[0])
        meter = graph.add("ebur128", "metadata=1:peak=true")
        graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
        told: dict[str, str] = {}
        for frame in container.decode(audio=0):
            graph.push(frame)
            told |= _told(graph)
        graph.push(None)
        told |= _told(graph)
    peaks = [float(told[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1)]
    return Reading(float(told["lavfi.r128.I"]), 20 * float(np.log10(max(*peaks, 1e-6))))


def _told(graph: Graph) -> dict[str, str]:
    told: dict[str, str] = {}
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return told
        assert isinstance(frame, AudioFrame)
        told = dict(frame.metadata)


def between(sound: Samples, start: float, end: float) -> Samples:
    return sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]


def level_of(sound: Samples, hz: float) -> float:
    """How loud one frequency is, in dB below a full-scale sine."""
    window = np.hanning(len(sound))
    turns = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / SAMPLE_RATE)
    amplitude = 2 * abs(np.sum(sound[:, 0] * window * turns)) / window.sum()
    return 20 * float(np.log10(max(amplitude, 1e-6)))


def clicks(sound: Samples) -> float:
    """How much the steepest curve stands out from the usual ones: a click is in the hundreds."""
    curve = np.abs(np.diff(sound[:, 0], 3))
    return float(curve.max() / (np.percentile(curve, 99) + 1e-6))
