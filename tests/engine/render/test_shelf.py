"""Which pieces of a film are found again."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_nemo.engine.draft import AudioClip, MusicRecipe, Segment
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.crew import Order, in_this_process
from mcp_nemo.engine.render.making import PIECE, Workshop, make
from mcp_nemo.engine.render.plan import RenderPlan, plan
from mcp_nemo.engine.render.shelf import Shelf, key_of
from mcp_nemo.engine.render.tasks import Company, Done, PictureTask, SoundTask, Task, sound_task
from tests.engine.render.films import clip, film, song, title
from tests.media import make_sound, make_video


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_video(tmp_path / "clip.mp4", seconds=1)


def planned(folder: Path, *segments: Segment) -> RenderPlan:
    media = {path.name: probe(path, id=path.name) for path in folder.iterdir() if path.is_file()}
    return plan(film(*segments), media, "draft")


def picture(made: RenderPlan, number: int = 0) -> PictureTask:
    return PictureTask((made.stretches[number],), made.canvas, made.quality)


def test_a_piece_is_the_same_wherever_it_stands(source: Path) -> None:
    early = planned(source.parent, clip(source, 0, 1000), title("Hello", 0, 1000))
    late = planned(source.parent, clip(source, 0, 1000), clip(source, 1000, 1000), title("Hello", 1000, 1000))

    assert key_of(picture(early)) == key_of(picture(late, 1))
    assert key_of(picture(late, 0)) != key_of(picture(late, 1))


def test_a_key_changes_with_all_that_is_seen(source: Path) -> None:
    made = planned(source.parent, clip(source, 0, 1000), title("Hello", 0, 1000))
    task = picture(made)
    others = [
        picture(planned(source.parent, clip(source, 0, 1000), title("Goodbye", 0, 1000))),
        picture(planned(source.parent, clip(source, 0, 1000), title("Hello", 0, 1000, "top"))),
        picture(planned(source.parent, clip(source, 0, 1000, source_start_ms=100), title("Hello", 0, 1000))),
        replace(task, quality="high"),
        replace(task, canvas=replace(task.canvas, width=640)),
        replace(task, company=Company(1, 0)),
    ]

    assert len({key_of(task), *map(key_of, others)}) == 7


def test_a_key_changes_with_its_source(source: Path) -> None:
    made = planned(source.parent, clip(source, 0, 1000))
    before = key_of(picture(made)), key_of(sound_task(made))

    os.utime(source, (1, 1))

    assert key_of(picture(made)) != before[0]
    assert key_of(sound_task(made)) != before[1]


def test_sound_does_not_change_with_what_is_seen(source: Path) -> None:
    music = make_sound(source.parent / "song.wav", 1)
    plain = planned(source.parent, clip(source, 0, 1000))
    titled = planned(source.parent, clip(source, 0, 1000), title("Hello", 0, 1000))
    louder = planned(source.parent, clip(source, 0, 1000), song(music, 0, 1000))

    assert key_of(sound_task(plain)) == key_of(sound_task(titled))
    assert key_of(sound_task(plain)) != key_of(sound_task(louder))


def test_composed_music_changes_with_what_plays_it(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = MusicRecipe(mood="calm", seed=1)
    music = AudioClip(start_ms=0, duration_ms=1000, name="Calm", music=recipe, role="music")
    task = sound_task(planned(source.parent, clip(source, 0, 1000), music))
    monkeypatch.setenv("NEMO_SOUNDFONT", "none")
    by_synthesis = key_of(task)
    monkeypatch.setenv("NEMO_SOUNDFONT", str(tmp_path / "grand.sf2"))

    assert key_of(task) != by_synthesis


def test_a_cut_leaves_the_pieces_after_it_as_they_are(tmp_path: Path) -> None:
    """Pieces end where the source's time is round, wherever that is in the film."""
    source = make_video(tmp_path / "clip.mp4", seconds=4 * PIECE / 30, sound=False)
    (tmp_path / "pieces").mkdir()
    workshop = Workshop(Shelf(tmp_path / "pieces"), tmp_path)
    whole = planned(tmp_path, clip(source, 0, 20_000))
    shorter = planned(tmp_path, clip(source, 0, 18_000, source_start_ms=2_000))

    make(whole, None, workshop, tmp_path / "whole.mp4", lambda share: None)
    first = {path.name for path in workshop.shelf.folder.iterdir()}
    make(shorter, None, workshop, tmp_path / "shorter.mp4", lambda share: None)
    second = {path.name for path in workshop.shelf.folder.iterdir()}

    assert len(first) == 4 + 1
    # A shorter first piece, and shorter sound.
    assert len(second - first) == 2


