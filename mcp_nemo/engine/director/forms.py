"""The canonical language: forms that are surely understood, from `words/forms.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from mcp_nemo.engine.director.slots import SLOTS, SlotValue


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence with slots, the scene it is for, and the operations it makes, as far as it decides them."""

    about: str
    said: Mapping[str, str]
    given: str
    does: Sequence[Mapping[str, Any]]

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.said["en"]) if name))

    def example(self, language: str) -> str:
        return self.filled({}, language)

    def filled(self, values: Mapping[str, SlotValue], language: str) -> str:
        words = {
            name: SLOTS[name].say(values.get(name, SLOTS[name].example), language) for name in self.slots
        }
        return self.said[language].format_map(words)

    def operations(self, values: Mapping[str, SlotValue]) -> list[dict[str, Any]]:
        """What it does with these values, as JSON; fields the form leaves open are not there."""
        return [{key: _put(value, values) for key, value in operation.items()} for operation in self.does]


def _put(value: Any, values: Mapping[str, SlotValue]) -> Any:
    """The slot's own value where a field is nothing but a slot."""
    if not isinstance(value, str) or "{" not in value:
        return value
    name = value.strip("{}")
    return values[name] if name in values else value.format_map(values)


@cache
def forms() -> tuple[Form, ...]:
    return tuple(
        Form(form["about"], {"en": form["en"], "zh": form["zh"]}, form.get("given", "one"), form["does"])
        for form in _data()["form"]
    )


def language(lang: str = "en") -> str:
    """The documented language as Markdown."""
    words = _data()["text"][lang]
    sections = []
    for about in dict.fromkeys(form.about for form in forms()):
        lines = [f"- {form.example(lang)}" for form in forms() if form.about == about]
        sections.append("\n".join([f"## {words[about]}", "", *lines]))
    return "\n\n".join([f"# {words['title']}", str(words["intro"]), *sections]) + "\n"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words", "forms.toml").read_text("utf-8"))
