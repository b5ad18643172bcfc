"""What is known of media, across the end of an engine."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_nemo.engine.media import MediaInfo, probe
from mcp_nemo.engine.store import Store
from tests.media import make_image, make_sound, make_video


@pytest.fixture
def uploads(tmp_path: Path) -> list[MediaInfo]:
    paths = [
        make_video(tmp_path / "clip.mp4", seconds=0.2),
        make_image(tmp_path / "photo.png"),
        make_sound(tmp_path / "song.wav", 1),
    ]
    return [probe(path, id=path.name) for path in paths]


def kept(home: Path, uploads: list[MediaInfo]) -> str:
    """The session that the uploads are in, in a home that is closed again."""
    with closing(Store(home)) as store:
        session = store.add_session(store.local_user(0).id, "project", "en").id
        for info in uploads:
            store.add_media(session, info)
    return session


def test_media_are_kept_as_they_were_found(tmp_path: Path, uploads: list[MediaInfo]) -> None:
    session = kept(tmp_path / "home", uploads)

    with closing(Store(tmp_path / "home")) as store:
        assert list(store.media(session).values()) == uploads
        assert [store.media_by_id(info.id) for info in uploads] == uploads


def test_media_of_older_versions_have_no_colours(tmp_path: Path, uploads: list[MediaInfo]) -> None:
    session = kept(tmp_path / "home", uploads)
    with closing(sqlite3.connect(tmp_path / "home" / "engine.sqlite3")) as database:
        database.execute("DROP TABLE colours")

    with closing(Store(tmp_path / "home")) as store:
        assert list(store.media(session).values()) == [replace(info, colours=None) for info in uploads]
