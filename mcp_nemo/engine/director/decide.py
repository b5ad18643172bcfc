"""One wish to operations: the action and its target together choose who builds them.

A builder takes the pieces it understands. What nobody took was not understood, and the wish is refused.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from pydantic import ValidationError

from mcp_nemo.engine.director.clips import names_clips
from mcp_nemo.engine.director.context import Builder, Context, Unclear
from mcp_nemo.engine.director.cuts import cap, cut, end_video, keep, make_length, shorten, start_video, trim
from mcp_nemo.engine.director.music import (
    add_music,
    change_music,
    cut_music,
    end_music,
    keep_music,
    place_music,
    remove_music,
    replace_music,
    replace_with_audio,
    start_music,
    use_audio,
    use_from_file,
)
from mcp_nemo.engine.director.pieces import (
    Backing,
    By,
    Captions,
    Clips,
    Color,
    Decibels,
    Factor,
    Fading,
    File,
    MatchPicture,
    Onto,
    Quote,
    Share,
    Stretch,
    Tempo,
    Value,
    Whole,
    Word,
)
from mcp_nemo.engine.director.sound import (
    LEVELS,
    fade,
    halve,
    heard,
    keep_as_is,
    louder,
    multiply,
    mute,
    no_fade,
    quieter,
    set_clips_volume,
    unmute,
)
from mcp_nemo.engine.director.titles import (
    add_title,
    change_title,
    end_title,
    keep_title,
    move_title,
    put_title,
    remove_title,
    title_length,
)
from mcp_nemo.engine.director.topics import topic_of
from mcp_nemo.engine.director.wishes import TITLES, Wish
from mcp_nemo.engine.operations import Operation, RemoveMusic, SetVolume


def decide(wish: Wish, context: Context) -> Sequence[Operation]:
    """Raises Unclear when there is no way to do it, or when something in it was not understood."""
    if len(context.lineup) < 2:
        _forget_the_only_clip(wish, context)
    topic = topic_of(wish, context)
    if wish.has("joint.or") and not wish.has("not") and not wish.negated_before:
        raise Unclear("which of the two")
    if topic and topic.name in ("video", "clip"):
        wish.take(Whole)
    if not (topic and topic.of_clips):
        wish.resolve(context.length_ms)
    try:
        if topic:
            target, operations = topic.name, _let_be_or(topic.build, wish, context)
        else:
            target, operations = _by_action_and_target(wish, context)
    except ValidationError as error:  # No title without a letter, no stretch of no time.
        raise Unclear(_in_words(error)) from error
    if wish.left_over:
        raise Unclear
    context.note(target, operations)
    return operations


def _forget_the_only_clip(wish: Wish, context: Context) -> None:
    """Where there is one clip, it is the video, however it is called."""
    only = [shot.media_id for shot in context.lineup.shots]
    while wish.take_if(
        Clips, lambda clips: clips.every or (clips.numbers in ((1,), (-1,)) and not clips.vague)
    ):
        wish.add_target_video()
    while wish.take_if(File, lambda file: [file.media_id] == only):
        wish.add_target_video()


def _let_be_or(build: Builder, wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Don't crop it" asks for nothing, and "no crossfades" for none."""
    negated = wish.has("not") and wish.has("verb") and not wish.has("verb.remove", "verb.duck")
    return _let_be(wish, context) if negated else build(wish, context)


