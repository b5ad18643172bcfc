import pytest

from mcp_nemo.engine.director import NotUnderstood, Understood, nearest_forms, understand
from mcp_nemo.engine.director.forms import forms
from tests.engine.director.scenes import FILM, LOGO_WAITING, ONE, SCENES, SCORED, SONG_WAITING
from tests.engine.phrases.reading import FOLDER, Phrase, phrases

REFUSED = list(phrases(FOLDER / "refused.txt"))


@pytest.mark.parametrize("phrase", REFUSED, ids=lambda phrase: phrase.said)
def test_every_suggestion_is_understood_somewhere(phrase: Phrase) -> None:
    heard = understand(phrase.said, SCENES[phrase.given])
    assert isinstance(heard, NotUnderstood)
    assert heard.suggestions
    for suggestion in heard.suggestions:
        assert any(
            isinstance(understand(suggestion, scene), Understood)
            for scene in (FILM, SCORED, SONG_WAITING, LOGO_WAITING, *SCENES.values())
        )


@pytest.mark.parametrize(
    ("said", "suggestion"),
    [
        ('write "Our trip" in sparkles', 'Add a title "Our trip" for the first 3 seconds'),
        ("add epic music with thunder", "Add epic background music at 40%"),
        ("put music at 15% in stages", "Add calm background music at 15%"),
        ("spin it around 3 times then rotate wildly 45 degrees", "Rotate 90 degrees clockwise"),
        ("加一个闪烁的标题“旅行”", "在前3秒加标题“旅行”"),
    ],
)
def test_suggestions_use_the_speakers_words(said: str, suggestion: str) -> None:
    assert suggestion in nearest_forms(said, ONE)


def test_where_nothing_comes_near_each_subject_is_shown() -> None:
    assert len(nearest_forms("qwer zxcv", ONE)) == len({form.about for form in forms()})
