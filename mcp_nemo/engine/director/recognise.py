"""Text to pieces: first what stands in single words, then what several words say together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from mimetypes import guess_type
from typing import Final

from mcp_nemo.engine.director.amounts import AMOUNTS, NUMBERS
from mcp_nemo.engine.director.lexicon import Lexicon, Phrase, lexicon, phrase
from mcp_nemo.engine.director.manners import COLORS, FADES, MANNERS, WHEREABOUTS
from mcp_nemo.engine.director.moments import MOMENTS, PORTIONS
from mcp_nemo.engine.director.naming import NAMES
from mcp_nemo.engine.director.pieces import (
    Captions,
    Clock,
    Color,
    File,
    NoSuchFile,
    Number,
    Piece,
    Quote,
    Ratio,
    Unknown,
    Value,
    Word,
)
from mcp_nemo.engine.director.reader import joined
from mcp_nemo.engine.director.subtitles import subtitles
from mcp_nemo.engine.director.tokens import Token, normalise, tokenise
from mcp_nemo.engine.media import MediaInfo

_SHORTEST_STEM: Final = 3


def hearings(text: str, media: Sequence[MediaInfo]) -> list[list[Piece]]:
    """What may have been said, the likeliest first: "the speech" is what is spoken, or speech.mp4."""
    plain, named = recognise(text, media), recognise(text, media, words_name=True)
    if plain == named:
        return [plain]
    common = any(
        isinstance(piece.value, File) and piece not in plain and _is_common(text[piece.start : piece.end])
        for piece in named
    )
    return [plain, named] if common else [named, plain]


def _is_common(name: str) -> bool:
    """ "Video" and "music" are said of more than of a file that is called so."""
    found = lexicon().match(tokenise(name), 0)
    return found is not None and Word(found[0]).sense(*_COMMON) is not None


_COMMON: Final = (
    "target.video",
    "target.music",
    "target.title",
    "target.overlay",
    "target.image",
    "target.audio",
    "clip",
)


def recognise(text: str, media: Sequence[MediaInfo], *, words_name: bool = False) -> list[Piece]:
    """With `words_name`, a word is the file that is called so, whatever else it means."""
    pasted = subtitles(text)
    if pasted is None:
        return _in_words(text, media, words_name)
    after = [
        replace(piece, start=piece.start + pasted.end, end=piece.end + pasted.end)
        for piece in _in_words(text[pasted.end :], media, words_name)
    ]
    return [
        *_in_words(text[: pasted.start].rstrip(_ANNOUNCING), media, words_name),
        Piece(Captions(pasted.captions), pasted.start, pasted.end),
        *after,
    ]


# What stands between "add these subtitles" and them.
_ANNOUNCING: Final = ":： \t\r\n"


def _in_words(text: str, media: Sequence[MediaInfo], words_name: bool) -> list[Piece]:
    tokens = tokenise(text)
    names = Lexicon([*_file_names(media, words_name), *_misnamed(tokens, media)])
    pieces = _reunited(_single(tokens, names), normalise(text))
    for rules in (
        NUMBERS,
        (*AMOUNTS, *COLORS),
        (*NAMES, *PORTIONS),
        (*MOMENTS, *MANNERS),
        WHEREABOUTS,
        FADES,
    ):
        pieces = joined(pieces, rules)
    return pieces


def _file_names(media: Iterable[MediaInfo], words_name: bool) -> list[tuple[str, str]]:
    """Files are called by their whole name, or without the suffix where that is not a word by itself."""
    entries = []
    for info in media:
        entries.append((info.name, f"file.{info.id}"))
        stem = _stem(info.name)
        if len(stem) >= _SHORTEST_STEM and (words_name or not _is_word(stem)):
            entries.append((stem, f"file.{info.id}"))
    return [(name, sense) for name, sense in entries if phrase(name)]


def _is_word(stem: str) -> bool:
    tokens = tokenise(stem)
    found = lexicon().match(tokens, 0) if tokens else None
    return found is not None and found[1] == len(tokens)


def _misnamed(tokens: Sequence[Token], media: Iterable[MediaInfo]) -> Iterator[tuple[str, str]]:
    """ "song.mp3" where song.wav was uploaded, and no other file of that kind and name."""
    uploaded = {info.name.lower(): info for info in media}
    for name in {token.text for token in tokens if token.kind == "file"} - uploaded.keys():
        stem, kind = _stem(name), (guess_type(name)[0] or "").partition("/")[0]
        meant = [info for known, info in uploaded.items() if _stem(known) == stem and info.kind == kind]
        if len(meant) == 1:
            yield name, f"file.{meant[0].id}"


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _single(tokens: Sequence[Token], names: Lexicon) -> list[Piece]:
    pieces = []
    spelled = [lexicon().spelled(token) for token in tokens]
    at = 0
    for start, end, file in [*_named(tokens, names), (len(tokens), len(tokens), None)]:
        while at < start:
            value, taken = _value(spelled[:start], at)
            pieces.append(Piece(value, tokens[at].start, tokens[at + taken - 1].end))
            at += taken
        if file:
            pieces.append(Piece(file, tokens[start].start, tokens[end - 1].end))
        at = end
    return pieces


def _named(tokens: Sequence[Token], names: Lexicon) -> list[tuple[int, int, File]]:
    """Where files are named; found before any other word, as a name may hold words."""
    found = []
    at = 0
    while at < len(tokens):
        match = names.match(tokens, at)
        if match:
            found.append((at, at + match[1], File(match[0][0].removeprefix("file."))))
        at += match[1] if match else 1
    return found


def _value(tokens: Sequence[Token], at: int) -> tuple[Value, int]:
    token = tokens[at]
    if token.kind == "quote":
        return Quote(token.text), 1
    if token.kind == "clock":
        return Clock(_clock_ms(token.text.replace(",", "."))), 1
    if token.kind == "ratio":
        width, height = token.text.split(":")
        return Ratio(float(width), float(height)), 1
    if token.kind == "color":
        return Color(token.text.upper()), 1
    if token.kind == "file":
        return NoSuchFile(token.text), 1
    word = lexicon().match(tokens, at)
    if word:
        return Word(word[0]), word[1]
    return (Number(float(token.text.replace(",", "."))) if token.kind == "number" else Unknown()), 1


def _reunited(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """Verbs whose second word stands apart: "turn the music up" is "turn up the music"."""
    whole = list(pieces)
    for at, piece in enumerate(pieces):
        if not isinstance(piece.value, Word | Unknown):
            continue
        particles = lexicon().particles(text[piece.start : piece.end])
        found = [(_particle_after(pieces, at + 1, particle, text), sense) for particle, sense in particles]
        span, sense = max(found, key=lambda pair: pair[0].stop, default=(range(0), ""))
        if span:
            whole[at] = Piece(Word((sense,)), piece.start, piece.end)
        for gone in span:
            whole[gone] = Piece(Word(("little",)), pieces[gone].start, pieces[gone].end)
    return whole


def _particle_after(pieces: Sequence[Piece], at: int, particle: Phrase, text: str) -> range:
    """Where the particle stands, if only what the verb is done to stands before it."""
    while at < len(pieces):
        span = range(at, at + len(particle))
        if tuple(text[piece.start : piece.end] for piece in pieces[at : span.stop]) == particle:
            return span
        if not (_is_object(pieces[at].value) or _is_clips_number(pieces, at)):
            break
        at += 1
    return range(0)


def _is_object(value: Value) -> bool:
    return isinstance(value, File) or (isinstance(value, Word) and value.sense(*_OBJECTS) is not None)


def _is_clips_number(pieces: Sequence[Piece], at: int) -> bool:
    """ "Turn clip 3 down", but not "take 3 seconds off"."""
    before, number, *after = [piece.value for piece in pieces[at - 1 : at + 2]]
    if not isinstance(number, Number) or not isinstance(before, Word):
        return False
    counts = bool(after) and isinstance(after[0], Word) and after[0].sense("unit") is not None
    return not counts and before.sense("clip", "clips", "hash") is not None


_OBJECTS: Final = (
    "target",
    "pronoun",
    "little",
    "whole",
    "onto",
    "clip.any",
    "clips",
    "order",
    "hash",
    "every",
    "pick",
)


def _clock_ms(text: str) -> int:
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
