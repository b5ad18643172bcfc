"""How each clip looks: turned, mirrored, cropped, zoomed into, brighter, warmer."""

from collections.abc import Callable, Collection
from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.draft import Cropping, Draft, VideoClip, Zooming
from mcp_nemo.engine.edits.limits import Impossible, Media, places_of
from mcp_nemo.engine.edits.spans import cut_free
from mcp_nemo.engine.edits.tracks import with_pictures

_MOST_CROPPED: Final = 0.9
_LARGEST_ZOOM: Final = 4
_QUALITIES: Final = ("brightness", "contrast", "saturation", "warmth")


def apply(draft: Draft, operation: ops.LookOperation, media: Media) -> Draft:
    match operation:
        case ops.Rotate():
            return _rotate(draft, operation, media)
        case ops.Flip():
            chosen = places_of(draft, operation.clip)
            return _each(draft, chosen, lambda clip: _flipped(clip, operation))
        case ops.Crop():
            return _crop(draft, operation)
        case ops.Zoom():
            return _zoom(draft, operation, media)
        case ops.Look():
            return _look(draft, operation, media)
        case ops.ResetLook():
            plain = dict.fromkeys(_QUALITIES, 0.0)
            parted, chosen = cut_free(draft, operation, media)
            return _each(parted, chosen, lambda clip: clip.model_copy(update=plain))


def _each(draft: Draft, chosen: Collection[int], change: Callable[[VideoClip], VideoClip]) -> Draft:
    clips = [change(clip) if index in chosen else clip for index, clip in enumerate(draft.video.clips)]
    return with_pictures(draft, clips)


def _rotate(draft: Draft, operation: ops.Rotate, media: Media) -> Draft:
    """When all of the video lies on its side, the canvas turns with it."""
    chosen = places_of(draft, operation.clip)
    turned = _each(draft, chosen, lambda clip: _rotated(clip, operation.degrees))
    whole = len(chosen) == len(draft.video.clips)
    if operation.degrees == 180 or not whole or not _fills(draft, draft.video.clips[0], media):
        return turned
    return turned.model_copy(update={"width": draft.height, "height": draft.width})


def _fills(draft: Draft, clip: VideoClip, media: Media) -> bool:
    """Whether the canvas is upright or lying as the clip is."""
    file = media[clip.source]
    upright = file.height > file.width
    return (upright != bool(clip.rotate % 180)) == (draft.height > draft.width)


def _rotated(clip: VideoClip, degrees: int) -> VideoClip:
    """What is mirrored left and right before a quarter turn is top and bottom after it."""
    for _ in range(degrees // 90):
        clip = clip.model_copy(
            update={
                "rotate": (clip.rotate + 90) % 360,
                "flip_horizontal": clip.flip_vertical,
                "flip_vertical": clip.flip_horizontal,
                "crop": clip.crop
                and Cropping(
                    left=clip.crop.bottom, top=clip.crop.left, right=clip.crop.top, bottom=clip.crop.right
                ),
            }
        )
    return clip


def _flipped(clip: VideoClip, operation: ops.Flip) -> VideoClip:
    crop = clip.crop
    if operation.axis == "horizontal":
        mirrored = crop and crop.model_copy(update={"left": crop.right, "right": crop.left})
        return clip.model_copy(update={"flip_horizontal": not clip.flip_horizontal, "crop": mirrored})
    mirrored = crop and crop.model_copy(update={"top": crop.bottom, "bottom": crop.top})
    return clip.model_copy(update={"flip_vertical": not clip.flip_vertical, "crop": mirrored})


def _crop(draft: Draft, operation: ops.Crop) -> Draft:
    sides = Cropping(**operation.model_dump(include={"left", "top", "right", "bottom"}))
    if max(sides.left + sides.right, sides.top + sides.bottom) > _MOST_CROPPED:
        raise Impossible("That would leave next to nothing of the picture.", "Leave a tenth of it at least.")
    crop = None if sides == Cropping() else sides
    chosen = places_of(draft, operation.clip)
    return _each(draft, chosen, lambda clip: clip.model_copy(update={"crop": crop}))


def _zoom(draft: Draft, operation: ops.Zoom, media: Media) -> Draft:
    if not all(1 <= size <= _LARGEST_ZOOM for size in (operation.start, operation.end)):
        raise Impossible(
            "The picture cannot be made that large or small.", f"Zoom from 1 to {_LARGEST_ZOOM}."
        )
    zooming = Zooming(start=operation.start, end=operation.end)
    zoom = None if zooming == Zooming() else zooming
    parted, chosen = cut_free(draft, operation, media)
    return _each(parted, chosen, lambda clip: clip.model_copy(update={"zoom": zoom}))


def _look(draft: Draft, operation: ops.Look, media: Media) -> Draft:
    changes = operation.model_dump(include=set(_QUALITIES))
    if not any(changes.values()):
        raise Impossible("Nothing was said to look different.", "Say what, for example brighter.")
    parted, chosen = cut_free(draft, operation, media)
    looked = _each(parted, chosen, lambda clip: _graded(clip, changes))
    if looked == parted:
        raise Impossible("It looks like that already, as far as can be.", "Change something else.")
    return looked


def _graded(clip: VideoClip, changes: dict[str, float]) -> VideoClip:
    """A whole step leads to the end of the scale from wherever it is."""
    graded = {
        quality: change
        if abs(change) == 1
        else max(-1.0, min(1.0, round(getattr(clip, quality) + change, 3)))
        for quality, change in changes.items()
    }
    return clip.model_copy(update=graded)
