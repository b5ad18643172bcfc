"""What the backend says, in the words of a place without a window.

The backend speaks as if its reader sat before an editor: "click the Export button in the top right". Such
words become the tool they come to; everything else stays, letter for letter. Nothing here obeys a reply.
"""

import re
from dataclasses import dataclass
from typing import Final

from mcp_nemo.studio.phrasebook import openings, sayings, tool_for, tool_names

# No reply is this long; what comes after it passes as it is.
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Translated:
    """`mentions` are the tools that the reply comes to, in the order it does."""

    text: str
    mentions: tuple[str, ...] = ()


def translate(reply: str) -> Translated:
    text = clean(reply)
    said: list[str] = []
    mentions: dict[str, None] = {}
    at = told = 0
    while found := openings().search(text, at, _LONGEST):
        at = found.end()
        if instead := _instead(text, found):
            said += [text[told : found.start()], instead.text]
            mentions |= dict.fromkeys(tool_names().findall(instead.text))
            at = told = instead.end
    return Translated("".join([*said, text[told:]]), tuple(mentions))


def clean(text: str) -> str:
    """Without terminal escapes, control characters, and marks that turn or hide text."""
    return _UNSEEN.sub("", _ESCAPE.sub("", _LINE_END.sub("\n", text)))


_LINE_END: Final = re.compile("\r\n?")
_ESCAPE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[ -/]+[0-~]"
)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class _Instead:
    """What to say in the place of the text up to `end`."""

    text: str
    end: int


def _instead(text: str, opening: re.Match[str]) -> _Instead | None:
    first = "" if opening["inert"] else opening[0].lower()
    for saying in sayings()[first]:
        if found := saying.match(text, opening.start()):
            pieces = found.groupdict()
            written = pieces.get("label") or pieces.get("named") or ""
            tool = tool_for(written)
            if tool or not written:
                said = saying.instead.format_map({**pieces, "tool": f"`{tool}`"})
                following = text[found.end() : found.end() + 1]
                return _Instead(_inflected(said, like=found[0], following=following), found.end())
    return None


def _inflected(instead: str, *, like: str, following: str) -> str:
    verb = like.split(maxsplit=1)[0]
    if verb.endswith("ing") and instead.startswith("use "):
        instead = f"using {instead.removeprefix('use ')}"
    if verb[0].isupper():
        instead = instead[0].upper() + instead[1:]
    # Chinese goes on without the space that code needs around it.
    return f"{instead} " if instead.endswith("`") and following.isalnum() else instead
