"""What could have been said instead, in the speaker's own words."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from mcp_nemo.engine.director.forms import Form, forms
from mcp_nemo.engine.director.lexicon import LANGUAGES, language_data
from mcp_nemo.engine.director.pieces import (
    Angle,
    Backing,
    By,
    Clips,
    Color,
    Duration,
    Factor,
    Fading,
    File,
    From,
    Length,
    MatchPicture,
    OnBeats,
    Piece,
    Portion,
    Quote,
    Ratio,
    Share,
    Stretch,
    Tempo,
    Tint,
    UnderSpeech,
    Until,
    Value,
    Word,
)
from mcp_nemo.engine.director.recognise import recognise
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.slots import SlotValue
from mcp_nemo.engine.director.tokens import tokenise

MOST: Final = 3


def language_of(text: str) -> str:
    """What stands in quotes may be in any."""
    said = "".join(token.text for token in tokenise(text) if token.kind == "word")
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in said) else "en"


def nearest_forms(text: str, scene: Scene) -> tuple[str, ...]:
    """The forms that share most with what was said, filled with its own words, best first."""
    return nearest(text, recognise(text, scene.media), scene)


def nearest(text: str, pieces: Sequence[Piece], scene: Scene) -> tuple[str, ...]:
    language = language_of(text)
    wanted = _meanings(pieces)
    own = _own_values(pieces, scene)
    possible = [pair for pair in _forms_and_meanings(language) if _is_for(scene, pair[0])]
    ranked = sorted(possible, key=lambda pair: _distance(wanted, pair[1]))
    near = [form for form, meanings in ranked[:MOST] if wanted & meanings]
    return tuple(dict.fromkeys(form.filled(own, language) for form in near or _samples()))


def _is_for(scene: Scene, form: Form) -> bool:
    """Whether there is what the form speaks of."""
    match form.given:
        case "scored":
            return bool(scene.title_texts) if form.about == "titles" else scene.has_music
        case "three":
            return len(scene.draft.video.clips) > 1
        case "film":
            return len(scene.draft.video.clips) > 1 and scene.has_music
        case "song":
            return bool(scene.audio_files)
        case "waiting":
            return bool(scene.waiting_pictures)
        case "subtitled":
            return bool(scene.subtitle_files)
        case "branded":
            return bool(scene.overlay_names)
        case "sound":
            return not scene.draft.video.clips
    return True


def _samples() -> list[Form]:
    """One form on each subject, for where nothing comes near."""
    first: dict[str, Form] = {}
    for form in forms():
        first.setdefault(form.about, form)
    return list(first.values())


def _distance(wanted: frozenset[str], has: frozenset[str]) -> tuple[int, int]:
    """Most in common first, words before values; of those, least beside it."""
    shared = wanted & has
    return -len(shared) - 2 * sum(meaning.islower() for meaning in shared), len(has - wanted)


@cache
def _forms_and_meanings(language: str) -> tuple[tuple[Form, frozenset[str]], ...]:
    return tuple((form, _meanings(recognise(form.example(language), ()))) for form in forms())


def _meanings(pieces: Sequence[Piece]) -> frozenset[str]:
    return frozenset(meaning for piece in pieces for meaning in _meaning(piece.value))


def _meaning(value: Value) -> Iterator[str]:
    if isinstance(value, Word):
        for sense in value.senses:
            category = sense.partition(".")[0]
            if category in _BY_SENSE and sense not in _COMMON:
                yield sense
            elif category in _BY_CATEGORY:
                yield category
    elif isinstance(value, _TELLING):
        yield type(value).__name__


_COMMON: Final = frozenset({"verb.change", "verb.add", "verb.show", "verb.use", "target.video"})
_BY_SENSE: Final = frozenset({"verb", "target", "speed", "fit", "backdrop"})
_BY_CATEGORY: Final = frozenset(
    {
        "mood",
        "style",
        "crossfade",
        "aspect",
        "rotate",
        "axis",
        "zoom",
        "look",
        "tone",
        "version",
        "size",
        "sequence",
    }
)
_TELLING: Final = (
    Angle,
    Backing,
    By,
    Clips,
    Color,
    Duration,
    Factor,
    Fading,
    File,
    From,
    Length,
    MatchPicture,
    OnBeats,
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


def _own_values(pieces: Sequence[Piece], scene: Scene) -> Mapping[str, SlotValue]:
    own: dict[str, SlotValue] = {}
    if scene.audio_files:
        own["song"] = scene.audio_files[0].name
    if scene.waiting_pictures:
        own["picture"] = scene.waiting_pictures[0].name
    if scene.subtitle_files:
        own["subtitles"] = scene.subtitle_files[0].name
    count = len(scene.draft.video.clips)
    for piece in pieces:
        if isinstance(piece.value, Clips) and any(number > count for number in piece.value.numbers):
            continue
        for name, value in _slots_in(piece.value):
            own.setdefault(name, value)
    return own


def _slots_in(value: Value) -> Iterator[tuple[str, SlotValue]]:
    match value:
        case Quote(text=quoted) if quoted and "\n" not in quoted and '"' not in quoted:
            yield "text", quoted
        case Share(factor=factor) | By(share=factor):
            yield "level", factor
            yield "amount", factor
        case Length(ms=ms) | Duration(ms=ms) if ms:
            yield "seconds", ms
        case Factor(value=factor) if factor:
            yield "factor", factor
        case Color(code=code) if code in _named_colors():
            yield "color", code
        case Stretch(start_ms=start, end_ms=int(end)) if 0 <= start < end:
            yield "start", start
            yield "end", end
        case Clips(numbers=(number, *_)) if number > 0:
            yield "clip", number
        case Word() as word:
            for category in ("mood", "style", "place", "size"):
                if (sense := word.sense(category)) and sense not in _NOT_SAID:
                    yield category, sense.partition(".")[2]


_NOT_SAID: Final = frozenset({"place.middle", "size.larger", "size.smaller"})


@cache
def _named_colors() -> frozenset[str]:
    return frozenset.intersection(*(frozenset(language_data(language)["color"]) for language in LANGUAGES))
