"""Wishes about pictures over the video, and about what is seen where there is only sound."""

from collections.abc import Sequence
from typing import Final

from mcp_nemo.engine.director.clips import on_track
from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.lexicon import lexicon
from mcp_nemo.engine.director.order import take_waiting
from mcp_nemo.engine.director.pieces import (
    Backing,
    Color,
    File,
    From,
    Opacity,
    Quote,
    Share,
    Stretch,
    Until,
    Width,
)
from mcp_nemo.engine.director.times import laid, new_times
from mcp_nemo.engine.director.titles import PLACES, take_place
from mcp_nemo.engine.director.tokens import tokenise
from mcp_nemo.engine.director.wishes import Wish
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.operations import (
    AddOverlay,
    ChangeOverlay,
    Operation,
    RemoveClip,
    RemoveOverlay,
    SetBackdrop,
)

_WIDTHS: Final = {"small": 0.1, "medium": 0.2, "large": 0.35}
_USUAL: Final = 0.2
_PICTURES: Final = ("target.overlay", "target.image", "target.video")
_STEP: Final = 1.5


def overlay(wish: Wish, context: Context) -> Sequence[Operation]:
    gone = wish.take_verb("remove", "cut", "end") or bool(wish.take_words("not"))
    name = _overlay_named(wish, context)
    known = context.scene.overlay_names or context.new_overlay
    if gone:
        is_clip = not known and any(shot.still for shot in context.lineup.shots)
        shown = _on_track(_take_picture(wish, context), context) if is_clip else []
        wish.take_words(*_PICTURES, "uploaded", "pronoun")
        return [RemoveClip(clip=at) for at in shown] or [RemoveOverlay(overlay=name)]
    adding = wish.has("verb.add", "verb.use") or wish.holds(File)
    wish.take_verb("add", "use", "show", "change", "move", "should", "louder", "quieter", "keep")
    if known and not (adding and not name and context.scene.waiting_pictures):
        return [_changed(wish, context, name)]
    media_id = _take_picture(wish, context)
    shown = _on_track(media_id, context)
    return [*(RemoveClip(clip=at) for at in shown), _added(wish, media_id)]


def _on_track(media_id: str, context: Context) -> list[int]:
    """Where it stands as a clip, the last place first."""
    return [at for at, shot in enumerate(context.lineup.shots, 1) if shot.media_id == media_id][::-1]


def _take_picture(wish: Wish, context: Context) -> str:
    """The one named or waiting, else a still on the track: what is called a logo is no clip."""
    stills = [shot.media_id for shot in context.lineup.shots if shot.still]
    named = wish.take_if(File, lambda file: file.media_id in stills)
    if named:
        return named.media_id
    waiting = [info.id for info in context.scene.waiting_pictures]
    candidates = waiting if waiting or wish.holds(File) else list(dict.fromkeys(stills))
    logos = [info.id for info in context.scene.media if info.id in candidates and _is_called_a_logo(info)]
    if wish.holds(File) or len(logos or candidates) != 1:
        return take_waiting(wish, context)
    (picture,) = logos or candidates
    return picture


def _is_called_a_logo(info: MediaInfo) -> bool:
    tokens = tokenise(info.name.rpartition(".")[0])
    found = [lexicon().match(tokens, at) for at in range(len(tokens))]
    return any("target.overlay" in match[0] for match in found if match)


def _added(wish: Wish, media_id: str) -> Operation:
    start, end = laid(wish)
    opacity, width, place = _opacity(wish), _width(wish, _USUAL), take_place(wish)
    wish.take_words(*_PICTURES, "uploaded", "pronoun", "size", "shape", "image")
    if place is None:
        wish.take_words("corner")
    added = AddOverlay(media_id=media_id, start_ms=start, end_ms=end)
    told = {"opacity": opacity, "width": width, "place": place}
    return added.model_copy(update={key: value for key, value in told.items() if value is not None})


def _changed(wish: Wish, context: Context, name: str) -> Operation:
    present = next(
        (o.width for o in context.scene.draft.overlay.overlays if not name or o.name == name), _USUAL
    )
    opacity, width, place = _opacity(wish), _width(wish, present), take_place(wish)
    start, end = new_times(wish, needed=False)
    wish.take_words(*_PICTURES, "pronoun", "size", "shape")
    change = ChangeOverlay(
        overlay=name, place=place, width=width, opacity=opacity, start_ms=start, end_ms=end
    )
    if change == ChangeOverlay(overlay=name):
        raise Unclear("what to change about the picture")
    return change


def _overlay_named(wish: Wish, context: Context) -> str:
    """The name of its file, if one that is there is named."""
    drawn = {clip.source: clip.name for clip in context.scene.draft.overlay.overlays}
    file = wish.take_if(File, lambda file: file.media_id in drawn)
    return drawn[file.media_id] if file else ""


