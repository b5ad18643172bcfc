"""A piece of music written down: who plays what, and when. Plain data, apart from how it will sound."""

from dataclasses import dataclass
from typing import Literal

SectionName = Literal["intro", "body", "lift", "break", "ending"]
Role = Literal["lead", "echo", "chords", "pad", "bass", "drums"]


@dataclass(frozen=True, slots=True)
class Note:
    """`pitch` is a MIDI key (60 is middle C); on drums, the key of General MIDI's percussion map."""

    start_ms: float
    length_ms: float
    pitch: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Part:
    """One player. `volume` is a factor; `pan` runs from -1 (left) to 1."""

    role: Role
    instrument: str
    notes: tuple[Note, ...]
    volume: float = 1.0
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class Section:
    """`energy` runs from 0 to 1."""

    name: SectionName
    start_ms: int
    end_ms: int
    energy: float


@dataclass(frozen=True, slots=True)
class Landing:
    """The beat nearest to a cut; `error_ms` is positive where it comes late."""

    cut_ms: int
    error_ms: int
    on_bar: bool


@dataclass(frozen=True, slots=True)
class Score:
    """`tempo` is in beats a minute, on the whole: between cuts it bends by a few percent.

    `space` is how much room there is (0 to 1), `pump` how far the kick pushes the others down (0 to 1).
    """

    mood: str
    seed: int
    duration_ms: int
    tempo: float
    tonic: str
    scale: str
    space: float
    texture: str
    pump: float
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    landings: tuple[Landing, ...]
