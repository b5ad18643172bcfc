"""Reads the corpus: sayings and, indented below them, what each of them means."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp_nemo.engine.operations import OPERATIONS, Operation

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Phrase:
    """`means` None: it has to be refused."""

    given: str
    said: str
    means: tuple[Operation, ...] | None


def phrases(path: Path) -> Iterator[Phrase]:
    given = "one"
    for paragraph in path.read_text("utf-8").split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        while lines and lines[0].startswith("# "):
            given = lines.pop(0).removeprefix("# ")
        sayings: list[str] = []
        for line in lines:
            if line.startswith("    "):
                yield from (Phrase(given, said, _meaning(line.strip())) for said in sayings)
                sayings = []
            else:
                sayings.append(line.replace("\\n", "\n"))
        assert not sayings, f"{path.name}: {sayings} mean nothing"


def _meaning(line: str) -> tuple[Operation, ...] | None:
    if line == "refused":
        return None
    return OPERATIONS.validate_python([_operation(part) for part in line.split("; ")])


def _operation(part: str) -> dict[str, Any]:
    name, *fields = _words(part)
    return {"op": name} | {key: _value(value) for key, _, value in (field.partition("=") for field in fields)}


def _words(part: str) -> list[str]:
    """Split at spaces, but not within a JSON string or list."""
    words = [""]
    quoted = False
    for character in part:
        quoted ^= character == '"'
        if character == " " and not quoted:
            words.append("")
        else:
            words[-1] += character
    return words


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
