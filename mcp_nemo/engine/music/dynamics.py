"""How loud music is as far as that is written, before anything is played."""

from typing import Final

import numpy as np

from mcp_nemo.engine.music.effects import LEVEL_HOP, Gains
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.score import Note, Part, Score
from mcp_nemo.engine.music.sound import RATE

_HOP_MS: Final = LEVEL_HOP * 1000 // RATE
_DRUM_LEVEL: Final = 0.22
# Beside that of other notes, which are as loud as each other, the energy of a drum, and for how long.
_DRUM_ENERGY: Final = 4.0
_DRUM_MS: Final = 100.0
# For about so long a note is heard after it is held.
_FADING_MS: Final = 100.0


def loudness_of(note: Note, part: Part) -> float:
    """A factor on its samples."""
    level = _DRUM_LEVEL if part.instrument == "drums" else INSTRUMENTS[part.instrument].level
    return float(part.volume * level * note.velocity**1.6)


def written_energies(score: Score) -> Gains:
    """Of each `LEVEL_HOP`, beside the others'."""
    hops = -(-round(score.duration_ms * RATE / 1000) // LEVEL_HOP)
    changes = np.zeros(hops + 1)
    for part in score.parts:
        is_struck = part.instrument == "drums"
        for note in part.notes:
            energy = loudness_of(note, part) ** 2 * (_DRUM_ENERGY if is_struck else 1)
            end_ms = note.start_ms + (_DRUM_MS if is_struck else note.length_ms + _FADING_MS)
            changes[min(hops, int(note.start_ms / _HOP_MS))] += energy
            changes[min(hops, int(end_ms / _HOP_MS))] -= energy
    return np.maximum(np.cumsum(changes[:-1]), 0)
