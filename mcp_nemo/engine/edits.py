"""Operations carried out on a draft: pure functions from one draft to the next.

Sound and titles follow the picture: when the cut gets shorter, so do they. A title moves with its picture
but keeps its reading time as far as the video has room for it, so none is lost.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from mcp_nemo.engine.describing import describe, seconds
from mcp_nemo.engine.draft import (
    AudioClip,
    AudioTrack,
    Draft,
    MusicRecipe,
    TextTrack,
    Title,
    VideoClip,
    VideoTrack,
)
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    ChangeTitle,
    ChangeVolume,
    Cut,
    Fade,
    Keep,
    MoveMusic,
    Operation,
    RemoveMusic,
    RemoveTitle,
    ReplaceMusic,
    SetVolume,
    Sound,
    Undo,
    UseAudio,
)

__all__ = ["Impossible", "apply", "describe", "place_uploads"]

IMAGE_MS: Final = 4000
STILLS_CANVAS: Final = {"width": 1920, "height": 1080, "frame_rate": 30.0}

Media = Mapping[str, MediaInfo]
Clip = TypeVar("Clip", VideoClip, AudioClip)


class Impossible(Exception):
    """What was asked for is clear, and cannot be done with this draft."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def apply(draft: Draft, operations: Sequence[Operation], media: Media, *, seed: int) -> Draft:
    """All of the operations or, with `Impossible`, none; `seed` decides which music is composed."""
    for operation in operations:
        draft = _apply_one(draft, operation, media, seed)
    return draft


def _apply_one(draft: Draft, operation: Operation, media: Media, seed: int) -> Draft:
    match operation:
        case AddMusic():
            return _add_music(draft, operation, seed)
        case ReplaceMusic():
            return _replace_music(draft, operation, seed)
        case UseAudio():
            return _use_audio(draft, operation, media)
        case MoveMusic():
            return _move_music(draft, operation, media)
        case RemoveMusic():
            _require_music(draft)
            return _with_sound(draft, ())
        case SetVolume():
            return _set_volume(draft, operation, media)
        case ChangeVolume():
            return _change_volume(draft, operation, media)
        case Fade():
            return _fade(draft, operation, media)
        case AddTitle():
            return _add_title(draft, operation)
        case ChangeTitle():
            return _change_title(draft, operation)
        case RemoveTitle():
            unwanted = _find_title(draft, operation.title)
            return _with_titles(draft, [title for title in draft.text.titles if title is not unwanted])
        case Cut():
            return _cut(draft, operation, media)
        case Keep():
            return _keep(draft, operation, media)
        case Undo():
            raise ValueError("an undo is done by who keeps the versions of a draft")
        case _:
            raise Impossible(f"{operation.op} cannot be carried out yet.", "Ask for something else.")


def _add_music(draft: Draft, operation: AddMusic, seed: int) -> Draft:
    recipe = _recipe(operation, seed)
    return _lay(draft, operation, name=_music_name(recipe), music=recipe)


def _replace_music(draft: Draft, operation: ReplaceMusic, seed: int) -> Draft:
    _require_music(draft)
    recipe = _recipe(operation, seed)
    other = {"name": _music_name(recipe), "music": recipe, "source": "", "source_start_ms": 0}
    return _update_sound(draft, "music", [other for _ in draft.audio.clips])


def _recipe(operation: AddMusic | ReplaceMusic, seed: int) -> MusicRecipe:
    if operation.mood is None:
        raise ValueError("the mood has to be decided before music is laid")
    return MusicRecipe(mood=operation.mood, seed=seed, style=operation.style)


def _music_name(recipe: MusicRecipe) -> str:
    return " ".join(filter(None, [MOODS[recipe.mood].label, recipe.style]))


def _use_audio(draft: Draft, operation: UseAudio, media: Media) -> Draft:
    file = media[operation.media_id]
    if operation.source_start_ms >= file.duration_ms:
        raise Impossible(f"{file.name} is {seconds(file.duration_ms)} long.", "Begin earlier in the file.")
    return _lay(
        draft,
        operation,
        longest_ms=file.duration_ms - operation.source_start_ms,
        name=file.name,
        source=file.id,
        source_start_ms=operation.source_start_ms,
    )


