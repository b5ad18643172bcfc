"""Versions of a draft: going back, and forward again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def session(store: Store) -> str:
    """An upload, then three edits."""
    session_id = store.add_session(store.local_user(0).id, "project", "en").id
    store.save_draft(session_id, Draft(title="uploaded"), "")
    say(store, session_id, "a title", "add_title")
    say(store, session_id, "music", "add_music", "fade")
    say(store, session_id, "a cut", "cut")
    return session_id


def say(store: Store, session_id: str, said: str, *ops: str) -> None:
    store.save_draft(session_id, Draft(title=said), said, ops, wishes=said.encode())


def shown(store: Store, session_id: str) -> str:
    draft = store.draft(session_id)
    assert draft
    return draft.title


def test_undo_and_redo(store: Store, session: str) -> None:
    assert store.undo(session) == ["a cut"]
    assert shown(store, session) == "music"
    assert store.undo(session) == ["music"]
    assert store.redo(session) == ["music"]
    assert shown(store, session) == "music"
    assert store.redo(session) == ["a cut"]
    assert store.redo(session) == []
    assert shown(store, session) == "a cut"


def test_what_was_wished_last_is_known_while_it_is_shown(store: Store, session: str) -> None:
    assert store.latest_wishes(session) == b"a cut"
    store.undo(session)
    assert store.latest_wishes(session) == b""
    store.redo(session)
    assert store.latest_wishes(session) == b"a cut"


def test_several_steps(store: Store, session: str) -> None:
    assert store.undo(session, 2) == ["a cut", "music"]
    assert shown(store, session) == "a title"
    assert store.redo(session, 2) == ["music", "a cut"]
    assert shown(store, session) == "a cut"


def test_more_steps_than_there_are_change_nothing(store: Store, session: str) -> None:
    assert store.undo(session, 4) == []
    assert store.redo(session, 1) == []
    assert shown(store, session) == "a cut"
    assert store.undo(session, 3) == ["a cut", "music", "a title"]
    assert shown(store, session) == "uploaded"
    assert store.undo(session) == []


def test_a_new_edit_is_what_comes_of_a_version_from_then_on(store: Store, session: str) -> None:
    store.undo(session, 2)
    say(store, session, "a logo", "add_overlay")
    assert store.redo(session) == []
    assert store.undo(session) == ["a logo"]
    assert store.redo(session) == ["a logo"]


def test_going_back_before_the_latest_of_a_kind(store: Store, session: str) -> None:
    assert store.restore_before(session, ["add_music", "use_audio"]) == ["a cut", "music"]
    assert shown(store, session) == "a title"
    assert store.redo(session, 2) == ["music", "a cut"]


def test_nothing_of_the_kind(store: Store, session: str) -> None:
    assert store.restore_before(session, ["set_speed"]) == []
    assert shown(store, session) == "a cut"


def test_what_was_undone_is_no_longer_there_to_go_back_before(store: Store, session: str) -> None:
    store.undo(session)
    assert store.restore_before(session, ["cut"]) == []
