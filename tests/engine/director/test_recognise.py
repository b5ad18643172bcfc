"""What each recogniser hears, by itself."""

import pytest

from mcp_nemo.engine.director.pieces import (
    Angle,
    Backing,
    By,
    Clips,
    Clock,
    Color,
    Decibels,
    Duration,
    Edge,
    Factor,
    Fading,
    File,
    From,
    Length,
    MatchPicture,
    Number,
    OnBeats,
    Onto,
    Opacity,
    Pixels,
    Portion,
    Quote,
    Ratio,
    Share,
    Stretch,
    Tempo,
    Tint,
    UnderSpeech,
    Unknown,
    Until,
    Value,
    Way,
    Whole,
    Width,
    Word,
)
from mcp_nemo.engine.director.recognise import recognise
from tests.engine.director.scenes import ANTHEM, media

IN: frozenset[Way] = frozenset({"in"})
OUT: frozenset[Way] = frozenset({"out"})
BOTH = IN | OUT


def heard(text: str) -> list[Value]:
    return [piece.value for piece in recognise(text, [ANTHEM])]


def _telling(text: str) -> list[Value]:
    return [value for value in heard(text) if not (isinstance(value, Word) and value.sense("little"))]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5s", 5),
        ("2.5 sec", 2.5),
        ("five seconds", 5),
        ("twenty five seconds", 25),
        ("half a second", 0.5),
        ("a second", 1),
        ("one and a half seconds", 1.5),
        ("a minute and a half", 90),
        ("1m30s", 90),
        ("2 minutes and 5 seconds", 125),
        ("250 ms", 0.25),
        ("三秒", 3),
        ("两秒半", 2.5),
        ("半秒", 0.5),
        ("十五秒钟", 15),
        ("一百二十秒", 120),
        ("1分30秒", 90),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    (duration,) = heard(text)
    assert isinstance(duration, Duration)
    assert duration.ms == seconds * 1000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("first 3 seconds", Stretch(0, 3000)),
        ("last half second", Stretch(-500, None)),
        ("final second", Stretch(-1000, None)),
        ("前三秒", Stretch(0, 3000)),
        ("最后4秒", Stretch(-4000, None)),
        ("开头2秒", Stretch(0, 2000)),
        ("5 seconds off the end", Stretch(-5000, None)),
        ("2 seconds from the start", Stretch(0, 2000)),
        ("from 0:05 to 0:20", Stretch(5000, 20000)),
        ("between 5 and 15 seconds", Stretch(5000, 15000)),
        ("00:00:05.500 - 00:00:07", Stretch(5500, 7000)),
        ("5-10s", Stretch(5000, 10000)),
        ("from the start until 1.5s", Stretch(0, 1500)),
        ("from 20s to the end", Stretch(20000, None)),
        ("从第5秒到第15秒", Stretch(5000, 15000)),
        ("5秒到8秒", Stretch(5000, 8000)),
    ],
)
def test_stretches(text: str, value: Stretch) -> None:
    assert heard(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0:05", From(5000, just_there=True)),
        ("at 5 seconds", From(5000, just_there=True)),
        ("the 10 second mark", From(10000, just_there=True)),
        ("第5秒", From(5000, just_there=True)),
        ("from 5s", From(5000)),
        ("after 0:20", From(20000)),
        ("10秒之后", From(10000)),
        ("before 0:06", Until(6000)),
        ("5秒之前", Until(5000)),
        ("to 20 seconds", Until(20000, open_ended=True)),
        ("for 3 seconds", Length(3000)),
        ("12 seconds long", Length(12000)),
        ("持续2秒", Length(2000)),
        ("at the end", Edge("end")),
        ("at both ends", Edge("both")),
        ("the entire video", Whole()),
    ],
)
def test_moments(text: str, value: Value) -> None:
    assert _telling(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35%", Share(0.35, settled=False)),
        ("35 percent", Share(0.35, settled=False)),
        ("to 35%", Share(0.35)),
        ("to half", Share(0.5)),
        ("by 20%", By(0.2)),
        ("by half", By(0.5)),
        ("6 dB", Decibels(6)),
        ("百分之三十", Share(0.3, settled=False)),
        ("三成", Share(0.3, settled=False)),
        ("forty two", Number(42)),
    ],
)
def test_amounts(text: str, value: Value) -> None:
    assert heard(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fade out", Fading(OUT)),
        ("fades in", Fading(IN)),
        ("fade it in and out", Fading(BOTH)),
        ("a 3 second fade-out", Fading(OUT, 3000)),
        ("fade in over half a second", Fading(IN, 500)),
        ("fade out at the end over 4 s", Fading(OUT, 4000)),
        ("fade over the last 2 seconds", Fading(OUT, 2000)),
        ("最后三秒淡出", Fading(OUT, 3000)),
        ("淡入淡出", Fading(BOTH)),
    ],
)
def test_fades(text: str, value: Fading) -> None:
    assert value in heard(text)


