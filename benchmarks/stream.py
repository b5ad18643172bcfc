"""How fast the stream of an edit is read, beside a bare httpx-sse loop that only decodes JSON.

    uv run python benchmarks/stream.py            # the ratio
    uv run python benchmarks/stream.py --memory   # memory over 1 GB of stream

Both readers get the same bytes in the same chunks, in turn; the ratio is of medians. Reads nothing from
the network and stops by itself.
"""

import asyncio
import json
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx
from httpx_sse import EventSource

from mcp_nemo.api.stream import read_events

ROUNDS = 9
EVENTS = 20_000
CHUNK = 16 * 1024
GIGABYTE = 1024**3


def _event(number: int) -> bytes:
    """As ADK writes them: mostly fragments, now and then a heartbeat."""
    usage = {"candidatesTokenCount": number, "promptTokenCount": 812, "totalTokenCount": 812 + number}
    actions: dict[str, object] = {"stateDelta": {}, "artifactDelta": {}, "requestedAuthConfigs": {}}
    event = {
        "modelVersion": "gemini-2.5-flash",
        "content": {
            "parts": [{"text": f"Word {number} of a longer answer, and some more. "}],
            "role": "model",
        },
        "partial": True,
        "usageMetadata": usage,
        "invocationId": "e-5a8b8a4f-5b9a-4a87-9d6c-6b8a0b1b6c1d",
        "author": "nemo_agent",
        "actions": actions | {"requestedToolConfirmations": {}},
        "id": "0b8f1f0e-7f58-4d0e-9c4e-0f6f7f1d2c3b",
        "timestamp": 1770000000.5 + number,
    }
    beat = b": heartbeat\n\n" if number % 50 == 0 else b""
    return beat + f"data: {json.dumps(event)}\n\n".encode()


def _chunks(events: int) -> Iterator[bytes]:
    buffer = b""
    for number in range(events):
        buffer += _event(number)
        while len(buffer) >= CHUNK:
            yield buffer[:CHUNK]
            buffer = buffer[CHUNK:]
    yield buffer


class _Bytes(httpx.AsyncByteStream):
    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


async def _bare(chunks: list[bytes]) -> None:
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Bytes(chunks))
    async for frame in EventSource(response).aiter_sse():
        if frame.data:
            json.loads(frame.data)


async def _ours(chunks: list[bytes]) -> None:
    async for _ in read_events(_Bytes(chunks)):
        pass


def _seconds(reader: Callable[[list[bytes]], Awaitable[None]], chunks: list[bytes]) -> float:
    async def read() -> None:
        await reader(chunks)

    started = time.perf_counter()
    asyncio.run(read())
    return time.perf_counter() - started


def compare() -> None:
    chunks = list(_chunks(EVENTS))
    megabytes = sum(map(len, chunks)) / 1e6
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds(_bare, chunks))
        ours.append(_seconds(_ours, chunks))
    ratio = statistics.median(bare) / statistics.median(ours)
    print(f"{EVENTS} events, {megabytes:.1f} MB, median of {ROUNDS}")
    print(f"bare httpx-sse and json: {statistics.median(bare) * 1000:.0f} ms")
    print(f"read_events:             {statistics.median(ours) * 1000:.0f} ms")
    print(f"speed: {ratio:.2f} x the bare loop (aim: at least 0.80)")


def memory() -> None:
    async def read() -> None:
        sent = 0
        growth_from = 0

        async def gigabyte() -> AsyncIterator[bytes]:
            nonlocal sent, growth_from
            chunks = list(_chunks(2000))
            while sent < GIGABYTE:
                for chunk in chunks:
                    sent += len(chunk)
                    yield chunk
                growth_from = growth_from or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        async for _ in read_events(gigabyte()):
            pass
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - growth_from
        print(f"{sent / 1e6:.0f} MB read; peak memory grew by {grown / 1024:.1f} MB after the first megabyte")

    asyncio.run(read())


if __name__ == "__main__":
    memory() if "--memory" in sys.argv else compare()
