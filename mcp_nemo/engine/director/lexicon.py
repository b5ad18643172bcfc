"""What words mean, read from `words/*.toml` and from the moods and styles of the music."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mcp_nemo.engine.director.spelling import corrected
from mcp_nemo.engine.director.tokens import Token, tokenise
from mcp_nemo.engine.music.moods import MOODS, STYLES

LANGUAGES: Final = ("en", "zh")
"""Each has its file in `words/` and its column in `words/forms.toml`."""
APART: Final = "…"
"""In a spelling: what the verb is done to may stand here ("turn … up")."""

_ENDINGS: Final = (("'s", ""), ("s", ""), ("es", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"))
_SHORTEST_INFLECTED: Final = 4

Senses = tuple[str, ...]
Phrase = tuple[str, ...]


class Lexicon:
    """Phrases and their senses; a sense is "category.value", or a category alone.

    `others` are words that mean nothing here, and are no slips of words that do.
    """

    def __init__(self, entries: Iterable[tuple[str, str]], others: Iterable[str] = ()) -> None:
        senses: dict[Phrase, set[str]] = {}
        self._apart: dict[str, list[tuple[Phrase, str]]] = {}
        for spelling, sense in entries:
            senses.setdefault(phrase(spelling.replace(APART, " ")), set()).add(sense)
            head, _, particle = spelling.partition(APART)
            if particle:
                self._apart.setdefault(head.strip(), []).append((phrase(particle), sense))
        self._senses: Mapping[Phrase, Senses] = {key: tuple(sorted(value)) for key, value in senses.items()}
        self._longest: dict[str, int] = {}
        for words in self._senses:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))
        self._vocabulary = frozenset(word for words in self._senses for word in words)
        self._others = frozenset(others)

    def spelled(self, token: Token) -> Token:
        """The token as it was meant to be written, if that is beyond doubt."""
        if token.kind != "word" or token.text in self._others:
            return token
        if any(form in self._vocabulary for form in _forms(token.text)):
            return token
        return replace(token, text=corrected(token.text, self._vocabulary) or token.text)

    def match(self, tokens: Sequence[Token], at: int) -> tuple[Senses, int] | None:
        """The longest phrase that begins here, and how many tokens it takes."""
        starts = [form for form in _forms(tokens[at].text) if form in self._longest]
        for length in range(max((self._longest[form] for form in starts), default=0), 0, -1):
            window = tokens[at : at + length]
            if len(window) == length and (found := self._find(window)):
                return found, length
        return None

    def particles(self, head: str) -> list[tuple[Phrase, str]]:
        """What may follow this verb at a distance, longest first, and what the two then mean."""
        found = [pair for form in _forms(head) for pair in self._apart.get(form, ())]
        return sorted(found, key=lambda pair: -len(pair[0]))

    def _find(self, window: Sequence[Token]) -> Senses | None:
        """Only the first and the last word of a phrase may be inflected ("fades out", "clips")."""
        if any(token.kind == "quote" for token in window):
            return None
        first, *rest = [token.text for token in window]
        for head in _forms(first):
            for last in _forms(rest[-1]) if rest else ("",):
                words = (head, *rest[:-1], last) if rest else (head,)
                if words in self._senses:
                    return self._senses[words]
        return None


def phrase(spelling: str) -> Phrase:
    return tuple(token.text for token in tokenise(spelling))


@cache
def lexicon() -> Lexicon:
    entries = (*_music_words(), *(pair for language in LANGUAGES for pair in _words(language)))
    return Lexicon(entries, _others())


@cache
def language_data(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words", f"{language}.toml").read_text("utf-8"))


def _words(language: str) -> Iterator[tuple[str, str]]:
    for category, by_value in language_data(language).items():
        for value, spellings in by_value.items():
            sense = value if category == "plain" else f"{category}.{value}"
            yield from ((spelling, sense) for spelling in spellings)


def _others() -> list[str]:
    lines = files(__package__).joinpath("words", "others.txt").read_text("utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _music_words() -> Iterator[tuple[str, str]]:
    for category, names in (("mood", MOODS), ("style", STYLES)):
        for name, described in names.items():
            for spelling in (name, *(word for words in described.words.values() for word in words)):
                yield spelling, f"{category}.{name}"


def _forms(word: str) -> Iterator[str]:
    """The word as it is, then without the endings English gives it."""
    yield word
    if not word.isascii() or len(word) < _SHORTEST_INFLECTED:
        return
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            yield stem + instead
            if not instead and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]
