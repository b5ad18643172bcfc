"""Arguments as assistants send them: names they make up are understood where only one thing can be meant."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from mcp_nemo.errors import BadArguments

Arguments = Mapping[str, Any]

_SESSION: Final = ("session", "sid")
_ALSO_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "instruction": (
        *("prompt", "text", "message", "instructions", "edit", "edits", "query", "request", "command"),
        *("description", "content", "input", "changes", "new_message", "user_message"),
    ),
    "sources": (
        *("source", "path", "paths", "file", "files", "file_path", "file_paths", "filepath", "filename"),
        *("filenames", "url", "urls", "uri", "uris", "media", "video", "videos", "media_path", "media_paths"),
        *("video_path", "video_url", "audio_path", "image_path", "input", "inputs"),
    ),
    "title": ("name", "project", "project_name", "task_name", "session_name", "project_title"),
    "language": ("lang", "locale"),
    "view": ("mode", "detail", "level", "format"),
    "page": ("page_number",),
    "format": ("output_format", "file_format", "type"),
    "quality": ("preset", "output_quality"),
    "save_as": (
        *("path", "file", "file_path", "filepath", "filename", "file_name", "name", "output", "output_path"),
        *("output_file", "destination", "save_path", "target"),
    ),
    "render_id": ("render", "export_id", "job_id", "task_id"),
    "session_id": _SESSION,
    "confirm": ("confirmed", "consent", "agree"),
}


def understood(tool: str, schema: Mapping[str, Any], arguments: Arguments) -> dict[str, Any]:
    """The arguments under their right names, without those that say nothing.

    Raises BadArguments, with the right names, for a name nobody can place.
    """
    known = schema.get("properties", {})
    found: dict[str, Any] = {}
    for given, value in arguments.items():
        if value is None:
            continue
        name = _name(given, value, known)
        if name is None:
            raise BadArguments(tool, f"there is no argument `{given[:60]}`", _hint(given, known))
        value = _plain(value, known[name])
        if found.setdefault(name, value) != value:
            raise BadArguments(tool, f"`{given[:60]}` means `{name}`, which is given too", "Give it once.")
    return found


def unacceptable(tool: str, error: ValidationError) -> BadArguments:
    """What pydantic found, in a sentence, and without the values: they are the user's."""
    found = "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg'].lower()}" for e in error.errors())
    return BadArguments(tool, found[:400], "Correct that and call it again.")


def _name(given: str, value: object, known: Mapping[str, Any]) -> str | None:
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", given).replace("-", "_").strip().lower()
    if plain in known:
        return plain
    if plain == "id":
        plain = "render" if str(value).startswith("render_") else "session"
    return next((name for name in known if plain in _ALSO_CALLED.get(name, ())), None)


def _plain(value: object, schema: Mapping[str, Any]) -> object:
    kind = schema.get("type")
    if kind == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # An id of digits.
    if kind == "array" and isinstance(value, str) and not value.lstrip().startswith("["):
        return [value]
    if "enum" in schema and isinstance(value, str):
        return value.strip().lower()
    return value


def _hint(given: str, known: Mapping[str, Any]) -> str:
    nearest = get_close_matches(given.lower(), known, n=1)
    takes = ", ".join(f"`{name}`" for name in known) or "no arguments"
    return f"Did you mean `{nearest[0]}`? It takes {takes}." if nearest else f"It takes {takes}."
