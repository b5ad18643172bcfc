"""What a wish is about where one word of it decides that, and who then builds its operations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.director import (
    cuts,
    look,
    music,
    order,
    overlays,
    picture,
    sound,
    speed,
    titles,
    versions,
)
from mcp_nemo.engine.director.clips import names_clips
from mcp_nemo.engine.director.context import Builder, Context
from mcp_nemo.engine.director.pieces import (
    Captions,
    Clips,
    Color,
    Duration,
    Edge,
    Ends,
    Factor,
    Fading,
    File,
    From,
    Length,
    Middle,
    OnBeats,
    Pixels,
    Portion,
    Quote,
    Ratio,
    Share,
    Stretch,
    Tempo,
    Tint,
    UnderSpeech,
    Until,
)
from mcp_nemo.engine.director.wishes import TITLES, Wish, says_nothing
from mcp_nemo.engine.operations import Operation

Claim = Callable[[Wish, Context], bool]


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is what "it" means in the next wish."""

    claims: Claim
    build: Builder
    name: str = "video"
    of_clips: bool = False
    """Portions are of a clip, not of the video."""


_HEARD: Final = ("target.music", "target.file", "target.sound", "target.volume", "target.audio")
_SOUNDS: Final = (*_HEARD, "mood", "style")


def topic_of(wish: Wish, context: Context) -> Topic | None:
    return next((topic for topic in TOPICS if topic.claims(wish, context)), None)


