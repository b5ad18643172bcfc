"""How people play what is written: a little early, a little late, never twice as loud."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from mcp_nemo.engine.music.arrangement import Stroke
from mcp_nemo.engine.music.grid import Grid
from mcp_nemo.engine.music.score import Note

_LOOSE_MS: Final = 11.0
_TIGHT_MS: Final = 3.0
_SHORTEST_MS: Final = 40.0


@dataclass(frozen=True, slots=True)
class Feel:
    """`swing` runs from 0 (even) to 1 (triplets), `looseness` from 0 (a machine) to 1."""

    grid: Grid
    swing: float
    looseness: float
    duration_ms: int

    def played(self, strokes: Sequence[Stroke], random: Random, tight: bool) -> tuple[Note, ...]:
        """Strokes on the same beat are early or late together."""
        spread = self.looseness * (_TIGHT_MS if tight else _LOOSE_MS)
        offsets: dict[float, float] = {}
        notes = []
        for stroke in sorted(strokes, key=lambda stroke: (stroke.beat, stroke.late_ms, stroke.pitch)):
            if stroke.beat not in offsets:
                offsets[stroke.beat] = random.gauss(0, spread) if stroke.beat else 0.0
            notes.append(self._note(stroke, offsets[stroke.beat], random))
        return tuple(note for note in notes if note.start_ms < self.duration_ms)

    def _note(self, stroke: Stroke, offset_ms: float, random: Random) -> Note:
        on = self.grid.at(self._swung(stroke.beat))
        off = self.grid.at(self._swung(stroke.beat + stroke.beats))
        start = max(0.0, on + offset_ms + stroke.late_ms)
        velocity = stroke.velocity * random.gauss(1, 0.05)
        return Note(start, max(_SHORTEST_MS, off - on), stroke.pitch, min(1.0, max(0.1, velocity)))

    def _swung(self, beat: float) -> float:
        """The off-beat moves from a half towards two thirds of the beat, all else in proportion."""
        whole, part = divmod(beat, 1)
        late = 0.5 + self.swing / 6
        return whole + (part * late / 0.5 if part < 0.5 else late + (part - 0.5) * (1 - late) / 0.5)
