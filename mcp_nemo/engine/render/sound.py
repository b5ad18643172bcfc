"""The layers of a film's sound, mixed a few seconds at a time, in stereo at 48 kHz."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

import numpy as np

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.ducking import Ducker
from mcp_nemo.engine.render.levels import volumes
from mcp_nemo.engine.render.looping import COMPARED, seam_of
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS, Layer, RenderPlan
from mcp_nemo.engine.render.plan.sound import NORMAL_SPEED
from mcp_nemo.engine.render.recording import recorded
from mcp_nemo.engine.render.samples import Samples, at_volumes
from mcp_nemo.engine.render.tempo import at_speed

# Seconds, so that memory stays the same for a film of any length.
BLOCK = 2 * SAMPLE_RATE
# A sound that begins or ends in the middle of a wave would click.
_DECLICK_MS = 10
# Of a song that is looped, at least half is heard by itself.
_LEAST_PASSED = 4


def mix(plan: RenderPlan) -> Generator[Samples, None, None]:
    """Blocks of (n, 2) samples, exactly `plan.samples` together; nothing keeps them below full scale."""
    ducker = Ducker() if any(layer.duck for layer in plan.layers) else None
    voices = [_Voice(layer) for layer in plan.layers]
    try:
        for start in range(0, plan.samples, BLOCK):
            length = min(BLOCK, plan.samples - start)
            speech, music = np.zeros((length, 2), np.float32), np.zeros((length, 2), np.float32)
            for voice in voices:
                if not voice.layer.duck:
                    voice.add_to(music if voice.layer.is_music else speech, start)
            if ducker:
                music += _lowered(voices, start, ducker.gains(speech))
            yield speech + music
    finally:
        for voice in voices:
            voice.close()


def _lowered(voices: Iterable["_Voice"], start: int, gains: Samples) -> Samples:
    under = np.zeros((len(gains), 2), np.float32)
    for voice in voices:
        if voice.layer.duck:
            voice.add_to(under, start)
    return at_volumes(under, gains)


class _Voice:
    """A layer being played; its media are open only while it sounds."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self._coming = _Reader(_played(layer))

    def add_to(self, block: Samples, at: int) -> None:
        """Sound into the part of the block that this layer covers; `at` is the block's first sample."""
        layer = self.layer
        start, end = max(at, layer.start), min(at + len(block), layer.end)
        if start >= end:
            return
        gain = _gain(layer, start - layer.start, end - layer.start)
        block[start - at : end - at] += at_volumes(self._coming.take(end - start), gain)
        if end == layer.end:
            self.close()

    def close(self) -> None:
        self._coming.close()


class _Reader:
    """Sound that comes in pieces, taken in others."""

    def __init__(self, coming: Generator[Samples, None, None]) -> None:
        self._coming = coming
        self._rest: Samples = np.zeros((0, 2), np.float32)

    def take(self, count: int) -> Samples:
        """What is beyond the end of a recording is silence."""
        parts, found = [self._rest], len(self._rest)
        while found < count and (piece := next(self._coming, None)) is not None:
            parts.append(piece)
            found += len(piece)
        sound = np.concatenate(parts)
        self._rest = sound[count:]
        return sound[:count] if found >= count else np.pad(sound, ((0, count - found), (0, 0)))

    def close(self) -> None:
        self._coming.close()


def _gain(layer: Layer, first: int, end: int) -> Samples:
    """Volume and equal-power fades for samples counted from the start of the layer."""
    length = layer.end - layer.start
    rise = max(layer.fade_in_ms, _DECLICK_MS) * SAMPLES_PER_MS
    fall = max(layer.fade_out_ms, _DECLICK_MS) * SAMPLES_PER_MS
    if first >= rise and end <= length - fall:
        return volumes(layer, first, end)
    position = np.arange(first, end) + 0.5
    rising, falling = np.minimum(position / rise, 1), np.minimum((length - position) / fall, 1)
    fading = np.sin(np.pi / 2 * rising) * np.sin(np.pi / 2 * falling)
    return np.asarray(volumes(layer, first, end) * fading, np.float32)


def _played(layer: Layer) -> Generator[Samples, None, None]:
    if layer.music is not None:
        length_ms = layer.source_start_ms + -(-(layer.end - layer.start) // SAMPLES_PER_MS)
        played = _composed(layer.music, length_ms, layer.cuts_ms)
        yield from _without_first(layer.source_start_ms * SAMPLES_PER_MS, played)
    elif layer.media is not None and layer.loop_ms:
        yield from _looped(layer.media, layer.source_start_ms, layer.loop_ms * SAMPLES_PER_MS)
    elif layer.media is not None:
        sound = recorded(layer.media, layer.source_start_ms)
        yield from sound if layer.speed == NORMAL_SPEED else at_speed(sound, float(layer.speed))


def _looped(media: MediaInfo, start_ms: int, length: int) -> Iterator[Samples]:
    """So many samples of a file, over and over; where one pass ends and the next begins, both are heard."""
    seam = _seam(media, start_ms, length)
    rise = np.sin(np.pi / 2 * (np.arange(seam, dtype=np.float32) + 0.5) / max(1, seam))[:, None]
    ending: Samples | None = None
    while True:
        with closing(_Reader(recorded(media, start_ms))) as once:
            head = once.take(seam)
            yield head if ending is None else head * rise + ending
            for at in range(seam, length - seam, BLOCK):
                yield once.take(min(BLOCK, length - seam - at))
            ending = once.take(seam) * rise[::-1]


def _seam(media: MediaInfo, start_ms: int, length: int) -> int:
    compared = min(COMPARED, length // _LEAST_PASSED)
    tail_ms = start_ms + (length - compared) // SAMPLES_PER_MS
    with (
        closing(_Reader(recorded(media, start_ms))) as head,
        closing(_Reader(recorded(media, tail_ms))) as tail,
    ):
        return seam_of(head.take(compared), tail.take(compared))


def _composed(recipe: MusicRecipe, duration_ms: int, cuts_ms: tuple[int, ...]) -> Iterator[Samples]:
    from mcp_nemo.engine.music.composer import compose
    from mcp_nemo.engine.music.synthesis import performed

    return performed(compose(recipe, duration_ms, cuts_ms))


def _without_first(count: int, blocks: Iterable[Samples]) -> Iterator[Samples]:
    for block in blocks:
        if len(block) > count:
            yield block[count:]
        count = max(0, count - len(block))
