"""Wishes about music, composed or uploaded."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final, TypedDict

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import (
    File,
    From,
    MatchPicture,
    Onto,
    Stretch,
    Tempo,
    Until,
    Value,
    Whole,
    Without,
    Word,
)
from mcp_nemo.engine.director.sound import fades, level, take_ducking
from mcp_nemo.engine.director.spans import take_spans
from mcp_nemo.engine.director.times import TIMES, laid, new_times
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    MUSIC_VOLUME,
    AddMusic,
    Duck,
    Fade,
    MoveMusic,
    Operation,
    RemoveMusic,
    ReplaceMusic,
    SetVolume,
    UseAudio,
)


def add_music(wish: Wish, context: Context) -> Sequence[Operation]:
    if _replaces(wish, context):
        return replace_music(wish, context)
    manner = _manner(wish)
    start, end = laid(wish)
    duck = take_ducking(wish)
    in_ms, out_ms = fades(wish)
    volume = level(wish)
    wish.take_words("feel", "more", "another")
    return [
        AddMusic(
            **manner,
            volume=MUSIC_VOLUME if volume is None else volume,
            fade_in_ms=in_ms or 0,
            fade_out_ms=out_ms or 0,
            start_ms=start,
            end_ms=end,
            duck=duck,
        )
    ]


def _replaces(wish: Wish, context: Context) -> bool:
    """ "Give me another one", "I don't want the music, add something sadder"."""
    if context.has_music:
        return wish.has("another", "instead") or context.unwanted == "music"
    return context.music_gone


def own_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """One of the user's songs, whichever goes with the picture: those cannot be had in another mood."""
    wish.take_words("own_music")
    if wish.has("mood", "style") or wish.holds(Tempo):
        raise Unclear("which song: yours are chosen to go with the picture")
    wish.take_verb("add", "use", "show", "change", "replace")
    wish.take_words("target.music", "target.file", "target.video", "pronoun", "match")
    first, *others = (replace_music if context.has_music else add_music)(wish, context)
    return [first.model_copy(update={"own": True, "mood": None}), *others]


def place_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """Music with no word about which: what is there already, if there is some."""
    new = _describes(wish)
    if new or not context.has_music:
        return add_music(wish, context)
    return _retouch_music(wish, context)


def change_music(wish: Wish, context: Context) -> Sequence[Operation]:
    volume = level(wish)
    operations: list[Operation] = []
    if _describes(wish):
        operations += (replace_music if context.has_music else add_music)(wish, context)
    if volume is not None:
        operations += _at_level(volume, wish, context)
    return operations or _retouch_music(wish, context)


def replace_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """Another piece of the mood there is, where no other is named."""
    if context.music_replaced and not _describes(wish):
        wish.take_words("target.music", "pronoun")
        return []
    matches_picture = wish.holds(MatchPicture)
    _pass_over_what_is_there(wish, context)
    manner = _manner(wish)
    wish.take_words("feel", "more", "target.music", "pronoun", "another")
    if manner["mood"] is None and not matches_picture:
        manner["mood"] = _present_mood(context)
    return [ReplaceMusic(**manner), *_laid_otherwise(wish)]


def _laid_otherwise(wish: Wish) -> Sequence[Operation]:
    """What was said about how new music lies, where it takes the place of other music."""
    operations: list[Operation] = []
    start, end = new_times(wish, needed=False)
    if (start, end) != (None, None):
        operations.append(MoveMusic(start_ms=start, end_ms=end))
    if take_ducking(wish):
        operations.append(Duck())
    in_ms, out_ms = fades(wish)
    if (in_ms, out_ms) != (None, None):
        operations.append(Fade(target="music", in_ms=in_ms, out_ms=out_ms))
    volume = level(wish)
    if volume is not None:
        operations.append(SetVolume(target="music", volume=volume))
    return operations


def _pass_over_what_is_there(wish: Wish, context: Context) -> None:
    """ "Swap the calm track for some rock" tells two moods, and wants one."""
    present = f"mood.{_present_mood(context)}"
    moods = [word for word in wish.words if word.sense("mood")]
    if any(not word.sense(present) for word in moods):
        wish.take_words(present)


class _Manner(TypedDict):
    mood: str | None
    style: str
    tempo_bpm: float | None
    instruments: tuple[str, ...]


def _manner(wish: Wish) -> _Manner:
    """The first genre named, or the first mood; further ones are nuances of it."""
    wish.take_if(Without, lambda without: without.what == "voices")  # Nobody sings here.
    moods, styles = _moods(wish), tuple(dict.fromkeys(wish.take_words("style")))
    tempo = wish.take(Tempo)
    while wish.take(MatchPicture):
        pass
    return {
        "mood": next((mood for mood in moods if mood in _GENRES), moods[0] if moods else None),
        "style": styles[0] if styles else "",
        "tempo_bpm": tempo.bpm if tempo else None,
        "instruments": styles if len(styles) > 1 else (),
    }


_GENRES: Final = {
    "ambient",
    "christmas",
    "classical",
    "country",
    "electronic",
    "funk",
    "hiphop",
    "jazz",
    "latin",
    "lofi",
    "lullaby",
    "reggae",
    "rock",
}
"""Moods that are kinds of music: "upbeat jazz" is jazz."""


