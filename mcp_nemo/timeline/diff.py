"""What changed from one version to the next, in sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mcp_nemo.timeline.cutting import only_cut, taken_out_ms
from mcp_nemo.timeline.labels import label, one_line, percent, traits
from mcp_nemo.timeline.match import Shown, match, shown
from mcp_nemo.timeline.model import Timeline
from mcp_nemo.timeline.phrases import phrase, picture
from mcp_nemo.timeline.spans import apart, length, span

_NAMED_AT_MOST = 3


def differences(before: Timeline, after: Timeline) -> list[str]:
    """One sentence a change, joined where one wish did them all; none when nothing visible changed."""
    kinds = dict.fromkeys(track.kind for timeline in (before, after) for track in timeline.tracks)
    found = [sentence for kind in kinds for sentence in _of_segments(shown(before, kind), shown(after, kind))]
    return [*found, *_of_the_whole(before, after)]


@dataclass(frozen=True, slots=True)
class _Change:
    """`content` and `moves` follow the subject, `settings` stand behind it."""

    old: Shown
    new: Shown
    content: tuple[str, ...]
    moves: tuple[str, ...]
    settings: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.content or self.moves or self.settings)


def _of_segments(before: Sequence[Shown], after: Sequence[Shown]) -> Iterator[str]:
    found = match(before, after)
    yield from _listed("Removed", found.removed)
    yield from (_cut(whole, pieces) for whole, pieces in found.cuts)
    names = Counter(_quoted(each) for each in after)
    yield from _changed([_change(old, new) for old, new in found.pairs], names)
    yield from _listed("Added", found.added)


def _listed(verb: str, segments: Sequence[Shown]) -> Iterator[str]:
    by_noun: dict[str, list[Shown]] = {}
    for each in segments:
        by_noun.setdefault(_noun(each), []).append(each)
    for noun, group in by_noun.items():
        if len(group) > _NAMED_AT_MOST:
            stretch = span(group[0].start_ms, max(each.end_ms for each in group))
            yield f"{verb} {_many(noun, group)}, {stretch}"
        else:
            yield from (f"{verb} {noun} {_described(each)}" for each in group)


def _described(each: Shown) -> str:
    facts = [span(each.start_ms, each.end_ms), *traits(each.segment)]
    if each.source_start_ms:
        facts.append(f"from {length(each.source_start_ms)} in its source")
    return f"{_quoted(each)}, {', '.join(facts)}"


def _cut(whole: Shown, pieces: Sequence[Shown]) -> str:
    stretches = _enumerated([span(piece.start_ms, piece.end_ms) for piece in pieces])
    sentence = f"{_subject(whole)} cut into {len(pieces)} pieces, {stretches}"
    if lost_ms := taken_out_ms(whole, pieces):
        sentence = f"{sentence}, with {length(lost_ms)} taken out"
    return "; ".join([sentence, *_treated(whole, pieces)])


def _treated(whole: Shown, pieces: Sequence[Shown]) -> Iterator[str]:
    """What was done to some of the pieces beside the cutting."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for uncut, piece in zip(only_cut(whole, pieces), pieces, strict=True):
        alike.setdefault(tuple(_settings(uncut, piece)), []).append(span(piece.start_ms, piece.end_ms))
    yield from (f"{_enumerated(spans)}: {', '.join(done)}" for done, spans in alike.items() if done)


def _changed(changes: Sequence[_Change], names: Mapping[str, int]) -> Iterator[str]:
    """The same thing done to several segments is said once; new content is each one's own.

    `names` says how many there are of each name.
    """
    alike: dict[object, list[_Change]] = {}
    for change in filter(None, changes):
        key = id(change) if change.content else (_noun(change.new), change.moves, change.settings)
        alike.setdefault(key, []).append(change)
    yield from (_sentence(group, names) for group in alike.values())


def _sentence(alike: Sequence[_Change], names: Mapping[str, int]) -> str:
    first = alike[0]
    actions = [*first.content, *first.moves]
    if len(alike) > 1:
        subject = _capital(_many(_noun(first.new), [change.new for change in alike]))
    else:
        subject = _subject(first.old)
        if (first.old.start_ms, first.old.duration_ms) != (first.new.start_ms, first.new.duration_ms):
            actions.append(f"now {span(first.new.start_ms, first.new.end_ms)}")
        elif names[_quoted(first.new)] > 1:
            subject = f"{subject} ({span(first.new.start_ms, first.new.end_ms)})"
    said = f"{subject} {', '.join(actions)}" if actions else subject
    if not first.settings:
        return said
    return f"{said}{'; ' if actions else ': '}{', '.join(first.settings)}"


def _change(old: Shown, new: Shown) -> _Change:
    return _Change(old, new, tuple(_content(old, new)), tuple(_moves(old, new)), tuple(_settings(old, new)))


def _content(old: Shown, new: Shown) -> Iterator[str]:
    same_source = old.source == new.source and old.source != ""
    if old.text != new.text:
        yield f'now reads "{one_line(new.text)}"' if new.text else "no longer has words"
    elif old.name != new.name:
        yield f"{'renamed to' if same_source else 'replaced with'} {_quoted(new)}"
    elif old.source and new.source and not same_source:
        # A recipe stands in the draft as an object: that is music made by a composer, not a file.
        yield "composed anew" if new.source.startswith("{") else "now plays other media"


