"""The shape of an answer, held against what the client reads: every key, and no value of any.

What the notes on the API call unknown can be settled with it, and it can be shown to anyone.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx
from pydantic import AliasChoices, AliasPath

from mcp_nemo.api.envelope import decode_json, read_answer
from mcp_nemo.api.models import Wire
from mcp_nemo.timeline import unknown_keys

_ENVELOPE = {"code", "message", "data", "success", "error", "errorMessage", "detail"}
# Under these keys stand words and numbers out of a short list, which say nothing about the user.
_ENUMERATED = {"code", "success", "status", "type", "tt", "kind", "file_type", "progress", "error_code"}
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_/-]{0,23}|-?[0-9.]{1,6}|true|false")
# Anything else may be an id, an address or a name that serves as a key.
_PLAIN_KEY = re.compile(r"(?!.*\d{4})[A-Za-z_$][A-Za-z0-9_$-]{0,39}")
_HIDDEN = "<key of "
_MOST_WORDS = 12
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Key:
    """`path` as in `data.files[].name`; `lengths` the shortest and longest of its texts and lists."""

    path: str
    types: tuple[str, ...]
    lengths: tuple[int, int] | None
    words: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """`missing` are keys the client reads where they are; alternatives are parted by " or "."""

    endpoint: str
    status: int
    content_type: str
    envelope: str
    milliseconds: int
    keys: tuple[Key, ...]
    missing: tuple[str, ...]

    def words(self, path: str) -> tuple[str, ...]:
        """What stood under a path of the data."""
        return next((key.words for key in self.keys if key.path.removeprefix("data.") == path), ())


def shape_of(response: httpx.Response, endpoint: str, model: type[Wire], draft_at: str = "") -> Shape:
    """`draft_at` is the path, within the data, of a short-key draft."""
    body = decode_json(response.content)
    seen: dict[str, list[object]] = {}
    for path, value in _walk(body, "", _DEEPEST):
        seen.setdefault(path, []).append(value)
    prefix = "data." if "data" in seen else ""
    fields = [[f"{prefix}{path}" for path in paths] for paths in read_paths(model)]
    expected = _Expected(fields, f"{prefix}{draft_at}" if draft_at else "", seen)
    refused = read_answer(response).refused
    return Shape(
        endpoint=endpoint,
        status=response.status_code,
        content_type=response.headers.get("content-type", "")[:80],
        envelope=_envelope(body),
        milliseconds=round(response.elapsed.total_seconds() * 1000),
        keys=tuple(_key(path, values, expected.holds(path)) for path, values in seen.items()),
        missing=() if refused else tuple(" or ".join(p) for p in fields if not seen.keys() & set(p)),
    )


def read_paths(model: type[Wire]) -> Iterator[list[str]]:
    """For each field of a model, the paths it is read from."""
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
        yield [".".join(map(str, c.path)) if isinstance(c, AliasPath) else c for c in choices]


class _Expected:
    """The paths that are understood: by the envelope, by a model, and in a draft by its decoder."""

    def __init__(self, fields: Sequence[Sequence[str]], draft: str, seen: Mapping[str, list[object]]) -> None:
        self._read = {path for paths in fields for path in paths} | _ENVELOPE
        self._draft = draft
        self._strange = {f"{draft}.{path}" for found in seen.get(draft, []) for path in unknown_keys(found)}

    def holds(self, path: str) -> bool:
        if _HIDDEN in path or any(_is_within(path, strange) for strange in self._strange):
            return False
        if self._draft and _is_within(path, self._draft):
            return True
        return any(_is_within(read, path.removesuffix("[]")) for read in self._read)


def _is_within(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))


def _walk(value: object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    """Every path and value below an object, also of JSON that was made a text."""
    inside = _opened(value)
    if not depth:
        return
    if isinstance(inside, dict):
        for name, item in inside.items():
            below = f"{path}.{_shown(name)}".removeprefix(".")
            yield below, item
            yield from _walk(item, below, depth - 1)
    elif isinstance(inside, list):
        for item in inside:
            yield f"{path}[]", item
            yield from _walk(item, f"{path}[]", depth - 1)


def _opened(value: object) -> object:
    """The object or list in a text that holds one; anything else as it is."""
    return decode_json(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def _shown(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else f"{_HIDDEN}{len(key)} characters>"


def _key(path: str, values: Sequence[object], known: bool) -> Key:
    lengths = [len(value) for value in values if isinstance(value, str | list)]
    return Key(
        path=path,
        types=tuple(sorted({_json_type(value) for value in values})),
        lengths=(min(lengths), max(lengths)) if lengths else None,
        words=tuple(sorted(set(_words(path, values)))[:_MOST_WORDS]),
        known=known,
    )


def _words(path: str, values: Sequence[object]) -> Iterator[str]:
    if path.rpartition(".")[2] in _ENUMERATED:
        texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
        yield from (text for text in texts if _WORD.fullmatch(text))


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string" if _opened(value) is value else "string of JSON"
        case list():
            return "array"
        case _:
            return "object"


def _envelope(body: object) -> str:
    """Which of the three of the notes on the API it is."""
    if not isinstance(body, dict):
        return "no JSON object"
    marks = [name for name in ("code", "success") if name in body]
    return f"{' and '.join(marks)} beside {'data' if 'data' in body else 'no data'}" if marks else "bare"
