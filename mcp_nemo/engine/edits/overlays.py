"""Pictures over the video."""

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.draft import Draft, Overlay
from mcp_nemo.engine.edits.limits import Impossible, Media, find_file, leading, new_times, stretch
from mcp_nemo.engine.edits.tracks import with_overlays


def apply(draft: Draft, operation: ops.OverlayOperation, media: Media) -> Draft:
    match operation:
        case ops.AddOverlay():
            return _add(draft, operation, media)
        case ops.ChangeOverlay():
            return _change(draft, operation)
        case ops.RemoveOverlay():
            unwanted = _find(draft, operation.overlay)
            return with_overlays(draft, [each for each in draft.overlay.overlays if each is not unwanted])


def _add(draft: Draft, operation: ops.AddOverlay, media: Media) -> Draft:
    leading(draft)
    file = find_file(media, operation.media_id, "image")
    start, end = stretch(draft, operation.start_ms, operation.end_ms)
    overlay = Overlay(
        name=file.name,
        source=file.id,
        start_ms=start,
        duration_ms=end - start,
        place=operation.place,
        width=operation.width,
        opacity=operation.opacity,
    )
    return with_overlays(draft, [*draft.overlay.overlays, overlay])


def _change(draft: Draft, operation: ops.ChangeOverlay) -> Draft:
    overlay = _find(draft, operation.overlay)
    start, end = stretch(draft, *new_times(overlay, operation.start_ms, operation.end_ms))
    said = operation.model_dump(include={"place", "width", "opacity"}, exclude_none=True)
    changed = overlay.model_copy(update={"start_ms": start, "duration_ms": end - start, **said})
    return with_overlays(draft, [changed if each is overlay else each for each in draft.overlay.overlays])


def _find(draft: Draft, name: str) -> Overlay:
    overlays = draft.overlay.overlays
    if not overlays:
        raise Impossible("There is no picture over the video.", "Upload one and add it first.")
    found = [each for each in overlays if not name or name.casefold() in (each.name.casefold(), each.source)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(each.name for each in overlays)
    problem = f"{len(found)} pictures could be meant." if found else f"There is no {name} over the video."
    raise Impossible(problem, f"There are: {shown}.")
