"""Typefaces on this machine, and which of them can write a text."""

import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

# Sans serif and bold first: what reads well over a moving picture. Then what systems have for other scripts.
_PREFERRED = (
    "notosans-bold",
    "dejavusans-bold",
    "liberationsans-bold",
    "arial bold",
    "arialbd",
    "helveticaneue",
    "segoeuib",
    "notosanscjk-bold",
    "notosanscjk-regular",
    "pingfang",
    "hiragino sans gb",
    "msyhbd",
    "msyh",
    "yugothb",
    "malgunbd",
    "wqy-zenhei",
    "wqy-microhei",
    "droidsansfallbackfull",
)
_AVOIDED = ("italic", "oblique", "mono", "light", "thin", "emoji", "symbol", "ding", "math", "lastresort")
_SUFFIXES = (".ttf", ".ttc", ".otf")
_PROBE_SIZE = 24
# A noncharacter, so no typeface draws it: what comes out is the face's sign for "missing".
_UNDRAWABLE = "\U0010fffe"
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Zs", "Zl", "Zp")

Font = ImageFont.FreeTypeFont


def load(face: Path | None, size: int) -> Font:
    """None is the typeface Pillow brings along."""
    if face is not None:
        return ImageFont.truetype(face, size)
    font = ImageFont.load_default(size)
    if not isinstance(font, Font):
        raise RuntimeError("Pillow was built without FreeType.")
    return font


def face_for(text: str) -> tuple[Path | None, frozenset[str]]:
    """The first face that has every character; else the one that lacks fewest, and those it lacks."""
    needed = frozenset(character for character in text if not _is_invisible(character))
    best: tuple[Path | None, frozenset[str]] = (None, needed)
    for face in (*_faces(), None):
        lacking = _lacking(face, needed)
        if not lacking:
            return face, lacking
        if len(lacking) < len(best[1]):
            best = face, lacking
    return best


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _INVISIBLE_CATEGORIES or "VARIATION SELECTOR" in unicodedata.name(character, "")


def _lacking(face: Path | None, needed: frozenset[str]) -> frozenset[str]:
    return frozenset(character for character in needed if _lacks(face, character))


@cache
def _lacks(face: Path | None, character: str) -> bool:
    probe = _probe(face)
    return probe is None or _drawn(probe.font, character) == probe.missing


class _Probe(NamedTuple):
    """A face, and what it draws in place of what it lacks."""

    font: Font
    missing: tuple[tuple[int, int], bytes]


# A font keeps its file open, and of those a process may have only so many.
@lru_cache(maxsize=50)
def _probe(face: Path | None) -> _Probe | None:
    try:
        font = load(face, _PROBE_SIZE)
    except OSError:
        return None
    return _Probe(font, _drawn(font, _UNDRAWABLE))


def _drawn(font: Font, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


@cache
def _faces() -> tuple[Path, ...]:
    found = (path for folder in _folders() for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return tuple(sorted(found, key=_rank))


def _rank(face: Path) -> tuple[int, bool, str]:
    name = face.stem.lower()
    liking = next((place for place, start in enumerate(_PREFERRED) if name == start), len(_PREFERRED))
    return liking, any(word in name for word in _AVOIDED), name


def _folders() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield Path.home() / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield from (Path.home() / ".local/share/fonts", Path.home() / ".fonts")
