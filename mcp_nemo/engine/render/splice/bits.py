"""Numbers as H.264 writes them, bit by bit (ISO/IEC 14496-10, 9.1)."""


class OutOfBits(Exception):
    """The data end before what they promise."""


class BitReader:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

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