def _opacity(wish: Wish) -> float | None:
    opacity = wish.take(Opacity)
    if opacity:
        return opacity.share
    if not wish.take_words("translucent"):
        return None
    return {"slight": 0.8, "strong": 0.3}.get(wish.take_word("degree") or "", 0.5)


def _width(wish: Wish, present: float) -> float | None:
    size = wish.take_word("size")
    if size in _WIDTHS:
        return _WIDTHS[size]
    if size:
        factor = _STEP if size == "larger" else 1 / _STEP
        wish.take_words("degree")
        return min(1.0, round(present * factor, 3))
    width = wish.take(Width)
    if width:
        return width.share
    share = wish.take(Share)
    if share:
        wish.take_words("width", "size", "shape", "whole", "target.video")
        return share.factor
    return None


def backdrop(wish: Wish, context: Context) -> Sequence[Operation]:
    wish.take_verb("add", "use", "show", "change", "replace", "should")
    wish.take_words("pronoun")
    backing = wish.take(Backing)
    color = wish.take(Color)
    code = color.code if color else backing.code[:7] if backing and backing.code else "#000000"
    behind = wish.has("time.at", "backing")
    waveform = wish.take_words("backdrop")
    pictures = wish.holds(File) or wish.has("target.image")
    wish.take_words("backing", "target.video", "target.audio", "clip", "shape")
    if waveform:
        return [SetBackdrop(kind="waveform", color=_ground(color, backing, behind))]
    if color or backing:
        return [SetBackdrop(kind="color", color=code)]
    if pictures:
        media_id = take_waiting(wish, context)
        wish.take_words("target.image", "uploaded")
        return [SetBackdrop(kind="media", media_id=media_id)]
    raise Unclear("what is to be seen")


def _ground(color: Color | None, backing: Backing | None, behind: bool) -> str:
    """What a waveform is drawn on; it is itself white on what is dark, and black on what is bright."""
    if color and behind and not backing:
        return color.code
    ground = backing.code[:7] if backing and backing.code else "#000000"
    if color and (color.code, ground) not in (("#FFFFFF", "#000000"), ("#000000", "#FFFFFF")):
        raise Unclear("a waveform takes its colour from its background: which one that is to be")
    return ground


def wants_overlay(wish: Wish, context: Context) -> bool:
    """A logo is one; another picture where it is given a place, or an opacity."""
    if wish.has("target.title", "target.music") or wish.holds(Quote):
        return False
    if wish.has("target.overlay"):
        return True
    drawn = {clip.source for clip in context.scene.draft.overlay.overlays}
    waiting = {info.id for info in context.scene.waiting_pictures}
    files = {value.media_id for value in wish.values if isinstance(value, File)}
    if files & drawn or (drawn and wish.holds(Opacity)):
        return True
    placed = wish.has("place", "translucent", "corner") or wish.holds(Opacity, Width)
    if files & {shot.media_id for shot in context.lineup.shots if shot.still}:
        return _is_laid_over(wish)
    if files & waiting or (waiting and wish.has("target.image")):
        return placed
    spoken_of = context.target == "overlay" and (wish.has("pronoun") or wish.names_nothing())
    return spoken_of and (placed or wish.has("size", "verb.remove") or wish.holds(Stretch, From, Until))


def _is_laid_over(wish: Wish) -> bool:
    """A still on the track is: in a corner, or at a side; not where it is turned, cropped, cut or moved."""
    if wish.has(*_AS_A_CLIP):
        return False
    at_a_side = any(f"place.{place}" in word.senses for word in wish.words for place in PLACES)
    return at_a_side or wish.has("translucent", "corner") or wish.holds(Opacity, Width)


_AS_A_CLIP: Final = (
    "verb.rotate",
    "verb.flip",
    "verb.crop",
    "verb.cut",
    "verb.trim",
    "zoom",
    "look",
    "tone",
    "speed",
    "beside",
    "between",
    "sequence",
    "position",
)


def wants_picture(wish: Wish, context: Context) -> bool:
    waiting = {info.id for info in context.scene.waiting_pictures}
    named = any(isinstance(value, File) and value.media_id in waiting for value in wish.values)
    spoken = wish.has("target.image", "target.video") and wish.has("uploaded", "between")
    return bool(named or (waiting and spoken)) and not any(
        isinstance(value, File) and on_track(value.media_id, context) and not wish.has("beside", "between")
        for value in wish.values
    )


def wants_backdrop(wish: Wish, context: Context) -> bool:
    if wish.has("backdrop"):
        return True
    sound_only = not context.scene.draft.video.clips
    return sound_only and (wish.has("backing", "target.image") or wish.holds(Backing, Color, File))
