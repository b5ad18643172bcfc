"""A mood for a picture, with the reason said, so that a person can disagree."""

from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.analysis import Look
from mcp_nemo.engine.music.moods import MOODS

# How lively, how light and how warm the picture is that a mood suits best, each from 0 to 1.
_SUITED: Final = {
    "calm": (0.12, 0.6, 0.5),
    "happy": (0.6, 0.8, 0.65),
    "upbeat": (0.85, 0.7, 0.55),
    "lofi": (0.3, 0.42, 0.6),
    "cinematic": (0.35, 0.3, 0.45),
    "epic": (0.75, 0.3, 0.5),
    "dramatic": (0.55, 0.2, 0.55),
    "suspense": (0.3, 0.08, 0.35),
    "sad": (0.08, 0.25, 0.35),
    "romantic": (0.15, 0.55, 0.8),
    "ambient": (0.05, 0.4, 0.25),
    "electronic": (0.95, 0.35, 0.25),
    "acoustic": (0.38, 0.65, 0.7),
    "corporate": (0.45, 0.7, 0.4),
    "playful": (0.7, 0.9, 0.8),
}
_USUAL: Final = "calm"
_QUICK_CUTS_A_MINUTE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Match:
    mood: str
    reason: str


def match(look: Look, length_ms: int) -> Match:
    if not look.shots:
        return Match(_USUAL, f"no picture to go by: {_label(_USUAL)}")
    cuts_a_minute = (look.shots - 1) * 60_000 / max(length_ms, 1000)
    quickness = min(1.0, cuts_a_minute / _QUICK_CUTS_A_MINUTE)
    liveliness = max(0.6 * look.motion + 0.4 * quickness, 0.85 * quickness, 0.85 * look.motion)
    # Few pictures are all black or all white: most lie between a fifth and two thirds.
    light = min(1.0, max(0.0, (look.brightness - 0.1) / 0.55))
    seen = (liveliness, light, look.warmth)
    mood = min(_SUITED, key=lambda name: _distance(_SUITED[name], seen))
    traits = [_light(light), *_colours(look), _movement(look.motion, quickness), _shots(look.shots)]
    return Match(mood, f"{', '.join(traits)}: {_label(mood)}")


def _distance(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    lively, light, warm = (abs(x - y) for x, y in zip(a, b, strict=True))
    return lively**2 + light**2 + 0.5 * warm**2


def _label(mood: str) -> str:
    return MOODS[mood].label.lower()


def _light(light: float) -> str:
    return "bright" if light > 0.6 else "dark" if light < 0.3 else "evenly lit"


def _colours(look: Look) -> list[str]:
    if look.saturation < 0.12:
        return ["hardly any colour"]
    if look.warmth > 0.58:
        return ["warm colours"]
    return ["cool colours"] if look.warmth < 0.42 else []


def _movement(motion: float, quickness: float) -> str:
    if quickness > 0.4:
        return "quick cuts"
    return "much movement" if motion > 0.5 else "some movement" if motion > 0.15 else "hardly any movement"


def _shots(shots: int) -> str:
    return "one shot" if shots == 1 else f"{shots} shots"
