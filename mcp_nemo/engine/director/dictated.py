"""Operations given as JSON instead of words."""

import json
from typing import Final

from pydantic import ValidationError

from mcp_nemo.engine.operations import OPERATIONS, Operation

_FENCE: Final = "```"
_MOST_REASONS: Final = 3


class BadOperations(Exception):
    """JSON that is no list of operations; `why` says so in words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def dictated(text: str) -> tuple[Operation, ...] | None:
    """The operations in an instruction that is JSON, an array of them or one; None for words."""
    body = _unfenced(text.strip())
    if not body.startswith(("[", "{")):
        return None
    try:
        given = json.loads(body)
    except json.JSONDecodeError as error:
        if not body.startswith(("[{", '{"')):
            return None
        raise BadOperations(f"this is not valid JSON: {error.msg} at character {error.pos}") from error
    if isinstance(given, dict):
        given = given.get("operations", [given])
    try:
        operations = OPERATIONS.validate_python(given)
    except ValidationError as error:
        raise BadOperations("; ".join(_reasons(error, given))) from error
    if not operations:
        raise BadOperations("there are no operations in it")
    return operations


def _unfenced(text: str) -> str:
    if not text.startswith(_FENCE) or not text.endswith(_FENCE):
        return text
    return text.strip("`").removeprefix("json").strip()


def _reasons(error: ValidationError, given: object) -> list[str]:
    return [_reason(problem["loc"], problem["msg"], given) for problem in error.errors()[:_MOST_REASONS]]


def _reason(loc: tuple[int | str, ...], message: str, given: object) -> str:
    """ "operation 2 (set_volume), volume: Input should be greater than or equal to 0"."""
    at, *fields = loc or (0,)
    if not isinstance(at, int) or not isinstance(given, list):
        return message
    name = given[at].get("op", "") if isinstance(given[at], dict) else ""
    field = ".".join(str(part) for part in fields if part != name)
    called = f"operation {at + 1}" + (f" ({name})" if name else "")
    return f"{called}{', ' + field if field else ''}: {message}"
