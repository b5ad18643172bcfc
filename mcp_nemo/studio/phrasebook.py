"""The backend's window talk and what to say instead: `phrasebook.toml`, read into patterns."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from pydantic import BaseModel


class _Rule(BaseModel):
    say: list[str]
    instead: str


class _Language(BaseModel):
    gap: str
    word: str
    stop: list[str]
    before: frozenset[str]
    pieces: dict[str, list[str]]
    advice: list[_Rule] = []
    anywhere: list[_Rule] = []


class _Words(BaseModel):
    """What `phrasebook.toml` holds."""

    strong: list[str]
    labels: dict[str, list[str]]
    en: _Language
    zh: _Language


@cache
def _words() -> _Words:
    return _Words.model_validate(
        tomllib.loads(files(__package__).joinpath("phrasebook.toml").read_text("utf-8"))
    )


@cache
def _tools() -> Mapping[str, str]:
    return {label: tool for tool, labels in _words().labels.items() for label in labels}


def tool_for(written: str) -> str:
    """The tool for what is written on a button: that of the longest label it begins with, or none."""
    label = _label().match(written.strip(_MARKS).lower())
    return _tools()[label[0]] if label else ""


@cache
def _label() -> re.Pattern[str]:
    return re.compile(_any(_tools()) + _EDGE)


@cache
def tool_names() -> re.Pattern[str]:
    """The tools as a translation names them, in a group."""
    return re.compile(f"`({'|'.join([*_words().labels, 'send_edit'])})`")


_MARKS: Final = "*_`\"'“”‘’「」『』【】《》"
_OPEN: Final = r"""(?:\*\*|__|[*_`"'“‘「『【《])"""
_CLOSE: Final = r"""(?:\*\*|__|[*_`"'”’」』】》])"""
_MARKED: Final = rf"(?:{_OPEN}{{2}}[^{_MARKS}\n]{{1,40}}{_CLOSE}{{2}}|{_OPEN}[^{_MARKS}\n]{{1,40}}{_CLOSE})"
_EDGE: Final = "(?:(?<![A-Za-z0-9])|(?!['’]?[A-Za-z0-9]))"
"""Not in the middle of an English word."""

_ELEMENT: Final = re.compile(r"(?P<gap> ?)(?:\{(?P<piece>\w+)(?P<optional>\??)\}|(?P<text>[^ {]+))")


class Saying:
    """A template of window talk, and what to say instead."""

    def __init__(self, template: str, rule: _Rule, language: _Language, before: frozenset[str]) -> None:
        self._template = template
        self._language = language
        self._before = before
        self.instead = rule.instead

    def match(self, text: str, start: int) -> re.Match[str] | None:
        found = self._pattern.match(text, start)
        return found if found and self._may_follow(text[max(0, start - _REACH_BACK) : start]) else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Of bounded reach; compiled only when its opening is met."""
        return re.compile(_pattern(self._template, self._language, grouped=True), re.IGNORECASE)

    def _may_follow(self, text: str) -> bool:
        """A verb is advice after certain words only: "two kids press Play" is not, nor "I can drag it"."""
        word = _LAST_WORD.search(text)
        return not self._before or not word or word[0].strip().lower().replace("’", "'") in self._before

    def openings(self) -> set[str]:
        return set(_openings_of(self._template, self._language))


_REACH_BACK: Final = 24
_LAST_WORD: Final = re.compile(r"(?:\b(?:I|me) )?[A-Za-z'’]+ *$", re.IGNORECASE)


def _pattern(template: str, language: _Language, *, grouped: bool = False) -> str:
    """With `grouped`, each piece is a group of its own name."""
    pattern = gap = ""
    for element in _ELEMENT.finditer(template):
        name = element["piece"]
        found = _piece(name, language) if name else re.escape(element["text"])
        if grouped:
            found = (f"(?P<{name}>{found})" if name else found) + _EDGE
        found = f"{gap if element['gap'] else ''}{found}"
        if not element["optional"]:
            pattern += found
            gap = language.gap
        elif gap:
            pattern += f"(?:{found})?"
        else:
            pattern += f"(?:{found}{language.gap})?"
    return pattern


def _piece(name: str, language: _Language) -> str:
    match name:
        case "word":
            return rf"(?!{_any(language.stop)}{_EDGE}){language.word}" if language.stop else language.word
        case "label":
            return rf"(?:{_MARKED}|{_any(_tools())})"
        case "named":
            return rf"(?:{_MARKED}|{_any(_strong())}|(?-i:{_any(_capitalised())}))"
        case "Name":
            return _MARKED
    return f"(?:{'|'.join(_pattern(spelling, language) for spelling in language.pieces[name])})"


def _openings_of(template: str, language: _Language) -> Iterator[str]:
    """The first words of all that the template stands for; "" for words in marks."""
    for element in _ELEMENT.finditer(template):
        if element["text"]:
            yield element["text"].strip(",").lower()
        elif element["piece"] == "label":
            yield from ["", *_tools()]
        else:
            for spelling in language.pieces[element["piece"]]:
                yield from _openings_of(spelling, language)
        if not element["optional"]:
            return


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"


def _strong() -> list[str]:
    return [label for label in _tools() if label.startswith(tuple(_words().strong))]


def _capitalised() -> list[str]:
    return [form for label in _tools() if label.isascii() for form in (label.capitalize(), label.title())]


@cache
def sayings() -> Mapping[str, Sequence[Saying]]:
    """What may be said, by its first word; under "" what may begin with a word in marks."""
    found: dict[str, list[Saying]] = {}
    for language in (_words().en, _words().zh):
        rules = [(rule, language.before) for rule in language.advice]
        rules += [(rule, frozenset()) for rule in language.anywhere]
        for rule, before in rules:
            for saying in (Saying(template, rule, language, before) for template in rule.say):
                for opening in saying.openings():
                    found.setdefault(opening, []).append(saying)
    return found


INERT: Final = (
    r"```[\s\S]*?(?:```|\Z)|`[^`\n]+`|\[[^\[\]\n]*\]\([^()\s]*\)|https?://\S+"
    r"""|"[^"\n]*"|“[^“”\n]*”|「[^「」\n]*」|『[^『』\n]*』|《[^《》\n]*》|'(?<!\w')[^'\n]*'(?!\w)"""
)
"""Code, links and quotations, as a regular expression: nobody is spoken to in them."""


@cache
def openings() -> re.Pattern[str]:
    """Where window talk may begin, and what it cannot begin inside of."""
    chinese = _any(word for word in sayings() if not word.isascii())
    english = _any(word for word in sayings() if word and word.isascii())
    return re.compile(rf"(?P<inert>{INERT})|{chinese}|(?<![A-Za-z0-9'’])(?ai:{english})(?![A-Za-z0-9])")