def _lay(draft: Draft, wish: AddMusic | UseAudio, longest_ms: int | None = None, **sound: Any) -> Draft:
    """Put sound in the place of whatever it meets."""
    _require_picture(draft)
    start, end = _stretch(draft, wish.start_ms, wish.end_ms)
    clip = AudioClip(
        start_ms=start,
        duration_ms=min(end - start, longest_ms or end),
        volume=wish.volume,
        fade_in_ms=wish.fade_in_ms,
        fade_out_ms=wish.fade_out_ms,
        **sound,
    )
    apart = [c for c in draft.audio.clips if c.end_ms <= clip.start_ms or c.start_ms >= clip.end_ms]
    return _with_sound(draft, [*apart, clip])


def _move_music(draft: Draft, operation: MoveMusic, media: Media) -> Draft:
    _require_music(draft)
    if len(draft.audio.clips) > 1:
        raise Impossible("There is more than one stretch of music.", "Remove the music, then add it anew.")
    (clip,) = draft.audio.clips
    start, end = _stretch(
        draft,
        clip.start_ms if operation.start_ms is None else operation.start_ms,
        clip.end_ms if operation.end_ms is None else operation.end_ms,
    )
    longest = media[clip.source].duration_ms - clip.source_start_ms if clip.source else end
    moved = {"start_ms": start, "duration_ms": min(end - start, longest)}
    return _update_sound(draft, "music", [moved])


def _set_volume(draft: Draft, operation: SetVolume, media: Media) -> Draft:
    silencing = operation.volume == 0
    clips = _clips(draft, operation.target) if silencing else _audible(draft, operation.target, media)
    return _update_sound(draft, operation.target, [{"volume": operation.volume} for _ in clips])


def _change_volume(draft: Draft, operation: ChangeVolume, media: Media) -> Draft:
    clips = _audible(draft, operation.target, media)
    if not any(clip.volume for clip in clips):
        raise Impossible("It is muted.", "Set a volume instead, for example 40%.")
    return _update_sound(
        draft, operation.target, [{"volume": round(clip.volume * operation.factor, 3)} for clip in clips]
    )


def _fade(draft: Draft, operation: Fade, media: Media) -> Draft:
    """The first clip fades in and the last one out; the cuts between them stay as they are."""
    updates: list[dict[str, object]] = [{} for _ in _audible(draft, operation.target, media)]
    if operation.in_ms is not None:
        updates[0]["fade_in_ms"] = operation.in_ms
    if operation.out_ms is not None:
        updates[-1]["fade_out_ms"] = operation.out_ms
    return _update_sound(draft, operation.target, updates)


def _add_title(draft: Draft, operation: AddTitle) -> Draft:
    _require_picture(draft)
    start, end = _stretch(draft, operation.start_ms, operation.end_ms)
    title = Title(
        name=operation.text,
        text=operation.text,
        place=operation.place,
        start_ms=start,
        duration_ms=end - start,
    )
    return _with_titles(draft, [*draft.text.titles, title])


def _change_title(draft: Draft, operation: ChangeTitle) -> Draft:
    title = _find_title(draft, operation.title)
    start, end = _stretch(draft, *_new_times(title, operation))
    text = operation.text or title.text
    changed = Title(
        name=text, text=text, place=operation.place or title.place, start_ms=start, duration_ms=end - start
    )
    return _with_titles(draft, [changed if other is title else other for other in draft.text.titles])


def _new_times(title: Title, operation: ChangeTitle) -> tuple[int, int | None]:
    start = title.start_ms if operation.start_ms is None else operation.start_ms
    if operation.end_ms is not None:
        return start, operation.end_ms
    end = start + (operation.duration_ms or title.duration_ms)
    return start, None if start < 0 <= end else end


def _cut(draft: Draft, operation: Cut, media: Media) -> Draft:
    _require_content(draft)
    start, end = _stretch(draft, operation.start_ms, operation.end_ms, exact=True)
    if end - start >= draft.duration_ms:
        raise Impossible("That would leave nothing of the video.", _length_hint(draft))
    return _without(draft, start, end, media)


