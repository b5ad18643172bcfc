"""What builders of operations share: the message so far, and how to refuse."""

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field

from mcp_nemo.engine.director.lineup import LineUp, Shot
from mcp_nemo.engine.director.memory import Latest, clip_of, title_of, topic_of
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import (
    AddMusic,
    AddOverlay,
    AddTitle,
    DuplicateClip,
    Keep,
    Operation,
    RemoveClip,
    RemoveMusic,
    ReplaceMusic,
    SetCanvas,
    SetLength,
    SetSpeed,
    UseAudio,
)


class Unclear(Exception):
    """The pieces do not make a wish that can be carried out; `why` is what is not clear, if that is known."""

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Context:
    """What the message was about so far, and the one before; a later wish may lean on it."""

    scene: Scene
    latest: InitVar[Latest] = ()
    target: str = ""
    new_music: bool = False
    new_title: str = ""
    new_overlay: bool = False
    music_gone: bool = False
    music_replaced: bool = False
    canvas: tuple[int, int] = (0, 0)
    retimed: bool = False
    """The length is another by now; cuts are no matter, as those are made from the back."""
    leans: bool = False
    """Nothing was said yet: what names nothing is about what the message before was about."""
    done: Sequence[Operation] = ()
    unwanted: str = ""
    clips: tuple[Shot, ...] = ()
    lineup: LineUp = field(init=False)

    def __post_init__(self, latest: Latest) -> None:
        self.lineup = LineUp(self.scene)
        self.leans, self.done = bool(latest), latest
        self.canvas = self.scene.draft.width, self.scene.draft.height
        self.target, title, clip = topic_of(latest), title_of(latest), clip_of(latest)
        if title in self.scene.title_texts:
            self.new_title = title
        if clip:
            self.name([clip if clip > 0 else len(self.lineup) + 1 + clip])

    @property
    def has_music(self) -> bool:
        return (self.scene.has_music and not self.music_gone) or self.new_music

    @property
    def length_ms(self) -> int:
        return self.scene.draft.duration_ms

    def name(self, positions: Sequence[int]) -> None:
        """Remember the clips last spoken of."""
        if positions:
            shots = self.lineup.shots
            self.clips = tuple(shots[at - 1] for at in positions if 0 < at <= len(shots))

    def note(self, target: str, operations: Sequence[Operation]) -> None:
        self.target = target or self.target
        self.leans, self.done = False, operations
        self.lineup.follow(operations)
        for operation in operations:
            if isinstance(operation, RemoveMusic):
                self.new_music, self.music_gone = False, True
            self.retimed |= isinstance(operation, SetSpeed | SetLength | Keep | RemoveClip | DuplicateClip)
            self.new_music |= isinstance(operation, AddMusic | UseAudio)
            self.music_replaced |= isinstance(operation, ReplaceMusic)
            if isinstance(operation, SetCanvas):
                self.canvas = operation.width, operation.height
            self.new_overlay |= isinstance(operation, AddOverlay)
            if isinstance(operation, AddTitle):
                self.new_title = operation.text


Builder = Callable[[Wish, Context], Sequence[Operation]]
