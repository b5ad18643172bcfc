"""What could be meant by what is typed so far, for arguments of prompts and addresses of resources.

Files are never offered: what is on the disk is nobody's business until it is named.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import mcp_types as t
from mcp.server import MCPServer

from mcp_nemo.server.lowlevel import RequestContext, answer
from mcp_nemo.server.prompts import QUALITIES
from mcp_nemo.studio import Studio

# As the engine knows them; a test holds them to it.
MOODS: Final = (
    *("calm", "happy", "upbeat", "lofi", "cinematic", "epic", "dramatic", "suspense", "sad", "romantic"),
    *("ambient", "electronic", "acoustic", "corporate", "playful", "rock", "jazz", "hiphop", "classical"),
    *("reggae", "latin", "country", "funk", "lullaby", "christmas"),
)
STYLES: Final = ("piano", "guitar", "strings", "synth", "bells", "organ")
VOLUMES: Final = ("20%", "30%", "40%", "60%", "80%", "100%")

_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "mood": MOODS,
    "style": STYLES,
    "volume": VOLUMES,
    "quality": QUALITIES,
}
# The protocol's limit.
_MOST: Final = 100


def add_completions(server: MCPServer[Any], studio: Studio) -> None:
    async def complete(_: RequestContext, params: t.CompleteRequestParams) -> t.CompleteResult:
        name, typed = params.argument.name, params.argument.value
        if name == "session_id":
            return _result(await _sessions(studio, typed))
        return _result(_starting(typed, _WORDS.get(name, ())))

    answer(server, "completion/complete", t.CompleteRequestParams, complete)


async def _sessions(studio: Studio, typed: str) -> list[str]:
    """The ids, the latest first; a session is also found by a word of its title."""
    sessions = await studio.sessions()
    wanted = typed.casefold()
    return [each.id for each in sessions if each.id.startswith(typed) or wanted in each.title.casefold()]


def _starting(typed: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word.startswith(typed.strip().casefold())]


def _result(values: Sequence[str]) -> t.CompleteResult:
    offered = t.Completion(values=list(values[:_MOST]), total=len(values), has_more=len(values) > _MOST)
    return t.CompleteResult(completion=offered)
