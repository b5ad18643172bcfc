"""A few seconds out of composed music, without performing all of it.

What rings on into the excerpt is heard. It is brought to the loudness of music as a whole, so a quiet passage
comes out louder than in the film.
"""

from dataclasses import replace

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.score import Part, Score
from mcp_nemo.engine.music.synthesis import perform
from mcp_nemo.engine.render.plan import SAMPLES_PER_MS
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
    played = perform(_cut(score, origin_ms, end_ms))
    return played[(start_ms - origin_ms) * SAMPLES_PER_MS :][: (end_ms - start_ms) * SAMPLES_PER_MS]


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
