import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, abilities, understand
from mcp_nemo.engine.director.forms import forms
from tests.engine.director.corpus import REFUSED
from tests.engine.director.scenes import ONE, SCORED


@pytest.mark.parametrize("example", [form.example for form in forms()])
def test_every_example_is_understood(example: str) -> None:
    assert isinstance(understand(example, SCORED), Understood)


@pytest.mark.parametrize("refused", [said for _, said in REFUSED])
def test_every_suggestion_is_understood(refused: str) -> None:
    heard = understand(refused, SCORED)
    assert isinstance(heard, NotUnderstood)
    assert heard.suggestions
    for suggestion in heard.suggestions:
        assert isinstance(understand(suggestion, SCORED), Understood)


@pytest.mark.parametrize(
    ("said", "suggestion"),
    [
        ('write "Our trip" in gold', 'Add a title "Our trip" for the first 3 seconds'),
        ("add epic music with thunder", "Replace the music with epic music"),
        ("set the music to 15% gradually", "Turn the music down to 15%"),
        ("加一个金色的标题“旅行”", "在前3秒加标题“旅行”"),
    ],
)
def test_suggestions_use_the_speakers_words(said: str, suggestion: str) -> None:
    heard = understand(said, ONE)
    assert isinstance(heard, NotUnderstood)
    assert suggestion in heard.suggestions


def test_abilities_list_every_form_of_a_language() -> None:
    english, chinese = abilities(), abilities("zh")
    assert all(form.example in (english, chinese)[form.language == "zh"] for form in forms())
    assert not set(english.splitlines()) & set(chinese.splitlines())
