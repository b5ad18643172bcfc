"""What something is to be done to: music, sound, titles, the video."""

from typing import Final

from mcp_nemo.engine.director.clips import names_clips
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import (
    Backing,
    Captions,
    Clips,
    Color,
    File,
    MatchPicture,
    Onto,
    Quote,
    Tempo,
)
from mcp_nemo.engine.director.wishes import TITLES, Wish


def target_of(wish: Wish, context: Context, action: str) -> str:
    """Empty where nothing is named."""
    if action == "add" and wish.has("target.music", "mood", "style"):
        wish.take_words("target.everything")  # Under which music lies.
    target = _but_one_sound(wish, action) or _named(wish, context)
    if target == "file" and action not in _FILE_ACTIONS:
        return _as_music(wish, context)
    return target


def _but_one_sound(wish: Wish, action: str) -> str:
    """ "Mute everything except the voice" is said of the music, as there is no third sound."""
    levels = action in ("louder", "quieter", "mute")
    if not (levels and wish.has("except")):
        return ""
    excepted = wish.take_word("target.music", "target.sound")
    if excepted:
        wish.take_words("except", "target.everything", "every")
    return {"music": "sound", "sound": "music"}.get(excepted or "", "")


def _named(wish: Wish, context: Context) -> str:
    if wish.holds(Captions):
        return "title"
    if names_clips(wish, context):
        return _clip_or_its_sound(wish)
    if wish.holds(File):
        return _target_of_file(wish, context)
    if wish.take_words("target.everything"):
        return "all"
    if _is_uploaded_sound(wish):
        wish.take_words("target.music", "target.audio", "uploaded", "target.volume")
        return "file"
    if wish.has(*TITLES):
        return "title"
    if wish.take_words("target.music"):
        wish.take_words("target.volume")
        return "music"
    if wish.take_words("target.sound"):
        wish.take_words("target.volume", "target.audio", "target.video")
        return "sound"
    if wish.has("mood", "style") and wish.has("target.volume"):
        wish.take_words("target.volume")
        return "music"
    if wish.has("target.volume", "target.audio"):
        return _whose_sound(wish, context)
    if wish.holds(Clips) or (context.target == "clip" and context.clips and wish.has("pronoun")):
        return _clip_or_its_sound(wish)
    if wish.take_words("target.video"):
        return "video"
    if wish.holds(Quote) or (_says_how_words_look(wish) and _speaks_of_titles(context)):
        return "title"
    if wish.has("mood", "style") or wish.holds(MatchPicture, Tempo) or _is_another(wish, context):
        return "music"
    return context.target if wish.take_words("pronoun") else ""


def _is_another(wish: Wish, context: Context) -> bool:
    """ "Another one" is other music: nothing else is made anew."""
    return wish.has("another") and context.has_music


def _speaks_of_titles(context: Context) -> bool:
    """Of one, where it was spoken of, or where it is the only one."""
    return context.target == "title" or (context.target == "" and len(context.scene.title_texts) == 1)


def _says_how_words_look(wish: Wish) -> bool:
    return wish.holds(Color, Backing) or wish.has("size", "bold", "not_bold", "place")


def _clip_or_its_sound(wish: Wish) -> str:
    wish.take_words("target.video")
    return "clip sound" if wish.take_words("target.volume", "target.audio", "target.sound") else "clip"


def _is_uploaded_sound(wish: Wish) -> bool:
    """ "My song", "the music I uploaded"; an uploaded video is the video."""
    uploaded = wish.take_words("uploaded") and wish.has("target.music", "target.audio")
    return bool(uploaded) or wish.has("target.file")


def _target_of_file(wish: Wish, context: Context) -> str:
    """A file of sound or of subtitles by name, or the one picture there is."""
    subtitles = [info.id for info in context.scene.subtitle_files]
    if any(isinstance(value, File) and value.media_id in subtitles for value in wish.values):
        return "title"
    pictures = [info.id for info in context.scene.media if info.kind in ("video", "image")]
    if wish.take_if(File, lambda file: [file.media_id] == pictures):
        wish.take_words("target.video")
        return "video"
    wish.take_words("target.music", "target.file", "uploaded", "target.volume")
    return "file"


_FILE_ACTIONS: Final = ("add", "use", "show", "replace", "change", "")


def _as_music(wish: Wish, context: Context) -> str:
    """A file that is there as music is music."""
    file = wish.take(File)
    laid = [clip.source for clip in context.scene.draft.audio.clips]
    if file and file.media_id not in laid and not context.new_music:
        raise Unclear
    wish.take_words("target.file")
    return "music"


def _whose_sound(wish: Wish, context: Context) -> str:
    """ "The volume" is of the video if that is named; else of what was spoken of, or what there is."""
    unspecific = wish.take_words("target.audio")
    wish.take_words("target.volume")
    if wish.take_words("target.video") or wish.take(Onto) is not None:
        return "sound"
    if context.target in ("music", "file", "sound"):
        return context.target
    if context.has_music and unspecific:
        raise Unclear
    return "music" if context.has_music else "sound"
