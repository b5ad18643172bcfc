"""A mood for a picture, with the reason said, so that a person can disagree."""

from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.analysis import Hearing, Look
from mcp_nemo.engine.music import catalogue
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.traits import quickness, traits_of

_USUAL: Final = "calm"


@dataclass(frozen=True, slots=True)
class Match:
    """`variation` is the one of the mood that suits best, for `variations.seed_for`."""

    mood: str
    reason: str
    variation: int = 0


def match(look: Look, length_ms: int, hearing: Hearing | None = None) -> Match:
    if not look.shots:
        return Match(_USUAL, f"no picture to go by: {_label(_USUAL)}")
    seen = traits_of(look, length_ms)
    best = catalogue.rank(catalogue.composed(), seen, length_ms, hearing)[0].offer
    quick = quickness(look, length_ms)
    traits = [_light(seen.light), *_colours(look), _movement(look.motion, quick), _shots(look.shots)]
    if hearing is not None and hearing.speech >= catalogue.MUCH_SPEECH:
        traits.append("someone speaking")
    return Match(
        best.mood, f"{', '.join(traits)}: {_label(best.mood)}{_tempo(best.mood)}", best.variation or 0
    )


def _tempo(mood: str) -> str:
    return " at {:.0f} to {:.0f} BPM".format(*MOODS[mood].tempo)


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