def let_be(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Don't touch the music" asks for nothing."""
    wish.take_known()
    return []


def _leaves(wish: Wish, context: Context) -> bool:
    return wish.has("verb.leave")


def _undo(wish: Wish, context: Context) -> bool:
    if wish.has("look.reset", "speed.normal"):
        return False
    return wish.has("verb.undo") or (wish.has("version.back") and (wish.has("version.before", "steps")))


def _redo(wish: Wish, context: Context) -> bool:
    return wish.has("verb.redo")


def _on_beats(wish: Wish, context: Context) -> bool:
    if (
        wish.has("verb.sync", "match")
        and wish.has("verb.cut", "crossfade")
        and wish.has("beat", "target.music")
    ):
        return True
    return wish.holds(OnBeats)


def _duck(wish: Wish, context: Context) -> bool:
    if wish.has("verb.duck") and not wish.has("target.music", "mood", "style"):
        return not wish.holds(File, Tempo)
    if wish.has("mood", "style", "verb.add") or wish.holds(File, Tempo):
        return False
    if wish.has("verb.duck") or (wish.has("complaint.sound") and not wish.has("verb")):
        return context.has_music
    lowers = wish.has("verb.quieter") or not wish.has("verb")
    return wish.holds(UnderSpeech) and context.has_music and lowers


def _crossfade(wish: Wish, context: Context) -> bool:
    between = wish.has("between") or wish.has("clips")
    blends = wish.holds(Fading) and (between or wish.has("time.from")) and wish.holds(Clips)
    return (wish.has("crossfade") or blends) and not _about_title(wish)


def _fade_picture(wish: Wish, context: Context) -> bool:
    if (
        not wish.holds(Fading)
        or wish.holds(Quote)
        or _about_title(wish)
        or wish.has(*_SOUNDS)
        or wish.holds(File)
    ):
        return False
    return wish.holds(Color, Tint) or (wish.has("target.video") and not names_clips(wish, context))


def _split(wish: Wish, context: Context) -> bool:
    if wish.has("verb.split", "verb.bisect"):
        return not wish.has(*_SOUNDS)
    return (
        wish.has("verb.cut")
        and wish.has("half")
        and (wish.has("target.video", "pronoun") or names_clips(wish, context))
        and not wish.holds(Stretch)
    )


def _flip(wish: Wish, context: Context) -> bool:
    return wish.has("verb.flip") and _of_picture(wish, context)


def _rotate(wish: Wish, context: Context) -> bool:
    if not wish.has("verb.rotate") or not _of_picture(wish, context):
        return False
    return wish.has("rotate") or not wish.has(
        "look", "speed", "aspect", "verb.louder", "verb.quieter", "tone"
    )


def _crop(wish: Wish, context: Context) -> bool:
    if picture.wants_crop(wish):
        return True
    return wish.has("verb.crop") and wish.has("verb.remove", "verb.reset") and not wish.holds(Stretch, Ratio)


def _zoom(wish: Wish, context: Context) -> bool:
    """ "Enlarge" is said of words and logos too."""
    zooms = [word for word in wish.words if word.sense("zoom")]
    if context.target in ("title", "overlay") and all(word.sense("size") for word in zooms):
        return False
    return bool(zooms) and _of_picture(wish, context)


def _canvas(wish: Wish, context: Context) -> bool:
    if wish.holds(Ratio, Pixels):
        return True
    return wish.has("aspect", "fit", "resolution") and not wish.has(*TITLES, *_SOUNDS)


def _speed(wish: Wish, context: Context) -> bool:
    if wish.holds(Tempo, Fading) or not _of_picture(wish, context):
        return False
    plays = wish.has("verb.show", "verb.change") and not wish.has("zoom")
    return (
        wish.has("speed")
        or _is_but_a_factor(wish)
        or (plays and any(isinstance(v, Factor) and not v.often for v in wish.values))
    )


def _is_but_a_factor(wish: Wish) -> bool:
    """And when or of what: "from 12 s to 20 s at 3x"."""
    telling = [value for value in wish.values if not says_nothing(value)]
    factors = [value for value in telling if isinstance(value, Factor)]
    only = all(isinstance(value, Factor | Stretch | Clips | File) for value in telling)
    return only and len(factors) == 1 and not factors[0].often


def _repeat(wish: Wish, context: Context) -> bool:
    return wish.has("verb.repeat") and bool(context.done) and names_clips(wish, context)


def _subtitles(wish: Wish, context: Context) -> bool:
    known = {info.id for info in context.scene.subtitle_files}
    named = any(file.media_id in known for file in _files(wish))
    added = wish.has("subtitle") and wish.has("verb.add", "verb.use", "verb.show")
    if wish.has("verb.remove", "verb.cut", "verb.mute"):
        return False
    return named or (bool(known) and added and not wish.holds(Quote, Captions))


def _swap(wish: Wish, context: Context) -> bool:
    return wish.has("verb.swap") and not wish.has(*_SOUNDS, *TITLES) and _speaks_of_clips(wish, context)


def _reverse(wish: Wish, context: Context) -> bool:
    return wish.has("verb.reverse") and _of_picture(wish, context)


def _duplicate(wish: Wish, context: Context) -> bool:
    if wish.has("verb.show") and not wish.has("speed") and _once_more(wish, context):
        return _of_picture(wish, context)
    return wish.has("verb.duplicate") and _of_picture(wish, context)


def _once_more(wish: Wish, context: Context) -> bool:
    """ "Twice", or "clip 2 again"."""
    twice = any(isinstance(value, Factor) and value == Factor(2) and value.often for value in wish.values)
    return twice or (wish.has("again") and names_clips(wish, context))


def _arrange(wish: Wish, context: Context) -> bool:
    return wish.has("verb.arrange", "sequence") and len(_files(wish)) > 1


def _overlay(wish: Wish, context: Context) -> bool:
    return overlays.wants_overlay(wish, context)


def _backdrop(wish: Wish, context: Context) -> bool:
    return overlays.wants_backdrop(wish, context) and not wish.has(*TITLES)


def _insert(wish: Wish, context: Context) -> bool:
    return overlays.wants_picture(wish, context)


_MOVING: Final = (
    "verb.arrange",
    "verb.move",
    "verb.show",
    "verb.change",
    "verb.start",
    "verb.end",
    "verb.should",
    "version",
)
_PLACES: Final = ("beside", "between", "position", "order", "time.first", "time.last", "edge")


def _move(wish: Wish, context: Context) -> bool:
    if _timed(wish) or wish.has("again") or not _about_clips(wish, context):
        return False
    if _becomes(wish) or (wish.has("edge") and not wish.has("verb")):
        return True
    moves = wish.has(*_MOVING) or (wish.has("verb.add", "verb.drop") and wish.has("between"))
    return (moves or not wish.has("verb")) and (wish.has(*_PLACES) or wish.holds(Edge))


def _becomes(wish: Wish) -> bool:
    """ "Make c.mp4 the first clip"."""
    named = [value for value in wish.values if isinstance(value, Clips | File)]
    if len(named) != 2 or not wish.has("verb.change", "verb.should"):
        return False
    *_, last = named
    return isinstance(last, Clips) and len(last.numbers) == 1


def _set_clip_length(wish: Wish, context: Context) -> bool:
    if wish.holds(Stretch, Portion, From) or wish.has("verb.remove", *_SOUNDS, *TITLES):
        return False
    shortened = wish.holds(Length, Duration) or _ends_open(wish)
    return shortened and not wish.holds(Fading) and _about_clips(wish, context, every=True)


def _ends_open(wish: Wish) -> bool:
    """ "Each clip to 4 seconds"."""
    return any(isinstance(value, Until) and (value.open_ended or wish.has("verb")) for value in wish.values)


def _take_off_clips(wish: Wish, context: Context) -> bool:
    if wish.holds(Stretch, Portion, From, Until, Length) or not wish.holds(Duration):
        return False
    taken = wish.has("verb.cut", "verb.trim", "verb.remove", "verb.shorten")
    taken |= wish.has("verb.use") and wish.has("time.taken")
    capped = wish.has("at_most", "crossfade", "verb.keep")
    return taken and not capped and not wish.holds(Fading) and _about_clips(wish, context, every=True)


def _trim_clips(wish: Wish, context: Context) -> bool:
    taken = wish.has("verb.cut", "verb.trim", "verb.remove", "verb.shorten", "verb.crop") or (
        wish.has("verb.use")
        and (wish.has("time.taken") or any(isinstance(v, Stretch) and v.off for v in wish.values))
    )
    kept = wish.tells_what_is_kept
    return (
        taken and not kept and wish.holds(Stretch, Portion, Ends) and _about_clips(wish, context, every=True)
    )


def _keep_of_clips(wish: Wish, context: Context) -> bool:
    only = wish.has("verb.use", "verb.show") and wish.has("only")
    keeps = wish.has("verb.keep") or only or wish.tells_what_is_kept
    return keeps and wish.holds(Stretch, Portion) and _about_clips(wish, context, every=True)


def _remove(wish: Wish, context: Context) -> bool:
    removes = wish.has("verb.keep") if wish.has("except") else wish.has("verb.remove", "verb.cut")
    return removes and not _timed(wish) and _about_clips(wish, context)


def _keep(wish: Wish, context: Context) -> bool:
    only = wish.has("verb.use", "verb.show") and wish.has("only")
    keeps = wish.has("verb.remove", "verb.cut") if wish.has("except") else only or wish.has("verb.keep")
    return keeps and not _timed(wish) and _about_clips(wish, context)


def _reset_look(wish: Wish, context: Context) -> bool:
    return look.wants_reset(wish) and not wish.has(*_SOUNDS, *TITLES)


def _look(wish: Wish, context: Context) -> bool:
    if wish.has(*TITLES, *_HEARD, "target.overlay") or wish.holds(Quote) or _names_a_mood(wish):
        return False
    if _says_how_loud(wish):
        return False
    if (
        context.target in ("title", "music")
        and not names_clips(wish, context)
        and not wish.has("target.video", "tone")
    ):
        return not wish.has("pronoun") and wish.has("look")
    return wish.has("look", "tone")


def _of_picture(wish: Wish, context: Context) -> bool:
    """Not of words, sound or a logo, nor of an "it" that is one of those."""
    if wish.has(*TITLES, *_SOUNDS, "target.overlay") or wish.holds(Quote) or _says_how_loud(wish):
        return False
    elsewhere = context.target in ("title", "music", "file", "sound", "overlay")
    return not (elsewhere and wish.has("pronoun")) or wish.has("target.video") or names_clips(wish, context)


def _says_how_loud(wish: Wish) -> bool:
    """小声, which is said of nothing but sound."""
    return any(word.sense("verb.louder", "verb.quieter") and word.sense("level") for word in wish.words)


def _names_a_mood(wish: Wish) -> bool:
    """ "Warm" may be light or music; "happy" is music."""
    return any(word.sense("mood", "style") and not word.sense("look") for word in wish.words)


def _about_title(wish: Wish) -> bool:
    return wish.has(*TITLES)


def _speaks_of_clips(wish: Wish, context: Context) -> bool:
    return names_clips(wish, context) or wish.has("every", "clips", "order", "pronoun")


def _about_clips(wish: Wish, context: Context, *, every: bool = False) -> bool:
    """Clips of several are named, and nothing else is; with `every`, all of them may be."""
    if wish.has(*_SOUNDS, *TITLES) or len(context.lineup) < 2:
        return False
    spoken_of = bool(context.clips) and context.target == "clip" and wish.has("pronoun")
    return (names_clips(wish, context) and (every or not _all_of_them(wish))) or spoken_of


def _all_of_them(wish: Wish) -> bool:
    named = [value for value in wish.values if isinstance(value, Clips | File)]
    return bool(named) and all(isinstance(value, Clips) and value.every for value in named)


def _timed(wish: Wish) -> bool:
    return wish.holds(Stretch, Portion, Ends, Middle, From, Until, Length, Duration, Share)


def _files(wish: Wish) -> Sequence[File]:
    return [value for value in wish.values if isinstance(value, File)]


def _loops(wish: Wish, context: Context) -> bool:
    """Music that lies there; not a song that is laid now."""
    named = wish.has("target.music", "target.file") or wish.has("pronoun")
    elsewhere = wish.holds(File) or wish.has("verb.add", "verb.use", "target.video", *TITLES)
    return wish.has("loop") and named and not elsewhere and bool(context.scene.draft.music)


def _own_music(wish: Wish, context: Context) -> bool:
    return wish.has("own_music") and not wish.has("verb.remove", "verb.quieter", "verb.louder", "verb.mute")


# The first that claims a wish has it: what goes between or over clips (a crossfade, a logo) comes before
# what is done to them. `test_topics.py` holds the few pairs for which that decides.
TOPICS: Final = (
    Topic(_leaves, let_be, ""),
    Topic(_redo, versions.redo, ""),
    Topic(_undo, versions.undo, ""),
    Topic(_subtitles, titles.use_subtitles, "title"),
    Topic(_repeat, order.repeat, "clip"),
    Topic(_on_beats, cuts.cut_on_beats),
    Topic(_duck, sound.duck, "music"),
    Topic(_own_music, music.own_music, "music"),
    Topic(_loops, music.loop, "music"),
    Topic(_crossfade, picture.crossfade),
    Topic(_fade_picture, picture.fade_picture),
    Topic(_split, cuts.split),
    Topic(_overlay, overlays.overlay, "overlay"),
    Topic(_backdrop, overlays.backdrop),
    Topic(_flip, picture.flip, "clip"),
    Topic(_crop, picture.crop, "clip"),
    Topic(_zoom, picture.zoom, "clip"),
    Topic(_canvas, picture.canvas),
    Topic(_rotate, picture.rotate, "clip"),
    Topic(_arrange, order.arrange, "clip"),
    Topic(_swap, order.swap, "clip"),
    Topic(_reverse, order.reverse, "clip"),
    Topic(_duplicate, order.duplicate, "clip"),
    Topic(_insert, order.insert, "clip"),
    Topic(_take_off_clips, cuts.take_off_clips, "clip"),
    Topic(_trim_clips, cuts.trim_clips, "clip", of_clips=True),
    Topic(_keep_of_clips, cuts.keep_of_clips, "clip", of_clips=True),
    Topic(_speed, speed.set_speed, "clip"),
    Topic(_set_clip_length, cuts.set_clip_length, "clip"),
    Topic(_move, order.move, "clip"),
    Topic(_remove, order.remove, "clip"),
    Topic(_keep, order.keep, "clip"),
    Topic(_reset_look, look.reset_look, "clip"),
    Topic(_look, look.change_look, "clip"),
)
