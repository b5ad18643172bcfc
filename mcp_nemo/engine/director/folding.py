"""What is said about something just added belongs to it: "add music and fade it out" is one operation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from mcp_nemo.engine.operations import (
    AddMusic,
    AddOverlay,
    AddTitle,
    ChangeOverlay,
    ChangeTitle,
    ChangeVolume,
    Cut,
    Duck,
    DuplicateClip,
    Fade,
    FadePicture,
    Flip,
    InsertMedia,
    Keep,
    Look,
    MoveClip,
    MoveMusic,
    Operation,
    RemoveClip,
    RemoveMusic,
    ReplaceMusic,
    Rotate,
    SetCanvas,
    SetSpeed,
    SetVolume,
    UseAudio,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation, and the words that asked for it."""

    operation: Operation
    said: str


def fold(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    folded: list[Asked] = []
    for one in asked:
        if any(one.operation == other.operation and _settles(one.operation) for other in folded):
            continue
        for at in reversed(range(len(folded))):
            told = _told_of(folded[at].operation, one.operation)
            if told is not None:
                said = dict.fromkeys([folded[at].said, one.said])
                folded[at] = Asked(told, ", ".join(said))
                break
        else:
            folded.append(one)
    return tuple(_back_to_front(folded))


def taken_back(asked: Sequence[Asked]) -> list[Asked]:
    """What asks for the opposite of something asked for before: "louder and quieter"."""
    return [
        later
        for at, later in enumerate(asked)
        if any(_opposed(a.operation, later.operation) for a in asked[:at])
    ]


def _opposed(earlier: Operation, later: Operation) -> bool:
    match earlier, later:
        case ChangeVolume(), ChangeVolume():
            same = (earlier.target, _part(earlier)) == (later.target, _part(later))
            return same and (earlier.factor - 1) * (later.factor - 1) < 0
        case SetSpeed(), SetSpeed():
            return _part(earlier) == _part(later) and (earlier.factor - 1) * (later.factor - 1) < 0
        case Look(), Look():
            pairs = ((getattr(earlier, tone), getattr(later, tone)) for tone in _TONES)
            return _part(earlier) == _part(later) and any(before * after < 0 for before, after in pairs)
    return False


def _settles(operation: Operation) -> bool:
    """Whether saying it twice is saying it once."""
    return not isinstance(operation, _ADDING_UP)


_ADDING_UP: Final = (RemoveClip, DuplicateClip, MoveClip, Rotate, Flip, InsertMedia, ChangeVolume, Look, Cut)


def _back_to_front(asked: Sequence[Asked]) -> Iterator[Asked]:
    """Cuts named together are all meant on the video as it was: one must not move the next."""
    for _, run in groupby(asked, key=lambda one: isinstance(one.operation, Cut)):
        yield from sorted(run, key=_reach)


def _reach(asked: Asked) -> int:
    return -abs(asked.operation.start_ms) if isinstance(asked.operation, Cut) else 0


def _told_of(earlier: Operation, later: Operation) -> Operation | None:
    """The earlier operation with the later one in it; None if that is about something else."""
    match earlier, later:
        case ((AddMusic() | UseAudio()), _):
            told = _told_of_music(earlier, later)
        case AddTitle(text=text), ChangeTitle(title=title) if title == text:
            told = _told_of_title(earlier, later)
        case RemoveMusic(), ReplaceMusic():
            return later
        case Keep(start_ms=start), Keep(start_ms=0, end_ms=int(end)) if start > 0 and earlier.end_ms is None:
            told = {"end_ms": end}
        case MoveMusic(), MoveMusic():
            told = _given(start_ms=later.start_ms, end_ms=later.end_ms)
        case AddOverlay(), ChangeOverlay():
            told = _given(
                place=later.place,
                width=later.width,
                opacity=later.opacity,
                start_ms=later.start_ms,
                end_ms=later.end_ms,
            )
        case SetCanvas(), SetCanvas():
            return later
        case FadePicture(in_ms=int(), out_ms=None), FadePicture(in_ms=None, out_ms=int(ms)):
            told = {"out_ms": ms, "out_color": later.color if later.color != earlier.color else None}
        case FadePicture(in_ms=None, out_ms=int()), FadePicture(in_ms=int(ms), out_ms=None):
            told = {"in_ms": ms, "color": later.color, "out_color": earlier.color}
        case FadePicture(), FadePicture() if _colors(earlier) == _colors(later):
            told = _given(in_ms=later.in_ms, out_ms=later.out_ms)
        case Look(), Look() if _part(earlier) == _part(later):
            told = _added_up(earlier, later)
        case Fade(), Fade() if (earlier.target, earlier.clip) == (later.target, later.clip):
            told = _given(in_ms=later.in_ms, out_ms=later.out_ms)
        case ChangeVolume(), (SetVolume() | ChangeVolume()) if earlier.target == later.target and _part(
            earlier
        ) == _part(later):
            return later
        case _:
            return None
    return None if told is None else earlier.model_copy(update=told)


def _part(operation: SetVolume | ChangeVolume | SetSpeed | Look) -> tuple[int | None, int | None, int | None]:
    return operation.clip, operation.start_ms, operation.end_ms


def _colors(fade: FadePicture) -> tuple[str, str]:
    return fade.color, fade.out_color or fade.color


def _told_of_music(added: AddMusic | UseAudio, later: Operation) -> dict[str, Any] | None:
    match later:
        case SetVolume(target="music", volume=volume, start_ms=None, end_ms=None):
            return {"volume": volume}
        case ChangeVolume(target="music", factor=factor, start_ms=None, end_ms=None):
            return {"volume": round(added.volume * factor, 3)}
        case Duck(on=on):
            return {"duck": on}
        case Fade(target="music", in_ms=in_ms, out_ms=out_ms):
            return _given(fade_in_ms=in_ms, fade_out_ms=out_ms)
        case MoveMusic(start_ms=start_ms, end_ms=end_ms):
            return _given(start_ms=start_ms, end_ms=end_ms)
    return None


def _told_of_title(added: AddTitle, later: ChangeTitle) -> dict[str, Any]:
    kept = later.model_dump(exclude={"op", "title", "duration_ms"}, exclude_none=True)
    told: dict[str, Any] = dict(kept)
    start = added.start_ms if later.start_ms is None else later.start_ms
    length = later.duration_ms
    if length is None and later.start_ms is not None and added.end_ms is not None:
        length = added.end_ms - added.start_ms
    if later.end_ms is None and length is not None:
        end = start + length
        told["end_ms"] = None if start < 0 <= end else end
    return told


def _added_up(earlier: Look, later: Look) -> dict[str, Any]:
    return {tone: max(-1, min(1, round(getattr(earlier, tone) + getattr(later, tone), 3))) for tone in _TONES}


_TONES: Final = ("brightness", "contrast", "saturation", "warmth")


def _given(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
