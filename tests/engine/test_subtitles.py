"""Subtitles in files, whoever wrote them."""

from pathlib import Path

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply
from mcp_nemo.engine.media import MediaInfo, NotMedia
from mcp_nemo.engine.operations import UseSubtitles
from mcp_nemo.engine.subtitles import examine, read, resolved
from tests.engine.drafts import CLIP, MEDIA, ONE

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> there

2
00:00:03,000 --> 00:00:04,000
Two lines,
one caption
"""
VTT = """WEBVTT - Talk

STYLE
::cue { color: red }

NOTE nobody reads this

intro
00:01.000 --> 00:02.500 align:start position:0%
<v Ana>Hello &amp; welcome

00:00:03.000 --> 00:00:04.000
I &lt;3 subtitles
"""


def saved(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def said(path: Path) -> list[tuple[int, int, str]]:
    return [(each.start_ms, each.end_ms, each.text) for each in read(path)]


def test_subrip(tmp_path: Path) -> None:
    assert said(saved(tmp_path, "talk.srt", SRT)) == [
        (1000, 2500, "Hello there"),
        (3000, 4000, "Two lines,\none caption"),
    ]


def test_web_vtt(tmp_path: Path) -> None:
    assert said(saved(tmp_path, "talk.VTT", VTT)) == [
        (1000, 2500, "Hello & welcome"),
        (3000, 4000, "I <3 subtitles"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_however_it_was_saved(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nEl niño comió en Köln: très bien\n"
    path = saved(tmp_path, "talk.srt", text.replace("\n", line_end).encode(encoding))
    assert said(path) == [(1000, 2000, "El niño comió en Köln: très bien")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "gb2312"])
def test_chinese(tmp_path: Path, encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n你好，世界！今天我们去里斯本。\n"
    assert said(saved(tmp_path, "talk.srt", text.encode(encoding))) == [
        (1000, 2000, "你好，世界！今天我们去里斯本。")
    ]


def test_a_file_is_known_by_its_kind_and_lasts_as_long_as_its_captions(tmp_path: Path) -> None:
    path = saved(tmp_path, "talk.srt", SRT)
    assert examine(path, id="7", name="talk.srt") == MediaInfo(
        "7", path, "talk.srt", "subtitles", duration_ms=4000
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Dear diary, nothing happened at 10:00 --> 11:00.", "no subtitles"),
        (bytes(range(256)) * 10, "no subtitles"),
        ("", "no subtitles"),
        (SRT * 30_000, "too long"),
    ],
)
def test_what_is_none(tmp_path: Path, data: str | bytes, reason: str) -> None:
    with pytest.raises(NotMedia, match=reason):
        examine(saved(tmp_path, "talk.srt", data), id="7", name="talk.srt")


def captions(*seconds: float) -> str:
    return "".join(
        f"00:00:{at:06.3f} --> 00:00:{at + 1:06.3f}\nat {at}\n\n".replace(".", ",", 2) for at in seconds
    )


def known(folder: Path, text: str) -> dict[str, MediaInfo]:
    return {**MEDIA, "7": examine(saved(folder, "talk.srt", text), id="7", name="talk.srt")}


def test_captions_come_onto_the_video(tmp_path: Path) -> None:
    media = known(tmp_path, SRT)
    found = resolved(UseSubtitles(media_id="talk.srt"), ONE, media)
    draft = apply(ONE, [found.operation], media, seed=1)
    assert found.told == "In talk.srt: 2 captions."
    assert [(title.text, title.start_ms, title.end_ms, title.place) for title in draft.text.titles] == [
        ("Hello there", 1000, 2500, "bottom"),
        ("Two lines,\none caption", 3000, 4000, "bottom"),
    ]


def test_what_comes_after_the_end_is_left_out_and_told(tmp_path: Path) -> None:
    media = known(tmp_path, captions(28, 29.5, 30, 31))
    found = resolved(UseSubtitles(media_id="7"), ONE, media)
    draft = apply(ONE, [found.operation], media, seed=1)
    assert found.told == (
        "In talk.srt: 4 captions, of which 2 come after the end of the video and are left out."
    )
    assert [title.end_ms for title in draft.text.titles] == [29_000, 30_000]


def test_they_come_onto_the_video_once(tmp_path: Path) -> None:
    media, wish = known(tmp_path, SRT), UseSubtitles(media_id="7")
    once = apply(ONE, [resolved(wish, ONE, media).operation], media, seed=1)
    with pytest.raises(Impossible, match="shown already"):
        resolved(wish, once, media)


def test_impossible(tmp_path: Path) -> None:
    media = known(tmp_path, captions(40))
    for draft, named, message in [
        (ONE, "7", r"All captions of talk\.srt come after the end"),
        (ONE, "other.srt", r"no file other\.srt"),
        (ONE, CLIP.id, "is a video"),
        (Draft(), "7", "no video yet"),
    ]:
        with pytest.raises(Impossible, match=message):
            resolved(UseSubtitles(media_id=named), draft, media)
    media["7"].path.unlink()
    with pytest.raises(Impossible, match="cannot be read any more"):
        resolved(UseSubtitles(media_id="7"), ONE, media)
