"""Wishes about what was done before: undo, redo, back to how it was."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import Color, Factor, Fading, File, Number, Ratio
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.operations import Operation, Redo, RestoreBefore, Undo

MUSIC: Final = ("add_music", "replace_music", "use_audio")
_TITLE: Final = ("add_title", "change_title", "add_captions")
_OVERLAY: Final = ("add_overlay", "change_overlay")
_FIRST: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    MUSIC: ("add_music", "use_audio"),
    _TITLE: ("add_title", "add_captions"),
    _OVERLAY: ("add_overlay",),
}
"""Before the title is before it was added, however often it was changed since."""
_KINDS: Final[Sequence[tuple[tuple[str, ...], tuple[str, ...]]]] = (
    (("crossfade",), ("crossfade",)),
    (("target.overlay",), _OVERLAY),
    (("target.title", "target.intro", "target.outro"), _TITLE),
    (("target.music", "target.file", "mood", "style"), MUSIC),
    (("speed",), ("set_speed",)),
    (("look", "tone"), ("look",)),
    (("zoom",), ("zoom",)),
    (("verb.rotate",), ("rotate",)),
    (("verb.flip",), ("flip",)),
    (("verb.crop",), ("crop",)),
    (("aspect", "shape", "fit"), ("set_canvas",)),
    (("verb.split",), ("split",)),
    (("verb.mute", "target.volume"), ("set_volume", "change_volume")),
    (("sequence", "verb.swap", "verb.move", "verb.reverse"), ("move_clip", "swap_clips", "reverse_order")),
    (("verb.cut", "verb.trim", "verb.shorten"), ("cut", "keep", "trim_clip", "set_length", "remove_clip")),
)


def undo(wish: Wish, context: Context) -> Sequence[Operation]:
    if wish.has("version.before") and (ops := _kinds(wish)):
        changed = wish.has("verb.change", "verb.replace", "verb.move") and not wish.has("verb.add")
        return _before(wish, ops, ops if changed else _FIRST.get(ops, ops))
    wish.take_verb("undo", "change", "use", "show")
    wish.take_words("version.back")
    steps = _steps(wish)
    if not wish.left_over:
        return [Undo(steps=steps)]
    ops = _kinds(wish)
    if ops and steps == 1:
        return _before(wish, ops, ops)
    raise Unclear("what to undo")


def redo(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("redo", "undo", "change")
    return [Redo(steps=_steps(wish))]


def _steps(wish: Wish) -> int:
    times, number = wish.take(Factor), wish.take(Number)
    wish.take_words("steps", "previous", "pronoun", "time.last", "order.-1", "edge.end")
    count = times.value if times else number.value if number else 1.0
    if not count.is_integer() or count < 1:
        raise Unclear("how many steps")
    return int(count)


def _kinds(wish: Wish) -> tuple[str, ...]:
    fading = wish.holds(Fading)
    if fading and wish.holds(Color):
        return ("fade_picture",)
    return next((ops for senses, ops in _KINDS if wish.has(*senses)), ("fade",) if fading else ())


_OF_VERSIONS: Final = (
    "verb",
    "version",
    "time",
    "order",
    "edge",
    "steps",
    "pronoun",
    "target.video",
    "target.everything",
)


def _before(wish: Wish, spoken_of: tuple[str, ...], ops: tuple[str, ...]) -> Sequence[Operation]:
    senses = next((senses for senses, kinds in _KINDS if kinds == spoken_of), ())
    wish.take_words(*senses, *_OF_VERSIONS)
    wish.take_verb("undo")
    of_a_fade = spoken_of in (("fade",), ("fade_picture",))
    while wish.take(Ratio) or wish.take(File) or (of_a_fade and (wish.take(Fading) or wish.take(Color))):
        pass
    return [RestoreBefore(ops=ops)]
