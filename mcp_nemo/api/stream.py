"""The stream of `/run_sse`, read into events.

Its frames are Google ADK's first of all (A): one line of JSON each. Typed frames, `{"type", "content"}`
(R), and flat ones, `{"text"}`, are taken too, keys in camelCase or snake_case. What is not for the reader
(thoughts, what tools answer, echoes) is told as `Working`, never as text.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import httpx
from httpx_sse import EventSource

from mcp_nemo.api.envelope import decode_json, read_code, said_in, sendable


# Not frozen as the others are: one is made for every few words, and freezing doubles what that costs.
@dataclass(slots=True)
class Said:
    """Words for the reader. A `partial` fragment is repeated whole by a later event that is not."""

    text: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The connection is alive; it says nothing about the work."""


@dataclass(frozen=True, slots=True)
class Working:
    """The agent did something that is not for the reader."""


@dataclass(frozen=True, slots=True)
class ToolUsed:
    name: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A hint only: the state endpoint confirms it."""

    delta: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failed:
    """`code` is a word of the agent's or a number of the backend's, in digits; often empty."""

    message: str
    code: str = ""


AgentEvent = Said | Heartbeat | Working | ToolUsed | StateChanged | Failed


class Reply:
    """The reply as far as it has come: fragments give way to the completed text that repeats them."""

    def __init__(self) -> None:
        self._completed: list[str] = []
        self._fragments: list[str] = []

    def feed(self, event: AgentEvent) -> None:
        if not isinstance(event, Said):
            return
        if event.partial:
            self._fragments.append(event.text)
        else:
            self._completed.append(event.text)
            self._fragments.clear()

    @property
    def text(self) -> str:
        pieces = [*self._completed, "".join(self._fragments)]
        whole = "\n\n".join(piece.strip() for piece in pieces if piece.strip())
        output, _, last = whole.rpartition("\n")
        return output.rstrip() if output and _NOISE.fullmatch(last.strip()) else whole


# After normal output, a last line of this kind means nothing (V).
_NOISE = re.compile(r"[^.!?\n]{0,60}\btemporary issue\b[^?\n]{0,120}", re.IGNORECASE)


async def read_events(chunks: AsyncIterable[bytes]) -> AsyncGenerator[AgentEvent, None]:
    """The events in the bytes of a stream, however they are cut into chunks."""
    # The charset drops a byte order mark, which httpx-sse would read as part of the first field's name.
    headers = {"content-type": "text/event-stream; charset=utf-8-sig"}
    source = EventSource(httpx.Response(200, headers=headers, stream=_Mended(chunks)))
    async with aclosing(source.aiter_sse()) as frames:
        async for frame in frames:
            for event in events_in(frame.data, frame.event):
                yield event


class _Mended(httpx.AsyncByteStream):
    """The bytes, so that httpx-sse lets through what it would swallow: comments, and a last frame cut off.

    A comment gains an empty `data` line, which makes a frame of it, and inside a frame is only a line
    break between tokens of JSON.
    """

    def __init__(self, chunks: AsyncIterable[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        last = b"\n"
        async for chunk in self._chunks:
            lines = (last + chunk).replace(b"\n:", b"\ndata\n:")
            # Hardly anybody ends lines so, and looking costs less than replacing.
            yield (lines.replace(b"\r:", b"\rdata\n:") if b"\r" in lines else lines)[1:]
            last = chunk[-1:] or last
        yield b"\n\n"


def events_in(data: str, kind: str = "message") -> list[AgentEvent]:
    """The events of one frame; none where it cannot be read."""
    frame = decode_json(data)
    if isinstance(frame, dict) and frame and kind != "heartbeat":
        return _read(frame) or [Working()]
    data = data.strip()
    if data in ("", "heartbeat") or kind == "heartbeat" or frame == {}:
        return [Heartbeat()]
    # Old servers formatted this line by hand, so it may not be JSON (A).
    if frame is None and (opening := _ERROR_OPENING.match(data)):
        return [Failed(said_in(data[opening.end() :].strip(" \"'}\n")))]
    return []


_ERROR_OPENING = re.compile(r"""\{\s*["']error["']\s*:""")

Frame = Mapping[str, object]


def _read(frame: Frame) -> list[AgentEvent]:
    """Called for every frame of a long stream: what is rare is looked for only where a key says so."""
    events = _read_adk(frame) if _TYPED.isdisjoint(frame) else _read_typed(frame)
    if not _FAILING.isdisjoint(frame):
        events += _read_failure(frame)
    return events


_CALLING = frozenset({"functionCall", "function_call"})
_TYPED = frozenset({"type", "text"})
_FAILING = frozenset({"error", "errorCode", "error_code", "errorMessage", "error_message", "code"})


def _read_typed(frame: Frame) -> list[AgentEvent]:
    match frame:
        case {"type": "heartbeat"}:
            return [Heartbeat()]
        case {"type": "tool_call", "content": call}:
            return [ToolUsed(_name(_object(call)) or _name(frame) or said_in(call))]
        case {"type": "error", "content": problem}:
            return [Failed(said_in(problem))]
        case {"type": "text", "content": str(text)} | {"type": "text", "text": str(text)}:
            return _read_text(frame, text)
        case {"text": str(text)} if "type" not in frame:
            return _read_text(frame, text)
        case _:
            return _read_adk(frame)


def _read_text(frame: Frame, text: str) -> list[AgentEvent]:
    # Whether such frames are fragments or whole messages is not known; joined as they come, neither is lost.
    if text and not frame.get("thought") and not _is_users(frame):
        return [Said(sendable(text), partial=frame.get("partial") is not False)]
    return []


def _read_adk(frame: Frame) -> list[AgentEvent]:
    events: list[AgentEvent] = []
    partial = frame.get("partial") is True
    content = _object(frame.get("content"))
    spoken, tools = _read_parts(content.get("parts"))
    if spoken and not (_is_users(frame) or _is_users(content)):
        events.append(Said(sendable(spoken), partial))
    # A partial event's calls come again in the completed one.
    if tools and not partial:
        events += tools
    if (actions := _object(frame.get("actions"))) and (delta := _delta(actions)):
        events.append(StateChanged(delta))
    return events


def _delta(actions: Frame) -> Frame:
    return _object(_either(actions, "stateDelta", "state_delta"))


def _read_parts(parts: object) -> tuple[str, list[ToolUsed]]:
    """The words in the parts of a message, and the tools they call."""
    spoken = ""
    tools = []
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict):
            continue
        if not _CALLING.isdisjoint(part) and (
            call := _object(_either(part, "functionCall", "function_call"))
        ):
            tools.append(ToolUsed(_name(call)))
        elif isinstance(text := part.get("text"), str) and not part.get("thought"):
            spoken += text
    return spoken, tools


def _read_failure(frame: Frame) -> list[AgentEvent]:
    """ADK's `error` and `errorCode`; or an envelope as a frame, which is only a guess of ours (G)."""
    error = frame.get("error")
    code = said_in(_either(frame, "errorCode", "error_code"))
    code = code or _digits(frame) or _digits(_object(error))
    message = said_in(error) or said_in(_either(frame, "errorMessage", "error_message"))
    if message or code:
        return [Failed(message or said_in(frame.get("message")) or code, code)]
    return []


def _either(frame: Frame, name: str, other: str) -> object:
    return frame[name] if name in frame else frame.get(other)


def _object(value: object) -> Frame:
    return value if isinstance(value, dict) else {}


def _name(frame: Frame) -> str:
    return said_in(frame.get("name"))


def _is_users(frame: Frame) -> bool:
    return frame.get("role") == "user" or frame.get("author") == "user"


def _digits(frame: Frame) -> str:
    code = read_code(frame.get("code"))
    return str(code) if code else ""
