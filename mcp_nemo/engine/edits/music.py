"""What is laid under the picture: composed music, and uploaded songs."""

from typing import Any, Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import AudioClip, Draft, MusicRecipe
from mcp_nemo.engine.edits.limits import Impossible, Media, find_file, leading, require_bearable, stretch
from mcp_nemo.engine.edits.recut import longest_ms
from mcp_nemo.engine.edits.tracks import with_sound
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.music.moods import MOODS, STYLES

_SHORTEST_LOOP_MS: Final = 500
_SLOWEST_BPM, _FASTEST_BPM = 40, 240


def apply(draft: Draft, operation: ops.MusicOperation, media: Media, seed: int) -> Draft:
    match operation:
        case ops.AddMusic():
            recipe = _recipe(operation, seed)
            return _lay(draft, operation, media, name=_name(recipe), music=recipe)
        case ops.ReplaceMusic():
            return _replace(draft, operation, seed)
        case ops.UseAudio():
            return _use(draft, operation, media)
        case ops.MoveMusic():
            return _move(draft, operation, media)
        case ops.RemoveMusic():
            require_music(draft)
            return with_sound(draft, draft.content)
        case ops.Duck():
            return _duck(draft, operation, media)


def require_music(draft: Draft) -> None:
    if not draft.music:
        raise Impossible("There is no music.", 'Add some first: "Add calm background music".')


def _recipe(operation: ops.AddMusic | ops.ReplaceMusic, seed: int) -> MusicRecipe:
    if operation.mood is None:
        raise ValueError("the mood has to be decided before music is laid")
    _require_playable(operation)
    players = operation.model_dump(include={"style", "tempo_bpm", "instruments"})
    return MusicRecipe(mood=operation.mood, seed=seed, **players)


def _require_playable(operation: ops.AddMusic | ops.ReplaceMusic) -> None:
    if operation.mood not in MOODS:
        raise Impossible(f'There is no mood "{operation.mood}".', f"Choose from {', '.join(MOODS)}.")
    for player in filter(None, (operation.style, *operation.instruments)):
        if player not in STYLES:
            raise Impossible(f"Nobody plays {player} here.", f"Choose from {', '.join(STYLES)}.")
    tempo = operation.tempo_bpm
    if tempo is not None and not _SLOWEST_BPM <= tempo <= _FASTEST_BPM:
        raise Impossible(
            f"{tempo:g} BPM is no tempo for music.", f"Choose from {_SLOWEST_BPM} to {_FASTEST_BPM} BPM."
        )


def _name(recipe: MusicRecipe) -> str:
    players = dict.fromkeys(filter(None, (recipe.style, *recipe.instruments)))
    return " ".join((MOODS[recipe.mood].label, *players))


def _replace(draft: Draft, operation: ops.ReplaceMusic, seed: int) -> Draft:
    require_music(draft)
    heard = {clip.music.seed for clip in draft.music if clip.music}
    recipe = _recipe(operation, max(heard) + 1 if seed in heard else seed)
    other = {
        "name": _name(recipe),
        "music": recipe,
        "source": "",
        "source_start_ms": 0,
        "source_end_ms": None,
        "loop": False,
    }
    return with_sound(draft, [*draft.content, *(clip.model_copy(update=other) for clip in draft.music)])


def _use(draft: Draft, operation: ops.UseAudio, media: Media) -> Draft:
    file = find_file(media, operation.media_id, "audio", "video")
    _require_stretch(file, operation)
    if not file.has_sound:
        raise Impossible(f"{file.name} has no sound.", "Name another file.")
    if any(clip.source == file.id for clip in draft.content):
        raise Impossible(f"{file.name} is what is heard already.", "Upload what it is to lie under.")
    return _lay(
        draft,
        operation,
        media,
        name=file.name,
        source=file.id,
        source_start_ms=operation.source_start_ms,
        source_end_ms=operation.source_end_ms,
        loop=operation.loop,
    )


def _require_stretch(file: MediaInfo, operation: ops.UseAudio) -> None:
    start, end = operation.source_start_ms, operation.source_end_ms or file.duration_ms
    if start >= file.duration_ms or end > file.duration_ms:
        raise Impossible(
            f"{file.name} is {seconds(file.duration_ms)} long.", "Choose an earlier time in the file."
        )
    if end - start < (_SHORTEST_LOOP_MS if operation.loop else 1):
        raise Impossible(f"That is too little of {file.name}.", "Choose a longer stretch of it.")


def _lay(draft: Draft, wish: ops.AddMusic | ops.UseAudio, media: Media, **sound: Any) -> Draft:
    """Put sound in the place of whatever music it meets."""
    leading(draft)
    require_bearable(wish.volume)
    if wish.duck:
        _require_voice(draft, media)
    start, end = stretch(draft, wish.start_ms, wish.end_ms)
    clip = _lasting(
        AudioClip(
            start_ms=start,
            duration_ms=end - start,
            volume=wish.volume,
            fade_in_ms=wish.fade_in_ms,
            fade_out_ms=wish.fade_out_ms,
            duck=wish.duck,
            **sound,
        ),
        media,
    )
    apart = [c for c in draft.music if c.end_ms <= clip.start_ms or c.start_ms >= clip.end_ms]
    return with_sound(draft, [*draft.content, *apart, clip])


def _lasting(clip: AudioClip, media: Media) -> AudioClip:
    """No longer than there is of it."""
    longest = longest_ms(clip, media)
    if longest is None or longest >= clip.duration_ms:
        return clip
    return clip.model_copy(update={"duration_ms": longest})


def _move(draft: Draft, operation: ops.MoveMusic, media: Media) -> Draft:
    require_music(draft)
    if len(draft.music) > 1:
        raise Impossible("There is more than one stretch of music.", "Remove the music, then add it anew.")
    (clip,) = draft.music
    start, end = stretch(
        draft,
        clip.start_ms if operation.start_ms is None else operation.start_ms,
        clip.end_ms if operation.end_ms is None else operation.end_ms,
    )
    moved = clip.model_copy(update={"start_ms": start, "duration_ms": end - start})
    return with_sound(draft, [*draft.content, _lasting(moved, media)])


def _duck(draft: Draft, operation: ops.Duck, media: Media) -> Draft:
    require_music(draft)
    if operation.on:
        _require_voice(draft, media)
    ducked = [clip.model_copy(update={"duck": operation.on}) for clip in draft.music]
    return with_sound(draft, [*draft.content, *ducked])


def _require_voice(draft: Draft, media: Media) -> None:
    if not any(media[clip.source].has_sound for clip in leading(draft)):
        raise Impossible(
            "The video has no sound for music to make way for.", "Set the music's volume instead."
        )
