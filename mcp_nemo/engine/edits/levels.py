"""How loud things are, and how they fade."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import AudioClip, Draft
from mcp_nemo.engine.edits.limits import (
    LOUDEST,
    Impossible,
    Media,
    leading,
    places_of,
    require_bearable,
    stretch,
)
from mcp_nemo.engine.edits.music import require_music
from mcp_nemo.engine.edits.passages import Change, relevelled, volumes_in
from mcp_nemo.engine.edits.spans import cut_free
from mcp_nemo.engine.edits.tracks import Clip, with_fitting_fades, with_pictures, with_sound


def apply(draft: Draft, operation: ops.LevelOperation, media: Media) -> Draft:
    match operation:
        case ops.SetVolume():
            return _set_volume(draft, operation, media)
        case ops.ChangeVolume():
            return _change_volume(draft, operation, media)
        case ops.Fade():
            return _fade(draft, operation, media)


def _set_volume(draft: Draft, operation: ops.SetVolume, media: Media) -> Draft:
    require_bearable(operation.volume)
    heard = _heard(draft, operation, media)
    # What has no sound may be muted, but is not cut for that.
    if operation.volume or heard.draft != draft:
        _require_audible(heard.clips, operation, media)
    return heard.changed(lambda _: operation.volume)


def _change_volume(draft: Draft, operation: ops.ChangeVolume, media: Media) -> Draft:
    def changed(volume: float) -> float:
        return min(round(volume * operation.factor, 3), LOUDEST)

    heard = _heard(draft, operation, media)
    _require_audible(heard.clips, operation, media)
    volumes = heard.volumes
    if not any(volumes):
        raise Impossible("It is muted.", "Set a volume instead, for example 40%.")
    if volumes == [changed(volume) for volume in volumes]:
        raise Impossible(f"Sound can be raised to {LOUDEST:.0%} at most.", "Lower the other sounds instead.")
    return heard.changed(changed)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is meant to be louder or quieter: these clips, in a stretch of the timeline."""

    draft: Draft
    clips: Sequence[Clip]
    start_ms: int
    end_ms: int

    @property
    def volumes(self) -> list[float]:
        return [volume for clip in self.clips for volume in self._volumes_of(clip)]

    def changed(self, change: Change) -> Draft:
        return _updated(self.draft, self.clips, [self._changed(clip, change) for clip in self.clips])

    def _volumes_of(self, clip: Clip) -> Sequence[float]:
        if isinstance(clip, AudioClip):
            return volumes_in(clip, self.start_ms, self.end_ms)
        return [clip.volume]

    def _changed(self, clip: Clip, change: Change) -> dict[str, object]:
        if isinstance(clip, AudioClip):
            return relevelled(clip, self.start_ms, self.end_ms, change)
        return {"volume": change(clip.volume)}


def _heard(draft: Draft, operation: ops.SetVolume | ops.ChangeVolume, media: Media) -> _Heard:
    """Music changes within itself, so that it plays on; clips are split."""
    music = _music(draft, operation.clip) if operation.target == "music" else ()
    if not any(clip.role == "music" for clip in music):
        parted, chosen = cut_free(draft, operation, media)
        return _Heard(parted, [leading(parted)[place] for place in chosen], 0, parted.duration_ms)
    start, end = stretch(draft, operation.start_ms or 0, operation.end_ms)
    clips = [clip for clip in music if clip.start_ms < end and start < clip.end_ms]
    if not clips:
        raise Impossible(
            f"There is no music from {seconds(start)} to {seconds(end)}.", "Choose times at which it plays."
        )
    return _Heard(draft, clips, start, end)


def _fade(draft: Draft, operation: ops.Fade, media: Media) -> Draft:
    """Of several clips the first fades in and the last one out; the cuts between them stay as they are."""
    clips = _meant(draft, operation)
    _require_audible(clips, operation, media)
    updates: list[dict[str, object]] = [{} for _ in clips]
    if operation.in_ms is not None:
        updates[0]["fade_in_ms"] = operation.in_ms
    if operation.out_ms is not None:
        updates[-1]["fade_out_ms"] = operation.out_ms
    return _updated(draft, clips, updates)


def _meant(draft: Draft, operation: ops.Fade) -> Sequence[Clip]:
    if operation.target == "music":
        return _music(draft, operation.clip)
    if operation.clip is None:
        return leading(draft)
    return [draft.video.clips[index] for index in places_of(draft, operation.clip)]


def _music(draft: Draft, clip: int | None) -> Sequence[AudioClip]:
    """A song that is all there is may be called music as well."""
    if clip is not None:
        raise Impossible("Music is not one of the clips.", "Leave the clip out.")
    if draft.content and not draft.music:
        return draft.content
    require_music(draft)
    return draft.music


def _require_audible(clips: Sequence[Clip], operation: ops.LevelOperation, media: Media) -> None:
    if operation.target == "clips" and not any(media[clip.source].has_sound for clip in clips):
        raise Impossible("The video has no sound of its own.", "Add music, or upload a video with sound.")


def _updated(draft: Draft, clips: Sequence[Clip], updates: Sequence[dict[str, object]]) -> Draft:
    """One set of changed fields for each of the clips, in order."""
    changes = {id(clip): update for clip, update in zip(clips, updates, strict=True)}
    pictures = [clip.model_copy(update=changes.get(id(clip))) for clip in draft.video.clips]
    sound = [clip.model_copy(update=changes.get(id(clip))) for clip in draft.audio.clips]
    return with_sound(with_pictures(draft, list(map(with_fitting_fades, pictures))), sound)
