"""A message split into wishes, each a bag of pieces to be used up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from mcp_nemo.engine.director.pieces import (
    Backing,
    Captions,
    Clips,
    Color,
    Duration,
    Edge,
    Fading,
    File,
    From,
    Length,
    Onto,
    Piece,
    Portion,
    Quote,
    Ratio,
    Share,
    Stretch,
    Unknown,
    Until,
    Value,
    Whole,
    Word,
)

V = TypeVar("V")

_IGNORED: Final = (
    "little",
    "filler",
    "joint",
    "onto",
    "time.at",
    "only",
    "share.to",
    "more",
    "says",
    "verb.should",
)
_ONLY_ONCE: Final = (Stretch, Portion, Quote, Share, From, Until)
_TIMES: Final = (Stretch, Portion, From, Until, Length, Edge, Whole)


class Wish:
    """Whoever understands a piece takes it; what is left in the end was not understood.

    A wish without a verb has those of the wish before ("remove the music and the title"); a fade is
    a verb by itself, unless fades were spoken of before ("remove the fade-in and the fade-out").
    """

    def __init__(self, pieces: Iterable[Piece], after: "Wish | None" = None) -> None:
        self._pieces = list(pieces)
        self._inherited: list[Word] = []
        self.target = ""
        self.matches_picture = False
        self.part_of_file = _speaks_of_a_part(self.values)
        self.is_fade = self.holds(Fading)
        self.verbs = [word for word in self.words if word.sense("verb")]
        self.negated = self.has("not")
        self.negated_before = after is not None and after.negated
        if after and not self.verbs and (after.is_fade or not self.is_fade):
            self._inherited = self.verbs = after.verbs

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
        """Give portions of the video their times."""
        self._pieces = [
            replace(piece, value=_in_time(piece.value, length_ms))
            if isinstance(piece.value, Portion)
            else piece
            for piece in self._pieces
        ]

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

    def quotes(self) -> list[str]:
        return [piece.value.text for piece in self._pieces if isinstance(piece.value, Quote)]

    @property
    def values(self) -> list[Value]:
        return [piece.value for piece in self._pieces]

    @property
    def words(self) -> list[Word]:
        return [piece.value for piece in self._pieces if isinstance(piece.value, Word)]

    @property
    def left_over(self) -> list[Piece]:
        return [piece for piece in self._pieces if not _says_nothing(piece.value)]


def _speaks_of_a_part(values: Sequence[Value]) -> bool:
    """ "The part of song.mp3 from 0:10 to 0:20", "the first 10 seconds of song.mp3"."""
    for at, value in enumerate(values):
        if isinstance(value, File):
            before = [v for v in values[:at] if not (isinstance(v, Word) and v.sense("little", "filler"))]
            if before and isinstance(before[-1], Stretch):
                return True
            return any(isinstance(v, Word) and v.sense("clip.any", "passage") for v in values[:at])
    return False


def _in_time(portion: Portion, length_ms: int) -> Value:
    start, end = round(portion.start * length_ms), round(portion.end * length_ms)
    if start == end:
        return From(start, just_there=True)
    return Stretch(start, None if portion.end == 1 else end)


def _says_nothing(value: Value) -> bool:
    return isinstance(value, Onto) or (isinstance(value, Word) and value.sense(*_IGNORED) is not None)


def split(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut where one wish ends and another begins; a joint inside a wish stays in it."""
    wishes: list[list[Piece]] = [[]]
    for part in _parts(pieces):
        if _complete(wishes[-1], first=len(wishes) == 1) and _begins_another(part, wishes[-1]):
            wishes.append(part)
        else:
            wishes[-1] = [*wishes[-1], *part]
    return [wish for wish in wishes if any(not _says_nothing(piece.value) for piece in wish)]


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if _is_joint(piece.value):
            parts.append([])
        parts[-1].append(piece)
    return parts


def _complete(part: Sequence[Piece], first: bool) -> bool:
    """Whether it could stand alone: a verb with something to do it to, or a thing named.

    Clips named at the start of a message wait for what is to be done: "a.mp4 and b.mp4 should swap".
    """
    words = [piece.value for piece in part if isinstance(piece.value, Word)]
    if first and not any(word.sense("verb", *TOPICS) for word in words):
        telling = [piece.value for piece in part if not _says_nothing(piece.value)]
        if all(isinstance(value, File | Clips) for value in telling):
            return False
    if any(_is_object(piece.value) for piece in part):
        return True
    return any(isinstance(p.value, Word) and p.value.sense(*_ENOUGH) for p in part)


TOPICS: Final = ("speed", "look", "tone", "aspect", "zoom", "crossfade", "fit")
"""What a wish may be about without a verb; with another of these, another wish begins."""

_ENOUGH: Final = (
    "verb.louder",
    "verb.quieter",
    "verb.mute",
    "verb.unmute",
    "verb.undo",
    "verb.redo",
    "verb.rotate",
    "verb.flip",
    "verb.reverse",
    *TOPICS,
)


