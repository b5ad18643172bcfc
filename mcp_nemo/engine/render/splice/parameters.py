"""The parameter sets of H.264: what a decoder must know before the first picture.

How they are laid out: ISO/IEC 14496-15, 5.3.3, for the record `avcC` that MP4 and Matroska keep them in;
ISO/IEC 14496-10, 7.3.2 and E.1, for the sets of sequences (SPS) and of pictures (PPS) themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from mcp_nemo.engine.render.splice.bits import BitReader, OutOfBits, digits_of, nal_unit, payload

BASELINE, MAIN, HIGH = 66, 77, 100
_LENGTH_BYTES = 4
# What a Baseline stream promises when Main's decoders may play it too.
_PLAYS_IN_MAIN = 0x40
_EIGHT_BITS_420 = (1, 0, 0)
_CHOSEN_ASPECT = 255
_POC_FOLLOWS_DECODING = 2
# How many blocks a decoder keeps, from a level on.
_ROOM = (
    (60, 696_320),
    (51, 184_320),
    (50, 110_400),
    (42, 34_816),
    (40, 32_768),
    (32, 20_480),
    (31, 18_000),
    (22, 8_100),
    (21, 4_752),
    (12, 2_376),
    (11, 900),
    (0, 396),
)
_MOST_BUFFERED = 16
# A power of two; nothing is longer.
_LONGEST_VECTOR = 15
# That there is a description of use, and nothing in it of the shape, colours, times and buffers.
_NOTHING_ELSE = "1" + "0" * 8


class NotCopied(Exception):
    """Why pictures are encoded anew though nothing is drawn on them; completes `its pictures …`."""


@dataclass(frozen=True, slots=True)
class SequenceFacts:
    """Of an SPS, what matters when its pictures are joined with others.

    `reordered` is how many pictures at most come before one that is shown earlier.
    """

    id: int
    profile: int
    constraints: int
    level: int
    reordered: int


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """NAL units, without start codes or lengths."""

    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]

    @classmethod
    def from_record(cls, record: bytes, reordered: int | None = None) -> "ParameterSets":
        """From `avcC`; raises NotCopied for anything that cannot be joined with encoded pictures.

        Most hardware does not write how far its pictures are out of order: where it is known, they are made
        to say so, as decoders would have to guess.
        """
        try:
            sequences, pictures = _split(record)
            if reordered is not None:
                sequences = tuple(_saying(unit, reordered) for unit in sequences)
            found = cls(sequences, pictures)
            found.joined(found)
        except (OutOfBits, IndexError) as error:
            raise NotCopied("have damaged parameters") from error
        return found

    def facts(self) -> list[SequenceFacts]:
        return [_sequence_facts(unit) for unit in self.sequences]

    @property
    def reordered(self) -> int:
        return max(facts.reordered for facts in self.facts())

    def free_id(self) -> int:
        """A number that no set has."""
        taken = {facts.id for facts in self.facts()} | {_picture_id(unit) for unit in self.pictures}
        return next(number for number in count() if number not in taken)

    def joined(self, other: "ParameterSets") -> "ParameterSets":
        """Both; raises NotCopied when two different sets have one number."""
        joined = ParameterSets(
            tuple(dict.fromkeys(self.sequences + other.sequences)),
            tuple(dict.fromkeys(self.pictures + other.pictures)),
        )
        for numbers in ([f.id for f in joined.facts()], [_picture_id(unit) for unit in joined.pictures]):
            if len(set(numbers)) != len(numbers):
                raise NotCopied("have parameters numbered like others")
        return joined

    def to_record(self) -> bytes:
        """As `avcC`: it promises what all sets promise, and asks for what the greatest of them asks for."""
        facts = self.facts()
        profile = max(sequence.profile for sequence in facts)
        constraints = 255
        for sequence in facts:
            constraints &= sequence.constraints
        head = bytes((1, profile, constraints, max(sequence.level for sequence in facts)))
        record = head + bytes((0xFC | _LENGTH_BYTES - 1, 0xE0 | len(self.sequences)))
        record += _with_lengths(self.sequences) + bytes((len(self.pictures),)) + _with_lengths(self.pictures)
        return record + (bytes((0xFD, 0xF8, 0xF8, 0)) if profile == HIGH else b"")


def units_in(record: bytes) -> frozenset[bytes]:
    """The sets of `avcC` as they are."""
    try:
        sequences, pictures = _split(record)
    except (OutOfBits, IndexError) as error:
        raise NotCopied("have damaged parameters") from error
    return frozenset(sequences + pictures)


def _split(record: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    if len(record) < 7 or record[0] != 1:
        raise NotCopied("are not laid out as in MP4")
    if record[4] & 3 != _LENGTH_BYTES - 1:
        raise NotCopied("have lengths of other than four bytes")
    sequences, rest = _units(record[6:], record[5] & 31)
    pictures, _ = _units(rest[1:], rest[0])
    if not (sequences and pictures):
        raise OutOfBits
    return sequences, pictures


def _units(data: bytes, number: int) -> tuple[tuple[bytes, ...], bytes]:
    """So many units, each behind its length in two bytes, and what follows them."""
    units = []
    for _ in range(number):
        length = int.from_bytes(data[:2], "big")
        if not 1 < length <= len(data) - 2:
            raise OutOfBits
        units.append(data[2 : 2 + length])
        data = data[2 + length :]
    return tuple(units), data


def _with_lengths(units: Iterable[bytes]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def _picture_id(unit: bytes) -> int:
    return BitReader(payload(unit)).unsigned()


def _sequence_facts(unit: bytes) -> SequenceFacts:
    found = _Sequence(unit)
    if found.reordered is None:
        raise NotCopied("do not say how far they are out of order")
    return SequenceFacts(found.id, found.profile, found.constraints, found.level, found.reordered)


def _saying(unit: bytes, reordered: int) -> bytes:
    """An SPS that says how far pictures are out of order; one that says so already stays as it is."""
    found = _Sequence(unit)
    if found.reordered is not None:
        return unit
    data = payload(unit)
    digits = f"{int.from_bytes(data, 'big'):0{len(data) * 8}b}"[: -found.unsaid - 1]
    limits = (0, 0, _LONGEST_VECTOR, _LONGEST_VECTOR, reordered, max(reordered, found.buffered))
    said = "11" + "".join(map(digits_of, limits))
    return nal_unit(unit[0], digits + (said if found.describes_use else _NOTHING_ELSE + said))


class _Sequence:
    """An SPS, read as far as it says, or fails to say, how far pictures are out of order.

    Then `unsaid` is how many bits stand behind the flag that says nothing comes. `buffered` is how many
    pictures decoders have room for at most.
    """

    def __init__(self, unit: bytes) -> None:
        reader = BitReader(payload(unit))
        self.profile, self.constraints, self.level = reader.bits(8), reader.bits(8), reader.bits(8)
        self.id = reader.unsigned()
        if not _is_widely_known(self.profile, self.constraints):
            raise NotCopied("are of a profile that few players know")
        if self.profile == HIGH:
            _pass_colours(reader)
        in_decoding_order = _pass_order(reader)
        references, _ = reader.unsigned(), reader.flag()
        blocks = (reader.unsigned() + 1) * (reader.unsigned() + 1)
        if not reader.flag():
            raise NotCopied("are woven of two moments each")
        reader.flag()
        if reader.flag():
            _pass_numbers(reader, 4)
        self.describes_use = reader.flag()
        self.reordered = _stated_reordering(reader) if self.describes_use else None
        self.unsaid = reader.left
        self.buffered = max(references, min(_MOST_BUFFERED, _room_at(self.level) // blocks))
        if in_decoding_order:
            self.reordered = 0


def _is_widely_known(profile: int, constraints: int) -> bool:
    return profile in (MAIN, HIGH) or (profile == BASELINE and bool(constraints & _PLAYS_IN_MAIN))


def _room_at(level: int) -> int:
    """In blocks of 16 x 16 pixels (table A-1)."""
    return next(room for lowest, room in _ROOM if level >= lowest)


def _pass_colours(reader: BitReader) -> None:
    if (reader.unsigned(), reader.unsigned(), reader.unsigned()) != _EIGHT_BITS_420:
        raise NotCopied("have other colours or depths than players expect")
    reader.flag()
    if reader.flag():
        for size in (16,) * 6 + (64,) * 2:
            if reader.flag():
                _pass_scaling_list(reader, size)


def _pass_scaling_list(reader: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + reader.signed()) % 256
        last = following or last


def _pass_order(reader: BitReader) -> bool:
    """Whether pictures are always shown in the order in which they are decoded."""
    reader.unsigned()
    kind = reader.unsigned()
    if kind == 0:
        reader.unsigned()
    elif kind == 1:
        reader.flag(), reader.signed(), reader.signed()
        _pass_numbers(reader, reader.unsigned())
    return kind == _POC_FOLLOWS_DECODING


def _stated_reordering(reader: BitReader) -> int | None:
    """What the usability information says of it, at its very end; None where it says nothing."""
    if reader.flag() and reader.bits(8) == _CHOSEN_ASPECT:
        reader.bits(32)
    if reader.flag():
        reader.flag()
    if reader.flag():
        reader.bits(4)
        if reader.flag():
            reader.bits(24)
    if reader.flag():
        _pass_numbers(reader, 2)
    if reader.flag():
        reader.bits(65)
    if any([*_pass_buffers(reader)]):
        reader.flag()
    reader.flag()
    if not reader.flag():
        return None
    reader.flag()
    _pass_numbers(reader, 4)
    return reader.unsigned()


def _pass_buffers(reader: BitReader) -> Iterator[bool]:
    """The two models of a decoder's buffer, each if it is there."""
    for _ in range(2):
        present = reader.flag()
        if present:
            models = reader.unsigned() + 1
            reader.bits(8)
            for _ in range(models):
                _pass_numbers(reader, 2)
                reader.flag()
            reader.bits(20)
        yield present


def _pass_numbers(reader: BitReader, number: int) -> None:
    """Exp-Golomb codes are as long signed as unsigned."""
    for _ in range(number):
        reader.unsigned()
