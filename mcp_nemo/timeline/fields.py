"""Reading an object of which neither the shape nor the words are certain."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from mcp_nemo.draft_keys import META
from mcp_nemo.timeline.words import Words, fold

T = TypeVar("T")

# Beyond it a number is rubbish: 11 days in milliseconds, and more than any factor or canvas needs.
_LARGEST: Final = 1e9


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    value: T
    word: str
    guessed: bool


class Fields:
    """An entry of the draft and its `m` as one; where both say a thing, the entry itself is right."""

    def __init__(self, entry: object) -> None:
        self._entry = _mapping(entry)
        self._meta = _mapping(self._entry.get(META))
        said = (*self._meta.items(), *self._entry.items())
        self._values = {fold(key): value for key, value in said if value is not None}

    @property
    def words(self) -> set[str]:
        return set(self._values)

    def read(self, words: Words, convert: Callable[[object], T | None]) -> Reading[T] | None:
        """The first of `words` that holds something `convert` can use."""
        for word in words:
            value = convert(self._values.get(word))
            if value is not None:
                return Reading(value, word, guessed=word != words[0])
        return None

    def entries(self, key: str) -> list["Fields"]:
        """One for everything in the list under `key`, however odd; a null is nothing."""
        value = self._values.get(key)
        return [Fields(item) for item in value if item is not None] if isinstance(value, list) else []

    def strangers(self, known: frozenset[str]) -> Iterator[tuple[str, object]]:
        """What stands under no known word, as path (`foo`, `m.foo`) and value."""
        yield from ((path, value) for key, path, value in self._paths() if key not in known)

    def known(self, words: frozenset[str]) -> Iterator[tuple[str, object]]:
        """What stands under one of the words, each with its value."""
        yield from ((key, value) for key, _, value in self._paths() if key in words)

    def _paths(self) -> Iterator[tuple[str, str, object]]:
        yield from ((fold(key), key, value) for key, value in self._entry.items())
        yield from ((fold(key), f"{META}.{key}", value) for key, value in self._meta.items())


def parse(value: object) -> object:
    """JSON text as what it says, also when it was made a string twice; None for text that is no JSON."""
    while isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value


def number(value: object) -> float | None:
    """A finite number of a sane size, perhaps written as text; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and abs(found) <= _LARGEST else None


def factor(value: object) -> float | None:
    found = number(value)
    return round(found, 4) if found is not None and found >= 0 else None


def flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def text(value: object) -> str | None:
    """Text that any encoding can write; None when there is nothing to see."""
    if not isinstance(value, str) or not value.strip():
        return None
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def as_json(value: object) -> str:
    try:
        return json.dumps(value, sort_keys=True)
    except (ValueError, RecursionError):
        return ""


def _mapping(value: object) -> Mapping[str, object]:
    found = parse(value)
    return {str(key): item for key, item in found.items()} if isinstance(found, dict) else {}
