"""A few seconds out of composed music, without performing all of it.

What rings on into the excerpt is heard. It is brought to the loudness of music as a whole, so a quiet passage
comes out louder than in the film.
"""

from dataclasses import replace

import numpy as np

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import soundfont
from mcp_nemo.engine.music.bands import Band
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.score import Part, Score
from mcp_nemo.engine.music.sound import Random, Sound
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.render.plan import SAMPLE_RATE, SAMPLES_PER_MS
from mcp_nemo.engine.render.samples import Samples

# How long notes ring after their end, and rooms after those.
_RINGING_MS = 1500
# Performers count lengths in sixteenths of a second.
_INEXACT_MS = 63
# The last of a piece is faded out, which only the whole ending tells how.
_ENDING_MS = 2500


def excerpt(
    recipe: MusicRecipe, duration_ms: int, cuts_ms: tuple[int, ...], start_ms: int, end_ms: int
) -> Samples:
    """From `start_ms` to `end_ms` of music of this length, as stereo at 48 kHz."""
    score = compose(recipe, duration_ms, cuts_ms)
    origin_ms = max(0, start_ms - _RINGING_MS)
    played = perform(_cut(score, origin_ms, end_ms), _Lasting(soundfont.band()))
    return played[(start_ms - origin_ms) * SAMPLES_PER_MS :][: (end_ms - start_ms) * SAMPLES_PER_MS]


class _Lasting:
    """A band whose notes last for as long as they are held, also those that have died away.

    Performers look for every note where it is written to be.
    """

    def __init__(self, band: Band) -> None:
        self._band = band

    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        sound = self._band.note(instrument, pitch, velocity, held, random)
        silent = max(0, round(held * SAMPLE_RATE) - sound.shape[1])
        return np.pad(sound, ((0, 0), (0, silent)))


def _cut(score: Score, start_ms: int, end_ms: int) -> Score:
    """On a clock that begins at `start_ms`; the ending is left whole or left out."""
    ending = score.sections[-1]
    is_over = end_ms > score.duration_ms - _ENDING_MS
    length_ms = (score.duration_ms if is_over else end_ms) - start_ms
    return replace(
        score,
        duration_ms=length_ms,
        sections=(replace(ending, start_ms=ending.start_ms - start_ms if is_over else length_ms),),
        parts=tuple(_heard(part, start_ms, start_ms + length_ms) for part in score.parts),
    )


def _heard(part: Part, start_ms: int, end_ms: int) -> Part:
    """Drums are struck: what was before is over, however long it is written."""
    is_struck = part.instrument == "drums"
    notes = (
        replace(note, start_ms=note.start_ms - start_ms)
        for note in part.notes
        if note.start_ms < end_ms
        and note.start_ms + (0 if is_struck else note.length_ms - _INEXACT_MS) > start_ms
    )
    return replace(part, notes=tuple(notes))
