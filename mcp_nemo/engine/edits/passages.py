"""Stretches of music that are louder or quieter than the rest of it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from mcp_nemo.engine.draft import AudioClip, Passage

Change = Callable[[float], float]


def relevelled(clip: AudioClip, start_ms: int, end_ms: int, change: Change) -> dict[str, object]:
    """The fields of the clip with its volume changed in a stretch of the timeline, whatever it is there."""
    if start_ms <= clip.start_ms and clip.end_ms <= end_ms:
        changed = [_with_volume(passage, change(passage.volume)) for passage in clip.passages]
        volume = change(clip.volume)
        return {"volume": volume, "passages": _joined(changed, volume)}
    parts = [
        _with_volume(part, change(part.volume)) if start_ms <= part.start_ms < end_ms else part
        for part in _parts(clip, start_ms, end_ms)
    ]
    return {"passages": _joined(parts, clip.volume)}


def volumes_in(clip: AudioClip, start_ms: int, end_ms: int) -> list[float]:
    """All that the clip has in a stretch of the timeline."""
    return [part.volume for part in _parts(clip, start_ms, end_ms) if start_ms <= part.start_ms < end_ms]


def _parts(clip: AudioClip, *edges_ms: int) -> Iterator[Passage]:
    """All of the clip, in parts of one volume, a new one at each of the edges."""
    changes = {edge for passage in clip.passages for edge in (passage.start_ms, passage.end_ms)}
    inside = {edge for edge in {*changes, *edges_ms} if clip.start_ms < edge < clip.end_ms}
    for start, end in pairwise([clip.start_ms, *sorted(inside), clip.end_ms]):
        own = [passage.volume for passage in clip.passages if passage.start_ms <= start < passage.end_ms]
        yield Passage(start_ms=start, end_ms=end, volume=own[0] if own else clip.volume)


def _with_volume(passage: Passage, volume: float) -> Passage:
    return passage.model_copy(update={"volume": volume})


def _joined(parts: Sequence[Passage], volume: float) -> tuple[Passage, ...]:
    """Neighbours that are as loud as each other are one passage; what has the clip's own volume is none."""
    passages: list[Passage] = []
    for part in parts:
        if part.volume == volume:
            continue
        if passages and (passages[-1].end_ms, passages[-1].volume) == (part.start_ms, part.volume):
            part = part.model_copy(update={"start_ms": passages.pop().start_ms})
        passages.append(part)
    return tuple(passages)