def _keep(draft: Draft, operation: Keep, media: Media) -> Draft:
    _require_content(draft)
    start, end = _stretch(draft, operation.start_ms, operation.end_ms, exact=True)
    return _without(_without(draft, end, draft.duration_ms, media), 0, start, media)


def _without(draft: Draft, start: int, end: int, media: Media) -> Draft:
    if start == end:
        return draft
    if not draft.video.clips:
        return _with_sound(draft, _cut_clips(draft.audio.clips, start, end, media))
    pictures = VideoTrack(name=draft.video.name, clips=_cut_clips(draft.video.clips, start, end, media))
    shorter = draft.model_copy(update={"video": pictures})
    sound = [_drawn_together(clip, start, end) for clip in draft.audio.clips]
    titles = [_moved_up(title, start, end, shorter.duration_ms) for title in draft.text.titles]
    return _with_titles(_with_sound(shorter, [clip for clip in sound if clip.duration_ms]), titles)


def _cut_clips(clips: Sequence[Clip], start: int, end: int, media: Media) -> tuple[Clip, ...]:
    return tuple(part for clip in clips for part in _parts(clip, start, end, media))


def _parts(clip: Clip, start: int, end: int, media: Media) -> list[Clip]:
    """What is left of a clip, in place, when a stretch of the timeline is taken out."""
    if start >= clip.end_ms or end <= clip.start_ms:
        return [clip.model_copy(update={"start_ms": _after_cut(clip.start_ms, start, end)})]
    parts = []
    if clip.start_ms < start:
        parts.append(clip.model_copy(update={"duration_ms": start - clip.start_ms}))
    if clip.end_ms > end:
        still = clip.source in media and media[clip.source].kind == "image"
        source_start = clip.source_start_ms + (0 if still else end - clip.start_ms)
        rest = {"start_ms": start, "duration_ms": clip.end_ms - end, "source_start_ms": source_start}
        parts.append(clip.model_copy(update=rest))
    if len(parts) == 2:
        parts = [
            parts[0].model_copy(update={"fade_out_ms": 0}),
            parts[1].model_copy(update={"fade_in_ms": 0}),
        ]
    return [_with_fitting_fades(part) for part in parts]


def _after_cut(moment: int, start: int, end: int) -> int:
    return moment - max(0, min(moment, end) - start)


def _drawn_together(clip: AudioClip, start: int, end: int) -> AudioClip:
    new_start, new_end = _after_cut(clip.start_ms, start, end), _after_cut(clip.end_ms, start, end)
    return clip.model_copy(update={"start_ms": new_start, "duration_ms": new_end - new_start})


def _moved_up(title: Title, start: int, end: int, new_length: int) -> Title:
    length = min(title.duration_ms, new_length)
    new_start = min(_after_cut(title.start_ms, start, end), new_length - length)
    return title.model_copy(update={"start_ms": new_start, "duration_ms": length})


def place_uploads(draft: Draft, media: Sequence[MediaInfo]) -> Draft:
    """Stand all that was uploaded on a draft nobody has edited yet.

    Pictures follow one another in order. Sound waits to be asked for, unless there is nothing to see:
    then it is the content itself.
    """
    pictures = [info for info in media if info.kind != "audio"]
    if not pictures:
        return _with_sound(draft, _in_a_row(AudioClip, media))
    video = VideoTrack(name=draft.video.name, clips=_in_a_row(VideoClip, pictures))
    return _with_sound(draft.model_copy(update={"video": video, **_canvas(pictures)}), ())


def _in_a_row(kind: type[Clip], media: Sequence[MediaInfo]) -> tuple[Clip, ...]:
    clips: list[Clip] = []
    for info in media:
        start = clips[-1].end_ms if clips else 0
        length = info.duration_ms or IMAGE_MS
        clips.append(kind(start_ms=start, duration_ms=length, name=info.name, source=info.id))
    return tuple(clips)


def _canvas(pictures: Sequence[MediaInfo]) -> Mapping[str, float]:
    """The first video's; images alone stand on a canvas of their own."""
    for info in pictures:
        if info.kind == "video":
            return {"width": info.width, "height": info.height, "frame_rate": info.frame_rate}
    return STILLS_CANVAS


