"""How something is to be: levels, colours, in keeping with the picture, while someone speaks, on the beat."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.fading import fade_time, fade_verb
from mcp_nemo.engine.director.moments import fraction
from mcp_nemo.engine.director.pieces import (
    Backing,
    By,
    Color,
    Edge,
    Fading,
    MatchPicture,
    Number,
    OnBeats,
    Onto,
    Opacity,
    Share,
    Stretch,
    Tint,
    UnderSpeech,
    Whole,
    Width,
    Without,
)
from mcp_nemo.engine.director.reader import Reader, Rule

_OPAQUE: Final = "FF"
_TRANSLUCENT: Final = "80"


def _level_said(read: Reader) -> Share | None:
    """ "to 40%", "to half"."""
    share = read.either(_share) if read.word("share.to") else None
    return None if share is None else Share(share)


def _level_by(read: Reader) -> By | None:
    share = read.either(_share) if read.word("share.by") else None
    return None if share is None else By(share)


def _share(read: Reader) -> float | None:
    share = read.value(Share)
    return share.factor if share else fraction(read)


def _opacity(read: Reader) -> Opacity | None:
    """ "at 50% opacity", "opacity 0.5", "30% transparent", "half transparent"."""
    read.word("share.to", "with", "onto")
    noun = read.word("opacity")
    if noun:
        read.word("share.to", "time.for", "share.by", "verb.change")
    share = read.either(_share, _decimal)
    noun = noun or read.word("opacity", "translucent")
    if share is None or noun is None or share > 1:
        return None
    return Opacity(round(1 - share, 3) if noun == "translucent" else share)


def _decimal(read: Reader) -> float | None:
    number = read.value(Number)
    return number.value if number and number.value <= 1 else None


def _width(read: Reader) -> Width | None:
    """ "15% of the width", "at 20% width", 宽度15%."""
    read.word("share.to", "with")
    noun = read.word("width")
    if noun:
        read.word("share.to", "time.for", "verb.change")
    share = read.either(_share)
    read.word("time.off")
    return Width(share) if share and (noun or read.word("width")) else None


def _coloured(read: Reader) -> Color | None:
    """ "Its colour to orange", "white colour"."""
    if not read.word("tone.saturation"):
        color = read.value(Color)
        return color if color and read.word("tone.saturation") else None
    read.word("share.to", "verb.change", "verb.should")
    return read.value(Color)


def _color(read: Reader) -> Color | None:
    sense = read.word("color")
    return Color(sense.removeprefix("color.")) if sense else None


def _tint(read: Reader) -> Tint | None:
    """ "From black", "to white"."""
    side = read.word("from", "time.to")
    color = read.value(Color) if side else None
    return Tint("in" if side == "from" else "out", color.code) if color else None


def _backing(read: Reader) -> Backing | None:
    """ "on a black background", "in a half transparent white box", "no background"."""
    if read.word("not"):
        return Backing("") if read.word("backing") else None
    read.word("onto", "with")
    read.word("half")
    clear = read.word("translucent")
    color = read.value(Color)
    clear = read.word("translucent") or clear
    if not read.word("backing") or not (color or clear):
        return None
    read.word("behind")
    return Backing((color.code if color else "#000000") + (_TRANSLUCENT if clear else _OPAQUE))


def _on_color(read: Reader) -> Backing | None:
    """ "White on black", "yellow letters on blue"."""
    if not (read.follows(Color) or read.before("lettering", "target.title")):
        return None
    color = read.value(Color) if read.word("time.at") else None
    return Backing(color.code + _OPAQUE) if color else None


def _match(read: Reader) -> MatchPicture | None:
    """ "that matches the mood and pacing of my video"."""
    if not read.word("match"):
        return None
    end = 0
    while sense := read.word("feel", "target.video", "pronoun", "onto", "joint.and", "joint.comma"):
        if sense not in ("onto", "joint.and", "joint.comma"):
            end = read.at
    read.at = end
    return MatchPicture() if end else None


def _under_speech(read: Reader) -> UnderSpeech | None:
    """ "while someone is speaking", "under the voice", 有人说话时."""
    start = read.word("while", "onto", "time.for")
    if start is None:
        return None
    someone = read.word("someone")
    if not read.word("speech") or (start != "while" and someone):
        return None
    read.word("while")
    return UnderSpeech()


def _speech_first(read: Reader) -> UnderSpeech | None:
    """说话的时候."""
    read.word("someone")
    if not read.word("speech"):
        return None
    read.word("verb.show", "verb.start")
    return UnderSpeech() if read.word("while") else None


def _so_that_it_is_heard(read: Reader) -> UnderSpeech | None:
    """ "So speech remains intelligible"."""
    if not read.word("speech", "someone"):
        return None
    read.word("verb.length", "seems", "verb.keep")
    return UnderSpeech() if read.word("audible") else None


def _on_beats(read: Reader) -> OnBeats | None:
    """ "on the beat", "to the rhythm of the music"."""
    if read.word("on_beat"):
        return OnBeats()
    if not read.word("onto", "match", "time.at", "verb.sync") or not read.word("beat"):
        return None
    if read.word("onto", "time.off"):
        read.word("target.music", "pronoun")
    return OnBeats()


def _without(read: Reader) -> Without | None:
    """ "No vocals", "without drums"."""
    left_out = read.word("voices", "player", "style") if read.word("not") else None
    if left_out is None:
        return None
    return Without("voices" if left_out == "voices" else "player")


def _whole(read: Reader) -> Whole | None:
    if not read.word("whole") and not (read.word("onto") and read.word("whole")):
        return None
    read.either(lambda r: r.word("target.video", "pronoun"))
    return Whole()


def _onto(read: Reader) -> Onto | None:
    """Not "with film music"."""
    put = read.word("onto") and read.word("target.video", "pronoun") and not read.peek("target.music")
    return Onto() if put else None


def _of_the_video(read: Reader) -> Onto | None:
    """ "my video's first 3 seconds", 视频结尾: the video only says whose."""
    if read.before("uploaded") or not read.word("target.video") or read.peek("target"):
        return None
    return Onto() if read.peek("edge", "place") or read.peek_value(Stretch, Edge) else None


def _and_out(read: Reader) -> Fading | None:
    """ "Fade in 2 seconds and out 4 seconds"."""
    if not read.word("out"):
        return None
    time = read.either(lambda r: r.take(fade_time), _bare_length)
    return time.told(Fading(frozenset({"out"}))) if time else None


def _bare_length(read: Reader) -> Fading | None:
    """ "And out over 4": the seconds were said before."""
    number = read.value(Number) if read.word("time.for") else None
    return Fading(frozenset(), round(number.value * 1000)) if number else None


def _fading(read: Reader) -> Fading | None:
    """A fade and the times beside it: "a 3 second fade-out", "fade in at the start over 2 s", 最后3秒淡出."""
    before = read.take(fade_time)
    fading = read.take(fade_verb)
    if fading is None:
        return None
    fading = fading.told(before) if before else fading
    read.word("each", "every")
    while fading and (time := read.take(fade_time)):
        more = fading.told(time)
        if more is None:
            read.give_back()
            break
        fading = more
    return fading


COLORS: Final[Sequence[Rule]] = (_color,)
MANNERS: Final[Sequence[Rule]] = (
    _level_said,
    _level_by,
    _opacity,
    _width,
    _coloured,
    _tint,
    _backing,
    _on_color,
    _match,
    _under_speech,
    _speech_first,
    _so_that_it_is_heard,
    _on_beats,
    _without,
    _whole,
)
WHEREABOUTS: Final[Sequence[Rule]] = (_onto, _of_the_video)
FADES: Final[Sequence[Rule]] = (_fading, _and_out)
