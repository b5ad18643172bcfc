"""The sound of files: stereo at 48 kHz, each sample where its time stamp says."""

from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction
from math import floor

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from mcp_nemo.engine.media import MediaInfo, audio_stream, sound_frames, start_of
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.source import opened

# Codecs need a few packets before their sound is right again after a seek.
_PREROLL = Fraction(1, 4)
# Clocks jitter by less; what is longer was left out of the recording and becomes silence.
_LONGEST_JITTER = 50 * SAMPLES_PER_MS


def recorded(media: MediaInfo, start_ms: int) -> Generator[Samples, None, None]:
    """From a time on, in pieces of any length; what was left out of the recording is silence."""
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
