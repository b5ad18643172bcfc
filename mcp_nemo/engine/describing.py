"""What was done, in sentences for the person who asked."""

from collections.abc import Mapping
from typing import Final

from mcp_nemo.engine.draft import Place
from mcp_nemo.engine.music.moods import MOODS
from mcp_nemo.engine.operations import (
    AddMusic,
    AddTitle,
    ChangeTitle,
    ChangeVolume,
    Cut,
    Fade,
    Keep,
    MoveMusic,
    Operation,
    RemoveMusic,
    RemoveTitle,
    ReplaceMusic,
    SetVolume,
    Sound,
    Undo,
    UseAudio,
)


def describe(operation: Operation) -> str:
    match operation:
        case AddMusic():
            return f"Added {_kind_of_music(operation)} {_laid(operation)}."
        case ReplaceMusic():
            return f"Replaced the music with {_kind_of_music(operation)}."
        case UseAudio():
            return f"Added your audio {_laid(operation)}."
        case MoveMusic(start_ms=start, end_ms=end):
            sides = [_side("starts", start), _side("ends", end)]
            return f"The music now {' and '.join(filter(None, sides))}."
        case RemoveMusic():
            return "Removed the music."
        case SetVolume(target=target, volume=0):
            return f"Muted {_SOUNDS[target]}."
        case SetVolume(target=target, volume=volume):
            return f"Set {_SOUNDS[target]} to {volume:.0%}."
        case ChangeVolume(target=target, factor=factor):
            return f"Made {_SOUNDS[target]} {'louder' if factor > 1 else 'quieter'}."
        case Fade(target=target):
            return f"{_SOUNDS[target].capitalize()} now {_fading(operation.in_ms, operation.out_ms)}."
        case AddTitle(text=text, place=place):
            times = _stretch_words(operation.start_ms, operation.end_ms)
            return f'Added the title "{text}" {_PLACES[place]} for {times}.'
        case ChangeTitle():
            return f"Changed {_titled(operation.title)}: {_title_changes(operation)}."
        case RemoveTitle(title=title):
            return f"Removed {_titled(title)}."
        case Cut():
            return f"Cut out {_stretch_words(operation.start_ms, operation.end_ms)}."
        case Keep():
            return f"Kept only {_stretch_words(operation.start_ms, operation.end_ms)}."
        case Undo():
            return "Undid the latest edit."
        case _:
            return f"{operation.op.replace('_', ' ').capitalize()}."


_PLACES: Final[Mapping[Place, str]] = {
    "top left": "in the top left corner",
    "top": "at the top",
    "top right": "in the top right corner",
    "left": "on the left",
    "center": "in the middle",
    "right": "on the right",
    "bottom left": "in the bottom left corner",
    "bottom": "at the bottom",
    "bottom right": "in the bottom right corner",
}
_SOUNDS: Final[Mapping[Sound, str]] = {"music": "the music", "clips": "the video's own sound"}


def _kind_of_music(operation: AddMusic | ReplaceMusic) -> str:
    mood = MOODS[operation.mood].label.lower() if operation.mood else ""
    return " ".join(filter(None, [mood, operation.style, "music"]))


def _laid(operation: AddMusic | UseAudio) -> str:
    described = [f"under {_stretch_words(operation.start_ms, operation.end_ms)} at {operation.volume:.0%}"]
    if operation.fade_in_ms:
        described.append(f"fading in over {seconds(operation.fade_in_ms)}")
    if operation.fade_out_ms:
        described.append(f"fading out over the last {seconds(operation.fade_out_ms)}")
    return ", ".join(described)


def _fading(in_ms: int | None, out_ms: int | None) -> str:
    fades = [
        f"{'fades' if length else 'does not fade'} {way}" + (f" over {seconds(length)}" if length else "")
        for way, length in (("in", in_ms), ("out", out_ms))
        if length is not None
    ]
    return " and ".join(fades)


def _titled(text: str) -> str:
    return f'the title "{text}"' if text else "the title"


def _title_changes(operation: ChangeTitle) -> str:
    changes = [
        f'it says "{operation.text}"' if operation.text else "",
        f"it stands {_PLACES[operation.place]}" if operation.place else "",
        f"it {_side('starts', operation.start_ms)}" if operation.start_ms is not None else "",
        f"it {_side('ends', operation.end_ms)}" if operation.end_ms is not None else "",
        f"it lasts {seconds(operation.duration_ms)}" if operation.duration_ms else "",
    ]
    return ", ".join(filter(None, changes))


def _side(verb: str, ms: int | None) -> str:
    return "" if ms is None else f"{verb} {_moment(ms)}"


def _moment(ms: int) -> str:
    return f"{seconds(-ms)} before the end" if ms < 0 else f"at {seconds(ms)}"


def _stretch_words(start_ms: int, end_ms: int | None) -> str:
    if start_ms == 0 and end_ms is None:
        return "the whole video"
    if start_ms < 0 and end_ms is None:
        return f"the last {seconds(-start_ms)}"
    if start_ms == 0 and end_ms is not None and end_ms > 0:
        return f"the first {seconds(end_ms)}"
    end = "the end" if end_ms is None else _moment(end_ms).removeprefix("at ")
    return f"the stretch from {_moment(start_ms).removeprefix('at ')} to {end}"


def seconds(ms: int) -> str:
    return f"{ms / 1000:g} s"
