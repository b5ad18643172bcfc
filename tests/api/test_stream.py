import json
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.api.stream import (
    AgentEvent,
    Failed,
    Heartbeat,
    Reply,
    Said,
    StateChanged,
    ToolUsed,
    Working,
    events_in,
    read_events,
)


async def events_of(*chunks: bytes) -> list[AgentEvent]:
    return [event async for event in read_events(_stream(chunks))]


async def _stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def adk(*parts: object, **keys: object) -> bytes:
    event = {"content": {"role": "model", "parts": list(parts)}, "author": "nemo_agent", **keys}
    return f"data: {json.dumps(event)}\n\n".encode()


def reply(*events: AgentEvent) -> str:
    assembled = Reply()
    for event in events:
        assembled.feed(event)
    return assembled.text


async def test_a_turn_of_adk_is_read_in_order() -> None:
    events = await events_of(
        b": connected\n\n",
        adk({"text": "Adding "}, partial=True),
        adk({"text": "music."}, partial=True),
        adk({"text": "Adding music."}, {"functionCall": {"name": "add_bgm", "args": {}}}, partial=False),
        adk({"functionResponse": {"name": "add_bgm", "response": {"text": "internal"}}}, author="user"),
        adk({"text": "Done."}, actions={"stateDelta": {"draft": {"t": []}}}, turnComplete=True),
    )
    assert events == [
        Heartbeat(),
        Said("Adding ", partial=True),
        Said("music.", partial=True),
        Said("Adding music."),
        ToolUsed("add_bgm"),
        Working(),
        Said("Done."),
        StateChanged({"draft": {"t": []}}),
    ]
    assert reply(*events) == "Adding music.\n\nDone."


@pytest.mark.parametrize(
    "frame",
    [
        b": ping\n\n",
        b":\r\n\r\n",
        b"data:\n\n",
        b"event: heartbeat\ndata: now\n\n",
        b"data: heartbeat\n\n",
        b'data: {"type": "heartbeat"}\n\n',
        b"data: {}\n\n",
        b"data: { }\n\n",
    ],
)
async def test_every_shape_of_heartbeat_counts_as_one(frame: bytes) -> None:
    assert await events_of(frame) == [Heartbeat()]


async def test_a_comment_inside_a_frame_leaves_it_whole() -> None:
    assert await events_of(b': ping\ndata: {"text":\n: ping\ndata: "Hi"}\n\n') == [Said("Hi", partial=True)]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n"])
async def test_a_last_frame_without_its_blank_line_is_read(end: bytes) -> None:
    assert await events_of(adk({"text": "Done."}).rstrip() + end) == [Said("Done.")]


async def test_a_frame_cut_inside_its_json_is_left_out() -> None:
    assert await events_of(adk({"text": "One."}), adk({"text": "Two."})[:-20]) == [Said("One.")]


async def test_a_byte_order_mark_hides_nothing() -> None:
    assert await events_of(b"\xef\xbb\xbf" + adk({"text": "Done."})) == [Said("Done.")]


@pytest.mark.parametrize(
    "part",
    [
        {"text": "Let me think.", "thought": True},
        {"functionResponse": {"name": "t", "response": {"result": "raw"}}},
        {"inlineData": {"mimeType": "video/mp4", "data": "AAAA"}},
        {"fileData": {"fileUri": "gs://bucket/clip.mp4"}},
        {"text": ""},
        "not a part",
    ],
)
def test_what_is_not_for_the_reader_is_work(part: object) -> None:
    frame = {"content": {"role": "model", "parts": [part]}}
    assert events_in(json.dumps(frame)) == [Working()]


@pytest.mark.parametrize(
    "frame",
    [
        {"content": {"role": "user", "parts": [{"text": "add music"}]}},
        {"content": {"parts": [{"text": "add music"}]}, "author": "user"},
        {"type": "text", "content": "add music", "role": "user"},
        {"text": "add music", "author": "user"},
        {"type": "thought", "text": "I wonder"},
        {"type": "thinking", "content": "I wonder"},
        {"text": "I wonder", "thought": True},
        {"type": "tool_result", "content": {"url": "https://cdn.example/clip"}},
        {"usageMetadata": {"totalTokenCount": 7}},
    ],
)
def test_echoes_and_thoughts_are_never_text(frame: object) -> None:
    assert events_in(json.dumps(frame)) == [Working()]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "text", "content": "Hello"},
        {"type": "text", "text": "Hello"},
        {"text": "Hello"},
        {"text": "Hello", "partial": True},
    ],
)
def test_typed_and_flat_text_is_a_fragment(frame: object) -> None:
    assert events_in(json.dumps(frame)) == [Said("Hello", partial=True)]


