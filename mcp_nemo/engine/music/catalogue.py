"""All the music there is to choose from, best first for a picture, with the reasons in words.

That is every variation of every mood, composed when it is wanted, and the songs in the user's own folders.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mcp_nemo.engine.analysis.songs import Song
from mcp_nemo.engine.music.moods import MOODS, Mood
from mcp_nemo.engine.music.patterns import FIGURES, GROOVES
from mcp_nemo.engine.music.traits import SUITED, Traits
from mcp_nemo.engine.music.variations import VARIATIONS, varied

_WARM: Final = {
    "nylon guitar",
    "guitar",
    "strings",
    "low strings",
    "keys",
    "vibraphone",
    "upright bass",
    "warm pad",
}
_COOL: Final = {"bells", "glockenspiel", "synth lead", "synth pluck", "synth bass", "saw pad", "dark pad"}
_ALIKE: Final = 0.15
# How busy a tune may be that leaves a voice its room.
_ROOMY: Final = 0.45
_SPARSE_ENERGY: Final = 0.55
# Music of the user's own is preferred where it is close.
_HEAD_START: Final = 0.01
_SHORTEST_SONG_MS: Final = 8_000


@dataclass(frozen=True, slots=True)
class Offer:
    """`variation` is a mood's, for `variations.seed_for`; a song has a `path` and no variation.

    `roomy` is music that a voice can be heard over; `length_ms` is None for what is composed to any length.
    """

    name: str
    mood: str
    traits: Traits
    tempo_bpm: tuple[float, float] | None
    roomy: bool
    variation: int | None = None
    path: Path | None = None
    length_ms: int | None = None

    def lasts(self, length_ms: int) -> bool:
        return self.length_ms is None or self.length_ms >= length_ms


@dataclass(frozen=True, slots=True)
class Ranked:
    """`distance` is about 0 for what suits the picture in every way."""

    offer: Offer
    distance: float
    reason: str


def composed() -> Iterator[Offer]:
    for plain in map(MOODS.__getitem__, SUITED):
        for number in range(len(VARIATIONS[plain.name])):
            mood = varied(plain, number)
            yield Offer(
                name=f"{mood.label}: {mood.lead} over {mood.chords}",
                mood=mood.name,
                traits=_traits(plain, mood),
                tempo_bpm=mood.tempo,
                roomy=mood.density <= _ROOMY,
                variation=number,
            )


def recorded(songs: Mapping[Path, Song], names: Mapping[Path, str] = MappingProxyType({})) -> Iterator[Offer]:
    """`names` are those of files that lie here under another."""
    for path, song in songs.items():
        traits = Traits(song.energy, song.light, 0.35 + 0.3 * (not song.minor))
        yield Offer(
            name=Path(names.get(path, path.name)).stem,
            mood=min(SUITED, key=lambda name: SUITED[name].distance(traits)),
            traits=traits,
            tempo_bpm=(song.tempo_bpm, song.tempo_bpm) if song.tempo_bpm else None,
            roomy=song.energy <= _SPARSE_ENERGY,
            path=path,
            length_ms=song.duration_ms,
        )


def rank(
    offers: Iterable[Offer], wanted: Traits, length_ms: int, *, spoken: bool = False
) -> Sequence[Ranked]:
    """Best first; `length_ms` is the picture's, `spoken` that there is someone to be understood."""
    ranked = (
        Ranked(offer, _distance(offer, wanted, length_ms, spoken), _reason(offer, wanted, length_ms, spoken))
        for offer in offers
    )
    return sorted(ranked, key=lambda one: (one.distance, one.offer.name))


def _traits(plain: Mood, mood: Mood) -> Traits:
    """The mood's own, moved a little by who plays what."""
    suited = SUITED[plain.name]
    return Traits(
        suited.lively + 0.12 * (_busyness(mood) - _busyness(plain)),
        suited.light,
        suited.warm + 0.05 * (_warmth(mood) - _warmth(plain)),
    )


def _busyness(mood: Mood) -> float:
    """Strokes for each step of a bar."""
    rows = [FIGURES[mood.figure].full, *(GROOVES[mood.groove].full.values() if mood.groove else ())]
    return sum((1 - row.count(".") / len(row) for row in rows), 0.0)


def _warmth(mood: Mood) -> int:
    players = {mood.lead, mood.chords, mood.pad, mood.bass}
    return len(players & _WARM) - len(players & _COOL)


def _distance(offer: Offer, wanted: Traits, length_ms: int, spoken: bool) -> float:
    drowning = 0.05 if spoken and not offer.roomy else 0.0
    short = 0.0 if offer.lasts(length_ms) else 0.02 if offer.lasts(_SHORTEST_SONG_MS) else 0.2
    head_start = _HEAD_START if offer.path else 0.0
    return offer.traits.distance(wanted) + drowning + short - head_start


def _reason(offer: Offer, wanted: Traits, length_ms: int, spoken: bool) -> str:
    parts = [_tempo(offer.tempo_bpm), *_beside(offer.traits, wanted)]
    if spoken:
        parts.append("leaves room for the voice" if offer.roomy else "busy under the voice")
    if not offer.lasts(length_ms):
        parts.append("shorter than the picture")
    return ", ".join(parts)


def _tempo(tempo_bpm: tuple[float, float] | None) -> str:
    if tempo_bpm is None:
        return "no steady beat"
    low, high = tempo_bpm
    return f"{low:.0f} BPM" if low == high else f"{low:.0f} to {high:.0f} BPM"


def _beside(traits: Traits, wanted: Traits) -> Iterator[str]:
    compared = [
        (traits.lively - wanted.lively, "lively", "livelier", "calmer"),
        (traits.light - wanted.light, "bright", "brighter", "darker"),
        (traits.warm - wanted.warm, "warm", "warmer", "cooler"),
    ]
    if alike := [trait for more, trait, _, _ in compared if abs(more) <= _ALIKE]:
        yield f"as {_listed(alike)} as the picture"
    if unlike := [above if more > 0 else below for more, _, above, below in compared if abs(more) > _ALIKE]:
        yield f"{_listed(unlike)} than the picture"


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
