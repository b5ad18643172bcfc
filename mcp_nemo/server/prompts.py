"""The five skills and three ways of working, as prompts that lead any assistant through the tools."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit

import mcp_types as t
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.context import HandlerResult
from pydantic import Field

from mcp_nemo.errors import AUDIO_SUFFIXES
from mcp_nemo.server.lowlevel import RequestContext, answer, usual_answer
from mcp_nemo.server.walkthrough import Step, call, message, step

QUALITIES: Final = ("draft", "high", "max")

Video = Annotated[str, Field(description="The video: an absolute path or an http(s) URL.")]
Videos = Annotated[
    str, Field(description="The videos in playing order: absolute paths or URLs, one a line, or with commas.")
]
Mood = Annotated[str, Field(description="Such as calm, upbeat or cinematic; empty for what suits the video.")]
Style = Annotated[str, Field(description="An instrument to lead, such as piano or guitar; empty for any.")]
Volume = Annotated[str, Field(description='How loud the music is, such as "40%".')]
Quality = Annotated[str, Field(description="draft is quick, high is for sharing, max is slow and large.")]
Wishes = Annotated[str, Field(description="What to change, in plain words.")]

_BY_LINE_OR_COMMA: Final = re.compile(r"\s*[\r\n]+\s*|\s*,\s*(?=[/~]|[A-Za-z]:[\\/]|https?://)")
_MOST_CHARACTERS: Final = 60
_MOST_PERCENT: Final = 200


def add_prompts(server: MCPServer[Any]) -> None:
    """The docstrings of the functions are what clients show."""
    server.prompt("music-ab2n", title="Background music")(background_music)
    server.prompt("ai-with-music", title="Generated music for a video")(generated_music)
    server.prompt("add-music-to-video-online", title="Your own music in a video")(own_music)
    server.prompt("automatic-music-generator", title="Music after mood and pacing")(paced_music)
    server.prompt("best-music-cog", title="The best matching music")(matching_music)
    server.prompt("quick-edit", title="Quick edit")(quick_edit)
    server.prompt("batch-edit", title="Batch edit")(batch_edit)
    server.prompt("iterative-edit", title="Edit step by step")(iterative_edit)
    _tell_what_is_wrong(server)


def _tell_what_is_wrong(server: MCPServer[Any]) -> None:
    """MCPServer answers a wrong name or argument with an error that has no code."""
    usual = usual_answer(server, "prompts/get")

    async def get(ctx: RequestContext, params: t.GetPromptRequestParams) -> HandlerResult:
        known = {prompt.name: prompt.arguments or [] for prompt in await server.list_prompts()}
        if params.name not in known:
            raise MCPError(
                t.INVALID_PARAMS, f"There is no prompt of that name; there are {', '.join(known)}."
            )
        given = _given(known[params.name], params.arguments or {})
        return await usual(ctx, params.model_copy(update={"arguments": given}))

    answer(server, "prompts/get", t.GetPromptRequestParams, get)


def _given(arguments: Sequence[t.PromptArgument], given: Mapping[str, str]) -> dict[str, str]:
    """Those that the prompt has; what it needs must be among them."""
    missing = [argument.name for argument in arguments if argument.required and argument.name not in given]
    if missing:
        raise MCPError(t.INVALID_PARAMS, f"The prompt needs {' and '.join(missing)}.")
    return {argument.name: given[argument.name] for argument in arguments if argument.name in given}


def background_music(video: Video, mood: Mood = "", volume: Volume = "30%", quality: Quality = "") -> str:
    """Put background music under a video, or under a recording that has no picture."""
    sources = _sources(video)
    wish = f"Add {_music(mood)} at {_percent(volume, 30)} and fade it out at the end"
    steps = [*_opening(sources), step("Ask for the music.", call("send_edit", instruction=wish))]
    if _is_sound(sources[0]):
        wish = "Show the waveform as the picture"
        steps.append(step("Give the recording a picture.", call("send_edit", instruction=wish)))
    return message("Put background music under what the user has.", [*steps, *_closing(quality)], _WHERE)


def generated_music(
    video: Video, mood: Mood = "", style: Style = "", volume: Volume = "40%", quality: Quality = ""
) -> str:
    """Have music generated that fits a video, from its first frame to its last."""
    wish = f"Generate {_music(mood, style)} at {_percent(volume, 40)} and fade it out at the end"
    steps = [
        *_opening(_sources(video)),
        step("Have the music generated.", call("send_edit", instruction=wish)),
        *_closing(quality),
    ]
    return message("Have music generated that fits the user's video.", steps, f"{_WHERE} {_ANOTHER}")


def own_music(
    video: Video,
    music: Annotated[str, Field(description="The track: an absolute path or an http(s) URL.")],
    volume: Volume = "80%",
    quality: Quality = "",
) -> str:
    """Merge a track of your own with a video: trimmed to its length, and faded out."""
    track = _sources(music)[0]
    wish = (
        f"Use {_in_a_sentence(_name(track))} as the background music at {_percent(volume, 80)}"
        " and fade it out at the end"
    )
    steps = [
        *_opening([*_sources(video), track]),
        step(
            "Lay the track under the video; it is trimmed to the video's length by itself. "
            "If the upload gave it another name, use that one.",
            call("send_edit", instruction=wish),
        ),
        *_closing(quality),
    ]
    return message("Merge the user's own track with their video.", steps, _WHERE)


def paced_music(videos: Videos, mood: Mood = "", style: Style = "", quality: Quality = "") -> str:
    """Have music generated after the mood and the pacing of one video or several."""
    wish = f"Generate {_music(mood, style, 'the mood and pacing of the video')} and fade it out at the end"
    steps = [
        *_opening(_sources(videos)),
        step("Have music generated after mood and pacing.", call("send_edit", instruction=wish)),
        *_closing(quality),
    ]
    return message("Have music generated after the mood and the pacing of the videos.", steps, _WHERE)


def matching_music(video: Video, mood: Mood = "", quality: Quality = "") -> str:
    """Find and sync the music that matches a video best, and hear why."""
    wish = f"Find and sync the best {_music(mood)}"
    steps = [
        *_opening(_sources(video)),
        step("Have the music chosen and synced.", call("send_edit", instruction=wish)),
        step(
            "Tell the user which music was chosen, and the reasons that the editor gave in its answer. "
            "If they would rather have another, send that as an edit of its own."
        ),
        *_closing(quality),
    ]
    return message("Find the music that matches the user's video best.", steps, _WHERE)


def quick_edit(videos: Videos, wishes: Wishes, quality: Quality = "") -> str:
    """From files and one request to a finished video."""
    steps = [
        *_opening(_sources(videos)),
        step("Send the request as a whole.", call("send_edit", instruction=_wish(wishes))),
        *_closing(quality),
    ]
    return message("Make the user's video in one go.", steps, _WHERE)


def batch_edit(videos: Videos, wishes: Wishes, quality: Quality = "") -> str:
    """Do the same to several videos in one session; each becomes a file of its own."""
    sources = _sources(videos)
    steps = _opening(sources)
    for number, source in enumerate(sources):
        if number:
            steps.append(_BRING_BACK)
        steps.append(_alone(source, _wish(wishes), quality, is_alone=len(sources) == 1))
    return message(
        "Do the same to each of the user's videos, in one session, and export each by itself.",
        steps,
        "Tell the user the path of each file, and which video, if any, could not be made.",
    )


def iterative_edit(
    wishes: Annotated[str, Field(description="The wishes, one a line; each is an edit of its own.")],
    videos: Annotated[
        str, Field(description="As absolute paths or URLs; empty to go on with a session.")
    ] = "",
    session_id: Annotated[str, Field(description="The session to go on with; empty for the latest.")] = "",
    quality: Quality = "",
) -> str:
    """Edit a video one wish at a time, with a look after each and a way back."""
    goes_on = not videos.strip()
    session = {"session_id": session_id.strip()} if goes_on and session_id.strip() else {}
    start = [step("See what there is.", call("get_timeline", **session))]
    edits = [
        step(
            f"Wish {number}: tell the user in a sentence what has changed.",
            call("send_edit", instruction=wish.strip(), **session),
        )
        for number, wish in enumerate(filter(str.strip, _wish(wishes).splitlines()), 1)
    ]
    return message(
        "Edit the user's video one wish at a time.",
        [*(start if goes_on else _opening(_sources(videos))), *edits, *_closing(quality, **session)],
        f'{_WHERE} Go on with every wish they have after that; the edit "Undo" takes the latest one back.',
    )


_WHERE: Final = "Tell the user the path of the file, how long it is, and what was done."
_ANOTHER: Final = 'If they don\'t like the music, "Replace the music with other music" gives another.'


def _opening(sources: list[str]) -> list[Step]:
    return [
        step("Open a session.", call("create_session", title=_stem(sources[0]))),
        step("Upload the files.", call("upload_media", sources=sources)),
    ]


_BRING_BACK: Final = step(
    "Bring the others back; take back only what was applied.",
    call("send_edit", instruction="Undo the last two changes"),
)


def _alone(source: str, wish: str, quality: str, *, is_alone: bool) -> Step:
    keep = call("send_edit", instruction=f"Keep only {_in_a_sentence(_name(source))}")
    save_as = f"{_stem(source)}-edited.mp4"
    return step(
        "Leave one video alone on the timeline, edit it, and export it.",
        *([] if is_alone else [keep]),
        call("send_edit", instruction=wish),
        call("export_video", quality=_known_quality(quality), save_as=save_as),
    )


def _closing(quality: str, **session: str) -> list[Step]:
    return [
        step(
            "Check that the timeline holds what was asked for, no less and no more. "
            "If not, put it right with one more `send_edit`.",
            call("get_timeline", view="full", **session),
        ),
        step("Export.", call("export_video", quality=_known_quality(quality), **session)),
    ]


def _sources(text: str) -> list[str]:
    found = [part for part in _BY_LINE_OR_COMMA.split(text.strip()) if part]
    if not found:
        raise MCPError(t.INVALID_PARAMS, "Name at least one file, by its absolute path or its URL.")
    return found


def _wish(text: str) -> str:
    if not text.strip():
        raise MCPError(t.INVALID_PARAMS, "Say what to change, in plain words.")
    return text.strip()


def _music(mood: str, style: str = "", matched: str = "the mood of the video") -> str:
    """In words both backends know: `calm piano background music`, or what matches the picture."""
    asked = f"{_words(mood)} {_words(style)}".strip()
    music = f"{asked} background music".strip()
    return music if _words(mood) else f"{music} that matches {matched}"


def _words(text: str) -> str:
    """Without anything that could end a quotation or begin another wish."""
    return " ".join(re.sub(r"[^\w\s.'-]", " ", text).split())[:_MOST_CHARACTERS].strip()


def _percent(text: str, usual: int) -> str:
    found = re.fullmatch(r"\s*(\d{1,3})\s*%?\s*", text)
    return f"{min(int(found[1]), _MOST_PERCENT) if found else usual}%"


def _known_quality(text: str) -> str:
    return text if text in QUALITIES else "high"


def _name(source: str) -> str:
    path = unquote(urlsplit(source).path) if "://" in source else source
    return PurePosixPath(path.replace("\\", "/")).name


def _in_a_sentence(name: str) -> str:
    """A file as the editor knows it, but for what would end a quotation."""
    return " ".join("".join(each for each in name if each.isprintable() and each not in '"“”').split())


def _stem(source: str) -> str:
    return _words(PurePosixPath(_name(source)).stem) or "project"


def _is_sound(source: str) -> bool:
    return _name(source).lower().endswith(tuple(f".{suffix}" for suffix in AUDIO_SUFFIXES))
