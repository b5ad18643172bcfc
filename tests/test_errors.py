"""Every failure has a code of its own, a message, a hint, and the right word on trying again."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from mcp_nemo import errors
from mcp_nemo.errors import NemoError

# Where the same call may well succeed a little later, with nothing changed.
WORTH_TRYING_AGAIN = {
    "rate_limited",
    "server_error",
    "edit_not_applied",
    "connection_failed",
    "connection_broken",
    "timeout",
    "disk_full",
    "engine_unavailable",
}
ABSTRACT = {"NemoError", "InputError", "BackendError", "TransportError", "MachineError"}
FAILURES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, NemoError) and name not in ABSTRACT
}
EXAMPLES: dict[str, Any] = {
    "str": "thing",
    "float": 60.0,
    "int": 1000,
    "bool": True,
    "tuple": (Path("/videos"),),
}


def _example(kind: type[NemoError]) -> NemoError:
    """One made from plausible arguments, by their annotations."""
    parameters = [p for p in inspect.signature(kind).parameters.values() if p.default is p.empty]
    values = {p.name: _value(str(p.annotation)) for p in parameters}
    return kind(**values)


def _value(annotation: str) -> Any:
    return next(value for name, value in EXAMPLES.items() if name in annotation)


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_says_what_happened_and_what_to_do(name: str) -> None:
    failure = _example(FAILURES[name])
    assert failure.code
    assert failure.message.endswith((".", "thing"))
    assert failure.hint
    assert str(failure) == failure.message


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in FAILURES.values()]
    assert sorted(codes) == sorted(set(codes))


def test_only_what_may_pass_is_worth_trying_again() -> None:
    assert {kind.code for kind in FAILURES.values() if kind.retryable} == WORTH_TRYING_AGAIN


def test_every_failure_is_in_the_tree_of_the_docstring() -> None:
    assert errors.__doc__
    for name in [*FAILURES, *ABSTRACT]:
        assert name in errors.__doc__
