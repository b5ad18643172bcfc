"""What the backend says, in the words of a place without a window.

The backend speaks as if its reader sat before an editor: "click the Export button in the top right". Such
words become the tool they come to; everything else stays, letter for letter. Nothing here obeys a reply.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from pydantic import BaseModel

# No reply is this long; what comes after it passes as it is.
_LONGEST: Final = 100_000
_REACH_BACK: Final = 24


@dataclass(frozen=True, slots=True)
class Translated:
    """`mentions` are the tools that the reply comes to, in the order it does."""

    text: str
    mentions: tuple[str, ...] = ()


def translate(reply: str) -> Translated:
    text = clean(reply)
    said: list[str] = []
    mentions: dict[str, None] = {}
    at = told = 0
    while found := _openings().search(text, at, _LONGEST):
        at = found.end()
        if talk := _window_talk(text, found):
            said += [text[told : found.start()], talk.instead]
            mentions |= dict.fromkeys(_mentioned().findall(talk.instead))
            at = told = talk.end
    return Translated("".join([*said, text[told:]]), tuple(mentions))


def clean(text: str) -> str:
    """Without terminal escapes, control characters, and marks that turn or hide text."""
    return _UNSEEN.sub("", _ESCAPE.sub("", _LINE_END.sub("\n", text)))


_LINE_END: Final = re.compile("\r\n?")
_ESCAPE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[ -/]+[0-~]"
)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class _WindowTalk:
    """What to say instead of the text up to `end`."""

    end: int
    instead: str


def _window_talk(text: str, opening: re.Match[str]) -> _WindowTalk | None:
    key = "" if opening["inert"] else opening[0].lower()
    for saying in _sayings()[key]:
        found = saying.pattern.match(text, opening.start())
        if found and saying.may_follow(text[max(0, found.start() - _REACH_BACK) : found.start()]):
            pieces = found.groupdict()
            written = pieces.get("label") or pieces.get("named")
            tool = _tool(written) if written else ""
            if tool or not written:
                instead = saying.instead.format_map({**pieces, "tool": f"`{tool}`"})
                following = text[found.end() : found.end() + 1]
                return _WindowTalk(found.end(), _inflected(instead, like=found[0], following=following))
    return None


def _tool(written: str) -> str:
    """The tool for what is written on a button: that of the longest label it begins with."""
    label = _label().match(written.strip(_MARKS).lower())
    return _tools()[label[0]] if label else ""


def _inflected(instead: str, *, like: str, following: str) -> str:
    verb = like.split(maxsplit=1)[0]
    if verb.endswith("ing") and instead.startswith("use "):
        instead = f"using {instead.removeprefix('use ')}"
    if verb[0].isupper():
        instead = instead[0].upper() + instead[1:]
    # Chinese goes on without the space that code needs around it.
    return f"{instead} " if instead.endswith("`") and following.isalnum() else instead


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
    """What `wording.toml` holds."""

    strong: list[str]
    labels: dict[str, list[str]]
    en: _Language
    zh: _Language


@cache
def _words() -> _Words:
    return _Words.model_validate(
        tomllib.loads(files(__package__).joinpath("wording.toml").read_text("utf-8"))
    )


@cache
def _tools() -> Mapping[str, str]:
    return {label: tool for tool, labels in _words().labels.items() for label in labels}


@cache
def _label() -> re.Pattern[str]:
    return re.compile(_any(_tools()) + _EDGE)


@cache
def _mentioned() -> re.Pattern[str]:
    return re.compile(f"`({'|'.join([*_words().labels, 'send_edit'])})`")


_MARKS: Final = "*_`\"'“”‘’「」『』【】《》"
_OPEN: Final = r"""(?:\*\*|__|[*_`"'“‘「『【《])"""
_CLOSE: Final = r"""(?:\*\*|__|[*_`"'”’」』】》])"""
_MARKED: Final = rf"(?:{_OPEN}{{2}}[^{_MARKS}\n]{{1,40}}{_CLOSE}{{2}}|{_OPEN}[^{_MARKS}\n]{{1,40}}{_CLOSE})"
_EDGE: Final = "(?:(?<![A-Za-z0-9])|(?![A-Za-z0-9]))"
"""Not in the middle of an English word."""

_ELEMENT: Final = re.compile(r"(?P<gap> ?)(?:\{(?P<piece>\w+)(?P<optional>\??)\}|(?P<text>[^ {]+))")


class _Saying:
    """A template of window talk, and what to say instead."""

    def __init__(self, template: str, rule: _Rule, language: _Language, before: frozenset[str]) -> None:
        self._template = template
        self._language = language
        self._before = before
        self.instead = rule.instead

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Of bounded reach; compiled only when its opening is met."""
        return re.compile(_pattern(self._template, self._language, grouped=True), re.IGNORECASE)

    def may_follow(self, text: str) -> bool:
        """A verb is advice after certain words only: "two kids press play" is not."""
        word = _LAST_WORD.search(text)
        return not self._before or not word or word[0].strip().lower().replace("’", "'") in self._before

    def openings(self) -> set[str]:
        return set(_openings_of(self._template, self._language))


_LAST_WORD: Final = re.compile(r"[A-Za-z'’]+ *$")


def _pattern(template: str, language: _Language, *, grouped: bool = False) -> str:
    """With `grouped`, each piece is a group of its own name."""
    pattern = gap = ""
    for element in _ELEMENT.finditer(template):
        name = element["piece"]
        found = (_piece(name, language) if name else re.escape(element["text"])) + _EDGE
        found = f"(?P<{name}>{found})" if name and grouped else found
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
def _sayings() -> Mapping[str, Sequence[_Saying]]:
    """What may be said, by how it opens."""
    sayings: dict[str, list[_Saying]] = {}
    for language in (_words().en, _words().zh):
        rules = [(rule, language.before) for rule in language.advice]
        rules += [(rule, frozenset()) for rule in language.anywhere]
        for rule, before in rules:
            for saying in (_Saying(template, rule, language, before) for template in rule.say):
                for opening in saying.openings():
                    sayings.setdefault(opening, []).append(saying)
    return sayings


INERT: Final = (
    r"```[\s\S]*?(?:```|\Z)|`[^`\n]+`|\[[^\[\]\n]*\]\([^()\s]*\)|https?://\S+"
    r"""|"[^"\n]*"|“[^“”\n]*”|「[^「」\n]*」|『[^『』\n]*』|《[^《》\n]*》|'(?<!\w')[^'\n]*'(?!\w)"""
)
"""Code, links and quotations, as a regular expression: nobody is spoken to in them."""


@cache
def _openings() -> re.Pattern[str]:
    """Where window talk may begin, and what it cannot begin inside of."""
    openings = sorted(filter(None, _sayings()), key=len, reverse=True)
    chinese = _any(opening for opening in openings if not opening.isascii())
    english = "|".join(f"[{o[0]}{o[0].upper()}]{re.escape(o[1:])}" for o in openings if o.isascii())
    return re.compile(rf"(?P<inert>{INERT})|{chinese}|(?<![A-Za-z0-9'’])(?:{english})(?![A-Za-z0-9])")
