"""Scales, chords and how one chord moves to the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PITCH_CLASSES: Final = {
    "C": 0, "Db": 1, "D": 2, "Eb": 3, "E": 4, "F": 5, "Gb": 6, "G": 7, "Ab": 8, "A": 9, "Bb": 10, "B": 11,
}  # fmt: skip

SCALES: Final = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}

# The chord before the last one, and the last one.
CADENCES: Final = {
    "major": ("V", "I"),
    "lydian": ("II", "I"),
    "dorian": ("IV", "i"),
    "minor": ("VII", "i"),
    "phrygian": ("II", "i"),
}

_NUMERALS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_NUMERAL: Final = re.compile(r"([iv]+|[IV]+)(o?)")
_CHORD_FLOOR: Final = 53
_CHORD_CEILING: Final = 76


@dataclass(frozen=True, slots=True)
class Chord:
    """`tones` are pitch classes from the root up; `scale` is what sounds right over them, sorted."""

    numeral: str
    tones: tuple[int, ...]
    scale: tuple[int, ...]

    @property
    def root(self) -> int:
        return self.tones[0]

    @property
    def upper(self) -> tuple[int, ...]:
        """What is played over the bass: a ninth chord leaves its root to it, or it would be a cluster."""
        return self.tones[1:] if len(self.tones) == 5 else self.tones


def chord(numeral: str, tonic: str, scale: str, voices: int) -> Chord:
    """Raises ValueError for what is not a Roman numeral."""
    matched = _NUMERAL.fullmatch(numeral)
    if not matched:
        raise ValueError(numeral)
    steps = SCALES[scale]
    degree = _NUMERALS.index(matched[1].lower())
    root = steps[degree]
    third = root + (4 if matched[1].isupper() else 3)
    fifth = root + (6 if matched[2] else 7)
    seventh, ninth = (_upper(steps, degree, root, above) for above in (6, 1))
    home = PITCH_CLASSES[tonic]
    tones = tuple((home + tone) % 12 for tone in (root, third, fifth, seventh, ninth)[:voices])
    return Chord(numeral, tones, _scale_over(tones[:3], [(home + step) % 12 for step in steps]))


def _upper(steps: Sequence[int], degree: int, root: int, above: int) -> int:
    """The scale's own note so many steps over the root; never a semitone over it, which grates."""
    note = steps[(degree + above) % len(steps)]
    return note + 1 if (note - root) % 12 == 1 else note


def _scale_over(triad: Sequence[int], scale: Sequence[int]) -> tuple[int, ...]:
    """The scale, with the notes that a borrowed chord replaces moved to the chord's."""
    borrowed = [tone for tone in triad if tone not in scale]
    kept = [note for note in scale if not any((note - tone) % 12 in (1, 11) for tone in borrowed)]
    return tuple(sorted({*kept, *borrowed, *triad}))


def voicing(tones: Sequence[int], previous: Sequence[int]) -> tuple[int, ...]:
    """MIDI keys, lowest first: the inversion that moves least from the chord before."""
    candidates = [
        keys
        for start in range(_CHORD_FLOOR, _CHORD_FLOOR + 12)
        if start % 12 in tones and (keys := _stack(tones, start))[-1] <= _CHORD_CEILING
    ]
    middle = sum(previous) / len(previous) if previous else 62.0
    return min(candidates, key=lambda keys: _movement(keys, previous, middle))


def _stack(tones: Sequence[int], lowest: int) -> tuple[int, ...]:
    return tuple(sorted(lowest + (tone - lowest) % 12 for tone in tones))


def _movement(keys: Sequence[int], previous: Sequence[int], middle: float) -> float:
    drift = abs(sum(keys) / len(keys) - middle) + 0.15 * abs(sum(keys) / len(keys) - 63)
    cluster = sum(above - below == 1 for above, below in zip(keys[1:], keys, strict=False))
    return drift + 3 * cluster + sum(abs(a - b) for a, b in zip(keys, previous, strict=False)) / len(keys)


def nearest(pitch: float, classes: Sequence[int]) -> int:
    """The MIDI key of one of these pitch classes that is nearest to a pitch."""
    around = range(round(pitch) - 7, round(pitch) + 8)
    return min((key for key in around if key % 12 in classes), key=lambda key: abs(key - pitch))


def step(pitch: int, by: int, scale: Sequence[int]) -> int:
    """So many scale steps up (or down)."""
    direction = 1 if by > 0 else -1
    for _ in range(abs(by)):
        pitch += direction
        while pitch % 12 not in scale:
            pitch += direction
    return pitch
