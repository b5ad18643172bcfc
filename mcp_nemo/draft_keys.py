"""Names in a draft.

The five short keys and the three track types are all the API documents. The full words are what
our own engine writes inside `m`; another backend may use others, so the decoder guesses around them.
"""

from enum import IntEnum
from typing import Final

TRACKS: Final = "t"
TRACK_TYPE: Final = "tt"
SEGMENTS: Final = "sg"
DURATION: Final = "d"
META: Final = "m"


class TrackType(IntEnum):
    VIDEO = 0
    AUDIO = 1
    TEXT = 7
