"""From what was said to what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.decide import decide
from mcp_nemo.engine.director.dictated import BadOperations, dictated
from mcp_nemo.engine.director.folding import Asked, fold, taken_back
from mcp_nemo.engine.director.memory import readings
from mcp_nemo.engine.director.pieces import NoSuchFile, Piece, Portion, Stretch, Unknown
from mcp_nemo.engine.director.recognise import hearings
from mcp_nemo.engine.director.scene import Scene
from mcp_nemo.engine.director.speech import spell_out
from mcp_nemo.engine.director.splitting import split
from mcp_nemo.engine.director.suggestions import nearest
from mcp_nemo.engine.director.wishes import Wish, says_nothing
from mcp_nemo.engine.operations import Operation, Redo, RestoreBefore, Undo


@dataclass(frozen=True, slots=True)
class Understood:
    """At least one operation, and for each the words that asked for it; an undo stands alone."""

    operations: tuple[Operation, ...]
    said: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """`about` are the words that were not understood, `understood` the wishes that were, in the user's words.

    `why` says what is not clear where that is known; `suggestions` are sentences near to what was said
    that surely work.
    """

    about: str
    suggestions: tuple[str, ...]
    understood: tuple[str, ...] = ()
    why: str = ""


def understand(text: str, scene: Scene) -> Understood | NotUnderstood:
    try:
        operations = dictated(text)
    except BadOperations as bad:
        return NotUnderstood("the operations", (), why=bad.why)
    if operations is None:
        return _understand_words(text, scene)
    if not _versions_alone(operations):
        return NotUnderstood("the operations", (), why=_ALONE)
    return Understood(operations, tuple(operation.op for operation in operations))


def _understand_words(text: str, scene: Scene) -> Understood | NotUnderstood:
    refusal: NotUnderstood | None = None
    for hearing in hearings(text, scene.media):
        pieces = spell_out(text, hearing)
        for latest in readings(pieces, scene.latest):
            heard = _read(text, pieces, Context(scene, latest))
            if isinstance(heard, Understood):
                return heard
            refusal = refusal or heard
    return refusal or NotUnderstood(text.strip(), ())


def _read(text: str, pieces: Sequence[Piece], context: Context) -> Understood | NotUnderstood:
    asked: list[Asked] = []
    clear: list[str] = []
    unclear: list[str] = []
    why: list[str] = []
    lost: list[Piece] = []
    wish: Wish | None = None
    parts = split(pieces)
    for at, part in enumerate(parts):
        wish = Wish(part, after=wish or _lender(parts[at:]))
        said = _said(text, part)
        try:
            asked += [Asked(operation, said) for operation in decide(wish, context)]
            clear.append(said)
        except Unclear as problem:
            unclear.append(_about(text, part))
            lost += part
            why += [reason for reason in (problem.why or _missing_file(part),) if reason]
    if opposites := taken_back(asked):
        unclear += [one.said for one in opposites]
        clear = [said for said in clear if said not in unclear]
        why.append("the opposite was said before")
    if not parts:
        why.append("nothing is asked for")
    operations = [one.operation for one in asked]
    if not _versions_alone(operations, wishes=len(clear) + len(unclear)):
        unclear, why, clear = [text.strip()], [_ALONE], []
    if asked and not unclear:
        folded = fold(asked)
        return Understood(tuple(one.operation for one in folded), tuple(one.said for one in folded))
    return NotUnderstood(
        about="; ".join(unclear) or text.strip(),
        suggestions=nearest(text, lost or pieces, context.scene),
        understood=tuple(clear) if unclear else (),
        why="; ".join(dict.fromkeys(why)),
    )


def _lender(parts: Sequence[Sequence[Piece]]) -> Wish | None:
    """The verb may come at the end: "the first 3 seconds and the last 2 should be cut"."""
    first, *rest = parts
    only_times = all(
        isinstance(piece.value, Stretch | Portion) or says_nothing(piece.value) for piece in first
    )
    return Wish(rest[0]) if rest and only_times else None


_ALONE = "undo, redo and going back are said by themselves"


def _versions_alone(operations: Sequence[Operation], wishes: int = 1) -> bool:
    moves = [operation for operation in operations if isinstance(operation, Undo | Redo | RestoreBefore)]
    return not moves or (len(operations) == 1 and wishes == 1)


def _missing_file(part: Sequence[Piece]) -> str:
    names = [piece.value.name for piece in part if isinstance(piece.value, NoSuchFile)]
    return f"no file {names[0]} was uploaded" if names else ""


def _said(text: str, part: Sequence[Piece]) -> str:
    return text[part[0].start : part[-1].end].strip(" ,.;、，。；\n")


def _about(text: str, part: Sequence[Piece]) -> str:
    """The unknown words, or the wish as a whole where each word by itself is known."""
    unknown: list[tuple[int, int]] = []
    for piece in part:
        if not isinstance(piece.value, Unknown | NoSuchFile):
            continue
        joins = unknown and not text[unknown[-1][1] : piece.start].strip()
        start = unknown.pop()[0] if joins else piece.start
        unknown.append((start, piece.end))
    return ", ".join(text[start:end] for start, end in unknown) or _said(text, part)
