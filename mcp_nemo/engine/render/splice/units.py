"""The NAL units that a coded picture consists of, each behind its length in four bytes (avcC, version 1)."""

from collections.abc import Iterator, Set
from typing import cast

from av.packet import Packet
from av.video.stream import VideoStream

SLICES = range(1, 6)
REFRESHING = 5
# Of sequences and of pictures, as they may be told again among the pictures.
PARAMETERS = (7, 8)
# Those of layers and of auxiliary pictures.
OTHER_PARAMETERS = (13, 15)
_DELIMITER = 9
_LENGTH_BYTES = 4


class DamagedUnits(Exception):
    """The lengths do not add up to the data."""


def kind_of(unit: memoryview) -> int:
    return unit[0] & 31


def units_of(data: memoryview) -> Iterator[memoryview]:
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place : place + _LENGTH_BYTES], "big")
        place += _LENGTH_BYTES
        if not 0 < length <= len(data) - place:
            raise DamagedUnits
        yield data[place : place + length]
        place += length


def without_repeats(packet: "Packet[VideoStream]", told: Set[bytes]) -> "Packet[VideoStream]":
    """The picture alone: without parameters that are `told` elsewhere, and marks of where it begins."""
    units = [*units_of(memoryview(packet))]
    kept = [unit for unit in units if not _is_repeated(unit, told)]
    if len(kept) == len(units):
        return packet
    data = b"".join(len(unit).to_bytes(_LENGTH_BYTES, "big") + unit for unit in kept)
    bare = cast("Packet[VideoStream]", Packet(data))
    bare.pts, bare.time_base, bare.is_keyframe = packet.pts, packet.time_base, packet.is_keyframe
    return bare


def _is_repeated(unit: memoryview, told: Set[bytes]) -> bool:
    kind = kind_of(unit)
    return kind == _DELIMITER or (kind in PARAMETERS and bytes(unit) in told)
