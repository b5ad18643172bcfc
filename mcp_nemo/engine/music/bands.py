"""Who lends the players their instruments: our own synthesis, or something else that can play a note."""

from typing import Protocol

from mcp_nemo.engine.music import drums
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.sound import Random, Sound


class Band(Protocol):
    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        """(1, n) or (2, n) samples at 48 kHz; the instrument may be "drums", `held` is in seconds."""


class Synthesis:
    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        if instrument == "drums":
            return drums.hit(pitch, velocity, random)
        return INSTRUMENTS[instrument].note(440 * 2 ** ((pitch - 69) / 12), velocity, held, random)