def test_a_fade_takes_no_time_that_contradicts_it() -> None:
    assert heard("fade out at the start") == [Fading(OUT), Edge("start")]


def test_verbs_in_two_parts() -> None:
    first, *_ = heard("turn the background music on my clip down")
    assert isinstance(first, Word)
    assert first.sense("verb.quieter")


@pytest.mark.parametrize("text", ["anthem.mp3", "anthem", "ANTHEM.MP3"])
def test_files_by_name(text: str) -> None:
    assert heard(text) == [File(ANTHEM.id)]


def test_a_file_called_like_a_word_needs_its_suffix() -> None:
    music = media("music.mp3", "audio")
    assert [piece.value for piece in recognise("music.mp3", [music])] == [File(music.id)]
    assert not [piece for piece in recognise("music", [music]) if isinstance(piece.value, File)]


@pytest.mark.parametrize("text", ["lo-fi", "lofi", "Lo fi"])
def test_a_mood_in_every_spelling(text: str) -> None:
    (word,) = heard(text)
    assert isinstance(word, Word)
    assert word.sense("mood.lofi")


def test_words_are_matched_whole() -> None:
    assert heard("happyish calmness") == [Unknown(), Unknown()]


@pytest.mark.parametrize(
    "text", ["matches the mood and pacing of my video", "suits its vibe", "符合视频氛围", "根据画面"]
)
def test_music_for_the_picture(text: str) -> None:
    assert MatchPicture() in heard(text)


@pytest.mark.parametrize("text", ["to my video", "under the clip", "on it", "给视频", "在视频"])
def test_where_things_go(text: str) -> None:
    assert heard(text) == [Onto()]


def test_where_a_piece_stands() -> None:
    text = "show “Hi” at 0:05"
    quote = next(piece for piece in recognise(text, []) if isinstance(piece.value, Quote))
    assert text[quote.start : quote.end] == "“Hi”"


def test_a_clock_time_is_never_left_bare() -> None:
    assert not [value for value in heard("0:05 and 0:06 or 1:00:00") if isinstance(value, Clock)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the third clip", Clips((3,))),
        ("clip 2", Clips((2,))),
        ("clip #2", Clips((2,))),
        ("clips 1, 2 and 4", Clips((1, 2, 4))),
        ("the first and the last clip", Clips((1, -1))),
        ("the last two clips", Clips((-2, -1))),
        ("every clip", Clips(every=True)),
        ("the longest shot", Clips(pick="longest")),
        ("the last one", Clips((-1,), vague=True)),
        ("第二个片段", Clips((2,))),
        ("第2段视频", Clips((2,), kind="video")),
        ("片段3", Clips((3,))),
        ("前两个片段", Clips((1, 2))),
        ("最短的片段", Clips(pick="shortest")),
        ("所有片段", Clips(every=True)),
    ],
)
def test_clips_by_name(text: str, value: Clips) -> None:
    assert [piece for piece in heard(text) if not (isinstance(piece, Word) and piece.sense("little"))] == [
        value
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the last quarter", Portion(0.75, 1)),
        ("the second half", Portion(0.5, 1)),
        ("the first 20%", Portion(0, 0.2)),
        ("the middle half", Portion(0.25, 0.75)),
        ("at the halfway point", Portion(0.5, 0.5)),
        ("前一半", Portion(0, 0.5)),
        ("最后四分之一", Portion(0.75, 1)),
        ("seconds 3 to 7", Stretch(3000, 7000)),
        ("3 seconds before the end", Stretch(-3000, None)),
    ],
)
def test_portions(text: str, value: Value) -> None:
    assert [piece for piece in heard(text) if not (isinstance(piece, Word) and piece.sense("little"))] == [
        value
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2x", Factor(2)),
        ("twice", Factor(2)),
        ("1.5倍", Factor(1.5)),
        ("90 degrees", Angle(90)),
        ("90度", Angle(90)),
        ("120 bpm", Tempo(120)),
        ("16:9", Ratio(16, 9)),
        ("9:16", Ratio(9, 16)),
        ("4 by 5", Ratio(4, 5)),
        ("1080x1920", Pixels(1080, 1920)),
        ("720p", Pixels(0, 720)),
        ("dark blue", Color("#000080")),
        ("#ff8800", Color("#FF8800")),
        ("红色", Color("#FF0000")),
        ("on a half transparent black box", Backing("#00000080")),
        ("at 50% opacity", Opacity(0.5)),
        ("30% transparent", Opacity(0.7)),
        ("15% of the width", Width(0.15)),
        ("from black", Tint("in", "#000000")),
        ("on the beat", OnBeats()),
        ("while someone is talking", UnderSpeech()),
    ],
)
def test_measures_of_the_picture(text: str, value: Value) -> None:
    assert heard(text) == [value]


def test_nine_to_sixteen_is_a_time_where_a_time_is_spoken_of() -> None:
    assert From(556_000, just_there=True) in heard("at 9:16")
