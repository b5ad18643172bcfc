"""Instructions that are no edits: wishes for the file, the credits, the timeline, or an upload.

An instruction is such a wish only if each of its words is known to belong to it. Whatever else is said
may be an edit.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final, Literal

from pydantic import BaseModel

Route = Literal["export", "credits", "timeline", "upload"]

# Who says more than this describes an edit, or pastes a text.
_LONGEST: Final = 300

Tokens = Sequence[str]
Phrase = tuple[str, ...]


def route(instruction: str) -> Route | None:
    """What is wished for, or the first such thing if there are several; None for an edit."""
    if len(instruction) > _LONGEST:
        return None
    tokens = _tokenise(instruction)
    whole = [token for token in tokens if token != _PAUSE]
    return _first_wish(_parts(tokens)) or _wish(whole)


def _wish(tokens: Tokens) -> Route | None:
    return next((found for found, vocabulary in _wishes() if vocabulary.asks(tokens)), None)


def _first_wish(parts: Sequence[Tokens]) -> Route | None:
    """The first of several wishes; None if a part is neither a wish nor mere politeness."""
    found = [_wish(part) for part in parts]
    if any(wish is None and not _politeness().covers(part) for wish, part in zip(found, parts, strict=True)):
        return None
    return next(filter(None, found), None)


class _Vocabulary:
    """Phrases, and of each whether it makes what is said a wish."""

    def __init__(self, asks: Iterable[Phrase], about: Iterable[Phrase]) -> None:
        self._phrases = {**dict.fromkeys(about, False), **dict.fromkeys(asks, True)}
        self._longest = max(map(len, self._phrases))

    def covers(self, tokens: Tokens) -> bool:
        return bool(self._readings(tokens))

    def asks(self, tokens: Tokens) -> bool:
        return True in self._readings(tokens)

    def _readings(self, tokens: Tokens) -> set[bool]:
        """For each way to read the tokens as phrases, from end to end, whether a wish is among them."""
        readings: list[set[bool]] = [{False}, *(set() for _ in tokens)]
        for start, so_far in enumerate(readings):
            if not so_far:
                continue
            for end in range(start + 1, min(start + self._longest, len(tokens)) + 1):
                asks = self._phrases.get(tuple(tokens[start:end]))
                if asks is not None:
                    readings[end] |= {asks or asked for asked in so_far}
        return readings[-1]


class _Spellings(BaseModel):
    en: list[str]
    zh: list[str]

    @property
    def all(self) -> list[str]:
        return self.en + self.zh


class _WishWords(BaseModel):
    route: Route
    asks: _Spellings
    about: _Spellings


class _Words(BaseModel):
    """What `routing.toml` holds."""

    polite: _Spellings
    wish: list[_WishWords]
    groups: dict[str, _Spellings]


@cache
def _words() -> _Words:
    return _Words.model_validate(
        tomllib.loads(files(__package__).joinpath("routing.toml").read_text("utf-8"))
    )


@cache
def _wishes() -> Sequence[tuple[Route, _Vocabulary]]:
    polite = _words().polite.all
    return [
        (wish.route, _Vocabulary(_phrases(wish.asks.all), _phrases(wish.about.all + polite)))
        for wish in _words().wish
    ]


@cache
def _politeness() -> _Vocabulary:
    return _Vocabulary((), _phrases(_words().polite.all))


def _phrases(spellings: Iterable[str]) -> Iterator[Phrase]:
    """The spellings in tokens; one that names a group becomes one phrase for each of its words."""
    return (tuple(_tokenise(spelled)) for spelling in spellings for spelled in _spelled_out(spelling))


def _spelled_out(spelling: str) -> Iterator[str]:
    found = re.search(r"<(\w+)>", spelling)
    if found and found[1] in _words().groups:
        yield from (spelling.replace(found[0], word) for word in _words().groups[found[1]].all)
    else:
        yield spelling


_FILE: Final = r"""
    (?<![a-z0-9]) (?: ~ | \.{1,2} | [a-z]: )? [/\\] [^\s,;，。；]+
    | [\w-]+ (?: \.[\w-]+ )* \. (?: mp4|mov|avi|webm|mkv|jpe?g|png|gif|webp|mp3|wav|m4a|aac|srt|otio ) \b
"""
_TOKEN: Final = re.compile(
    rf"""
    (?P<name> <name> | "[^"]*" | '[^']*'(?!\w) | “[^”]*” | 「[^」]*」 | 《[^》]*》 )
    | (?P<url> <url> | https?://\S+ )
    | (?P<file> <file> | {_FILE} )
    | (?P<pause> [.,;:!?、。…~\n-] | (?: and | then ) \b | 然后 | 接着 | 并且? )
    | (?P<word> [\u3400-\u9fff] | [a-z0-9]+ (?: ['-][a-z0-9]+ )* | \S )
    """,
    re.VERBOSE | re.ASCII,
)
_PAUSE: Final = "<pause>"
_UNSPOKEN: Final = ("So", "Cf", "Mn")
"""Unicode categories of emoji and of what joins them."""


def _tokenise(text: str) -> list[str]:
    """Words and Chinese characters as they are; names, addresses, files and pauses as their kind."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    spoken = "".join(mark for mark in folded if unicodedata.category(mark) not in _UNSPOKEN)
    found = _TOKEN.finditer(spoken)
    return [token[0] if token.lastgroup == "word" else f"<{token.lastgroup}>" for token in found]


def _parts(tokens: Tokens) -> list[Tokens]:
    runs = groupby(tokens, key=lambda token: token == _PAUSE)
    return [list(run) for is_pause, run in runs if not is_pause]
