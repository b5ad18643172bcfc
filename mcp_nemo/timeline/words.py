"""Under which words a draft may say a thing.

The first of each is documented, or the one our own engine writes. The others are guesses: no complete
draft of the cloud's is public. Words are compared folded: without case, underscores and hyphens.
"""

import re
from typing import Final

from mcp_nemo.draft_keys import DURATION, META, SEGMENTS, TRACK_TYPE, TRACKS

Words = tuple[str, ...]

# How many milliseconds one of a unit is; a time word that ends in none of them leaves its unit open.
_MILLISECONDS_IN: Final = {"ms": 1, "millis": 1, "sec": 1000, "secs": 1000, "seconds": 1000}


def fold(key: str) -> str:
    return re.sub(r"[\s_-]", "", key).casefold()


def unit_of(word: str) -> int | None:
    """The milliseconds in one unit of a time word, or None where the word does not say."""
    if word == DURATION:
        return 1
    return next((size for ending, size in _MILLISECONDS_IN.items() if word.endswith(ending)), None)


def _times(own: str, *stems: str) -> Words:
    guesses = (stem + ending for stem in stems for ending in ("", *_MILLISECONDS_IN))
    return (own, *(word for word in guesses if word != own))


NAME: Final = ("name", "title", "filename", "displayname", "clipname", "label", "materialname")
TEXT: Final = ("text", "content", "caption", "subtitle", "words")
START: Final = _times(
    "startms", "start", "starttime", "startat", "begin", "begintime", "timelinestart", "st", "s"
)
END: Final = _times("endms", "end", "endtime", "endat", "finish", "timelineend", "et", "e")
LENGTH: Final = _times(DURATION, "duration", "dur", "length", "len")
VOLUME: Final = ("volume", "vol", "volumelevel", "loudness")
PERCENT: Final = ("volumepercent", "volumepct")
MUTED: Final = ("muted", "mute", "ismuted", "ismute")
FADE_IN: Final = _times("fadeinms", "fadein", "fadeinduration", "fadeintime", "fi")
FADE_OUT: Final = _times("fadeoutms", "fadeout", "fadeoutduration", "fadeouttime", "fo")
SPEED: Final = ("speed", "playbackrate", "playbackspeed")
SOURCE_START: Final = _times(
    "sourcestartms",
    "sourcestart",
    "sourcein",
    "mediastart",
    "clipstart",
    "trimstart",
    "trimin",
    "inpoint",
    "in",
)
SOURCE: Final = (
    "source",
    *("url", "cdnurl", "mediaurl", "fileurl", "videourl", "audiourl", "imageurl", "uri"),
    *("src", "path", "filepath", "file", "music"),
)
PLACE: Final = ("place", "placement", "verticalalign")
DUCK: Final = ("duck",)
CROSSFADE: Final = ("crossfadems",)
PROJECT_NAME: Final = ("title", "name", "projectname", "taskname")
WIDTH: Final = ("width", "canvaswidth", "w")
HEIGHT: Final = ("height", "canvasheight", "h")
FRAME_RATE: Final = ("framerate", "fps")
TYPE: Final = (TRACK_TYPE, "type", "tracktype", "kind")

# Of our own engine; what they mean is told by `phrases`.
OF_LOOK: Final = frozenset(
    (
        *(*DUCK, *CROSSFADE, "loop", "sourceendms", "role", "passages"),
        *("rotate", "fliphorizontal", "flipvertical", "crop", "zoom"),
        *("brightness", "contrast", "saturation", "warmth"),
        *("size", "color", "bold", "background", "width", "opacity"),
    )
)
OF_PICTURE: Final = frozenset(
    ("fit", "picturefadeinms", "picturefadeoutms", "picturefadecolor", "picturefadeoutcolor", "backdrop")
)

TIME_WORDS: Final = frozenset((*START, *END, *LENGTH, *FADE_IN, *FADE_OUT, *SOURCE_START, *CROSSFADE))

OF_DRAFT: Final = frozenset((TRACKS, META, *LENGTH, *PROJECT_NAME, *WIDTH, *HEIGHT, *FRAME_RATE, *OF_PICTURE))
OF_TRACK: Final = frozenset((SEGMENTS, META, "role", *TYPE, *LENGTH, *NAME))
OF_SEGMENT: Final = frozenset(
    (META, *NAME, *TEXT, *VOLUME, *PERCENT, *MUTED, *SPEED, *SOURCE, *PLACE, *TIME_WORDS, *OF_LOOK),
)
