import json

import anyio

from mcp_nemo.engine import events


async def test_while_nothing_comes_the_stream_beats() -> None:
    send, receive = anyio.create_memory_object_stream[events.Event](1)
    frames = events.frames(receive, heartbeat_seconds=0.01)
    assert await anext(frames) == ": heartbeat\n\n"
    send.send_nowait(events.refused("No.", "impossible"))
    send.close()
    told = [frame async for frame in frames if frame != events.HEARTBEAT]
    [frame] = told
    assert frame.startswith("data: ")
    assert frame.endswith("\n\n")
    event = json.loads(frame.removeprefix("data: "))
    assert event["content"]["parts"] == [{"text": "No."}]
    assert (event["errorCode"], event["errorMessage"]) == ("impossible", "No.")
