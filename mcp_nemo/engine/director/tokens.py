"""Text cut into tokens: words, numbers, clock times, file names, quotations, single Chinese characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["word", "number", "clock", "ratio", "file", "color", "quote"]

_CLOSING: Final = {
    '"': '"',
    "“": '”“"',
    "„": "“”",
    "”": "”",
    "「": "」",
    "『": "』",
    "«": "»",
    "《": "》",
    "‘": "’",
    "'": "'",
    "`": "`",
}
_APOSTROPHES: Final = "'‘’`"
_HAN: Final = "\u3007\u3400-\u9fff\uf900-\ufaff"
_SUFFIXES: Final = "mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac|flac|ogg|srt|vtt"
_TOKEN: Final = re.compile(
    rf"(?P<file>[a-z0-9_][a-z0-9_-]*\.(?:{_SUFFIXES})(?![a-z0-9]))"
    r"|(?P<color>#[0-9a-f]{6}(?![0-9a-f]))"
    r"|(?P<ratio>(?:[1-9]\d?(?:\.\d+)?):[1-9](?!\d))"
    rf"|(?P<clock>\d{{1,2}}(?::\d{{2}}){{1,2}}(?:\.\d+|,\d{{1,3}}(?![\d:]))?)"
    rf"|(?P<number>\d{{1,9}}(?:\.\d{{1,9}}|,\d{{1,2}}(?=\s?(?:s|secs?|seconds?|秒|%)(?![a-z])))?|\.\d{{1,9}})"
    rf"|(?P<word>[{_HAN}]|[^\W\d_{_HAN}]+(?:'[^\W\d_{_HAN}]+)?|\n|[^\w\s]|_)"
)
_FILE: Final = re.compile(rf"[^\n]+\.(?:{_SUFFIXES})")
# "1. ", "- " at the head of a line, "2) " behind a stop, and the "'s" of "clip 2's" and "the clips'".
_SILENT: Final = re.compile(
    r"(?m)^[^\S\n]*(?:[-*•]|\d{1,2}[.)])[^\S\n]+|(?<=[,;:.]\s)\(?\d{1,2}\)[^\S\n]+|(?<=\d)'s\b|(?<=[a-z]s)'(?=\s)"
)
_INNER_HYPHEN: Final = re.compile(r"(?<=[a-z])-(?=[a-z])|(?<=\d)-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Token:
    """`start` and `end` count characters of the text as it was given."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenise(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    for quote in _quotes(text):
        tokens += _plain(text, at, quote.start)
        named = _FILE.fullmatch(quote.text.lower())
        tokens += _plain(text, quote.start + 1, quote.end - 1) if named else [quote]
        at = quote.end
    return tokens + list(_plain(text, at, len(text)))


def normalise(text: str) -> str:
    """Lower case, half-width, one kind of apostrophe; every character stays where it is."""
    normal = "".join(_normal(character) for character in text)
    return _INNER_HYPHEN.sub(" ", _SILENT.sub(lambda found: " " * len(found[0]), normal))


def _normal(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        character = chr(code - 0xFEE0)
    lower = character.lower()
    return "'" if lower in "’‘" else lower if len(lower) == 1 else character


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    for found in _TOKEN.finditer(normalise(text[start:end])):
        yield Token(_kind(found), found[0], start + found.start(), start + found.end())


def _kind(found: re.Match[str]) -> Kind:
    kinds: tuple[Kind, ...] = ("file", "color", "ratio", "clock", "number")
    return next((kind for kind in kinds if found[kind]), "word")


def _quotes(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        end = _closing(text, at)
        if end:
            yield Token("quote", text[at + 1 : end].strip(), at, end + 1)
            at = end
        at += 1


def _closing(text: str, start: int) -> int:
    """Where the quotation that opens at `start` is closed; 0 if none does."""
    mark = text[start]
    if mark not in _CLOSING or (mark in _APOSTROPHES and text[start - 1 : start].isalnum()):
        return 0
    for end in range(start + 1, len(text)):
        if text[end] not in _CLOSING[mark]:
            continue
        if text[end] in _APOSTROPHES and text[end + 1 : end + 2].isalnum():
            continue
        return end
    return 0
