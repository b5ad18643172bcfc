"""What a picture and a piece of music can have in common, and what each mood suits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.analysis.pictures import Look

_QUICK_CUTS_A_MINUTE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Traits:
    """Each from 0 to 1."""

    lively: float
    light: float
    warm: float

    def distance(self, other: "Traits") -> float:
        """Colour says less than light and movement."""
        return (
            (self.lively - other.lively) ** 2
            + (self.light - other.light) ** 2
            + 0.5 * (self.warm - other.warm) ** 2
        )


# Of the pictures that a mood suits best.
SUITED: Final[Mapping[str, Traits]] = {
    "calm": Traits(0.12, 0.6, 0.5),
    "happy": Traits(0.6, 0.8, 0.65),
    "upbeat": Traits(0.85, 0.7, 0.55),
    "lofi": Traits(0.3, 0.42, 0.6),
    "cinematic": Traits(0.35, 0.3, 0.45),
    "epic": Traits(0.75, 0.3, 0.5),
    "dramatic": Traits(0.55, 0.2, 0.55),
    "suspense": Traits(0.3, 0.08, 0.35),
    "sad": Traits(0.08, 0.25, 0.35),
    "romantic": Traits(0.15, 0.55, 0.8),
    "ambient": Traits(0.05, 0.4, 0.25),
    "electronic": Traits(0.95, 0.35, 0.25),
    "acoustic": Traits(0.38, 0.65, 0.7),
    "corporate": Traits(0.45, 0.7, 0.4),
    "playful": Traits(0.7, 0.9, 0.8),
}


def traits_of(look: Look, length_ms: int) -> Traits:
    quick = quickness(look, length_ms)
    lively = max(0.6 * look.motion + 0.4 * quick, 0.85 * quick, 0.85 * look.motion)
    # Few pictures are all black or all white: most lie between a fifth and two thirds.
    light = min(1.0, max(0.0, (look.brightness - 0.1) / 0.55))
    return Traits(lively, light, look.warmth)


def quickness(look: Look, length_ms: int) -> float:
    """0 for one shot, 1 where there is a cut every two seconds."""
    cuts_a_minute = (look.shots - 1) * 60_000 / max(length_ms, 1000)
    return min(1.0, max(0.0, cuts_a_minute / _QUICK_CUTS_A_MINUTE))
