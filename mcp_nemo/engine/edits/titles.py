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
            unwanted = {id(title) for title in _meant(draft, operation)}
            return with_titles(draft, [title for title in draft.text.titles if id(title) not in unwanted])
        case ops.AddCaptions():
            return _add_captions(draft, operation)
        case ops.UseSubtitles():
            raise ValueError("the file has to be read before its captions are added")


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
    meant = _meant(draft, operation)
    if len(meant) > 1 and (operation.text, operation.start_ms, operation.end_ms) != (None, None, None):
        raise Impossible(
            "Several titles cannot say the same at the same time.", "Change one after the other."
        )
    changed = {id(title): _changed(title, operation, draft) for title in meant}
    return with_titles(draft, [changed.get(id(title), title) for title in draft.text.titles])


def _changed(title: Title, operation: ops.ChangeTitle, draft: Draft) -> Title:
    times = new_times(title, operation.start_ms, operation.end_ms, operation.duration_ms)
    start, end = stretch(draft, *times)
    text = operation.text or title.text
    style = operation.model_dump(include=_STYLE, exclude_none=True)
    return title.model_copy(
        update={"name": text, "text": text, "start_ms": start, "duration_ms": end - start, **style}
    )


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


def _meant(draft: Draft, operation: ops.ChangeTitle | ops.RemoveTitle) -> list[Title]:
    text, titles = operation.title, draft.text.titles
    if not titles:
        raise Impossible("There is no title.", "Add one first: 'Add a title \"Hello\"'.")
    found = [title for title in titles if not text or title.text.casefold() == text.casefold()]
    if len(found) == 1 or text is None:
        return found
    shown = ", ".join(f'"{title.text}"' for title in titles)
    problem = f"{len(found)} titles could be meant." if found else f'There is no title "{text}".'
    raise Impossible(problem, f"There are: {shown}.")
