"""Wishes about titles."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from mcp_nemo.engine.director.context import Context, Unclear
from mcp_nemo.engine.director.pieces import (
    Backing,
    Captions,
    Color,
    Duration,
    File,
    From,
    Length,
    Onto,
    Quote,
    Stretch,
    Until,
    Whole,
)
from mcp_nemo.engine.director.sound import fades
from mcp_nemo.engine.director.times import TIMES, take_edge
from mcp_nemo.engine.director.wishes import TITLES, Wish
from mcp_nemo.engine.draft import Place, Size
from mcp_nemo.engine.operations import (
    TITLE_MS,
    AddCaptions,
    AddTitle,
    ChangeTitle,
    Operation,
    RemoveTitle,
    UseSubtitles,
)


def add_title(wish: Wish, context: Context) -> Sequence[Operation]:
    captions = wish.take(Captions)
    if captions:
        wish.take_words(*TITLES, "subtitle", "target.video", "clip")
        return [AddCaptions(captions=captions.captions)]
    quote = wish.take(Quote)
    if quote is None and (context.scene.title_texts or context.new_title):
        return change_title(wish, context)
    if quote is None or not quote.text:
        raise Unclear("what the title should say")
    start, end = _title_times(wish)
    place = take_place(wish) or "center"
    in_ms, out_ms = fades(wish)
    manner = _manner(wish, "medium")
    wish.take_words(*TITLES, "target.video", "subtitle")
    added = AddTitle(
        text=quote.text,
        place=place,
        start_ms=start,
        end_ms=end,
        fade_in_ms=in_ms or 0,
        fade_out_ms=out_ms or 0,
    )
    return [added.model_copy(update=manner)]


def use_subtitles(wish: Wish, context: Context) -> Sequence[Operation]:
    """Those of a file, by its name or because it is the only one."""
    known = [info.id for info in context.scene.subtitle_files]
    wish.take_verb("add", "use", "show")
    file = wish.take_if(File, lambda file: file.media_id in known)
    wish.take_words("subtitle", *TITLES, "target.video", "uploaded")
    if file is None and len(known) != 1:
        raise Unclear("which uploaded file is meant")
    return [UseSubtitles(media_id=file.media_id if file else known[0])]


def _manner(wish: Wish, present: Size) -> dict[str, str | bool]:
    """Size, colour, weight and box, as far as they were said."""
    manner: dict[str, str | bool] = {}
    if (backing := wish.take(Backing)) is not None:
        manner["background"] = backing.code
    if (color := wish.take(Color)) is not None:
        manner["color"] = color.code
    if sizes := set(wish.take_words("size")):
        if len(sizes) > 1:
            raise Unclear("which size")
        wish.take_words("degree", "shape")
        manner["size"] = _size(sizes.pop(), present)
    if manner:
        wish.take_words("lettering")
    if wish.take_words("not_bold"):
        manner["bold"] = False
    elif wish.take_words("bold"):
        manner["bold"] = True
    wish.take_words("backing" if "background" in manner else "tone.saturation")
    return manner


_SIZES: Final[Sequence[Size]] = ("small", "medium", "large")


def _size(said: str, present: Size) -> Size:
    """ "Bigger" is one size up."""
    step = {"larger": 1, "smaller": -1}.get(said)
    if step is None:
        return next(size for size in _SIZES if size == said)
    at = _SIZES.index(present) + step
    if not 0 <= at < len(_SIZES):
        raise Unclear(f"it is {present} already, and there is no {said} size")
    return _SIZES[at]


def _title_times(wish: Wish) -> tuple[int, int | None]:
    """The first three seconds, or the last ones for what is said to stand at the end."""
    if wish.take(Whole):
        return 0, None
    length = wish.take(Length) or wish.take(Duration)
    ms = length.ms if length else TITLE_MS
    edge = None if wish.holds(Stretch, From) else take_edge(wish)
    at_end = wish.has("target.outro") or (edge is not None and edge.side == "end")
    stretch, onward, until = wish.take(Stretch), wish.take(From), wish.take(Until)
    if stretch:
        return stretch.start_ms, stretch.end_ms
    if onward and until:
        return onward.ms, until.ms
    if onward:
        end = onward.ms + ms
        return onward.ms, None if onward.ms < 0 <= end else end
    if until:
        return 0, until.ms
    return (-ms, None) if at_end else (0, ms)


def take_place(wish: Wish) -> Place | None:
    """ "The middle of the video" may be a place or a time: it is not guessed."""
    word = wish.take_word("place")
    if word == "middle" and wish.holds(Onto):
        raise Unclear("the middle of the picture, or the middle of its time")
    if word:
        wish.take_words("position")
    return PLACES["center" if word == "middle" else word] if word else None


PLACES: Final[Mapping[str, Place]] = {place: place for place in get_args(Place)}


def put_title(wish: Wish, context: Context) -> Sequence[Operation]:
    """Words that are not on the screen yet are put there; a title that is there is moved."""
    known = _known_titles(context)
    if wish.holds(Captions):
        return add_title(wish, context)
    if wish.quotes() and not any(text in known for text in wish.quotes()):
        return add_title(wish, context)
    if not known:
        raise Unclear("what the title should say")
    return change_title(wish, context)


def change_title(wish: Wish, context: Context) -> Sequence[Operation]:
    return [_title_change(wish, context)]


def move_title(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Move the title to 0:10": there it starts."""
    start = wish.take_if(Until, lambda until: until.open_ended)
    return [_title_change(wish, context, start_ms=start.ms if start else None)]