def _in_words(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{' '.join(map(str, problem['loc']))}: {problem['msg']}"


def _by_action_and_target(wish: Wish, context: Context) -> tuple[str, Sequence[Operation]]:
    action = _action(wish, context)
    target = _target(wish, context)
    if target == "file" and action not in _FILE_ACTIONS:
        target = _as_music(wish, context)
    if action in ("", "add"):
        wish.take_words("pronoun")
    wish.target = target
    if target in ("video", ""):
        wish.take(Whole)
    if wish.take_words("dislike"):
        return target, []
    builder = _negated(action, target) if wish.take_words("not") else _builder(action, target, context)
    return target, builder(wish, context)


_HEARD: Final = ("target.volume", "target.music", "target.sound", "target.audio")

_DECISIVE: Final = (
    "unmute",
    "mute",
    "too_loud",
    "too_quiet",
    "louder",
    "quieter",
    "halve",
    "replace",
    "remove",
    "keep",
    "cut",
    "trim",
    "shorten_to",
    "shorten",
    "move",
    "start",
    "end",
)
_HELPING: Final = ("add", "use", "show", "length", "change")


def _action(wish: Wish, context: Context) -> str:
    """The verb that says most; helping verbs ("make ... louder", "let ... fade out") give way to it."""
    if wish.holds(Fading) and not _adds_something_faded(wish, context):
        wish.take_verb(*_HELPING)
        return "fade"
    if wish.has("verb.keep") and wish.has("verb.cut", "verb.trim") and wish.holds(Stretch):
        wish.take_verb("cut", "trim", "keep")
        return "keep"
    for verb in (*_DECISIVE, *_HELPING):
        if wish.take_verb(verb):
            wish.take_verb(*_HELPING)
            if verb in _HELPING and wish.holds(Factor):
                return "multiply"
            return _meant(verb, wish)
    if wish.holds(Factor):
        return "multiply"
    if wish.has("direction") and wish.has(*_HEARD):
        return "louder" if wish.take_words("direction")[0] == "up" else "quieter"
    return "keep" if wish.has("only") and wish.holds(Stretch) else ""


def _meant(verb: str, wish: Wish) -> str:
    """ "Drop the music by 3 dB" drops its level; to cut all but a stretch is to keep that."""
    if verb in ("remove", "cut") and (wish.holds(By, Decibels) or (wish.has(*_HEARD) and wish.holds(Share))):
        return "quieter"
    if verb == "use" and any(isinstance(value, Stretch) and value.off for value in wish.values):
        return "cut"
    if verb in ("use", "show") and wish.has("only") and wish.holds(Stretch) and not wish.has(*_PLAYED):
        return "keep"
    if wish.holds(Stretch) and wish.take_words("except"):
        return "cut" if verb == "keep" else "keep"
    return verb


_PLAYED: Final = ("target.music", "target.file", *TITLES)


def _adds_something_faded(wish: Wish, context: Context) -> bool:
    """ "Add music with a fade-out" adds music; "add a fade-out to the music" does not."""
    roles = [role for value in wish.values if (role := _role(value))]
    if "adding" not in roles or (wish.has("verb.give") and context.has_music):
        return False
    return ("adding", "sound") in pairwise(roles) or (
        wish.has("mood", "style", "target.music") and not context.has_music
    )


def _role(value: Value) -> str:
    if isinstance(value, Fading):
        return "fade"
    if isinstance(value, File | Quote):
        return "sound"
    if not isinstance(value, Word):
        return ""
    if value.sense("verb.add", "verb.use", "verb.show"):
        return "adding"
    return "sound" if value.sense("target.music", "target.file", "mood", "style", *TITLES) else ""


def _target(wish: Wish, context: Context) -> str:
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
    if wish.holds(Quote) or (context.target == "title" and _says_how_words_look(wish)):
        return "title"
    if wish.has("mood", "style") or wish.holds(MatchPicture, Tempo):
        return "music"
    return context.target if wish.take_words("pronoun") else ""


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
    """A sound file by name, or the one picture there is."""
    pictures = [info.id for info in context.scene.media if info.kind != "audio"]
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


def _builder(action: str, target: str, context: Context) -> Builder:
    """Where no target is named and the action needs one, it is what was spoken of last."""
    spoken_of = target or context.target
    keys = [(action, target), (action, "*"), (action, spoken_of)]
    if spoken_of in ("", "clip"):
        keys.append((action, "video"))
    for key in keys:
        if key in _BUILDERS:
            return _BUILDERS[key]
    raise Unclear


def _negated(action: str, target: str) -> Builder:
    """ "Don't add music" asks for nothing; "no music" and "no fade" take away what there is."""
    if action == "" and target not in ("music", "title", "sound"):
        raise Unclear
    return _NEGATED.get(action, _let_be)


def _let_be(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_known()
    return []


def _keep_soft(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target=heard(wish.target, context), volume=LEVELS["soft"])]


def _remove_if_there(wish: Wish, context: Context) -> Sequence[Operation]:
    if wish.target == "music":
        wish.take_words("mood", "style")
        return [RemoveMusic()] if context.scene.has_music else []
    if wish.target == "title":
        wish.take_words(*TITLES)
        return remove_title(wish, context) if context.scene.title_texts else []
    return [SetVolume(target="clips", volume=0)]


_NEGATED: Final[Mapping[str, Builder]] = {
    "": _remove_if_there,
    "fade": no_fade,
    "too_loud": _keep_soft,
}


_BUILDERS: Final[Mapping[tuple[str, str], Builder]] = {
    ("add", "music"): add_music,
    ("use", "music"): place_music,
    ("show", "music"): place_music,
    ("", "music"): place_music,
    ("change", "music"): change_music,
    ("replace", "music"): replace_music,
    ("remove", "music"): remove_music,
    ("cut", "music"): cut_music,
    ("trim", "music"): cut_music,
    ("keep", "music"): keep_music,
    ("start", "music"): start_music,
    ("move", "music"): start_music,
    ("end", "music"): end_music,
    ("add", "file"): use_audio,
    ("use", "file"): use_from_file,
    ("show", "file"): use_audio,
    ("replace", "file"): replace_with_audio,
    ("change", "file"): use_audio,
    ("", "file"): use_audio,
    **{(action, "clip sound"): set_clips_volume for action in ("change", "show", "")},
    ("remove", "clip sound"): mute,
    ("change", "sound"): set_clips_volume,
    ("", "sound"): set_clips_volume,
    **{("multiply", target): multiply for target in ("music", "sound", "clip sound")},
    **{("halve", target): halve for target in ("music", "sound", "clip sound")},
    ("show", "sound"): set_clips_volume,
    ("remove", "sound"): mute,
    ("keep", "sound"): keep_as_is,
    ("louder", "*"): louder,
    ("quieter", "*"): quieter,
    ("too_quiet", "*"): louder,
    ("too_loud", "*"): quieter,
    ("mute", "*"): mute,
    ("unmute", "*"): unmute,
    ("fade", "title"): put_title,
    ("fade", "clip sound"): fade,
    ("fade", "music"): fade,
    ("fade", "sound"): fade,
    ("fade", "all"): fade,
    ("fade", ""): fade,
    ("add", "title"): add_title,
    ("use", "title"): put_title,
    ("show", "title"): put_title,
    ("", "title"): put_title,
    ("change", "title"): change_title,
    ("length", "title"): title_length,
    ("shorten", "title"): title_length,
    ("shorten_to", "title"): title_length,
    ("replace", "title"): change_title,
    ("move", "title"): move_title,
    ("start", "title"): move_title,
    ("end", "title"): end_title,
    ("keep", "title"): keep_title,
    ("remove", "title"): remove_title,
    ("cut", "title"): remove_title,
    **{("cut", target): cut for target in ("video", "all", "")},
    **{("remove", target): cut for target in ("video", "all", "")},
    **{("trim", target): trim for target in ("video", "all", "")},
    **{("keep", target): keep for target in ("video", "all", "")},
    **{("shorten", target): shorten for target in ("video", "")},
    **{("length", target): make_length for target in ("video", "")},
    **{("shorten_to", target): cap for target in ("video", "")},
    **{("change", target): make_length for target in ("video", "")},
    ("start", "video"): start_video,
    ("end", "video"): end_video,
}
