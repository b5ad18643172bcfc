"""A wish: a bag of pieces to be used up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from mcp_nemo.engine.director.pieces import (
    Clips,
    Fading,
    File,
    From,
    Middle,
    Onto,
    Piece,
    Portion,
    Quote,
    Stretch,
    Unknown,
    Value,
    Whole,
    Word,
)

V = TypeVar("V")

IGNORED: Final = (
    "little",
    "filler",
    "praise",
    "joint",
    "onto",
    "time.at",
    "only",
    "share.to",
    "more",
    "says",
    "verb.should",
    "instead",
)


class Wish:
    """Whoever understands a piece takes it; what is left in the end was not understood.

    A wish without a verb has those of the wish before ("remove the music and the title"). A fade is
    a verb by itself, unless fades were spoken of before ("remove the fade-in and the fade-out"), and
    music that is described is new music.
    """

    def __init__(self, pieces: Iterable[Piece], after: "Wish | None" = None) -> None:
        self._pieces = list(pieces)
        self._inherited: list[Word] = []
        self.target = ""
        self.part_of_file = _speaks_of_a_part(self.values)
        self.is_fade = self.holds(Fading)
        self.verbs = [word for word in self.words if word.sense("verb")]
        self.of_the_whole = self.holds(Whole)
        self.negated = self.has("not")
        self.only = self.has("only")
        self.negated_before = after is not None and after.negated
        own = self.verbs or self.has("mood", "style") or (self.is_fade and after and not after.is_fade)
        if after and not own:
            said_anew = self.has(*TOPICS)
            self.verbs = [word for word in after.verbs if not (said_anew and word.sense("verb.leave"))]
            self._inherited = self.verbs

    def take(self, kind: type[V]) -> V | None:
        return self.take_if(kind, lambda _: True)

    def take_if(self, kind: type[V], wanted: Callable[[V], bool]) -> V | None:
        for piece in self._pieces:
            if isinstance(piece.value, kind) and wanted(piece.value):
                self._pieces.remove(piece)
                return piece.value
        return None

    def add_target_video(self) -> None:
        self._pieces.append(Piece(Word(("target.video",)), 0, 0))

    def resolve(self, length_ms: int) -> None:
        """Give portions of the video, and its middle, their times."""
        self._pieces = [
            replace(piece, value=_in_time(piece.value, length_ms))
            if isinstance(piece.value, Portion | Middle)
            else piece
            for piece in self._pieces
        ]

    def reread(self, read: Callable[[Sequence[Piece]], list[Piece]]) -> None:
        """Put other pieces in the place of those there are."""
        self._pieces = read(self._pieces)

    def take_made(self, convert: Callable[[Value], V | None]) -> V | None:
        """Take the first piece something can be made of."""
        for piece in self._pieces:
            made = convert(piece.value)
            if made is not None:
                self._pieces.remove(piece)
                return made
        return None

    def take_known(self) -> None:
        """Take everything whose meaning is known."""
        self._pieces = [piece for piece in self._pieces if isinstance(piece.value, Unknown)]

    def take_word(self, *senses: str) -> str | None:
        """Take the first word with one of these senses, in the order of the sentence."""
        for piece in self._pieces:
            if isinstance(piece.value, Word) and (sense := piece.value.sense(*senses)):
                self._pieces.remove(piece)
                return sense.rpartition(".")[2]
        return None

    def take_words(self, *senses: str) -> list[str]:
        taken = []
        while (value := self.take_word(*senses)) is not None:
            taken.append(value)
        return taken

    def take_verb(self, *verbs: str) -> bool:
        """Take every word for one of these, said here or carried over."""
        senses = tuple(f"verb.{verb}" for verb in verbs)
        carried = [word for word in self._inherited if word.sense(*senses)]
        self._inherited = [word for word in self._inherited if word not in carried]
        return bool(self.take_words(*senses) or carried)

    def has(self, *senses: str) -> bool:
        return any(word.sense(*senses) for word in [*self.words, *self._inherited])

    def holds(self, *kinds: type[object]) -> bool:
        return any(isinstance(piece.value, kinds) for piece in self._pieces)

    def names_nothing(self) -> bool:
        return names_nothing(self.values)

    def quotes(self) -> list[str]:
        return [piece.value.text for piece in self._pieces if isinstance(piece.value, Quote)]

    @property
    def tells_what_is_kept(self) -> bool:
        """Though the verb is one of cutting: "trim it to the first half"."""
        parts = [value for value in self.values if isinstance(value, Stretch | Portion)]
        kept = any(part.kept for part in parts) and self.has("verb.cut", "verb.trim", "verb.shorten")
        return kept or (bool(parts) and self.has("verb.shorten_to"))

    @property
    def values(self) -> list[Value]:
        return [piece.value for piece in self._pieces]

    @property
    def words(self) -> list[Word]:
        return [piece.value for piece in self._pieces if isinstance(piece.value, Word)]

    @property
    def left_over(self) -> list[Piece]:
        return [piece for piece in self._pieces if not says_nothing(piece.value)]


def _speaks_of_a_part(values: Sequence[Value]) -> bool:
    """ "The part of song.mp3 from 0:10 to 0:20", "the first 10 seconds of song.mp3"."""
    for at, value in enumerate(values):
        if isinstance(value, File):
            before = [v for v in values[:at] if not (isinstance(v, Word) and v.sense("little", "filler"))]
            if before and isinstance(before[-1], Stretch):
                return True
            return any(isinstance(v, Word) and v.sense("clip.any", "passage") for v in values[:at])
    return False


def _in_time(portion: Portion | Middle, length_ms: int) -> Value:
    if isinstance(portion, Middle):
        before = (length_ms - portion.ms) // 2
        return Stretch(before, before + portion.ms) if before > 0 else portion
    start, end = round(portion.start * length_ms), round(portion.end * length_ms)
    if start == end:
        return From(start, just_there=True)
    return Stretch(start, None if portion.end == 1 else end, kept=portion.kept)


def says_nothing(value: Value) -> bool:
    return isinstance(value, Onto) or (isinstance(value, Word) and value.sense(*IGNORED) is not None)


def names_nothing(values: Sequence[Value]) -> bool:
    """Whether what is to be done is said, and not to what."""
    if any(isinstance(value, Clips | File | Quote) for value in values):
        return False
    words = [value for value in values if isinstance(value, Word)]
    return not any(word.sense("target", "clip.any", "clips", "mood", "style") for word in words)


SHORTENING: Final = (
    "verb.cut",
    "verb.trim",
    "verb.remove",
    "verb.shorten",
    "verb.shorten_to",
    "speed.faster",
)
TOPICS: Final = ("speed", "look", "tone", "aspect", "zoom", "crossfade", "fit")
"""What a wish may be about without a verb; with another of these, another wish begins."""
TITLES: Final = ("target.title", "target.intro", "target.outro")


def is_joint(value: Value) -> bool:
    return isinstance(value, Word) and value.sense("joint") is not None
