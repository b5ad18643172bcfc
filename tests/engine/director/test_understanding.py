import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_nemo.engine.director import NotUnderstood, Scene, Understood, understand
from mcp_nemo.engine.operations import AddMusic, AddTitle, Undo
from tests.engine.director.scenes import ANTHEM_WAITING, FILM, ONE, SCORED, TWO_TITLES
from tests.engine.phrases.reading import FOLDER, phrases

UNDERSTOOD = [
    phrase for path in sorted(FOLDER.glob("*.txt")) for phrase in phrases(path) if phrase.means is not None
]
WORDS = sorted({word for phrase in UNDERSTOOD for word in phrase.said.split()})


@settings(deadline=None)
@given(st.text())
def test_any_text_is_understood_or_refused(text: str) -> None:
    assert isinstance(understand(text, SCORED), Understood | NotUnderstood)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from([ANTHEM_WAITING, TWO_TITLES, FILM]))
def test_any_heap_of_known_words_is_understood_or_refused(words: list[str], scene: Scene) -> None:
    heard = understand(" ".join(words), scene)
    if isinstance(heard, Understood):
        assert heard.operations
        assert len(heard.operations) == 1 or Undo() not in heard.operations
    else:
        assert heard.suggestions


@pytest.mark.parametrize("said", [phrase.said for phrase in UNDERSTOOD if phrase.given == "one"])
def test_one_strange_word_spoils_the_message(said: str) -> None:
    """Nothing is pretended: what surely works does not with an unknown word in it."""
    assert isinstance(understand(f"blorptastic {said}", ONE), NotUnderstood)


def test_a_refusal_names_the_words_and_what_was_clear() -> None:
    heard = understand("add calm music and make the sky glow", ONE)
    assert isinstance(heard, NotUnderstood)
    assert heard.about == "sky glow"
    assert heard.understood == ("add calm music",)


def test_unknown_chinese_is_named_as_it_was_written() -> None:
    heard = understand("改成星空", ONE)
    assert isinstance(heard, NotUnderstood)
    assert heard.about == "星空"


def test_a_later_wish_leans_on_an_earlier_one() -> None:
    assert understand('add a title "Hi", put it at the top, and make it last 5 seconds', ONE) == Understood(
        (AddTitle(text="Hi", place="top", end_ms=5000),)
    )
    assert understand("add happy music. make it quieter. fade it in.", ONE) == Understood(
        (AddMusic(mood="happy", volume=0.267, fade_in_ms=2000),)
    )


def test_case_width_and_spaces_do_not_matter() -> None:
    plain = understand("add calm music at 30%", ONE)
    assert isinstance(plain, Understood)
    assert understand("  ADD   Calm MUSIC, at ３０％ !! ", ONE) == plain
