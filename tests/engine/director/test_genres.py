"""Every word for a mood or a genre is one in which music can be asked for."""

import pytest

from mcp_nemo.engine.director import Scene, Understood, understand
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.operations import AddMusic, ReplaceMusic
from tests.engine.director.scenes import ONE, SCORED

ASKED = {"en": ("add some {} music", "put some {} music under it, quietly"), "zh": ("来一段{}风格的音乐",)}
EXCHANGED = {"en": ("replace the music with {} music", "I'd prefer {} music"), "zh": ("把音乐换成{}音乐",)}
WORDS = [(mood, language) for mood in MOODS for language in ("en", "zh")]


@pytest.mark.parametrize(("mood", "language"), WORDS)
def test_asked_for(mood: str, language: str) -> None:
    for word in MOODS[mood].words[language]:
        for way in ASKED[language]:
            assert _mood_heard(way.format(word), ONE) == (AddMusic, mood), way.format(word)


@pytest.mark.parametrize(("mood", "language"), WORDS)
def test_in_the_place_of_what_is_there(mood: str, language: str) -> None:
    for word in MOODS[mood].words[language]:
        for way in EXCHANGED[language]:
            assert _mood_heard(way.format(word), SCORED) == (ReplaceMusic, mood), way.format(word)


def _mood_heard(said: str, scene: Scene) -> tuple[type[AddMusic | ReplaceMusic], str | None] | None:
    heard = understand(said, scene)
    match heard:
        case Understood(operations=(AddMusic() | ReplaceMusic() as music, *_)):
            return type(music), music.mood
    return None
