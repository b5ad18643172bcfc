"""What films hold, kept beside the pieces: to index one again would mean to read all of its file again."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.render.plan import Canvas
from mcp_nemo.engine.render.shelf import Shelf
from mcp_nemo.engine.render.splice.index import PictureIndex, Unit, read_index
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets


def index_of(media: MediaInfo, canvas: Canvas, shelf: Shelf, scratch: Path) -> PictureIndex:
    """From the shelf if it is there; raises NotCopied as `read_index` does.

    `scratch` is a folder for what is not finished, on the same disk as the shelf.
    """
    place = shelf.place_of_index(media, canvas)
    if shelf.has(place) and (kept := _read(place)):
        return kept
    index = read_index(media, canvas)
    _write(index, scratch / place.name)
    (scratch / place.name).replace(place)
    return index


def _read(place: Path) -> PictureIndex | None:
    """What is damaged is read anew from its film."""
    damage = (ValueError, KeyError, EOFError, BadZipFile, NotCopied)
    with suppress(*damage), place.open("rb") as file, np.load(file) as kept:
        return PictureIndex(
            ParameterSets.from_record(kept["parameters"].tobytes()),
            tuple(map(Unit, kept["shown"].tolist(), kept["refreshes"].tolist())),
            tuple(kept["stamps"].tolist()),
            Fraction(*kept["tick"].tolist()),
            Fraction(*kept["beginning"].tolist()),
            int(kept["turned"]),
        )
    return None


def _write(index: PictureIndex, place: Path) -> None:
    shown, refreshes = zip(*index.units, strict=True)
    np.savez_compressed(
        place,
        parameters=np.frombuffer(index.parameters.to_record(), np.uint8),
        shown=shown,
        refreshes=refreshes,
        stamps=index.stamps,
        tick=index.tick.as_integer_ratio(),
        beginning=index.beginning.as_integer_ratio(),
        turned=index.turned,
    )
