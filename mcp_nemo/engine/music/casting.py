"""Who plays: what a person asked for, and beyond that what the mood has."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_nemo.engine.music.moods import Mood, Style


@dataclass(frozen=True, slots=True)
class Cast:
    """An instrument for each role; an empty one is silent."""

    lead: str
    echo: str
    chords: str
    pad: str


def cast(mood: Mood, asked: Sequence[Style]) -> Cast:
    """The first one asked for leads; each other one takes a role of its own, as long as there are any."""
    if not asked:
        return Cast(mood.lead, mood.lead, mood.chords, mood.pad)
    first, *others = asked
    roles = {"lead": first.lead}
    for style in others:
        if style.pad and "pad" not in roles:
            roles["pad"] = style.pad
        elif "chords" not in roles:
            roles["chords"] = style.chords or style.lead
        else:
            roles.setdefault("echo", style.lead)
    return Cast(
        lead=first.lead,
        echo=roles.get("echo", first.lead),
        chords=roles.get("chords") or first.chords or mood.chords,
        pad=roles.get("pad", mood.pad),
    )
