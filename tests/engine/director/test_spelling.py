import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, understand
from mcp_nemo.engine.director.spelling import corrected
from mcp_nemo.engine.operations import AddTitle
from tests.engine.director.scenes import ONE, SCORED

KNOWN = frozenset({"music", "title", "house", "remove", "background", "louder", "lower"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("muisc", "music"),
        ("titel", "title"),
        ("remvoe", "remove"),
        ("backgruond", "background"),
        ("bakground", "background"),
        ("loudder", "louder"),
        ("horse", None),
        ("lover", None),
        ("muc", None),
        ("xylophone", None),
        ("背景音乐", None),
    ],
)
def test_corrected(written: str, meant: str | None) -> None:
    assert corrected(written, KNOWN) == meant


@pytest.mark.parametrize("said", ["remove the musci", "delte the background music", "REMVOE THE MUSIC"])
def test_a_slip_is_understood(said: str) -> None:
    assert understand(said, SCORED) == understand("remove the music", SCORED)


def test_words_to_be_shown_stay_as_they_are() -> None:
    assert understand("add a title saying Musci for evrybody", ONE) == Understood(
        (AddTitle(text="Musci for evrybody"),)
    )


@pytest.mark.parametrize("said", ["speed up the boring part", "remove the heart", "add stars"])
def test_a_real_word_is_no_slip(said: str) -> None:
    assert isinstance(understand(said, SCORED), NotUnderstood)
