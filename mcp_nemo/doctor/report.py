"""A diagnosis as text for people, and as one JSON document."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict

import click

from mcp_nemo import __version__
from mcp_nemo.doctor.findings import Diagnosis, Finding, State
from mcp_nemo.doctor.shapes import Key, Shape

_COLORS: dict[State, str] = {"ok": "green", "warning": "yellow", "problem": "red"}
_NAME_WIDTH = 16
_WIDTH = 110


def as_json(diagnosis: Diagnosis) -> str:
    findings = [
        {"group": section.title} | asdict(finding)
        for section in diagnosis.sections
        for finding in section.findings
    ]
    shapes = [asdict(shape) for shape in diagnosis.shapes]
    return json.dumps({"ok": diagnosis.ok, "findings": findings, "shapes": shapes}, indent=2)


def as_text(diagnosis: Diagnosis) -> str:
    return "\n".join(_lines(diagnosis))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"mcp-nemo {__version__}"
    for section in diagnosis.sections:
        yield f"\n{click.style(section.title, bold=True)}"
        yield from map(_line, section.findings)
    for shape in diagnosis.shapes:
        yield from _shape(shape)
    warnings, problems = diagnosis.of("warning"), diagnosis.of("problem")
    if warnings or problems:
        yield f"\n{click.style('To do', bold=True)}"
    # The worst last, where the eye is when it has run through.
    for finding in (*warnings, *problems):
        yield _line(finding)
        yield _wrapped(finding.fix)
    yield f"\n{_count(len(problems), 'problem').capitalize()}, {_count(len(warnings), 'warning')}."


def _line(finding: Finding) -> str:
    state = click.style(f"{finding.state:<7}", fg=_COLORS[finding.state])
    return f"  {state}  {finding.name:<{_NAME_WIDTH}}  {_wrapped(finding.seen).lstrip()}"


def _wrapped(text: str) -> str:
    """In a column beside state and name. Paths and commands stay whole."""
    margin = " " * (len("  problem  ") + _NAME_WIDTH + 2)
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _shape(shape: Shape) -> Iterator[str]:
    yield f"\n{click.style(shape.endpoint, bold=True)}"
    kind = shape.content_type or "no content type"
    yield f"  HTTP {shape.status}, {kind}, envelope: {shape.envelope}, {shape.milliseconds} ms"
    width = max((len(key.path) for key in shape.keys), default=0)
    for key in shape.keys:
        yield f"  {'known  ' if key.known else 'UNKNOWN'}  {key.path:<{width}}  {_describe(key)}"
    for path in shape.missing:
        yield f"  MISSING  {path}"


def _describe(key: Key) -> str:
    lengths = ""
    if key.lengths:
        shortest, longest = key.lengths
        lengths = f" of {shortest}" if shortest == longest else f" of {shortest} to {longest}"
    words = f": {', '.join(key.words)}" if key.words else ""
    return f"{' or '.join(key.types)}{lengths}{words}"
