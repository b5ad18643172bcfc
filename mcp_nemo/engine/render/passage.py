"""A few seconds out of a mix, as it is: without what would be done to all of it."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS, Layer, RenderPlan
from mcp_nemo.engine.render.samples import Samples
from mcp_nemo.engine.render.sound import mix

# What was heard before decides how far music is lowered.
_WARM_UP = 2 * SAMPLE_RATE
_FULL_SCALE = 32_767


def passage(planned: RenderPlan, first: int, end: int, folder: Path) -> Samples:
    """The mix from sample `first` up to `end`, for which files are left in `folder`."""
    layers = [layer for layer in planned.layers if layer.start < end and first < layer.end]
    # How far a loop has come is known only to who plays it from its beginning.
    origin = min(max(0, first - _WARM_UP), *(layer.start for layer in layers if layer.loop_ms), first)
    moved = [_from(layer, origin) for layer in layers]
    played = tuple(
        _performed(layer, first - origin, end - origin, folder / f"{number}.wav") if layer.music else layer
        for number, layer in enumerate(moved)
    )
    sound: Samples = np.concatenate([*mix(replace(planned, samples=end - origin, layers=played))])
    return sound[first - origin :].clip(-1, 1)


def _from(layer: Layer, origin: int) -> Layer:
    """A layer on a clock that begins at sample `origin`: its source begins with what plays then."""
    passed = max(0, origin - layer.start)
    played_ms = round(passed * layer.speed / SAMPLES_PER_MS)
    return replace(
        layer,
        start=layer.start - origin,
        end=layer.end - origin,
        source_start_ms=layer.source_start_ms + played_ms,
    )


def _performed(layer: Layer, first: int, end: int, file: Path) -> Layer:
    """Composed music as a recording, silent before sample `first` and after `end`."""
    # Only here: it takes a while to load.
    from mcp_nemo.engine.music.composer import compose
    from mcp_nemo.engine.music.excerpt import excerpt

    assert layer.music
    begin = max(0, layer.start)
    silent_ms = max(0, first - begin) // SAMPLES_PER_MS
    start_ms = layer.source_start_ms + silent_ms
    whole_ms = layer.source_start_ms - (begin - layer.end) // SAMPLES_PER_MS
    end_ms = min(whole_ms, layer.source_start_ms - (begin - end) // SAMPLES_PER_MS)
    score = compose(layer.music, whole_ms, layer.cuts_ms)
    sound = excerpt(score, start_ms * SAMPLES_PER_MS, end_ms * SAMPLES_PER_MS)
    _save(np.pad(sound, ((silent_ms * SAMPLES_PER_MS, 0), (0, 0))), file)
    info = MediaInfo("", file, file.name, "audio", duration_ms=end_ms - start_ms + silent_ms, has_sound=True)
    return replace(layer, media=info, music=None, source_start_ms=0)


def _save(sound: Samples, file: Path) -> None:
    with wave.open(str(file), "wb") as recording:
        recording.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        recording.writeframes((sound * _FULL_SCALE).astype("<i2").tobytes())