def _stretch(draft: Draft, start_ms: int, end_ms: int | None, *, exact: bool = False) -> tuple[int, int]:
    """Both ends counted from the beginning; an end past the video's is the video's, unless `exact`."""
    length = draft.duration_ms
    start = start_ms if start_ms >= 0 else length + start_ms
    end = length if end_ms is None else end_ms if end_ms >= 0 else length + end_ms
    if start < 0 or start >= length or (exact and end > length):
        raise Impossible(f"The video is {seconds(length)} long.", _length_hint(draft))
    if end <= start:
        raise Impossible(
            f"From {seconds(start)} to {seconds(end)} is no stretch of time.",
            "Name the earlier time first.",
        )
    return start, min(end, length)


def _length_hint(draft: Draft) -> str:
    return f"Choose times between 0 and {seconds(draft.duration_ms)}."


def _require_content(draft: Draft) -> None:
    if not draft.duration_ms:
        raise Impossible("There is no video yet.", "Upload one first.")


def _require_picture(draft: Draft) -> None:
    if not draft.video.clips:
        raise Impossible("There is no video yet.", "Upload one first.")


def _require_music(draft: Draft) -> None:
    if not draft.audio.clips:
        raise Impossible("There is no music.", 'Add some first: "Add calm background music".')


def _clips(draft: Draft, target: Sound) -> Sequence[VideoClip | AudioClip]:
    if target == "music":
        _require_music(draft)
        return draft.audio.clips
    _require_picture(draft)
    return draft.video.clips


def _audible(draft: Draft, target: Sound, media: Media) -> Sequence[VideoClip | AudioClip]:
    clips = _clips(draft, target)
    if target == "clips" and not any(media[clip.source].has_sound for clip in clips):
        raise Impossible("The video has no sound of its own.", "Add music, or upload a video with sound.")
    return clips


def _update_sound(draft: Draft, target: Sound, updates: Sequence[Mapping[str, object]]) -> Draft:
    """One set of changed fields for each clip, in order."""
    if target == "music":
        return _with_sound(draft, _updated(draft.audio.clips, updates))
    clips = _updated(draft.video.clips, updates)
    return draft.model_copy(update={"video": VideoTrack(name=draft.video.name, clips=clips)})


def _updated(clips: Sequence[Clip], updates: Sequence[Mapping[str, object]]) -> tuple[Clip, ...]:
    return tuple(
        _with_fitting_fades(clip.model_copy(update=update))
        for clip, update in zip(clips, updates, strict=True)
    )


def _with_sound(draft: Draft, clips: Sequence[AudioClip]) -> Draft:
    in_order = sorted((_with_fitting_fades(clip) for clip in clips), key=lambda clip: clip.start_ms)
    return draft.model_copy(update={"audio": AudioTrack(name=draft.audio.name, clips=tuple(in_order))})


def _with_titles(draft: Draft, titles: Sequence[Title]) -> Draft:
    in_order = sorted(titles, key=lambda title: title.start_ms)
    return draft.model_copy(update={"text": TextTrack(name=draft.text.name, titles=tuple(in_order))})


def _with_fitting_fades(clip: Clip) -> Clip:
    """Fades longer than the clip share it in proportion."""
    wanted = clip.fade_in_ms + clip.fade_out_ms
    if wanted <= clip.duration_ms:
        return clip
    fade_in = clip.fade_in_ms * clip.duration_ms // wanted
    fade_out = clip.fade_out_ms * clip.duration_ms // wanted
    return clip.model_copy(update={"fade_in_ms": fade_in, "fade_out_ms": fade_out})


def _find_title(draft: Draft, text: str) -> Title:
    titles = draft.text.titles
    if not titles:
        raise Impossible("There is no title.", "Add one first: 'Add a title \"Hello\"'.")
    found = [title for title in titles if not text or title.text.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(f'"{title.text}"' for title in titles)
    problem = f"{len(found)} titles could be meant." if found else f'There is no title "{text}".'
    raise Impossible(problem, f"There are: {shown}.")
