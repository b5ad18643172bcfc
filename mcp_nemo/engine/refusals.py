"""Why nothing was changed, in the language of the one who asked."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from mcp_nemo.engine import director
from mcp_nemo.engine.director import NotUnderstood, language_of
from mcp_nemo.engine.edits import Impossible

_PLACE: Final = "{}"
_SECONDS: Final = re.compile(r"(?<=\d) s(?![a-z])")
_ALSO: Final = "Understood, and not done either: {}."


def not_understood(refusal: NotUnderstood, asked: str) -> str:
    """What was not clear, what was, and how it can be said."""
    about = refusal.about
    if refusal.why:
        reasons = [in_language_of(asked, reason) for reason in refusal.why.split("; ")]
        about = f"{about} ({'; '.join(reasons)})"
    lines = [_said(asked, "Not understood: {}.", about)]
    if refusal.understood:
        lines.append(_said(asked, _ALSO, "; ".join(refusal.understood)))
    if refusal.suggestions:
        nearest = in_language_of(asked, "Nearest to that, and sure to work:")
        lines += [nearest, *(f"- {way}" for way in refusal.suggestions)]
    return "\n".join(lines)


def impossible(refusal: Impossible, words: str, said: Sequence[str], asked: str) -> str:
    """The limits, and, where more was asked for, which wish it is about."""
    others = dict.fromkeys(other for other in said if other != words)
    why = [in_language_of(asked, refusal.message), in_language_of(asked, refusal.hint)]
    if not others:
        return " ".join(why)
    first = _said(asked, '"{}" cannot be done, so nothing was.', words)
    return "\n".join([" ".join([first, *why]), _said(asked, _ALSO, "; ".join(others))])


def in_language_of(asked: str, sentence: str) -> str:
    """The sentence as it is where the one who asked speaks English, or where it is in no list."""
    if language_of(asked) == "en":
        return sentence
    for pattern, chinese in _sentences():
        if found := pattern.fullmatch(sentence):
            return _SECONDS.sub("秒", _filled(chinese, found.groups()))
    return sentence


def sentences() -> dict[str, str]:
    """Every sentence in English, with `{}` for what it is about, and in Chinese."""
    words = files(director).joinpath("words", "refusals.toml").read_text("utf-8")
    return {english: chinese for part in tomllib.loads(words).values() for english, chinese in part.items()}


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Those that say most by themselves come first."""
    known = sorted(sentences().items(), key=lambda pair: pair[0].count(_PLACE))
    return [(_pattern(english), chinese) for english, chinese in known]


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, english.split(_PLACE))), re.DOTALL)


def _said(asked: str, sentence: str, *values: str) -> str:
    """A sentence of this module; what it is about stays in the words it was said in."""
    known = sentences()[sentence] if language_of(asked) == "zh" else sentence
    return _filled(known, values)


def _filled(sentence: str, values: Sequence[str]) -> str:
    """As many values as there are places; the rest need not be said."""
    first, *others = sentence.split(_PLACE)
    return first + "".join(value + text for value, text in zip(values, others, strict=False))
