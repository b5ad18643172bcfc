import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.director.tokens import normalise, tokenise


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('say "Hi there"', ["Hi there"]),
        ("say 'Hi there'", ["Hi there"]),
        ("say “Don't go”", ["Don't go"]),
        ("say ‘It’s late’ now", ["It’s late"]),
        ("标题“城市”和「夜」", ["城市", "夜"]),
        ("«Bonjour» „Hallo“ 『晚安』 《书》", ["Bonjour", "Hallo", "晚安", "书"]),
        ("don't use the clip's sound", []),
        ('an open " quotation', []),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert [token.text for token in tokenise(text) if token.kind == "quote"] == quoted


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Lo-fi, please", ["lo", "fi", ",", "please"]),
        ("5s-10s", ["5", "s", "-", "10", "s"]),
        ("a 3-second fade-out", ["a", "3", "second", "fade", "out"]),
        ("00:01:02.500", ["00:01:02.500"]),
        ("剪掉前5秒", ["剪", "掉", "前", "5", "秒"]),
        ("音量３０％", ["音", "量", "30", "%"]),
        ("clip’s", ["clip's"]),
        ("one\ntwo", ["one", "\n", "two"]),
    ],
)
def test_words(text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenise(text)] == tokens


@given(st.text())
def test_every_token_knows_where_it_stands(text: str) -> None:
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        if token.kind != "quote":
            assert normalise(text[token.start : token.end]) == token.text


@given(st.text())
def test_normalising_moves_nothing(text: str) -> None:
    assert len(normalise(text)) == len(text)
