"""What was seen of a picture, in words, so that a person can disagree with the music chosen for it."""

from mcp_nemo.engine.analysis import Look
from mcp_nemo.engine.music.traits import quickness, traits_of


def seen(look: Look, length_ms: int) -> str:
    if not look.shots:
        return "no picture to go by"
    quick = quickness(look, length_ms)
    light = traits_of(look, length_ms).light
    return ", ".join([_light(light), *_colours(look), _movement(look.motion, quick), _shots(look.shots)])


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
