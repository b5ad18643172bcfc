from asyncio import StreamReader, StreamWriter, start_server

import pytest

from mcp_nemo.api import NemoClient
from tests.api.backend import ATTRIBUTION, Tokens


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
async def test_this_machine_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer = b'{"data": {"available": 1}}'

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + answer)
        writer.close()

    async with await start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with NemoClient(f"http://127.0.0.1:{port}", Tokens("t"), ATTRIBUTION) as client:
            assert (await client.credits()).available == 1
