"""Levels and fades, of the music and of the clips' own sound."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final, TypedDict

from mcp_nemo.engine.director.clips import each, names_clips, take_clips
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.fading import fade_time
from mcp_nemo.engine.director.pieces import By, Decibels, Factor, Fading, Number, Share, UnderSpeech, Way
from mcp_nemo.engine.director.spans import take_spans
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    FADE_MS,
    MUSIC_VOLUME,
    ChangeVolume,
    Duck,
    Fade,
    Operation,
    RemoveMusic,
    SetVolume,
    Sound,
)

STEPS: Final = {"slight": 1.2, "": 1.5, "strong": 2.0}
LEVELS: Final = {"soft": 0.2, "loud": 0.8, "full": 1.0, "half": 0.5}
_MOST_DECIBELS: Final = 60
UNMUTED: Final[Mapping[Sound, float]] = {"music": MUSIC_VOLUME, "clips": 1.0}


def set_clips_volume(wish: Wish, context: Context) -> Sequence[Operation]:
    volume = level(wish)
    if volume is None and wish.only:
        return [RemoveMusic()] if context.has_music else []
    if volume is None:
        raise Unclear("how loud")
    return [SetVolume(target="clips", volume=volume, **asdict(span)) for span in take_spans(wish, context)]


def louder(wish: Wish, context: Context) -> Sequence[Operation]:
    return _turn(wish, context, louder=True)


def quieter(wish: Wish, context: Context) -> Sequence[Operation]:
    return _turn(wish, context, louder=False)


def _turn(wish: Wish, context: Context, *, louder: bool) -> Sequence[Operation]:
    if wish.take_words("complaint.sound"):
        wish.take_words("someone", "speech", "target.sound", "target.everything")
    parts = _parts(wish, context)
    settled = wish.take_if(Share, lambda share: share.settled)
    named = wish.take_word("level.full", "level.half")
    if settled or named:
        volume = settled.factor if settled else LEVELS[named or ""]
        return [SetVolume(**part, volume=volume) for part in parts]
    factor = _factor(wish, louder=louder)
    return [ChangeVolume(**part, factor=round(factor, 4)) for part in parts]


def _factor(wish: Wish, *, louder: bool) -> float:
    part = _share(wish)
    if part is not None:
        if not louder and part >= 1:
            raise Unclear
        return 1 + part if louder else 1 - part
    decibels = wish.take_if(Decibels, lambda gain: gain.amount <= _MOST_DECIBELS)
    if decibels:
        return float(10 ** ((decibels.amount if louder else -decibels.amount) / 20))
    step = STEPS[wish.take_word("degree") or ""]
    return step if louder else 1 / step


def _share(wish: Wish) -> float | None:
    change, bare, factor = wish.take(By), wish.take(Share), wish.take(Factor)
    if change or bare:
        return change.share if change else bare.factor if bare else None
    if factor:
        return factor.value - 1
    return 0.5 if wish.take_words("half") else None


def halve(wish: Wish, context: Context) -> Sequence[Operation]:
    return _by(0.5, wish, context)


def multiply(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Double the volume"."""
    factor = wish.take(Factor)
    if factor is None or not factor.value:
        raise Unclear("how loud")
    return _by(factor.value, wish, context)


def _by(factor: float, wish: Wish, context: Context) -> Sequence[Operation]:
    return [ChangeVolume(**part, factor=factor) for part in _parts(wish, context)]


def mute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(**part, volume=0) for part in _parts(wish, context)]


def unmute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(**part, volume=UNMUTED[part["target"]]) for part in _parts(wish, context)]


def duck(wish: Wish, context: Context) -> Sequence[Operation]:
    """Lower the music while someone speaks."""
    off = bool(wish.take_words("not")) | wish.take_verb("remove", "end")
    wish.take_verb("change", "quieter", "use", "add", "should")
    take_ducking(wish)
    if wish.take_words("complaint.sound"):
        wish.take_words("someone", "speech", "target.everything", "target.audio", "too", "out")
    wish.take_words("target.music", "target.sound", "target.volume", "pronoun", "degree")
    return [Duck(on=not off)]


