import pytest

from mcp_nemo.engine.director.pieces import Quote
from mcp_nemo.engine.director.recognise import recognise
from mcp_nemo.engine.director.speech import spell_out
from mcp_nemo.engine.director.splitting import split


def wishes(text: str) -> list[str]:
    parts = split(spell_out(text, recognise(text, [])))
    return [text[part[0].start : part[-1].end] for part in parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add calm and soft music", ["add calm and soft music"]),
        ("remove the music and the title", ["remove the music", "and the title"]),
        ("cut the first second, then mute the clip", ["cut the first second", ", then mute the clip"]),
        ("add music, volume 30%", ["add music, volume 30%"]),
        ("mute the clip\nadd music", ["mute the clip", "\nadd music"]),
        ("keep between 5 and 10 seconds", ["keep between 5 and 10 seconds"]),
        ("加音乐，然后剪掉前3秒", ["加音乐", "，然后剪掉前3秒"]),
        ("please, thank you", []),
    ],
)
def test_splitting(text: str, expected: list[str]) -> None:
    assert wishes(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("add a title saying Bread and Butter", "Bread and Butter"),
        ("add a title saying Good night for 3 seconds", "Good night"),
        ("add a title that says Hi there, then mute the clip", "Hi there"),
        ("Title: The last day at the top", "The last day"),
        ("change the title to Winter", "Winter"),
        ("加标题写着你好世界，然后静音", "你好世界"),
    ],
)
def test_words_without_quotes(text: str, said: str) -> None:
    quotes = [p.value.text for p in spell_out(text, recognise(text, [])) if isinstance(p.value, Quote)]
    assert quotes == [said]
