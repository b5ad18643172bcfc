"""The folder of previews stays small, and keeps what is used."""

import os
from pathlib import Path

from mcp_nemo.preview.shelf import Shelf


def _put(shelf: Shelf, name: str, size: int = 10) -> None:
    unfinished = shelf.unfinished()
    unfinished.write_bytes(b"x" * size)
    shelf.put(unfinished, name)


def _age(path: Path, seconds: float) -> None:
    changed_at = path.stat().st_mtime - seconds
    os.utime(path, (changed_at, changed_at))


def test_what_was_put_is_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "previews")
    shelf.prepare()
    _put(shelf, "a.png", 3)
    assert shelf.get("a.png") == b"xxx"
    assert shelf.get("b.png") is None


def test_the_least_recently_used_goes_when_there_are_too_many(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_files=2)
    for number, name in enumerate(("a.png", "b.png")):
        _put(shelf, name)
        _age(tmp_path / name, 100 - number)
    assert shelf.get("a.png")
    _put(shelf, "c.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "c.png"]


def test_the_least_recently_used_goes_when_it_is_too_much(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_bytes=100)
    _put(shelf, "a.png", 60)
    _age(tmp_path / "a.png", 10)
    _put(shelf, "b.png", 60)
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    left, under_way = shelf.unfinished(), shelf.unfinished()
    for path in (left, under_way):
        path.touch()
    _age(left, 3600)
    _put(shelf, "a.png")
    assert not left.exists()
    assert under_way.exists()
