"""From what was said to what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.decide import decide
from mcp_nemo.engine.director.folding import fold
from mcp_nemo.engine.director.pieces import Piece, Unknown
from mcp_nemo.engine.director.recognise import recognise
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.suggestions import nearest
from mcp_nemo.engine.director.wishes import Wish, spell_out, split
from mcp_nemo.engine.operations import Operation, Redo, RestoreBefore, Undo


@dataclass(frozen=True, slots=True)
class Understood:
    """At least one operation; an undo stands alone."""

    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`about` are the words that were not understood, `understood` the wishes that were, in the user's words.

    `suggestions` are sentences near to what was said that surely work.
    """

    about: str
    suggestions: tuple[str, ...]
    understood: tuple[str, ...] = ()


def understand(text: str, scene: Scene) -> Understood | NotUnderstood:
    pieces = spell_out(text, recognise(text, scene.media))
    context = Context(scene)
    operations: list[Operation] = []
    clear: list[str] = []
    unclear: list[str] = []
    wish: Wish | None = None
    for part in split(pieces):
        wish = Wish(part, after=wish)
        try:
            operations += decide(wish, context)
            clear.append(_said(text, part))
        except Unclear:
            unclear.append(_about(text, part))
    if operations and not unclear and _undo_alone(operations):
        return Understood(fold(operations))
    return NotUnderstood(
        about="; ".join(unclear) or text.strip(),
        suggestions=nearest(text, pieces, scene),
        understood=tuple(clear) if unclear else (),
    )


def _undo_alone(operations: Sequence[Operation]) -> bool:
    return len(operations) == 1 or not any(
        isinstance(operation, Undo | Redo | RestoreBefore) for operation in operations
    )


def _said(text: str, part: Sequence[Piece]) -> str:
    return text[part[0].start : part[-1].end].strip(" ,.;、，。；\n")


def _about(text: str, part: Sequence[Piece]) -> str:
    """The unknown words, or the wish as a whole where each word by itself is known."""
    unknown: list[tuple[int, int]] = []
    for piece in part:
        if not isinstance(piece.value, Unknown):
            continue
        joins = unknown and not text[unknown[-1][1] : piece.start].strip()
        start = unknown.pop()[0] if joins else piece.start
        unknown.append((start, piece.end))
    return ", ".join(text[start:end] for start, end in unknown) or _said(text, part)
