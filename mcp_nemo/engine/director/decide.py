"""One wish to operations: the action and its target together choose who builds them.

A builder takes the pieces it understands. What nobody took was not understood, and the wish is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from mcp_nemo.engine.director.actions import action_of
from mcp_nemo.engine.director.bare import with_bare_times, without_adjectives
from mcp_nemo.engine.director.clips import names_clips, with_kinds_told
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
    Middle,
    Portion,
    Whole,
    Without,
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
from mcp_nemo.engine.director.wishes import SHORTENING, TITLES, Wish, is_joint
from mcp_nemo.engine.operations import Operation, RemoveMusic, SetVolume, Split


def decide(wish: Wish, context: Context) -> Sequence[Operation]:
    """Raises Unclear when there is no way to do it, or when something in it was not understood."""
    _settle(wish, context)
    if wish.has("dislike") and not any(word.sense("verb") for word in wish.words):
        context.unwanted = _unwanted(wish, context)
        return []
    _require_one_meaning(wish, context)
    try:
        target, operations = _understood(wish, context)
    except ValidationError as error:  # No title without a letter, no stretch of no time.
        raise Unclear(_in_words(error)) from error
    if wish.left_over:
        raise Unclear
    context.note(target, operations)
    return operations


def _settle(wish: Wish, context: Context) -> None:
    """Give pieces the meaning they have in this wish and scene, and take what adds nothing."""
    with_kinds_told(wish, context)
    if len(context.lineup) < 2:
        _forget_the_only_clip(wish, context)
    with_bare_times(wish)
    without_adjectives(wish)
    with_times_of_clips(wish, context)
    if wish.has(*SHORTENING):
        wish.take_words("complaint.length")
    if wish.has("verb.remove", "verb.mute"):
        wish.take_words("fully")


def _require_one_meaning(wish: Wish, context: Context) -> None:
    if _counts_anew(wish, context):
        raise Unclear("part of the clip that is split, or of the video")
    if _asks(wish):
        raise Unclear("a question changes nothing")
    if any(isinstance(value, Without) and value.what == "player" for value in wish.values):
        raise Unclear("an instrument can be asked for, not left out")
    if wish.has("joint.or") and not wish.has("not", "verb.leave") and not wish.negated_before:
        raise Unclear("which of the two")


def _asks(wish: Wish) -> bool:
    """ "Is the music too loud", where "the music is too loud" wants it softer."""
    first = next((value for value in wish.values if not is_joint(value)), None)
    return wish.has("question") or (isinstance(first, Word) and first.sense("asking") is not None)


def _understood(wish: Wish, context: Context) -> tuple[str, Sequence[Operation]]:
    """What it is about, as "it" in the next wish, and what is to be done."""
    topic = topic_of(wish, context)
    if topic and topic.name in ("video", "clip"):
        wish.take(Whole)
    if not (topic and topic.of_clips) and not names_clips(wish, context):
        if context.retimed and wish.holds(Portion, Middle):
            raise Unclear("whether that counts before the length is another, or after")
        wish.resolve(context.length_ms)
    if topic:
        return topic.name, _let_be_or(topic.build, wish, context)
    return _by_action_and_target(wish, context)


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
    targets = ["title"] if (action, spoken_of) == ("length", "title") else []
    targets += [target, spoken_of]
    if spoken_of in ("", "clip"):
        targets.append("video")
    for known in (_OF_ANYTHING, *(_BUILDERS.get(name, {}) for name in targets)):
        if action in known:
            return known[action]
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


_OF_MUSIC: Final[dict[str, Builder]] = {
    "": place_music,
    "add": add_music,
    "change": change_music,
    "cut": cut_music,
    "end": end_music,
    "keep": keep_music,
    "move": start_music,
    "remove": remove_music,
    "replace": replace_music,
    "show": place_music,
    "start": start_music,
    "trim": cut_music,
    "use": place_music,
}
_OF_FILES: Final[Mapping[str, Builder]] = {
    "": use_audio,
    "add": use_audio,
    "change": use_audio,
    "replace": replace_with_audio,
    "show": use_audio,
    "use": use_from_file,
}
_OF_SOUND: Final[dict[str, Builder]] = {
    "": set_clips_volume,
    "change": set_clips_volume,
    "remove": mute,
    "show": set_clips_volume,
}
_OF_TITLES: Final[Mapping[str, Builder]] = {
    "": put_title,
    "add": add_title,
    "change": change_title,
    "cut": remove_title,
    "end": end_title,
    "fade": put_title,
    "keep": keep_title,
    "length": title_length,
    "move": move_title,
    "remove": remove_title,
    "replace": change_title,
    "shorten": title_length,
    "shorten_to": title_length,
    "show": put_title,
    "start": move_title,
    "use": put_title,
}
_OF_TIME: Final[dict[str, Builder]] = {"cut": cut, "keep": keep, "remove": cut, "trim": trim}
_OF_LENGTH: Final[dict[str, Builder]] = {
    "change": make_length,
    "length": make_length,
    "shorten": shorten,
    "shorten_to": cap,
}
_OF_LEVELS: Final[dict[str, Builder]] = {"fade": fade, "halve": halve, "multiply": multiply}
_BUILDERS: Final[Mapping[str, Mapping[str, Builder]]] = {
    "": _OF_TIME | _OF_LENGTH | {"fade": fade, "replace": replace_music},
    "all": _OF_TIME | {"fade": fade},
    "clip sound": _OF_SOUND | _OF_LEVELS,
    "file": _OF_FILES,
    "music": _OF_MUSIC | _OF_LEVELS,
    "sound": _OF_SOUND | _OF_LEVELS | {"keep": keep_as_is},
    "title": _OF_TITLES,
    "video": _OF_TIME | _OF_LENGTH | {"end": end_video, "start": start_video},
}
_OF_ANYTHING: Final[Mapping[str, Builder]] = {
    "louder": louder,
    "mute": mute,
    "quieter": quieter,
    "too_loud": quieter,
    "too_quiet": louder,
    "unmute": unmute,
}
