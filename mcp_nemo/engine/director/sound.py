"""Levels and fades, of the music and of the clips' own sound."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import Decibels, Duration, Edge, Gain, Length, Number, Stretch, Volume
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import FADE_MS, MUSIC_VOLUME, ChangeVolume, Fade, Operation, SetVolume, Sound

STEPS: Final = {"slight": 1.2, "": 1.5, "strong": 2.0}


LEVELS: Final = {"soft": 0.2, "loud": 0.8, "full": 1.0, "half": 0.5}


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
    share = wish.take(Gain)
    bare = wish.take(Volume)
    decibels = wish.take(Decibels)
    gain = wish.take_word("gain")
    degree = wish.take_word("degree") or ""
    if share or bare:
        part = share.share if share else bare.factor if bare else 0
        if not louder and part >= 1:
            raise Unclear
        return 1 + part if louder else 1 - part
    if decibels:
        return float(10 ** ((decibels.amount if louder else -decibels.amount) / 20))
    step = 2.0 if gain else STEPS[degree]
    return step if louder else 1 / step


def mute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target=target, volume=0) for target in _all_heard(wish, context)]


def unmute(wish: Wish, context: Context) -> Sequence[Operation]:
    return [SetVolume(target=target, volume=UNMUTED[target]) for target in _all_heard(wish, context)]


def keep_as_is(wish: Wish, context: Context) -> Sequence[Operation]:
    return []


def fade(wish: Wish, context: Context) -> Sequence[Operation]:
    removing = wish.take_verb("remove")
    in_ms, out_ms = fades(wish)
    if removing:
        in_ms, out_ms = (None if in_ms is None else 0), (None if out_ms is None else 0)
    if in_ms is None and out_ms is None:
        raise Unclear
    return [Fade(target=target, in_ms=in_ms, out_ms=out_ms) for target in _all_heard(wish, context)]


FADES: Final = ("verb.fade_in", "verb.fade_out", "verb.fade_both", "verb.fade")


def no_fade(wish: Wish, target: str, context: Context) -> Sequence[Operation]:
    ins, outs = _fade_sides(wish)
    wish.take(Edge)
    if context.new_music or not (ins or outs):
        return []
    return [Fade(target=heard(target, context), in_ms=0 if ins else None, out_ms=0 if outs else None)]


def fades(wish: Wish) -> tuple[int | None, int | None]:
    """How long to fade in and out; None where that is not asked for."""
    if not wish.has(*FADES):
        return None, None
    ins, outs = _fade_sides(wish)
    edge = wish.take(Edge)
    side = edge.side if edge else wish.take_word("edge")
    stretch = wish.take_if(Stretch, lambda s: s.start_ms == 0 or s.end_ms is None)
    length = wish.take(Length) or wish.take(Duration)
    if stretch:
        side = "start" if stretch.start_ms == 0 else "end"
    if not (ins or outs):
        ins, outs = side in ("start", "both"), side in ("end", "both")
    if not (ins or outs) or (side == "start" and not ins) or (side == "end" and not outs):
        raise Unclear
    ms = length.ms if length else _stretch_length(stretch) if stretch else FADE_MS
    return (ms if ins else None), (ms if outs else None)


def _fade_sides(wish: Wish) -> tuple[bool, bool]:
    both = bool(wish.take_words("verb.fade_both"))
    ins, outs = bool(wish.take_words("verb.fade_in")), bool(wish.take_words("verb.fade_out"))
    wish.take_verb("fade_both", "fade_in", "fade_out", "fade")
    wish.take_words("each")
    return both or ins, both or outs


def _stretch_length(stretch: Stretch) -> int:
    return -stretch.start_ms if stretch.end_ms is None else stretch.end_ms - stretch.start_ms


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
        return LEVELS[named]
    number = wish.take_if(Number, lambda n: 10 <= n.value <= 200 or 0 < n.value < 1)
    if number is None:
        return None
    return number.value / 100 if number.value >= 10 else number.value
