"""What was found: plain data, which text and JSON only render."""

from dataclasses import dataclass
from typing import Literal

from mcp_nemo.doctor.shapes import Shape

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A `problem` would stop a user; `fix` says what to do about anything that is not ok."""

    name: str
    state: State
    seen: str
    fix: str = ""

    def __post_init__(self) -> None:
        if self.state != "ok" and not self.fix:
            raise ValueError(f"{self.name}: a {self.state} that says no fix")


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    sections: tuple[Section, ...]
    shapes: tuple[Shape, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.of("problem")

    def of(self, state: State) -> list[Finding]:
        return [
            finding for section in self.sections for finding in section.findings if finding.state == state
        ]


def ok(name: str, seen: str) -> Finding:
    return Finding(name, "ok", seen)


def warning(name: str, seen: str, fix: str) -> Finding:
    return Finding(name, "warning", seen, fix)


def problem(name: str, seen: str, fix: str) -> Finding:
    return Finding(name, "problem", seen, fix)
