"""Numbers as H.264 writes them, bit by bit (ISO/IEC 14496-10, 9.1)."""

import re

# What would look like the beginning of a unit, or like a guard.
_UNGUARDED = re.compile(rb"(\0\0)(?=[\0-\3])")


class OutOfBits(Exception):
    """The data end before what they promise."""


class BitReader:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    @property
    def left(self) -> int:
        return self._left

    def bits(self, count: int) -> int:
        if count > self._left:
            raise OutOfBits
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.bits(1) == 1

    def unsigned(self) -> int:
        """An Exp-Golomb code: as many zeros before the first one as digits after it."""
        zeros = 0
        while not self.flag():
            zeros += 1
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def payload(unit: bytes) -> bytes:
    """What a NAL unit holds after its first byte, without the bytes that keep start codes apart."""
    return unit[1:].replace(b"\0\0\3", b"\0\0")


def nal_unit(first: int, digits: str) -> bytes:
    """From its first byte, and from the binary digits of what follows up to the end of its data."""
    whole = digits + "1"
    data = int(whole.ljust(-(-len(whole) // 8) * 8, "0"), 2).to_bytes(-(-len(whole) // 8), "big")
    return bytes((first,)) + _UNGUARDED.sub(b"\\1\3", data)


def digits_of(number: int) -> str:
    """The Exp-Golomb code of a number."""
    return f"{number + 1:b}".zfill(2 * (number + 1).bit_length() - 1)
