import os
import tracemalloc
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.datastructures import UploadFile
from starlette.requests import Request

from mcp_nemo import errors
from mcp_nemo.api import FixedToken, NemoClient, UploadSource
from tests.api.backend import ATTRIBUTION, URL, Backend, Received, Tokens, ok

PATH = "/api/upload-video/nemo_agent/me/42"
ANSWER = ok(files=[{"filename": "a.mp4", "file_type": "video", "duration": 1, "width": "320", "fps": 29.97}])


def source(folder: Path, name: str, content: bytes = b"bytes") -> UploadSource:
    path = folder / f"kept-under-another-name-{len(list(folder.iterdir()))}"
    path.write_bytes(content)
    return UploadSource(path, name)


async def parts(asked: Received) -> list[tuple[str | None, str | None, bytes]]:
    """(file name, media type, content) of each `files` part, as starlette reads them."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": asked.body}

    headers = [(name.encode(), value.encode()) for name, value in asked.headers.items()]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    async with request.form() as form:
        files = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
        return [(file.filename, file.content_type, await file.read()) for file in files]


async def test_files_go_out_under_their_names(backend: Backend, client: NemoClient, tmp_path: Path) -> None:
    backend.on("POST", PATH, ANSWER)
    content = os.urandom(300_000)
    files = [source(tmp_path, "clip.MP4", content), source(tmp_path, "片段.m4a"), source(tmp_path, "notes")]
    (uploaded,) = await client.upload_files("42", files)
    assert (uploaded.duration_ms, uploaded.width, uploaded.fps) == (1000, 320, 29.97)
    assert await parts(backend.asked[0]) == [
        ("clip.MP4", "video/mp4", content),
        ("片段.m4a", "audio/mp4", b"bytes"),
        ("notes", "application/octet-stream", b"bytes"),
    ]


async def test_a_name_cannot_break_out_of_its_header(
    backend: Backend, client: NemoClient, tmp_path: Path
) -> None:
    backend.on("POST", PATH, ANSWER)
    await client.upload_files("42", [source(tmp_path, 'a"; name="x\r\nX-Evil: 1.mp4')])
    assert await parts(backend.asked[0]) == [("a%22; name=%22x%0D%0AX-Evil: 1.mp4", "video/mp4", b"bytes")]


async def test_progress_is_told_in_bytes_up_to_all_of_them(
    backend: Backend, client: NemoClient, tmp_path: Path
) -> None:
    backend.on("POST", PATH, ANSWER)
    told: list[tuple[int, int]] = []
    await client.upload_files(
        "42", [source(tmp_path, "a.mp4", bytes(700_000))], lambda *now: told.append(now)
    )
    total = int(backend.asked[0].headers["content-length"])
    assert len(backend.asked[0].body) == total
    assert {of for _, of in told} == {total}
    sent = [sent for sent, _ in told]
    assert sent == sorted(sent)
    assert len(sent) > 3
    assert sent[-1] == total


async def test_with_a_new_token_everything_is_sent_again(backend: Backend, tmp_path: Path) -> None:
    backend.on("POST", PATH, {"code": 1001}, ANSWER)
    async with backend.client(Tokens("old", "new")) as client:
        await client.upload_files("42", [source(tmp_path, "a.mp4", b"frames")])
    assert [asked.bearer for asked in backend.asked] == ["old", "new"]
    assert [await parts(asked) for asked in backend.asked] == [[("a.mp4", "video/mp4", b"frames")]] * 2


@pytest.mark.parametrize(("code", "failure"), [(4001, errors.UnsupportedMedia), (4002, errors.FileTooLarge)])
async def test_a_refused_file_is_named(
    backend: Backend, client: NemoClient, tmp_path: Path, code: int, failure: type[errors.NemoError]
) -> None:
    backend.on("POST", PATH, {"code": code})
    with pytest.raises(failure, match=r"a\.xyz, b\.mp4"):
        await client.upload_files("42", [source(tmp_path, "a.xyz"), source(tmp_path, "b.mp4")])


async def test_what_is_no_file_is_never_sent(backend: Backend, client: NemoClient, tmp_path: Path) -> None:
    with pytest.raises(errors.FileNotFound):
        await client.upload_files("42", [UploadSource(tmp_path / "gone.mp4", "gone.mp4")])
    with pytest.raises(errors.NotAFile):
        await client.upload_files("42", [UploadSource(tmp_path, "folder")])
    assert backend.asked == []


async def test_a_file_that_becomes_shorter_ends_the_upload(
    backend: Backend, client: NemoClient, tmp_path: Path
) -> None:
    backend.on("POST", PATH, ANSWER)
    file = source(tmp_path, "a.mp4", bytes(700_000))
    with pytest.raises(errors.UnsupportedMedia, match="shorter"):
        await client.upload_files("42", [file], lambda sent, total: os.truncate(file.path, 1000))


async def test_a_file_that_grows_is_sent_as_it_was(
    backend: Backend, client: NemoClient, tmp_path: Path
) -> None:
    backend.on("POST", PATH, ANSWER)
    file = source(tmp_path, "a.mp4", bytes(1000))
    await client.upload_files("42", [file], lambda sent, total: os.truncate(file.path, 5000))
    assert await parts(backend.asked[0]) == [("a.mp4", "video/mp4", bytes(1000))]


class Drain(httpx.AsyncBaseTransport):
    """Takes a body in and keeps nothing of it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.received = 0
        self.patience = request.extensions["timeout"]["read"]
        async for chunk in request.stream:
            self.received += len(chunk)
        return httpx.Response(200, json=ANSWER)


async def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size = 64 * 1024 * 1024
    file = source(tmp_path, "long.mp4")
    os.truncate(file.path, size)
    drain = Drain()
    async with NemoClient(URL, FixedToken(SecretStr("t")), ATTRIBUTION, transport=drain) as client:
        tracemalloc.start()
        await client.upload_files("42", [file])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert drain.received > size
    assert drain.patience == 5 * 60
    assert peak < 4 * 1024 * 1024
