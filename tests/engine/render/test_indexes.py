"""Indexes of films found again on the shelf."""

import os
from pathlib import Path

import pytest

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.indexes import index_of
from mcp_nemo.engine.render.shelf import Shelf
from mcp_nemo.engine.render.splice.index import PictureIndex, read_index
from mcp_nemo.engine.render.splice.parameters import NotCopied
from tests.engine.render.splice.coded import CANVAS, coded


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "pieces").mkdir()
    return Shelf(tmp_path / "pieces")


@pytest.fixture
def source(tmp_path: Path) -> MediaInfo:
    return coded(tmp_path / "clip.mkv", params="keyint=15:bframes=3")


def found(source: MediaInfo, shelf: Shelf) -> PictureIndex:
    return index_of(source, CANVAS, shelf, shelf.folder.parent)


def kept(shelf: Shelf) -> list[Path]:
    return [*shelf.folder.iterdir()]


def change_behind_its_back(source: MediaInfo) -> None:
    """Other contents, though size and time say that it is the same."""
    facts = source.path.stat()
    source.path.write_bytes(b"\0" * facts.st_size)
    os.utime(source.path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_a_film_is_read_once(source: MediaInfo, shelf: Shelf) -> None:
    read = read_index(source, CANVAS)
    assert found(source, shelf) == read

    change_behind_its_back(source)

    assert found(source, shelf) == read


def test_a_film_that_was_changed_is_read_again(source: MediaInfo, shelf: Shelf) -> None:
    found(source, shelf)
    coded(source.path, 40, params="keyint=10")

    assert found(source, shelf) == read_index(source, CANVAS)
    assert len(kept(shelf)) == 2


@pytest.mark.parametrize("damage", [b"", b"no index at all", b"PK\3\4"])
def test_a_damaged_index_is_made_anew(source: MediaInfo, shelf: Shelf, damage: bytes) -> None:
    read = found(source, shelf)
    place = kept(shelf)[0]
    whole = place.read_bytes()
    place.write_bytes(damage or whole[: len(whole) // 2])

    assert found(source, shelf) == read
    assert place.read_bytes() == whole


def test_what_is_not_copied_leaves_nothing(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(NotCopied):
        found(coded(tmp_path / "clip.mp4", codec="mpeg4"), shelf)

    assert kept(shelf) == []
