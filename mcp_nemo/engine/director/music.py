"""Wishes about music, composed or uploaded."""

from collections.abc import Sequence

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import File, From, MatchPicture, Onto, Stretch, Until, Whole
from mcp_nemo.engine.director.sound import fades, level
from mcp_nemo.engine.director.times import TIMES, laid, new_times
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    MUSIC_VOLUME,
    AddMusic,
    MoveMusic,
    Operation,
    RemoveMusic,
    ReplaceMusic,
    SetVolume,
    UseAudio,
)


def add_music(wish: Wish, context: Context) -> Sequence[Operation]:
    mood, style = _mood_and_style(wish)
    start, end = laid(wish)
    in_ms, out_ms = fades(wish)
    volume = level(wish)
    wish.take_words("feel", "more")
    return [
        AddMusic(
            mood=mood,
            style=style,
            volume=MUSIC_VOLUME if volume is None else volume,
            fade_in_ms=in_ms or 0,
            fade_out_ms=out_ms or 0,
            start_ms=start,
            end_ms=end,
        )
    ]


def place_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """Music with no word about which: what is there already, if there is some."""
    new = wish.has("mood", "style") or wish.holds(MatchPicture)
    if new or not context.has_music:
        return add_music(wish, context)
    return _retouch_music(wish, context)


def change_music(wish: Wish, context: Context) -> Sequence[Operation]:
    volume = level(wish)
    operations: list[Operation] = []
    if wish.has("mood", "style") or wish.holds(MatchPicture):
        operations += (replace_music if context.has_music else add_music)(wish, context)
    if volume is not None:
        operations.append(SetVolume(target="music", volume=volume))
    return operations or _retouch_music(wish, context)


def replace_music(wish: Wish, context: Context) -> Sequence[Operation]:
    mood, style = _mood_and_style(wish)
    wish.take_words("feel", "more", "target.music", "pronoun")
    volume = level(wish)
    quieter = [] if volume is None else [SetVolume(target="music", volume=volume)]
    return [ReplaceMusic(mood=mood, style=style), *quieter]


def _mood_and_style(wish: Wish) -> tuple[str | None, str]:
    """The first mood named; further ones are nuances of it."""
    moods, styles = wish.take_words("mood"), wish.take_words("style")
    while wish.take(MatchPicture):
        pass
    return (moods[0] if moods else None), (styles[0] if styles else "")


def _retouch_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """Another level, or another time, for the music there is."""
    volume = level(wish)
    if volume is not None:
        return [SetVolume(target="music", volume=volume)]
    start, end = new_times(wish)
    return [MoveMusic(start_ms=start, end_ms=end)]


def start_music(wish: Wish, context: Context) -> Sequence[Operation]:
    start, end = new_times(wish)
    if start is None:
        raise Unclear
    return [MoveMusic(start_ms=start, end_ms=end)]


def end_music(wish: Wish, context: Context) -> Sequence[Operation]:
    moment = wish.take(From) or wish.take(Until)
    if moment is None:
        raise Unclear
    return [MoveMusic(end_ms=moment.ms)]


def remove_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """All of it, or what is before or after a moment."""
    wish.take_words("mood", "style")
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if wish.take(Whole) or not (stretch or onward or until):
        return [RemoveMusic()]
    if until:
        return [MoveMusic(start_ms=until.ms)]
    if onward:
        return [MoveMusic(end_ms=onward.ms)]
    if stretch and stretch.start_ms == 0 and stretch.end_ms is not None:
        return [MoveMusic(start_ms=stretch.end_ms)]
    if stretch and stretch.end_ms is None:
        return [MoveMusic(end_ms=stretch.start_ms)]
    raise Unclear


def cut_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Trim it to the video length": music never outlasts the picture, so there is nothing to do."""
    if wish.take(Whole):
        wish.take_words("target.video")
        return []
    return remove_music(wish, context)


def keep_music(wish: Wish, context: Context) -> Sequence[Operation]:
    return _retouch_music(wish, context) if wish.holds(*TIMES) else []


def use_audio(wish: Wish, context: Context) -> Sequence[Operation]:
    file = wish.take(File)
    wish.take_words("target.file", "target.music", "target.audio")
    waiting = [info.id for info in context.scene.audio_files]
    if file is None and len(waiting) != 1:
        raise Unclear
    media_id = file.media_id if file else waiting[0]
    if media_id not in waiting:
        raise Unclear
    source_start = _start_in_file(wish)
    start, end = laid(wish)
    in_ms, out_ms = fades(wish)
    volume = level(wish)
    return [
        UseAudio(
            media_id=media_id,
            source_start_ms=source_start,
            volume=MUSIC_VOLUME if volume is None else volume,
            fade_in_ms=in_ms or 0,
            fade_out_ms=out_ms or 0,
            start_ms=start,
            end_ms=end,
        )
    ]


def use_from_file(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Use song.mp3 from 0:10 to 0:40" may count in the song or in the video: it is not guessed."""
    if wish.take_if(Stretch, lambda s: s.start_ms > 0 and s.end_ms is not None):
        raise Unclear
    return use_audio(wish, context)


def replace_with_audio(wish: Wish, context: Context) -> Sequence[Operation]:
    """In the place of the music, or of the clips' own sound where that is named."""
    audio = wish.take_words("target.audio")
    of_the_video = wish.take_words("target.sound") or (audio and wish.holds(Onto))
    if audio and not of_the_video and context.has_music:
        raise Unclear
    mute = [SetVolume(target="clips", volume=0)] if audio or of_the_video else []
    return [*use_audio(wish, context), *mute]


def _start_in_file(wish: Wish) -> int:
    """ "song.mp3 from 0:20" begins there in the file; "song.mp3 at 0:20" begins there in the video."""
    onward = wish.take_if(From, lambda moment: not moment.just_there)
    return onward.ms if onward else 0