def test_flat_text_that_says_so_is_complete() -> None:
    assert events_in('{"text": "Hello", "partial": false}') == [Said("Hello")]


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "tool_call", "content": {"name": "add_bgm"}},
        {"type": "tool_call", "content": "add_bgm"},
        {"type": "tool_call", "name": "add_bgm", "content": {}},
        {"content": {"parts": [{"function_call": {"name": "add_bgm"}}]}},
    ],
)
def test_tools_are_named(frame: object) -> None:
    assert events_in(json.dumps(frame)) == [ToolUsed("add_bgm")]


def test_a_tool_announced_in_fragments_is_named_once() -> None:
    call = {"content": {"parts": [{"functionCall": {"name": "add_bgm"}}]}}
    assert events_in(json.dumps(call | {"partial": True})) == [Working()]
    assert events_in(json.dumps(call | {"partial": False})) == [ToolUsed("add_bgm")]


def test_keys_in_snake_case_are_read_too() -> None:
    frame = {"actions": {"state_delta": {"a": 1}}, "error_code": "SAFETY", "error_message": "Refused."}
    assert events_in(json.dumps(frame)) == [StateChanged({"a": 1}), Failed("Refused.", "SAFETY")]


@pytest.mark.parametrize(
    ("data", "failed"),
    [
        ('{"error": "model overloaded"}', Failed("model overloaded")),
        ('{"error": {"code": 503, "message": "overloaded"}}', Failed("overloaded", "503")),
        ('{"error": "can\'t do "this""}', Failed("can't do \"this")),
        ("{'error': 'quota'}", Failed("quota")),
        ('{"errorCode": "MAX_TOKENS"}', Failed("MAX_TOKENS", "MAX_TOKENS")),
        ('{"code": 2001, "message": "insufficient credits"}', Failed("insufficient credits", "2001")),
        ('{"type": "error", "content": "boom"}', Failed("boom")),
    ],
)
def test_errors_in_the_stream_are_events(data: str, failed: Failed) -> None:
    assert events_in(data) == [failed]


def test_a_refusal_keeps_its_words() -> None:
    frame = {
        "content": {"parts": [{"text": "Which clip?"}]},
        "errorCode": "unclear",
        "errorMessage": "Which clip?",
    }
    assert events_in(json.dumps(frame)) == [Said("Which clip?"), Failed("Which clip?", "unclear")]


@pytest.mark.parametrize("data", ["[DONE]", "[]", "7", "null", "hello", '{"text": "cu', "[" * 100_000])
def test_what_is_no_frame_is_no_event(data: str) -> None:
    assert events_in(data) == []


def test_half_a_surrogate_pair_can_still_be_sent() -> None:
    (said,) = events_in(r'{"text": "wow \ud83d", "partial": false}')
    assert isinstance(said, Said)
    assert said.text.encode() == "wow \ufffd".encode()


def test_fragments_stand_until_they_are_completed() -> None:
    fragments = [Said("Adding ", partial=True), Said("music", partial=True)]
    assert reply(*fragments) == "Adding music"
    assert reply(*fragments, Said("Adding music.")) == "Adding music."


def test_a_temporary_issue_is_noise_only_after_other_output() -> None:
    issue = Said("I ran into a temporary issue.")
    assert reply(Said("Music added."), issue) == "Music added."
    assert reply(issue) == "I ran into a temporary issue."


@given(st.lists(st.text(min_size=1), max_size=6))
def test_partial_and_completed_text_never_double(texts: list[str]) -> None:
    plain = [Said(text) for text in texts]
    streamed = [
        said
        for text in texts
        for said in (*(Said(character, partial=True) for character in text), Said(text))
    ]
    assert reply(*streamed) == reply(*plain)


_LINES = st.sampled_from(
    [
        b"\n",
        b"\r\n",
        b"\r",
        b": ping",
        b":",
        b"data: ",
        b"data",
        b"event: heartbeat",
        b"id: 7",
        b"retry: 10",
        b"\xef\xbb\xbf",
        'data: {"text": "片段"}'.encode(),
        b'data: {"error": "it"s"}',
        adk({"text": "a"}, partial=True),
        adk({"text": "a"}, {"functionCall": {"name": "f"}}),
    ]
)


@given(st.lists(_LINES | st.binary(max_size=6), max_size=20).map(b"".join), st.data())
async def test_the_chunks_make_no_difference(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert await events_of(*chunks) == await events_of(stream)


_KEYS = st.sampled_from(
    ["type", "content", "text", "parts", "role", "partial", "thought", "functionCall", "name", "actions"]
) | st.sampled_from(["stateDelta", "error", "errorCode", "code", "message"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _JSON))
def test_any_object_is_read_without_a_fall(frame: dict[str, object]) -> None:
    assert events_in(json.dumps(frame))
