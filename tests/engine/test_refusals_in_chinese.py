"""Who asks in Chinese is refused in Chinese."""

import ast
from collections.abc import Iterator
from importlib.resources import files

import pytest

from mcp_nemo.engine import refusals
from mcp_nemo.engine.director import NotUnderstood, Scene, language_of, understand
from mcp_nemo.engine.edits import Impossible, apply
from tests.engine.director.scenes import ONE, SCENES, THREE

REFUSING = {"Unclear", "Impossible"}
# Their parts are sentences of the list.
PUT_TOGETHER = {"{}", "{} is {}."}


def _refusals() -> Iterator[str]:
    """Every sentence the sources give to a refusal, with `{}` for what is filled in."""
    engine = files("mcp_nemo.engine")
    rooms = [engine / "director", engine / "edits"]
    loose = [engine / "selection.py", engine / "subtitles.py"]
    for source in [*loose, *(path for room in rooms for path in room.iterdir())]:
        if source.name.endswith(".py"):
            for node in ast.walk(ast.parse(source.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in REFUSING
                ):
                    yield from (text for argument in node.args for text in _texts(argument))


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))


@pytest.mark.parametrize("sentence", sorted(set(_refusals()) - PUT_TOGETHER))
def test_every_refusal_can_be_said(sentence: str) -> None:
    said = refusals.in_language_of("你好", sentence.replace("{}", "3"))
    assert language_of(said) == "zh"
    assert refusals.in_language_of("hello", sentence) == sentence


def test_values_are_kept() -> None:
    assert refusals.in_language_of("剪掉前40秒", "The video is 30.5 s long.") == "视频长30.5秒。"
    assert refusals.in_language_of("第5个", "There is no clip 5: the video has 3 clips.") == (
        "没有片段5：视频有3个片段。"
    )


@pytest.mark.parametrize(
    ("scene", "said", "answer"),
    [
        (ONE, "剪掉前40秒", "视频长30秒。 时间可以在0到30秒之间。"),
        (THREE, "删除片段5", "没有片段5：视频有3个片段。 可以是1到3。"),
        (ONE, "把音乐调大一点", "没有音乐。 请先加音乐，例如：“添加平静的背景音乐，音量40%”。"),
    ],
)
def test_what_cannot_be_done(scene: Scene, said: str, answer: str) -> None:
    heard = understand(said, scene)
    assert not isinstance(heard, NotUnderstood)
    with pytest.raises(Impossible) as refused:
        apply(scene.draft, heard.operations, {info.id: info for info in scene.media}, seed=1)
    assert refusals.impossible(refused.value, said, (said,), said) == answer


def test_what_is_not_understood() -> None:
    heard = understand("原声静音，给标题加闪电特效", SCENES["scored"])
    assert isinstance(heard, NotUnderstood)
    told = refusals.not_understood(heard, "原声静音，给标题加闪电特效")
    assert told.startswith("没听懂：")
    assert "听懂了，但也没有执行：原声静音。" in told
    assert "最接近的说法（一定能听懂）：" in told


def test_a_chinese_title_does_not_make_a_chinese_message() -> None:
    assert language_of('add a title "夏天"') == "en"
    assert language_of('加标题"Summer"') == "zh"
