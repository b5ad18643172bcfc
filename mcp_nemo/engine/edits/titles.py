"""Words in the picture."""

from typing import Final

from mcp_nemo.engine import operations as ops
from mcp_nemo.engine.describing import seconds
from mcp_nemo.engine.draft import Draft, Title
from mcp_nemo.engine.edits.limits import Impossible, leading, length_hint, new_times, stretch
from mcp_nemo.engine.edits.tracks import with_titles

_STYLE: Final = {"place", "size", "color", "bold", "background", "fade_in_ms", "fade_out_ms"}


def apply(draft: Draft, operation: ops.TitleOperation) -> Draft:
    match operation:
        case ops.AddTitle():
            return _add(draft, operation)
        case ops.ChangeTitle():
            return _change(draft, operation)
        case ops.RemoveTitle():
            unwanted = _find(draft, operation.title)
            return with_titles(draft, [title for title in draft.text.titles if title is not unwanted])
        case ops.AddCaptions():
            return _add_captions(draft, operation)


def _add(draft: Draft, operation: ops.AddTitle) -> Draft:
    leading(draft)
    start, end = stretch(draft, operation.start_ms, operation.end_ms)
    title = Title(
        name=operation.text,
        text=operation.text,
        start_ms=start,
        duration_ms=end - start,
        **operation.model_dump(include=_STYLE),
    )
    return with_titles(draft, [*draft.text.titles, title])


def _change(draft: Draft, operation: ops.ChangeTitle) -> Draft:
    title = _find(draft, operation.title)
    times = new_times(title, operation.start_ms, operation.end_ms, operation.duration_ms)
    start, end = stretch(draft, *times)
    text = operation.text or title.text
    style = operation.model_dump(include=_STYLE, exclude_none=True)
    changed = title.model_copy(
        update={"name": text, "text": text, "start_ms": start, "duration_ms": end - start, **style}
    )
    return with_titles(draft, [changed if other is title else other for other in draft.text.titles])


def _add_captions(draft: Draft, operation: ops.AddCaptions) -> Draft:
    leading(draft)
    late = [caption for caption in operation.captions if caption.start_ms >= draft.duration_ms]
    if late:
        raise Impossible(
            f"{len(late)} of {len(operation.captions)} captions come after the end of the video, "
            f"which is {seconds(draft.duration_ms)} long.",
            length_hint(draft),
        )
    captions = [_caption(draft, caption) for caption in operation.captions]
    return with_titles(draft, [*draft.text.titles, *captions])


def _caption(draft: Draft, caption: ops.Caption) -> Title:
    start, end = stretch(draft, caption.start_ms, caption.end_ms)
    return Title(
        name=caption.text,
        text=caption.text,
        place="bottom",
        size="small",
        start_ms=start,
        duration_ms=end - start,
    )


def _find(draft: Draft, text: str) -> Title:
    titles = draft.text.titles
    if not titles:
        raise Impossible("There is no title.", "Add one first: 'Add a title \"Hello\"'.")
    found = [title for title in titles if not text or title.text.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(f'"{title.text}"' for title in titles)
    problem = f"{len(found)} titles could be meant." if found else f'There is no title "{text}".'
    raise Impossible(problem, f"There are: {shown}.")