def _moves(old: Shown, new: Shown) -> Iterator[str]:
    if old.start_ms != new.start_ms:
        way = "later" if new.start_ms > old.start_ms else "earlier"
        yield f"moved {length(abs(new.start_ms - old.start_ms))} {way}"
    if old.duration_ms != new.duration_ms:
        verbs = ("trimmed", "extended") if old.speed == new.speed else ("shortened", "lengthened")
        verb = verbs[new.duration_ms > old.duration_ms]
        yield "{} from {} to {}".format(verb, *apart(old.duration_ms, new.duration_ms))
    if old.source_start_ms != new.source_start_ms:
        now, was = apart(new.source_start_ms, old.source_start_ms)
        yield f"starting {now} into its source{f' (was {was})' if old.source_start_ms else ''}"
    if old.place != new.place:
        yield f"now at the {_word(new.place)}" if new.place else f"no longer at the {_word(old.place)}"
    if old.track != new.track:
        yield f"now on track '{one_line(new.track)}'"


def _settings(old: Shown, new: Shown) -> Iterator[str]:
    if old.volume != new.volume:
        levels = percent(old.volume), percent(new.volume)
        yield f"volume {levels[0]} → {levels[1]}" if new.volume else f"muted (was {levels[0]})"
    if old.speed != new.speed:
        yield f"speed {old.speed:g}x → {new.speed:g}x"
    if old.fade_in_ms != new.fade_in_ms:
        yield f"fade-in {_fades(old.fade_in_ms, new.fade_in_ms)}"
    if old.fade_out_ms != new.fade_out_ms:
        yield f"fade-out {_fades(old.fade_out_ms, new.fade_out_ms)}"
    yield from _details(dict(old.details), dict(new.details))


def _fades(old_ms: int, new_ms: int) -> str:
    old, new = apart(old_ms, new_ms)
    return f"{old if old_ms else 'none'} → {new if new_ms else 'none'}"


def _details(old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """What the decoder does not understand can still be seen to change."""
    paths = [path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path)]
    named = _leading(paths)
    for path in named:
        was, now = (phrase(path, side.get(path)) for side in (old, new))
        if was or now:
            yield f"{now}{f' (was {was})' if was else ''}" if now else f"no longer {was}"
            continue
        values = (_word(side.get(path, "none").strip('"')) for side in (old, new))
        yield f"{_word(path.removeprefix('m.'))} {' → '.join(values)}"
    if len(paths) > len(named):
        yield f"{len(paths) - len(named)} more settings"


def _of_the_whole(before: Timeline, after: Timeline) -> Iterator[str]:
    if before.title != after.title and before.title:
        title = one_line(after.title)
        yield f"The project is now called '{title}'" if title else "The project no longer has a name"
    old, new = _canvas(before), _canvas(after)
    if old != new:
        yield f"The canvas is now {new or 'of unknown size'}{f' (was {old})' if old else ''}"
    was, now = picture(before.details), picture(after.details)
    for topic in dict.fromkeys((*was, *now)):
        if was.get(topic) != now.get(topic):
            yield f"The picture now {now[topic]}" if topic in now else f"The picture no longer {was[topic]}"
    if before.duration_ms != after.duration_ms:
        yield _new_length(before, after)


def _new_length(before: Timeline, after: Timeline) -> str:
    if after.is_empty:
        return "The timeline is now empty"
    was, now = apart(before.duration_ms, after.duration_ms)
    return f"The timeline now runs {now}{f' (was {was})' if before.duration_ms else ''}"


def _canvas(timeline: Timeline) -> str:
    return f"{timeline.width}x{timeline.height}" if timeline.width or timeline.height else ""


def _noun(each: Shown) -> str:
    if each.kind == "video" and re.search(r"overlay|叠加", each.track, re.IGNORECASE):
        return "overlay"
    if each.kind == "audio":
        return "music" if re.search(r"bgm|music|音乐|配乐", each.track, re.IGNORECASE) else "audio"
    return {"video": "video", "text": "title"}.get(each.kind, f"{one_line(each.kind, 20)} segment")


def _many(noun: str, group: Sequence[Shown]) -> str:
    plural = noun + "s" if noun.endswith(("title", "segment")) else f"{noun} clips"
    names = list(dict.fromkeys(_quoted(each) for each in group))
    return f"{len(group)} {plural} ({_enumerated(names)})"


def _enumerated(items: Sequence[str]) -> str:
    named = _leading(items)
    hidden = len(items) - len(named)
    said = [*named, f"{hidden} more"] if hidden else named
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


def _leading(items: Sequence[str]) -> list[str]:
    """Those that are named, where the rest is only counted; never a rest of one."""
    return list(items if len(items) <= _NAMED_AT_MOST + 1 else items[:_NAMED_AT_MOST])


def _subject(each: Shown) -> str:
    return f"{_capital(_noun(each))} {_quoted(each)}"


def _quoted(each: Shown) -> str:
    name = label(each.segment, each.kind)
    return name if name.startswith('"') else f"'{name}'"


def _word(text: str) -> str:
    return one_line(text, 20)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