def take_ducking(wish: Wish) -> bool:
    ducks = wish.take_verb("duck")
    under = wish.take(UnderSpeech)
    if ducks or under:
        wish.take_verb("quieter")
        wish.take_words("target.sound", "speech", "someone", "while")
    return ducks or under is not None


def keep_as_is(wish: Wish, context: Context) -> Sequence[Operation]:
    """As loud as it is, if no level is said; "just my voice" wants no music."""
    volume = level(wish)
    if volume is not None:
        return [SetVolume(target="clips", volume=volume)]
    return [RemoveMusic()] if wish.only and context.has_music else []


def fade(wish: Wish, context: Context) -> Sequence[Operation]:
    if not wish.target and context.target == "title":
        raise Unclear("whether the title, the picture or the sound fades")
    removing = wish.take_verb("remove")
    in_ms, out_ms = fades(wish, wish.take_made(fade_time))
    if in_ms is None and out_ms is None:
        raise Unclear
    if removing:
        in_ms, out_ms = (None if in_ms is None else 0), (None if out_ms is None else 0)
    clips = each(take_clips(wish, context))
    sounds = _sounds(wish, context, clips != [None])
    return [Fade(target=sound, clip=clip, in_ms=in_ms, out_ms=out_ms) for sound in sounds for clip in clips]


def no_fade(wish: Wish, context: Context) -> Sequence[Operation]:
    in_ms, out_ms = fades(wish)
    nothing_there = wish.target == "music" and not context.has_music
    if context.new_music or nothing_there or (in_ms is None and out_ms is None):
        return []
    no_in, no_out = (None if ms is None else 0 for ms in (in_ms, out_ms))
    return [Fade(target=heard(wish.target, context), in_ms=no_in, out_ms=no_out)]


def fades(wish: Wish, apart: Fading | None = None) -> tuple[int | None, int | None]:
    """How long to fade in and out, None where that is not asked for; `apart` is what else was said of it."""
    lengths: dict[Way, int] = {}
    while fading := wish.take(Fading):
        told = fading.told(apart) if apart else fading
        if told is None or not told.ways:
            raise Unclear
        lengths |= dict.fromkeys(told.ways, _usual(wish) if told.ms is None else told.ms)
    if lengths:
        wish.take_words("each", "slowly")
    return lengths.get("in"), lengths.get("out")


def _usual(wish: Wish) -> int:
    return 2 * FADE_MS if wish.has("slowly") else FADE_MS


class _Part(TypedDict):
    """Of what is heard: which sound, of which clip, from when to when."""

    target: Sound
    clip: int | None
    start_ms: int | None
    end_ms: int | None


def _parts(wish: Wish, context: Context) -> list[_Part]:
    of_clips = names_clips(wish, context)
    unnamed = not (wish.target or context.target or of_clips)
    spans = take_spans(wish, context)
    if unnamed and context.has_music and spans[0].start_ms is not None:
        raise Unclear("the music or the clips' own sound")
    sounds = _sounds(wish, context, of_clips or spans[0].clip is not None)
    return [
        _Part(target=sound, clip=span.clip, start_ms=span.start_ms, end_ms=span.end_ms)
        for sound in sounds
        for span in spans
    ]


def _sounds(wish: Wish, context: Context, of_clips: bool) -> list[Sound]:
    if wish.target == "all":
        return ["music", "clips"] if context.has_music else ["clips"]
    return ["clips" if of_clips else heard(wish.target or context.target, context)]


def heard(target: str, context: Context) -> Sound:
    if target in ("music", "file"):
        return "music"
    if target in ("sound", "video", "clip", "clip sound"):
        return "clips"
    return "music" if context.has_music else "clips"


def level(wish: Wish) -> float | None:
    """A volume said as such: 35%, "at half volume", "quietly", "volume 30"."""
    share = wish.take(Share)
    if share:
        return share.factor
    named = wish.take_word("level")
    if named:
        wish.take_words("degree")
        return LEVELS[named]
    if wish.take_words("half"):
        return LEVELS["half"]
    number = wish.take_if(Number, lambda n: 10 <= n.value <= 200 or 0 < n.value < 1)
    if number is None:
        return None
    return number.value / 100 if number.value >= 10 else number.value
