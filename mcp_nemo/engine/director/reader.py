"""Rules that make one piece of several, and how they are tried."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from mcp_nemo.engine.director.pieces import Piece, Value, Word

V = TypeVar("V")


class Reader:
    """Reads pieces forward for a rule; words that say nothing inside a phrase are passed over."""

    def __init__(self, pieces: Sequence[Piece], at: int) -> None:
        self._pieces = pieces
        self._first = self._before = at
        self.at = at

    def take(self, convert: Callable[[Value], V | None]) -> V | None:
        """Take the next piece if something can be made of it."""
        for at in self._next():
            made = convert(self._pieces[at].value)
            if made is not None:
                self._before, self.at = self.at, at + 1
                return made
        return None

    def give_back(self) -> None:
        """Undo the latest `take`."""
        self.at = self._before

    def word(self, *senses: str) -> str | None:
        """Take the next word if it has one of these senses."""
        return self.take(lambda value: value.sense(*senses) if isinstance(value, Word) else None)

    def value(self, kind: type[V]) -> V | None:
        return self.take(lambda value: value if isinstance(value, kind) else None)

    def peek(self, *senses: str) -> bool:
        at = self.at
        found = self.word(*senses) is not None
        self.at = at
        return found

    def peek_value(self, *kinds: type[object]) -> bool:
        at = self.at
        found = any(self.value(kind) is not None for kind in kinds)
        self.at = at
        return found

    def either(self, *rules: "Callable[[Reader], V | None]") -> V | None:
        """The first rule that reads something; what the others tried is given back."""
        for rule in rules:
            at = self.at
            if (read := rule(self)) is not None:
                return read
            self.at = at
        return None

    def before(self, *senses: str) -> bool:
        """Whether the phrase follows such a word, with nothing between them that says something."""
        for piece in reversed(self._pieces[: self._first]):
            value = piece.value
            if isinstance(value, Word) and value.sense(*senses):
                return True
            if not (isinstance(value, Word) and value.sense("little")):
                return False
        return False

    @property
    def following(self) -> Value | None:
        """What stands behind all that was read; None at the end."""
        return self._pieces[self.at].value if self.at < len(self._pieces) else None

    def follows(self, kind: type[object]) -> bool:
        """Whether the phrase directly follows such a piece."""
        return self._first > 0 and isinstance(self._pieces[self._first - 1].value, kind)

    def _next(self) -> Iterable[int]:
        """Here, and after each word that may be passed over; the first word of a phrase is never passed."""
        at = self.at
        while at < len(self._pieces):
            yield at
            value = self._pieces[at].value
            if at == self._first or not (isinstance(value, Word) and value.sense("little")):
                return
            at += 1


Rule = Callable[[Reader], Value | None]


def joined(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    joined = []
    at = 0
    while at < len(pieces):
        piece, at = _longest(pieces, at, rules)
        joined.append(piece)
    return joined


def _longest(pieces: Sequence[Piece], at: int, rules: Sequence[Rule]) -> tuple[Piece, int]:
    best, end = pieces[at], at + 1
    found = False
    for rule in rules:
        reader = Reader(pieces, at)
        value = rule(reader)
        if value is not None and (reader.at > end or not found):
            best, end = Piece(value, pieces[at].start, pieces[reader.at - 1].end), reader.at
            found = True
    return best, end
