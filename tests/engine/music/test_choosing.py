from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
import anyio.to_process
import pytest

from mcp_nemo.engine.analysis import Look
from mcp_nemo.engine.music import catalogue
from mcp_nemo.engine.music.choosing import Choice, Shown, choose, unseen
from mcp_nemo.engine.music.traits import traits_of
from tests.media import Picture, make_image, make_sound, make_video, numbered


def flashing(colours: tuple[tuple[int, int, int], ...], frames: int) -> Callable[[int], Picture]:
    """A new colour every so many frames."""

    def draw(number: int) -> Picture:
        return numbered(0, (320, 180), colours[number // frames % len(colours)])

    return draw


def chosen(*shown: Shown, kept: Path) -> Choice:
    choice = choose(shown, kept)
    assert choice
    return choice


@pytest.mark.parametrize(
    ("look", "mood"),
    [
        (Look(brightness=0.6, warmth=0.55, motion=0.6, shots=14), "upbeat"),
        (Look(brightness=0.12, warmth=0.4, motion=0.15, shots=2), "suspense"),
        (Look(brightness=0.45, warmth=0.5, motion=0.05, shots=1), "calm"),
        (Look(brightness=0.45, warmth=0.8, motion=0.1, shots=2), "romantic"),
        (Look(brightness=0.3, warmth=0.3, motion=0.9, shots=30), "electronic"),
    ],
)
def test_a_look_has_a_mood(look: Look, mood: str) -> None:
    ranked = catalogue.rank(catalogue.composed(), traits_of(look, 20_000), 20_000)
    assert ranked[0].offer.mood == mood


def test_a_film_is_looked_at_in_a_worker(tmp_path: Path) -> None:
    film = make_video(tmp_path / "film.mp4", colour=(240, 230, 210))
    (tmp_path / "songs").mkdir()
    make_sound(tmp_path / "songs" / "mine.wav", 3)
    choosing = partial(choose, [Shown(film, 2_000)], tmp_path / "kept", (tmp_path / "songs",))
    choice = anyio.run(anyio.to_process.run_sync, choosing)
    assert choice
    assert [one.distance for one in choice.ranked] == sorted(one.distance for one in choice.ranked)
    assert len(list((tmp_path / "kept").iterdir())) == 2
    assert any(one.offer.path for one in choice.ranked)


def test_quick_cuts_are_cuts_wherever_they_were_made(tmp_path: Path) -> None:
    """Within one file, or between clips on the timeline."""
    colours = ((240, 220, 190), (190, 240, 230), (250, 240, 120), (120, 200, 250))
    film = make_video(tmp_path / "film.mp4", seconds=4, sound=False, pictures=flashing(colours, 15))
    photos = [make_image(tmp_path / f"{at}.png", colour=colour) for at, colour in enumerate(colours)]
    cut = chosen(Shown(film, 4_000), kept=tmp_path / "kept")
    joined = chosen(*(Shown(photo, 500) for photo in photos), kept=tmp_path / "kept")
    still = chosen(Shown(photos[0], 4_000), kept=tmp_path / "kept")
    assert "quick cuts, 8 shots" in cut.seen
    assert "quick cuts, 4 shots" in joined.seen
    assert "one shot" in still.seen
    assert cut.best.mood in ("upbeat", "happy", "playful")
    assert cut.best.traits.lively > still.best.traits.lively + 0.3


def test_of_a_film_that_is_shown_in_part_so_are_its_shots(tmp_path: Path) -> None:
    colours = ((240, 220, 190), (20, 40, 60))
    film = make_video(tmp_path / "film.mp4", seconds=4, sound=False, pictures=flashing(colours, 30))
    assert "4 shots" in chosen(Shown(film, 4_000), kept=tmp_path).seen
    assert "one shot" in chosen(Shown(film, 400, share=0.1), kept=tmp_path).seen


def test_the_choice_tells_its_reasons_and_who_came_close(tmp_path: Path) -> None:
    told = chosen(Shown(make_image(tmp_path / "a.png"), 4_000), kept=tmp_path).told()
    first, close = told.split(" Close behind: ")
    assert first.startswith("Chosen: ") and "BPM" in first and "one shot" in first
    assert len(close.rstrip(".").split(", ")) == 2
    assert close.rstrip(".").split(", ")[0] not in first


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    shown = [Shown(tmp_path / "broken.mp4", 5_000), Shown(make_image(tmp_path / "a.png"), 1_000)]
    assert "one shot" in chosen(*shown, kept=tmp_path / "kept").seen
    assert chosen(Shown(tmp_path / "gone.mp4", 5_000), kept=tmp_path / "kept").seen == "no picture to go by"


def test_no_songs_is_no_choice(tmp_path: Path) -> None:
    assert choose([], tmp_path, (tmp_path,), only_songs=True) is None


def test_unseen_is_calm() -> None:
    assert unseen("too long").told().startswith("Chosen: calm (too long; ")
