"""Composed music, heard in part."""

import numpy as np
import pytest

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.drums import hit
from mcp_nemo.engine.music.excerpt import excerpt
from mcp_nemo.engine.music.instruments import INSTRUMENTS
from mcp_nemo.engine.music.patterns import DRUM_KEYS
from mcp_nemo.engine.music.sound import RATE, Random, Sound
from mcp_nemo.engine.music.synthesis import Shelf, mixed, perform
from tests.media import level_db


class Counting(Synthesis):
    """Knows how many notes it has played."""

    def __init__(self) -> None:
        self.played = 0

    def note(self, instrument: str, pitch: int, velocity: float, held: float, random: Random) -> Sound:
        self.played += 1
        return super().note(instrument, pitch, velocity, held, random)


# With a kick that pushes others down, with the crackle of a needle.
@pytest.mark.parametrize("mood", ["electronic", "lofi"])
def test_before_mastering_a_part_has_the_samples_of_the_whole(mood: str) -> None:
    score = compose(MusicRecipe(mood=mood, seed=2), 20_000)
    whole = [*mixed(score, Shelf.of(score, Synthesis()))]
    for first, end in ((0, 1), (2, 4), (6, 7)):
        part = [*mixed(score, Shelf.of(score, Synthesis()), first, end)]
        assert len(part) == end - first
        assert all(np.array_equal(*pair) for pair in zip(part, whole[first:end], strict=True))


@pytest.mark.parametrize(("mood", "seed"), [("rock", 2), ("ambient", 1)])
def test_a_part_sounds_as_it_does_in_the_whole(mood: str, seed: int) -> None:
    score = compose(MusicRecipe(mood=mood, seed=seed), 40_000, (5000, 20_000))
    whole = perform(score, Synthesis())
    for first in (0, 16 * RATE + 7, 37 * RATE):
        in_place = whole[first : first + 3 * RATE]
        heard = excerpt(score, first, first + 3 * RATE, Synthesis())
        assert heard.shape == in_place.shape
        assert level_db(heard) == pytest.approx(level_db(in_place), abs=1.5)
        assert np.corrcoef(heard[:, 0], in_place[:, 0])[0, 1] > 0.99


@pytest.mark.parametrize("duration_ms", [40, 333, 2500])
def test_what_is_asked_for_may_be_all_of_it(duration_ms: int) -> None:
    score = compose(MusicRecipe(mood="playful", seed=14), duration_ms)
    whole = perform(score, Synthesis())
    assert np.allclose(excerpt(score, 0, len(whole), Synthesis()), whole, atol=1e-4)


def test_a_part_of_long_music_takes_no_more_notes_than_one_of_short_music() -> None:
    played = []
    for minutes in (1, 10):
        score = compose(MusicRecipe(mood="rock", seed=2), minutes * 60_000)
        band = Counting()
        excerpt(score, 40 * RATE, 43 * RATE, band)
        played.append(band.played)
    assert max(played) < 150


def test_every_note_rings_out_in_time() -> None:
    """What began earlier is not looked for."""
    random = np.random.default_rng(1)
    held = 0.2
    notes = [
        Synthesis().note(name, pitch, 0.9, held, random) for name in INSTRUMENTS for pitch in (30, 60, 90)
    ]
    drums = [hit(key, 1.0, random) for key in DRUM_KEYS.values()]
    assert max(note.shape[1] for note in notes) < (held + 3) * RATE
    assert max(drum.shape[1] for drum in drums) < 3 * RATE
