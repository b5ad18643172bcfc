"""Levels and fades, of the music and of the clips' own sound."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.fading import fade_time
from mcp_nemo.engine.director.pieces import Decibels, Fading, Gain, Number, Volume, Way
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import FADE_MS, MUSIC_VOLUME, ChangeVolume, Fade, Operation, SetVolume, Sound

STEPS: Final = {"slight": 1.2, "": 1.5, "strong": 2.0}
LEVELS: Final = {"soft": 0.2, "loud": 0.8, "full": 1.0, "half": 0.5}
_MOST_DECIBELS: Final = 60
UNMUTED: Final[Mapping[Sound, float]] = {"music": MUSIC_VOLUME, "clips": 1.0}


def set_clips_volume(wish: Wish, context: Context) -> Sequence[Operation]:
    volume = level(wish)
    if volume is None:
        raise Unclear
    return [SetVolume(target="clips", volume=volume)]


def louder(wish: Wish, context: Context) -> Sequence[Operation]:
    return _turn(wish, context, louder=True)


def quieter(wish: Wish, context: Context) -> Sequence[Operation]:
    return _turn(wish, context, louder=False)


def _turn(wish: Wish, context: Context, *, louder: bool) -> Sequence[Operation]:
    targets = _all_heard(wish, context)
    settled = wish.take_if(Volume, lambda volume: volume.settled)
    named = wish.take_word("level.full", "level.half")
    if settled or named:
        volume = settled.factor if settled else LEVELS[named or ""]
        return [SetVolume(target=target, volume=volume) for target in targets]
    factor = _factor(wish, louder=louder)
    return [ChangeVolume(target=target, factor=round(factor, 4)) for target in targets]


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
    gain, bare = wish.take(Gain), wish.take(Volume)
    if gain or bare:
        return gain.share if gain else bare.factor if bare else None
    if wish.take_verb("double"):
        return 1.0
    return 0.5 if wish.take_words("half") else None


def double(wish: Wish, context: Context) -> Sequence[Operation]:
    return [ChangeVolume(target=target, factor=2) for target in _all_heard(wish, context)]


def halve(wish: Wish, context: Context) -> Sequence[Operation]:
    return [ChangeVolume(target=target, factor=0.5) for target in _all_heard(wish, context)]


def mute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target=target, volume=0) for target in _all_heard(wish, context)]


def unmute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target=target, volume=UNMUTED[target]) for target in _all_heard(wish, context)]


def keep_as_is(wish: Wish, context: Context) -> Sequence[Operation]:
    return []


def fade(wish: Wish, context: Context) -> Sequence[Operation]:
    removing = wish.take_verb("remove")
    in_ms, out_ms = fades(wish, wish.take_made(fade_time))
    if in_ms is None and out_ms is None:
        raise Unclear
    if removing:
        in_ms, out_ms = (None if in_ms is None else 0), (None if out_ms is None else 0)
    return [Fade(target=target, in_ms=in_ms, out_ms=out_ms) for target in _all_heard(wish, context)]


def no_fade(wish: Wish, context: Context) -> Sequence[Operation]:
    in_ms, out_ms = fades(wish)
    if context.new_music or (in_ms is None and out_ms is None):
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
        lengths |= dict.fromkeys(told.ways, FADE_MS if told.ms is None else told.ms)
    wish.take_words("each")
    return lengths.get("in"), lengths.get("out")


def _all_heard(wish: Wish, context: Context) -> list[Sound]:
    if wish.target == "all":
        return ["music", "clips"] if context.has_music else ["clips"]
    return [heard(wish.target or context.target, context)]


def heard(target: str, context: Context) -> Sound:
    if target in ("music", "file"):
        return "music"
    if target in ("sound", "video"):
        return "clips"
    return "music" if context.has_music else "clips"


def level(wish: Wish) -> float | None:
    """A volume said as such: 35%, "at half volume", "quietly", "volume 30"."""
    volume = wish.take(Volume)
    if volume:
        return volume.factor
    named = wish.take_word("level")
    if named:
        wish.take_words("degree")
        return LEVELS[named]
    number = wish.take_if(Number, lambda n: 10 <= n.value <= 200 or 0 < n.value < 1)
    if number is None:
        return None
    return number.value / 100 if number.value >= 10 else number.value
