"""Which clips a wish is about."""

from collections.abc import Sequence
from dataclasses import replace

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.lineup import Shot
from mcp_nemo.engine.director.pieces import Clips, File, Value
from mcp_nemo.engine.director.wishes import Wish


def names_clips(wish: Wish, context: Context) -> bool:
    """Whether clips are named as such; not where "the last one" may be something else."""
    return any(_certain(value, context) for value in wish.values) or _still(wish, context) is not None


def take_clips(wish: Wish, context: Context) -> list[int] | None:
    """Their positions on the track, in the order they were named; None for the whole video."""
    found: list[int] = []
    every = False
    while (
        value := wish.take_made(lambda v: v if isinstance(v, Clips) or _shown(v, context) else None)
    ) is not None:
        every |= isinstance(value, Clips) and value.every
        found += _positions(value, context) if isinstance(value, Clips) else _of_file(value, context)
    still = _still(wish, context)
    if still:
        wish.take_words("clip.still")
        found += context.lineup.positions([still])
    if not found and not every and context.clips and _speaks_of_them(wish, context):
        found = context.lineup.positions(context.clips)
    if not found:
        context.clips = ()
    if found and wish.take_words("except"):
        wish.take_words("target.everything")
        found = [position for position in range(1, len(context.lineup) + 1) if position not in found]
    context.name(found)
    return list(dict.fromkeys(found)) or None


def with_kinds_told(wish: Wish, context: Context) -> None:
    """Photos and videos by their places in the whole row."""
    wish.reread(lambda pieces: [replace(piece, value=_of_any_kind(piece.value, context)) for piece in pieces])


def _of_any_kind(value: Value, context: Context) -> Value:
    shots = context.lineup.shots
    if not isinstance(value, Clips) or not value.kind or not shots:
        return value
    places = [place for place, shot in enumerate(shots, 1) if shot.still == (value.kind == "photo")]
    if not places:
        raise Unclear("no clip is of that kind; photos are pictures, videos move")
    if len(places) == len(shots):
        return replace(value, kind="")
    if value.every:
        return Clips(tuple(places))
    if any(abs(number) > len(places) for number in value.numbers):
        raise Unclear("there are not so many clips of that kind")
    return Clips(tuple(_place(number, places, context) for number in value.numbers))


def _place(number: int, places: Sequence[int], context: Context) -> int:
    """ "The second photo", where it is certain that photos are counted, and not clips."""
    counted = places[number - 1 if number > 0 else number]
    if context.lineup.at(number) in places and context.lineup.at(number) != counted:
        raise Unclear("whether all clips are counted, or those of that kind")
    return counted


def names_every_clip(wish: Wish) -> bool:
    return any(isinstance(value, Clips) and value.every for value in wish.values)


def each(clips: list[int] | None) -> list[int | None]:
    """What an operation is done to: every clip named, or the whole video at once."""
    return [*clips] if clips else [None]


def take_one(wish: Wish, context: Context) -> int:
    clips = take_clips(wish, context)
    if clips is None and len(context.lineup) == 1:
        return 1
    if clips is None or len(clips) != 1:
        raise Unclear("which clip is meant")
    return clips[0]


def on_track(media_id: str, context: Context) -> bool:
    return any(shot.media_id == media_id for shot in context.lineup.shots)


def _speaks_of_them(wish: Wish, context: Context) -> bool:
    leans = context.target == "clip" and wish.names_nothing() and not wish.of_the_whole
    return bool(wish.take_words("pronoun")) or leans


def _certain(value: object, context: Context) -> bool:
    if isinstance(value, Clips):
        return not value.vague or context.target in ("", "clip") or not context.scene.title_texts
    return _shown(value, context)


def _shown(value: object, context: Context) -> bool:
    return isinstance(value, File) and on_track(value.media_id, context)


def _positions(clips: Clips, context: Context) -> list[int]:
    row = context.lineup
    if clips.numbers:
        positions = [row.meant_by(number) for number in clips.numbers]
        known = [position for position in positions if position is not None]
        if len(known) < len(positions):
            raise Unclear("which clip is meant after the earlier changes; call it by its file name")
        return known
    if clips.pick == "other":
        named = {shot.key for shot in context.clips}
        return row.positions([shot for shot in row.shots if shot.key not in named])
    if clips.pick == "middle":
        if not len(row) % 2:
            raise Unclear("which clip is in the middle")
        return [len(row) // 2 + 1]
    if clips.pick:
        return [_standing_out(clips.pick, context)]
    return []


def _standing_out(pick: str, context: Context) -> int:
    lengths = [shot.duration_ms for shot in context.lineup.shots]
    wanted = (max if pick == "longest" else min)(lengths, default=0)
    if lengths.count(wanted) != 1:
        raise Unclear(f"which clip is the {pick}")
    return lengths.index(wanted) + 1


def _of_file(value: object, context: Context) -> list[int]:
    row = context.lineup
    media_id = value.media_id if isinstance(value, File) else ""
    return row.positions([shot for shot in row.shots if shot.media_id == media_id])


def _still(wish: Wish, context: Context) -> Shot | None:
    """ "The photo", where there is one among the clips."""
    stills = [shot for shot in context.lineup.shots if shot.still]
    return stills[0] if wish.has("clip.still") and len(stills) == 1 and len(context.lineup) > 1 else None
