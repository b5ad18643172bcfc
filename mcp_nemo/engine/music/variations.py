"""Other ways of playing each mood: which one is heard depends on the recipe's seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from mcp_nemo.engine.music.moods import Mood


@dataclass(frozen=True, slots=True)
class Variation:
    """What is different from the mood as it is written; nothing where empty."""

    lead: str = ""
    chords: str = ""
    figure: str = ""
    pad: str = ""
    bass: str = ""
    bass_figure: str = ""
    groove: str = ""


VARIATIONS: Final[Mapping[str, tuple[Variation, ...]]] = {
    "calm": (
        Variation(),
        Variation(lead="nylon guitar", chords="guitar", figure="picking"),
        Variation(lead="vibraphone", chords="piano", figure="drift", pad="strings"),
    ),
    "happy": (
        Variation(),
        Variation(lead="nylon guitar", chords="piano", figure="stabs", groove="steady"),
        Variation(lead="marimba", chords="pizzicato", figure="oom pah", pad="strings"),
    ),
    "upbeat": (
        Variation(),
        Variation(lead="brass", chords="guitar", figure="strum", bass="finger bass", groove="clap along"),
        Variation(lead="piano", chords="synth pluck", figure="sixteenths", bass_figure="off beats"),
    ),
    "lofi": (
        Variation(),
        Variation(lead="nylon guitar", figure="drift", bass="upright bass"),
        Variation(lead="keys", chords="piano", groove="brushes"),
    ),
    "cinematic": (
        Variation(),
        Variation(lead="piano", chords="strings", figure="drift", pad="warm pad"),
        Variation(lead="brass", chords="short strings", figure="ostinato", bass_figure="root and fifth"),
    ),
    "epic": (
        Variation(),
        Variation(lead="strings", figure="pulse", pad="brass", groove="film drums"),
        Variation(lead="brass", chords="piano", figure="arpeggio", bass_figure="heartbeat"),
    ),
    "dramatic": (
        Variation(),
        Variation(lead="piano", chords="short strings", figure="pulse", groove="war drums"),
        Variation(lead="brass", chords="low strings", figure="arpeggio", bass_figure="heartbeat"),
    ),
    "suspense": (
        Variation(),
        Variation(lead="piano", chords="pizzicato", figure="ostinato"),
        Variation(lead="strings", chords="synth pluck", figure="pulse", groove="film drums"),
    ),
    "sad": (
        Variation(),
        Variation(lead="strings", chords="nylon guitar", figure="picking", pad="low strings"),
        Variation(lead="vibraphone", chords="keys", figure="drift", bass="round bass"),
    ),
    "romantic": (
        Variation(),
        Variation(lead="piano", chords="nylon guitar", figure="picking", pad="strings"),
        Variation(lead="nylon guitar", chords="keys", figure="broken", bass="upright bass"),
    ),
    "ambient": (
        Variation(),
        Variation(lead="piano", chords="strings", pad="dark pad"),
        Variation(lead="vibraphone", chords="saw pad", figure="broken"),
    ),
    "electronic": (
        Variation(),
        Variation(lead="synth pluck", chords="keys", figure="stabs", groove="four on the floor"),
        Variation(lead="bells", figure="ostinato", bass_figure="eighths", groove="steady"),
    ),
    "acoustic": (
        Variation(),
        Variation(lead="piano", figure="strum", bass="upright bass", groove="clap along"),
        Variation(lead="vibraphone", chords="nylon guitar", figure="arpeggio", pad="strings"),
    ),
    "corporate": (
        Variation(),
        Variation(lead="bells", chords="piano", figure="arpeggio", groove="clap along"),
        Variation(lead="nylon guitar", chords="synth pluck", figure="ostinato", pad="warm pad"),
    ),
    "playful": (
        Variation(),
        Variation(lead="glockenspiel", chords="guitar", figure="strum", groove="clap along"),
        Variation(lead="pizzicato", chords="piano", figure="stabs", bass_figure="lazy"),
    ),
    "rock": (
        Variation(),
        Variation(lead="organ", pad="strings", bass_figure="root and fifth"),
        Variation(chords="guitar", figure="strum", pad="warm pad"),
    ),
    "jazz": (
        Variation(),
        Variation(lead="piano", chords="nylon guitar", figure="stabs"),
        Variation(lead="brass", pad="organ"),
    ),
    "hiphop": (
        Variation(),
        Variation(lead="bells", chords="piano", bass="synth bass", groove="boom bap"),
        Variation(lead="brass", chords="pizzicato", figure="ostinato"),
    ),
    "classical": (
        Variation(),
        Variation(lead="piano", chords="short strings", figure="ostinato", pad="strings"),
        Variation(lead="strings", chords="pizzicato", figure="broken"),
    ),
    "reggae": (
        Variation(),
        Variation(lead="organ", pad="warm pad", groove="steady"),
        Variation(lead="nylon guitar", chords="keys"),
    ),
    "latin": (
        Variation(),
        Variation(lead="nylon guitar", chords="piano", pad="warm pad"),
        Variation(lead="piano", chords="guitar", figure="strum"),
    ),
    "country": (
        Variation(),
        Variation(lead="nylon guitar", figure="picking", pad="strings"),
        Variation(lead="piano", figure="strum", bass="finger bass"),
    ),
    "funk": (
        Variation(),
        Variation(lead="keys", chords="guitar", figure="stabs", groove="boom bap"),
        Variation(lead="synth lead", pad="strings", bass="synth bass"),
    ),
    "lullaby": (
        Variation(),
        Variation(lead="bells", chords="nylon guitar", figure="picking"),
        Variation(lead="piano", chords="piano", figure="broken", pad="strings"),
    ),
    "christmas": (
        Variation(),
        Variation(lead="glockenspiel", chords="guitar", figure="strum"),
        Variation(lead="brass", chords="pizzicato", figure="stabs"),
    ),
}


def variation_of(mood: Mood, seed: int) -> int:
    """The number of the variation that a seed plays."""
    return seed % len(VARIATIONS[mood.name])


def seed_for(mood: Mood, variation: int, seed: int) -> int:
    """The first seed from this one on that plays the variation."""
    count = len(VARIATIONS[mood.name])
    return seed + (variation - seed) % count


def varied(mood: Mood, variation: int) -> Mood:
    others = {name: value for name, value in asdict(VARIATIONS[mood.name][variation]).items() if value}
    return replace(mood, **others)