def title_length(wish: Wish, context: Context) -> Sequence[Operation]:
    """ "Extend the title to 6 seconds" tells its length; "until 0:06" would tell its end."""
    until = wish.take_if(Until, lambda until: until.open_ended)
    return [_title_change(wish, context, duration_ms=until.ms if until else None)]


def end_title(wish: Wish, context: Context) -> Sequence[Operation]:
    end = wish.take(From)
    return [_title_change(wish, context, end_ms=end.ms if end else None)]


def _title_change(
    wish: Wish,
    context: Context,
    start_ms: int | None = None,
    end_ms: int | None = None,
    duration_ms: int | None = None,
) -> ChangeTitle:
    title = _which_title(wish, context)
    quote = wish.take(Quote)
    length = wish.take(Length) or wish.take(Duration)
    in_ms, out_ms = fades(wish)
    stretch, onward, until, edge = wish.take(Stretch), wish.take(From), wish.take(Until), take_edge(wish)
    if stretch:
        start_ms, end_ms = stretch.start_ms, stretch.end_ms
    if onward:
        start_ms = onward.ms
    if until:
        end_ms = until.ms
    if edge:
        start_ms = 0 if edge.side == "start" else -(length.ms if length else TITLE_MS)
    wish.take_words(*TITLES, "pronoun")
    change = ChangeTitle(
        title=title,
        text=quote.text if quote else None,
        place=take_place(wish),
        start_ms=start_ms,
        end_ms=end_ms,
        duration_ms=length.ms if length else duration_ms,
        fade_in_ms=in_ms,
        fade_out_ms=out_ms,
    )
    change = change.model_copy(update=_manner(wish, _present_size(title, context)))
    if change == ChangeTitle(title=title):
        raise Unclear
    return change


def _present_size(text: str, context: Context) -> Size:
    sizes: list[Size] = [title.size for title in context.scene.draft.text.titles if text in ("", title.text)]
    return sizes[0] if sizes else "medium"


def keep_title(wish: Wish, context: Context) -> Sequence[Operation]:
    if wish.holds(*TIMES):
        return change_title(wish, context)
    wish.take_words(*TITLES, "pronoun")
    return []


def remove_title(wish: Wish, context: Context) -> Sequence[Operation]:
    captions = _captions(wish, context)
    texts = captions or context.scene.title_texts
    every = bool(wish.take_words("every", "order.0") or captions) or wish.has("subtitle")
    wish.take_words("subtitle")
    quote = wish.take(Quote)
    title = quote.text if quote else _which_title(wish, context)
    wish.take_words(*TITLES, "pronoun")
    if every and not title and texts:
        return [RemoveTitle(title=text) for text in texts]
    return [RemoveTitle(title=title)]


def _captions(wish: Wish, context: Context) -> list[str]:
    """What stands where captions do, if those are meant: by their name or by their file's."""
    files = [info.id for info in context.scene.subtitle_files]
    named = wish.take_if(File, lambda file: file.media_id in files)
    if not (named or wish.has("subtitle")):
        return []
    titles = context.scene.draft.text.titles
    return [title.text for title in titles if (title.place, title.size) == ("bottom", "small")]


def _which_title(wish: Wish, context: Context) -> str:
    """The text of the title meant; empty when there is no doubt, or no telling."""
    texts = _known_titles(context)
    other_change = len(wish.quotes()) > 1 or wish.holds(*TIMES) or wish.has("place")
    quote = wish.take_if(Quote, lambda quote: quote.text in texts) if other_change else None
    order = None if quote else wish.take_word("order")
    if quote:
        return quote.text
    if order is None:
        return context.new_title if context.target == "title" else ""
    at = int(order) - 1 if int(order) > 0 else int(order)
    if not -len(texts) <= at < len(texts):
        raise Unclear
    return texts[at]


def _known_titles(context: Context) -> list[str]:
    new = [context.new_title] if context.new_title not in ("", *context.scene.title_texts) else []
    return [*context.scene.title_texts, *new]
