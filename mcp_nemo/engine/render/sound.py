"""The sound of a film: its layers mixed a few seconds at a time, in stereo at 48 kHz."""

from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction
from math import floor

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.media import MediaInfo, audio_stream, sound_frames, start_of
from mcp_nemo.engine.render.limiter import Limiter
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS, Layer, RenderPlan
from mcp_nemo.engine.render.source import opened

Samples = NDArray[np.float32]

# Seconds, so that memory stays the same for a film of any length.
_BLOCK = 2 * SAMPLE_RATE
# A sound that begins or ends in the middle of a wave would click.
_DECLICK_MS = 10
# Codecs need a few packets before their sound is right again after a seek.
_PREROLL = Fraction(1, 4)
# Clocks jitter by less; what is longer was left out of the recording and becomes silence.
_LONGEST_JITTER = 50 * SAMPLES_PER_MS


def mix(plan: RenderPlan) -> Iterator[Samples]:
    """Blocks of (n, 2) samples, exactly `plan.samples` together, none above full scale."""
    limiter = Limiter()
    voices = [_Voice(layer) for layer in plan.layers]
    try:
        for start in range(0, plan.samples, _BLOCK):
            end = min(start + _BLOCK, plan.samples)
            block = np.zeros((end - start, 2), np.float32)
            for voice in voices:
                voice.add_to(block, start)
            yield limiter.process(block) if end < plan.samples else limiter.finish(block)
    finally:
        for voice in voices:
            voice.close()


class _Voice:
    """A layer being played; its media are open only while it sounds."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._coming = _played(layer)
        self._rest: Samples = np.zeros((0, 2), np.float32)

    def add_to(self, block: Samples, at: int) -> None:
        """Sound into the part of the block that this layer covers; `at` is the block's first sample."""
        layer = self._layer
        start, end = max(at, layer.start), min(at + len(block), layer.end)
        if start >= end:
            return
        gain = _gain(layer, start - layer.start, end - layer.start)
        block[start - at : end - at] += self._next(end - start) * gain[:, None]
        if end == layer.end:
            self.close()

    def close(self) -> None:
        self._coming.close()

    def _next(self, count: int) -> Samples:
        """What is beyond the end of a recording is silence."""
        parts, found = [self._rest], len(self._rest)
        while found < count and (chunk := next(self._coming, None)) is not None:
            parts.append(chunk)
            found += len(chunk)
        sound = np.concatenate(parts)
        self._rest = sound[count:]
        return np.pad(sound[:count], ((0, max(0, count - found)), (0, 0)))


def _gain(layer: Layer, first: int, end: int) -> Samples:
    """Volume and equal-power fades for samples counted from the start of the layer."""
    position = np.arange(first, end) + 0.5
    rising = position / (max(layer.fade_in_ms, _DECLICK_MS) * SAMPLES_PER_MS)
    falling = (layer.end - layer.start - position) / (max(layer.fade_out_ms, _DECLICK_MS) * SAMPLES_PER_MS)
    fades = np.sin(np.pi / 2 * np.minimum(rising, 1)) * np.sin(np.pi / 2 * np.minimum(falling, 1))
    return (layer.volume * fades).astype(np.float32)


def _played(layer: Layer) -> Generator[Samples, None, None]:
    if layer.music is not None:
        length_ms = layer.source_start_ms + -(-(layer.end - layer.start) // SAMPLES_PER_MS)
        music = _composed(layer.music, length_ms, layer.cuts_ms)
        yield music[layer.source_start_ms * SAMPLES_PER_MS :]
    elif layer.media is not None:
        yield from _recorded(layer.media, layer.source_start_ms)


def _composed(recipe: MusicRecipe, duration_ms: int, cuts_ms: tuple[int, ...]) -> Samples:
    from mcp_nemo.engine.music.composer import compose
    from mcp_nemo.engine.music.synthesis import perform

    return perform(compose(recipe, duration_ms, cuts_ms))


def _recorded(media: MediaInfo, start_ms: int) -> Iterator[Samples]:
    """The sound of a file from a time on, each sample in the place its time stamp says."""
    with opened(media) as container:
        stream = audio_stream(container)
        if stream is None:
            return
        beginning = start_of(container)
        if start_ms and stream.time_base:
            second = max(Fraction(0), Fraction(start_ms, 1000) - _PREROLL)
            container.seek(floor((beginning + second) / stream.time_base), stream=stream)
        wanted = start_ms * SAMPLES_PER_MS
        for place, samples in _placed(sound_frames(container, stream), beginning):
            if place > wanted:
                yield np.zeros((place - wanted, 2), np.float32)
            if place + len(samples) > wanted:
                yield samples[max(0, wanted - place) :]
            wanted = max(wanted, place + len(samples))


def _placed(frames: Iterable[AudioFrame], beginning: Fraction) -> Iterator[tuple[int, Samples]]:
    """Stereo at 48 kHz, and where it belongs, counted in samples from the beginning."""
    expected: int | None = None
    for frame in _resampled(frames):
        place = expected
        if frame.pts is not None and frame.time_base is not None:
            stamp = round((frame.pts * frame.time_base - beginning) * SAMPLE_RATE)
            if expected is None or abs(stamp - expected) > _LONGEST_JITTER:
                place = stamp
        samples = frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
        yield place or 0, samples
        expected = (place or 0) + len(samples)


def _resampled(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    """A recording may change its rate or its channels on the way."""
    kind: tuple[str, str, int] | None = None
    resampler = AudioResampler("flt", "stereo", SAMPLE_RATE)
    for frame in frames:
        here = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind not in (None, here):
            yield from resampler.resample(None)
            resampler = AudioResampler("flt", "stereo", SAMPLE_RATE)
        kind = here
        yield from resampler.resample(frame)
    if kind is not None:
        yield from resampler.resample(None)
