"""What can be said, and what could have been said instead."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from mcp_nemo.engine.director.lexicon import LANGUAGES, language_data
from mcp_nemo.engine.director.pieces import (
    Duration,
    File,
    From,
    Gain,
    Length,
    MatchPicture,
    Piece,
    Quote,
    Stretch,
    Until,
    Value,
    Volume,
    Word,
)
from mcp_nemo.engine.director.recognise import recognise

MOST_SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence that is surely understood, with places for the speaker's own words."""

    template: str
    language: str
    examples: Mapping[str, str]

    @property
    def example(self) -> str:
        return self.filled({})

    def filled(self, words: Mapping[str, str]) -> str:
        return self.template.format_map({**self.examples, **words})


@cache
def forms() -> tuple[Form, ...]:
    return tuple(form for language in LANGUAGES for form in _forms_of(language))


def _forms_of(language: str) -> Iterator[Form]:
    help_data = language_data(language)["help"]
    for template in help_data["forms"]:
        yield Form(template, language, help_data["examples"])


def abilities(language: str = "en") -> str:
    lines = [f"- {form.example}" for form in forms() if form.language == language]
    return "\n".join([str(language_data(language)["help"]["heading"]), *lines])


def nearest(text: str, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The forms that share most with what was said, filled with its own words, best first."""
    language = "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else "en"
    wanted = _meanings(pieces)
    own_words = _own_words(text, pieces)
    ranked = sorted(_forms_and_meanings(language), key=lambda pair: -len(wanted & pair[1]))
    return tuple(form.filled(own_words) for form, _ in ranked[:MOST_SUGGESTIONS])


@cache
def _forms_and_meanings(language: str) -> tuple[tuple[Form, frozenset[str]], ...]:
    return tuple(
        (form, _meanings(recognise(form.example, ()))) for form in forms() if form.language == language
    )


def _meanings(pieces: Sequence[Piece]) -> frozenset[str]:
    return frozenset(meaning for piece in pieces for meaning in _meaning(piece.value))


def _meaning(value: Value) -> Iterator[str]:
    if isinstance(value, Word):
        telling = [sense for sense in value.senses if sense not in _COMMON]
        yield from (sense for sense in telling if sense.startswith(("verb.", "target.")))
        yield from (sense.partition(".")[0] for sense in value.senses if sense.startswith(("mood", "style")))
    elif isinstance(value, _TELLING):
        yield type(value).__name__


_COMMON: Final = frozenset({"verb.change", "verb.add", "verb.show", "verb.use", "target.video"})
_TELLING: Final = (Duration, File, From, Gain, Length, MatchPicture, Quote, Stretch, Until, Volume)


def _own_words(text: str, pieces: Sequence[Piece]) -> dict[str, str]:
    own: dict[str, str] = {}
    for piece in pieces:
        said = text[piece.start : piece.end]
        match piece.value:
            case Quote(text=quoted) if quoted:
                own.setdefault("text", quoted)
            case File():
                own.setdefault("file", said)
            case Volume(factor=factor):
                own.setdefault("level", f"{factor:.0%}")
            case Word() as word if word.sense("mood"):
                own.setdefault("mood", said.lower())
    return own
