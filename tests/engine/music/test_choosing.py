from pathlib import Path

import anyio
import anyio.to_process

from mcp_nemo.engine.music.choosing import choose
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.music.variations import seed_for, variation_of
from tests.media import make_sound, make_video


def test_a_film_is_matched_in_a_worker(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", colour=(240, 230, 210))
    (tmp_path / "songs").mkdir()
    make_sound(tmp_path / "songs" / "mine.wav", 3)
    choice = anyio.run(
        anyio.to_process.run_sync, choose, film, 2_000, tmp_path / "kept", (tmp_path / "songs",)
    )
    first = next(ranked.offer for ranked in choice.ranked if ranked.offer.path is None)
    assert (choice.match.mood, choice.match.variation) == (first.mood, first.variation)
    assert [one.distance for one in choice.ranked] == sorted(one.distance for one in choice.ranked)
    assert len(list((tmp_path / "kept").iterdir())) == 2
    mood = MOODS[choice.match.mood]
    assert variation_of(mood, seed_for(mood, choice.match.variation, 12_345)) == choice.match.variation
