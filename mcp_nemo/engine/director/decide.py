"""One wish to operations: the action and its target together choose who builds them.

A builder takes the pieces it understands. What nobody took was not understood, and the wish is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from mcp_nemo.engine.director.actions import action_of
from mcp_nemo.engine.director.bare import with_bare_times, without_adjectives
from mcp_nemo.engine.director.clips import names_clips
from mcp_nemo.engine.director.context import Builder, Context, Unclear
from mcp_nemo.engine.director.cuts import cap, cut, end_video, keep, make_length, shorten, start_video, trim
from mcp_nemo.engine.director.during import with_times_of_clips
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
    Clips,
    File,
    Portion,
    Whole,
    Without,
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
from mcp_nemo.engine.director.targets import target_of
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
from mcp_nemo.engine.director.topics import let_be, topic_of
from mcp_nemo.engine.director.wishes import SHORTENING, TITLES, Wish
from mcp_nemo.engine.operations import Operation, RemoveMusic, SetVolume, Split


def decide(wish: Wish, context: Context) -> Sequence[Operation]:
    """Raises Unclear when there is no way to do it, or when something in it was not understood."""
    if len(context.lineup) < 2:
        _forget_the_only_clip(wish, context)
    with_bare_times(wish)
    without_adjectives(wish)
    with_times_of_clips(wish, context)
    if wish.has(*SHORTENING):
        wish.take_words("complaint.length")
    if wish.has("verb.remove", "verb.mute"):
        wish.take_words("fully")
    if wish.has("dislike") and not any(word.sense("verb") for word in wish.words):
        context.unwanted = _unwanted(wish, context)
        return []
    if _counts_anew(wish, context):
        raise Unclear("part of the clip that is split, or of the video")
    if wish.has("question"):
        raise Unclear("a question changes nothing")
    if any(isinstance(value, Without) and value.what == "player" for value in wish.values):
        raise Unclear("an instrument can be asked for, not left out")
    topic = topic_of(wish, context)
    if wish.has("joint.or") and not wish.has("not", "verb.leave") and not wish.negated_before:
        raise Unclear("which of the two")
    if topic and topic.name in ("video", "clip"):
        wish.take(Whole)
    if not (topic and topic.of_clips) and not names_clips(wish, context):
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


def _counts_anew(wish: Wish, context: Context) -> bool:
    """ "Split clip 2 and remove the second half", or "the first part"."""
    of_a_clip = bool(context.clips) and any(isinstance(operation, Split) for operation in context.done)
    ordinal = any(isinstance(value, Clips) and value.numbers for value in wish.values)
    return of_a_clip and not context.leans and (ordinal or (wish.holds(Portion) and not wish.holds(File)))


def _unwanted(wish: Wish, context: Context) -> str:
    """ "I'm tired of this music" asks for nothing yet, but tells what comes in its place."""
    wish.take_words("dislike", "seems", "too")
    target = target_of(wish, context, "")
    wish.take_words("pronoun", *TITLES)
    if wish.left_over:
        raise Unclear
    context.note(target, [])
    return target


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
    return let_be(wish, context) if negated else build(wish, context)


def _in_words(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{' '.join(map(str, problem['loc']))}: {problem['msg']}"


def _by_action_and_target(wish: Wish, context: Context) -> tuple[str, Sequence[Operation]]:
    action = action_of(wish, context)
    target = target_of(wish, context, action)
    if action in ("", "add"):
        wish.take_words("pronoun")
    wish.target = target
    if target in ("video", ""):
        wish.take(Whole)
    builder = _negated(action, target) if wish.take_words("not") else _builder(action, target, context)
    return target, builder(wish, context)


def _builder(action: str, target: str, context: Context) -> Builder:
    """Where no target is named and the action needs one, it is what was spoken of last."""
    spoken_of = target or context.target
    keys = [("length", "title")] if (action, spoken_of) == ("length", "title") else []
    keys += [(action, target), (action, "*"), (action, spoken_of)]
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
    return _NEGATED.get(action, let_be)


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
    ("replace", ""): replace_music,
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
