"""What builders of operations share: the message so far, and how to refuse."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import AddMusic, AddTitle, Operation, UseAudio


class Unclear(Exception):
    """The pieces do not make a wish that can be carried out."""


@dataclass(slots=True)
class Context:
    """What the message was about so far; a later wish may lean on it."""

    scene: Scene
    target: str = ""
    new_music: bool = False
    new_title: str = ""

    @property
    def has_music(self) -> bool:
        return self.scene.has_music or self.new_music

    def note(self, target: str, operations: Sequence[Operation]) -> None:
        self.target = target or self.target
        for operation in operations:
            self.new_music |= isinstance(operation, AddMusic | UseAudio)
            if isinstance(operation, AddTitle):
                self.new_title = operation.text


Builder = Callable[[Wish, Context], Sequence[Operation]]
