"""What our own engine writes of a picture's look, a title's style and the like, in words.

The values come as the JSON they stand in the draft in; one that is no such value is told in no words.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from mcp_nemo.timeline.fields import flag, number, text
from mcp_nemo.timeline.spans import length, span
from mcp_nemo.timeline.words import fold

Phrase = Callable[[object], str | None]


def phrase(path: str, value: str | None) -> str | None:
    """What `m.rotate` being `90` means: "turned 90°"; None for a word nobody knows."""
    told = _PHRASES.get(fold(path.removeprefix("m.")))
    return told(_json(value)) if told and value else None


def phrases(details: Mapping[str, str]) -> list[str]:
    return [told for path, value in details.items() if (told := phrase(path, value))]


def picture(details: Mapping[str, str]) -> dict[str, str]:
    """How the picture as a whole is shown, by topic: {"fade in": "fades in from black over 1s"}."""
    values = {word: _json(value) for word, value in details.items()}
    color = text(values.get("picturefadecolor")) or "black"
    out_color = text(values.get("picturefadeoutcolor")) or color
    told = {
        "fade in": _fade("in from", color, values.get("picturefadeinms")),
        "fade out": _fade("out to", out_color, values.get("picturefadeoutms")),
        "fit": _FITS.get(text(values.get("fit")) or ""),
        "backdrop": _backdrop(values.get("backdrop")),
    }
    return {topic: said for topic, said in told.items() if said}


_FITS: Final = {
    "contain": "is shown whole",
    "cover": "fills the canvas",
    "blur": "stands before a blurred copy of itself",
}


def _fade(way: str, color: str, value: object) -> str | None:
    found = number(value)
    return f"fades {way} {_color(color)} over {length(round(found))}" if found and found > 0 else None


def _backdrop(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return None
    color = _color(text(value.get("color")) or "#000000")
    return {
        "color": f"shows the colour {color}",
        "waveform": f"shows a waveform on {color}",
        "media": "shows an uploaded picture",
    }.get(text(value.get("kind")) or "")


def _color(code: str) -> str:
    return _NAMED_COLORS.get(code.upper(), _printable(code))


_NAMED_COLORS: Final = {
    "#FFFFFF": "white",
    "#000000": "black",
    "#FF0000": "red",
    "#FFFF00": "yellow",
    "#0000FF": "blue",
    "#000080": "dark blue",
    "#008000": "green",
    "#FFA500": "orange",
    "#FFC0CB": "pink",
    "#800080": "purple",
    "#808080": "grey",
    "#FFD700": "gold",
}


def _printable(word: str) -> str:
    return "".join(filter(str.isprintable, word[:20]))


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _share(share: float) -> str:
    return f"{share * 100:.4g}%"


def _when_on(said: str) -> Phrase:
    return lambda value: said if flag(value) else None


def _turned(value: object) -> str | None:
    found = number(value)
    return f"turned {found:g}°" if found else None


def _of_share(adjective: str) -> Phrase:
    def told(value: object) -> str | None:
        found = number(value)
        return f"{_share(found)} {adjective}" if found is not None else None

    return told


def _of_text(pattern: str, word: Callable[[str], str] = _printable) -> Phrase:
    def told(value: object) -> str | None:
        found = text(value)
        return pattern.format(word(found)) if found else None

    return told


def _graded(more: str, less: str) -> Phrase:
    def told(value: object) -> str | None:
        change = number(value)
        return f"{_share(abs(change))} {more if change > 0 else less}" if change else None

    return told


def _saturation(value: object) -> str | None:
    return "black and white" if number(value) == -1 else _graded("more colourful", "less colourful")(value)


def _crossfade(value: object) -> str | None:
    found = number(value)
    return f"a crossfade of {length(round(found))} into it" if found and found > 0 else None


def _passages(value: object) -> str | None:
    told = filter(None, map(_passage, value)) if isinstance(value, list) else ()
    return ", ".join(told) or None


def _passage(value: object) -> str | None:
    said = value if isinstance(value, Mapping) else {}
    start, end, volume = (number(said.get(word)) for word in ("start_ms", "end_ms", "volume"))
    if start is None or end is None or volume is None:
        return None
    return f"{f'at {_share(volume)}' if volume else 'silent'} in {span(round(start), round(end))}"


def _crop(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return None
    shares = {side: number(value.get(side)) for side in ("left", "top", "right", "bottom")}
    cropped = [f"{_share(share)} {side}" for side, share in shares.items() if share]
    return f"cropped by {', '.join(cropped)}" if cropped else None


def _zoom(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return None
    start, end = number(value.get("start", 1)), number(value.get("end", 1))
    return f"zooming from {_share(start)} to {_share(end)}" if start and end else None


_PHRASES: Final[Mapping[str, Phrase]] = {
    "duck": _when_on("lowered under speech"),
    "loop": _when_on("looped"),
    "passages": _passages,
    "crossfadems": _crossfade,
    "rotate": _turned,
    "fliphorizontal": _when_on("mirrored left to right"),
    "flipvertical": _when_on("mirrored top to bottom"),
    "crop": _crop,
    "zoom": _zoom,
    "brightness": _graded("brighter", "darker"),
    "contrast": _graded("more contrast", "less contrast"),
    "saturation": _saturation,
    "warmth": _graded("warmer", "cooler"),
    "size": _of_text("{}"),
    "color": _of_text("in {}", _color),
    "bold": _when_on("bold"),
    "background": _of_text("on a box of {}", _color),
    "width": _of_share("wide"),
    "opacity": _of_share("opaque"),
}