def test_titles_over_a_running_clip_share_a_piece(tmp_path: Path) -> None:
    source = make_video(tmp_path / "clip.mp4", seconds=4, sound=False)
    (tmp_path / "pieces").mkdir()
    workshop = Workshop(Shelf(tmp_path / "pieces"), tmp_path)
    titles = [title(f"Number {number}", number * 500, 300) for number in range(8)]
    made = planned(tmp_path, clip(source, 0, 4000), *titles)

    make(made, None, workshop, tmp_path / "film.mp4", lambda share: None)

    assert len(made.stretches) == 16
    assert len(list(workshop.shelf.folder.iterdir())) == 1 + 1


def test_another_title_leaves_what_is_bare_beside_it(tmp_path: Path) -> None:
    source = make_video(tmp_path / "clip.mp4", seconds=4, sound=False)
    (tmp_path / "pieces").mkdir()
    workshop = Workshop(Shelf(tmp_path / "pieces"), tmp_path)
    first, second = (
        planned(tmp_path, clip(source, 0, 4000), title(text, 1000, 1500)) for text in ("One", "Two")
    )

    make(first, None, workshop, tmp_path / "first.mp4", lambda share: None)
    before = set(workshop.shelf.folder.iterdir())
    make(second, None, workshop, tmp_path / "second.mp4", lambda share: None)

    assert len(before) == 3 + 1
    assert len(set(workshop.shelf.folder.iterdir()) - before) == 1


def test_a_crossfade_shares_a_piece_with_what_follows(tmp_path: Path) -> None:
    first, second = (make_video(tmp_path / name, seconds=3, sound=False) for name in ("a.mp4", "b.mp4"))
    (tmp_path / "pieces").mkdir()
    asked: list[Task] = []

    def executor(orders: Sequence[Order], done: Done) -> None:
        asked.extend(order.task for order in orders)
        in_this_process(orders, done)

    workshop = Workshop(Shelf(tmp_path / "pieces"), tmp_path, executor)
    faded = clip(second, 2000, 3000).model_copy(update={"crossfade_ms": 1000})
    made = planned(tmp_path, clip(first, 0, 3000), faded)

    make(made, None, workshop, tmp_path / "film.mp4", lambda share: None)

    assert [(stretch.start, len(stretch.shots)) for stretch in made.stretches] == [(0, 1), (60, 2), (90, 1)]
    # The sound first, then the longest.
    assert [type(task) for task in asked] == [SoundTask, PictureTask, PictureTask]
    assert [task.work for task in asked[1:]] == [90, 60]


def test_what_was_not_used_for_longest_is_thrown_out(tmp_path: Path) -> None:
    for number, name in enumerate(["old", "older", "new"]):
        (tmp_path / f"{name}.mp4").write_bytes(bytes(100))
        os.utime(tmp_path / f"{name}.mp4", (1000 + number, 1000 + number))
    shelf = Shelf(tmp_path, most_bytes=250)

    assert shelf.has(tmp_path / "old.mp4")
    assert not shelf.has(tmp_path / "missing.mp4")
    shelf.tidy()

    assert {path.name for path in tmp_path.iterdir()} == {"old.mp4", "new.mp4"}
