"""The values that stand in the forms of the language, and how each is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_nemo.engine.director.lexicon import language_data
from mcp_nemo.engine.music.moods import MOODS, STYLES

SlotValue = str | int | float


@dataclass(frozen=True, slots=True)
class Slot:
    """`example` is a value as it stands in an operation; `say` gives the words for one."""

    example: SlotValue
    say: Callable[[SlotValue, str], str]


def _plain(value: SlotValue, language: str) -> str:
    return str(value)


def _percent(value: SlotValue, language: str) -> str:
    return f"{round(float(value) * 100)}%"


def _clock(value: SlotValue, language: str) -> str:
    minutes, ms = divmod(int(value), 60_000)
    seconds, rest = divmod(ms, 1000)
    return f"{minutes}:{seconds:02}" + (f".{rest:03}" if rest else "")


def _seconds(value: SlotValue, language: str) -> str:
    return f"{int(value) / 1000:g}"


def _short(value: SlotValue, language: str) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _mood(value: SlotValue, language: str) -> str:
    return MOODS[str(value)].words[language][0]


def _style(value: SlotValue, language: str) -> str:
    return STYLES[str(value)].words[language][0]


def _first_of(category: str) -> Callable[[SlotValue, str], str]:
    def say(value: SlotValue, language: str) -> str:
        spellings: Sequence[str] = language_data(language)[category][str(value)]
        return spellings[0]

    return say


SLOTS: Final[Mapping[str, Slot]] = {
    "mood": Slot("calm", _mood),
    "style": Slot("piano", _style),
    "level": Slot(0.4, _percent),
    "amount": Slot(0.2, _percent),
    "tempo": Slot(100.0, _short),
    "start": Slot(5000, _clock),
    "end": Slot(10000, _clock),
    "seconds": Slot(3000, _seconds),
    "text": Slot("Hello", _plain),
    "place": Slot("top left", _first_of("place")),
    "side": Slot("left", _first_of("side")),
    "size": Slot("large", _first_of("size")),
    "color": Slot("#FFFF00", _first_of("color")),
    "aspect": Slot("9:16", _plain),
    "factor": Slot(2.0, _short),
    "degrees": Slot(90, _plain),
    "clip": Slot(2, _plain),
    "other": Slot(3, _plain),
    "steps": Slot(2, _plain),
    "song": Slot("song.mp3", _plain),
    "picture": Slot("logo.png", _plain),
    "subtitles": Slot("talk.srt", _plain),
}