def _is_object(value: Value) -> bool:
    if isinstance(value, Word):
        return value.sense("target", "pronoun") is not None
    return isinstance(
        value,
        Quote
        | Captions
        | File
        | Clips
        | Ratio
        | Fading
        | Stretch
        | Portion
        | From
        | Until
        | Length
        | Duration,
    )


def _begins_another(part: Sequence[Piece], before: Sequence[Piece]) -> bool:
    values = [piece.value for piece in part]
    words = [value for value in values if isinstance(value, Word)]
    if any(word.sense("verb", "joint.stop") for word in words):
        return True
    if any(isinstance(value, Fading) for value in values):
        return not (_goes_on(values) and _shows_words(before))
    if any(word.sense("target") and not word.sense("target.volume") for word in words):
        return True
    topics = _topics(values)
    if topics and not topics <= _topics([piece.value for piece in before]):
        return True
    if topics and _names_a_clip(values) and _names_a_clip([piece.value for piece in before]):
        return True
    repeated = [kind for kind in _ONLY_ONCE if any(isinstance(value, kind) for value in values)]
    return any(isinstance(piece.value, kind) for kind in repeated for piece in before)


def _names_a_clip(values: Sequence[Value]) -> bool:
    return any(isinstance(value, File | Clips) for value in values)


def _goes_on(values: Sequence[Value]) -> bool:
    """After a mere comma: "..., fading in over one second"."""
    return isinstance(values[0], Word) and values[0].sense("joint.comma") is not None


def _shows_words(before: Sequence[Piece]) -> bool:
    return any(isinstance(piece.value, Quote) for piece in before)


def _topics(values: Sequence[Value]) -> set[str]:
    """Look and tone are one topic."""
    words = [value for value in values if isinstance(value, Word)]
    found = {topic for topic in TOPICS if any(word.sense(topic) for word in words)}
    found |= {"aspect" for value in values if isinstance(value, Ratio)}
    return {"look" if topic == "tone" else "aspect" if topic == "fit" else topic for topic in found}


def spell_out(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Make quotations of words that are said but stand in no quotes: "a title saying Hello there"."""
    spelled: list[Piece] = []
    at = 0
    while at < len(pieces):
        spelled.append(pieces[at])
        at += 1
        end = _spoken_end(pieces, at) if _announces(spelled, pieces[at:]) else at
        if end > at:
            start_char, end_char = pieces[at].start, pieces[end - 1].end
            said = text[start_char:end_char].strip(" ,:：，")
            spelled.append(Piece(Quote(said), start_char, end_char))
            at = end
    return spelled


def _announces(before: Sequence[Piece], after: Sequence[Piece]) -> bool:
    """Whether what follows are words to be shown: after "saying", or "change the title to"."""
    words = [piece.value for piece in before if isinstance(piece.value, Word)]
    if not after or isinstance(after[0].value, Quote) or not any(word.sense(*TITLES) for word in words):
        return False
    last, *earlier = [piece.value for piece in reversed(before)]
    if not isinstance(last, Word):
        return False
    if last.sense("says"):
        return True
    renames = last.sense("verb.change", "verb.replace", "share.to") and not _is_manner(after)
    return bool(renames and earlier and isinstance(earlier[0], Word) and earlier[0].sense(*TITLES))


def _is_manner(pieces: Sequence[Piece]) -> bool:
    """Whether a title is to be changed to a colour, a size, a place or a time, and not to these words."""
    if _ends_speech(pieces, 0):
        return True
    end = next((at for at, piece in enumerate(pieces) if _is_joint(piece.value)), len(pieces))
    return all(_says_how(piece.value) for piece in pieces[:end])


def _says_how(value: Value) -> bool:
    if isinstance(value, Word):
        return (
            value.sense("size", "bold", "not_bold", "place", "degree", "backing", "translucent", *_IGNORED)
            is not None
        )
    return isinstance(value, Color | Backing)


TITLES: Final = ("target.title", "target.intro", "target.outro")


def _spoken_end(pieces: Sequence[Piece], start: int) -> int:
    """What is said ends at a time, a place, or the next wish; a preposition before those is theirs."""
    at = start
    while at < len(pieces) and not _ends_speech(pieces, at):
        at += 1
    if at < len(pieces) and not _is_joint(pieces[at].value):
        while at > start and _leads_on(pieces[at - 1].value):
            at -= 1
    return at


def _ends_speech(pieces: Sequence[Piece], at: int) -> bool:
    value = pieces[at].value
    if isinstance(value, _TIMES):
        return True
    if not isinstance(value, Word):
        return False
    if value.sense("place", "joint.stop", "joint.then"):
        return True
    return _is_joint(value) and _verb_follows(pieces[at + 1 :])


def _is_joint(value: Value) -> bool:
    return isinstance(value, Word) and value.sense("joint") is not None


def _leads_on(value: Value) -> bool:
    return isinstance(value, Word) and value.sense("onto", "time", "little") is not None


def _verb_follows(pieces: Sequence[Piece]) -> bool:
    for piece in pieces:
        if isinstance(piece.value, Word) and piece.value.sense("verb"):
            return True
        if not _says_nothing(piece.value):
            return False
    return False
