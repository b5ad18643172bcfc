"""Cuts that fall on the beats of the music."""

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits.limits import Impossible, Media


def cut_on_beats(draft: Draft, media: Media) -> Draft:
    raise Impossible("Cuts cannot be moved to beats yet.", "Trim the clips instead.")