def _moods(wish: Wish) -> list[str]:
    """ "Quiet" may be a mood or a level: beside another mood it is a level."""
    moods = []
    while (mood := wish.take_made(_surely_a_mood)) is not None:
        moods.append(mood)
    return moods or wish.take_words("mood")


def _surely_a_mood(value: Value) -> str | None:
    sense = value.sense("mood") if isinstance(value, Word) and not value.sense("level") else None
    return sense.removeprefix("mood.") if sense else None


def _describes(wish: Wish) -> bool:
    return wish.has("mood", "style", "another") or wish.holds(MatchPicture, Tempo)


def _present_mood(context: Context) -> str | None:
    recipes = [clip.music for clip in context.scene.draft.music if clip.music]
    return recipes[0].mood if recipes else None


def _retouch_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """Another level, or another time, for the music there is."""
    volume = level(wish)
    if volume is not None:
        return _at_level(volume, wish, context)
    start, end = new_times(wish)
    return [MoveMusic(start_ms=start, end_ms=end)]


def _at_level(volume: float, wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target="music", volume=volume, **asdict(span)) for span in take_spans(wish, context)]


def start_music(wish: Wish, context: Context) -> Sequence[Operation]:
    if _describes(wish) and not context.has_music:
        return add_music(wish, context)
    counts_in_song = wish.has("time.from") or any(
        isinstance(value, From) and not value.just_there for value in wish.values
    )
    if counts_in_song and any(clip.source for clip in context.scene.draft.music):
        raise Unclear("whether the time counts in the song or in the video")
    start, end = new_times(wish)
    if start is None:
        raise Unclear
    return [MoveMusic(start_ms=start, end_ms=end)]


def end_music(wish: Wish, context: Context) -> Sequence[Operation]:
    moment = wish.take(From) or wish.take(Until)
    before_the_end = wish.take_if(Stretch, lambda stretch: stretch.end_ms is None)
    if moment is None and before_the_end is None:
        raise Unclear("when the music is to end")
    return [MoveMusic(end_ms=moment.ms if moment else before_the_end.start_ms if before_the_end else None)]


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
    if stretch is None:
        raise Unclear
    return [SetVolume(target="music", volume=0, start_ms=stretch.start_ms, end_ms=stretch.end_ms)]


def cut_music(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Trim it to the video length": music never outlasts the picture, so there is nothing to do."""
    if wish.take(Whole):
        wish.take_words("target.video")
        return []
    return remove_music(wish, context)


def keep_music(wish: Wish, context: Context) -> Sequence[Operation]:
    return _retouch_music(wish, context) if wish.holds(*TIMES) or wish.has("level") else []


def use_audio(wish: Wish, context: Context) -> Sequence[Operation]:
    file = wish.take(File)
    wish.take_words("target.file", "target.music", "target.audio", "target.everything")
    waiting = [info.id for info in context.scene.audio_files]
    if file is None and len(waiting) != 1:
        raise Unclear
    media_id = file.media_id if file else waiting[0]
    if media_id not in waiting:
        raise Unclear
    length_ms = next(info.duration_ms for info in context.scene.audio_files if info.id == media_id)
    source_start, source_end = _part_of_file(wish, length_ms)
    loop = bool(wish.take_words("loop"))
    duck = take_ducking(wish)
    start, end = laid(wish)
    in_ms, out_ms = fades(wish)
    volume = level(wish)
    return [
        UseAudio(
            media_id=media_id,
            source_start_ms=source_start,
            source_end_ms=source_end,
            loop=loop,
            duck=duck,
            volume=MUSIC_VOLUME if volume is None else volume,
            fade_in_ms=in_ms or 0,
            fade_out_ms=out_ms or 0,
            start_ms=start,
            end_ms=end,
        )
    ]


def loop(wish: Wish, context: Context) -> Sequence[Operation]:
    """The song there is, begun again as often as the video is long."""
    songs = [clip for clip in context.scene.draft.music if clip.source]
    if len(songs) != 1 or songs[0].passages:
        raise Unclear("which song is to loop; composed music is as long as the video")
    wish.take_verb("change", "show", "repeat")
    wish.take_words("loop", "target.music", "target.file", "pronoun")
    (song,) = songs
    same = {"source_start_ms", "source_end_ms", "duck", "volume", "fade_in_ms", "fade_out_ms", "start_ms"}
    return [UseAudio(media_id=song.source, loop=True, **song.model_dump(include=same))]


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


def _part_of_file(wish: Wish, length_ms: int) -> tuple[int, int | None]:
    """ "song.mp3 from 0:20" begins there in the file; "song.mp3 at 0:20" begins there in the video.

    A passage ("the chorus") is where its time says, and cannot be found without one.
    """
    onward = wish.take_if(From, lambda moment: not moment.just_there)
    if onward:
        wish.take_words("passage")
        return onward.ms, None
    if wish.part_of_file:
        stretch = wish.take(Stretch)
        if stretch:
            wish.take_words("passage")
            start = stretch.start_ms if stretch.start_ms >= 0 else max(0, length_ms + stretch.start_ms)
            return start, stretch.end_ms
    at = wish.take_if(From, lambda moment: wish.has("passage"))
    if at:
        wish.take_words("passage")
    return (at.ms, None) if at else (0, None)
