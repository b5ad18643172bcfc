from collections.abc import AsyncIterator
from errno import EDQUOT, EIO, ENOSPC
from pathlib import Path

import httpx
import pytest

from mcp_nemo import errors
from mcp_nemo.api import NemoClient
from mcp_nemo.api.disk import writing_to
from mcp_nemo.errors import NemoError
from tests.api.backend import ATTRIBUTION, URL, Tokens

VIDEO = bytes(range(256)) * 10_000
FULL_DISK = Path("/dev/full")


class Hosts:
    """Answers by address, and remembers who came with a token."""

    def __init__(self, **answers: httpx.Response) -> None:
        self._answers = answers
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answers[request.url.path.rpartition("/")[2]]

    @property
    def bearers(self) -> list[str | None]:
        return [asked.headers.get("authorization") for asked in self.asked]

    def client(self) -> NemoClient:
        return NemoClient(URL, Tokens("t"), ATTRIBUTION, transport=httpx.MockTransport(self.answer))


class Whole(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield VIDEO[:1000]
        yield VIDEO[1000:]


async def test_a_video_is_saved_without_the_token(tmp_path: Path) -> None:
    hosts = Hosts(v=httpx.Response(200, headers={"content-length": str(len(VIDEO))}, stream=Whole()))
    told: list[tuple[int, int]] = []
    async with hosts.client() as client:
        size = await client.download(
            "https://cdn.example/v?sig=1", tmp_path / "out.mp4", lambda *now: told.append(now)
        )
    assert size == len(VIDEO)
    assert contents(tmp_path) == {"out.mp4": VIDEO}
    assert told[-1] == (len(VIDEO), len(VIDEO))
    assert len(told) > 1
    assert hosts.bearers == [None]


async def test_an_address_without_a_host_is_the_apis_own(tmp_path: Path) -> None:
    hosts = Hosts(v=httpx.Response(200, content=VIDEO))
    async with hosts.client() as client:
        await client.download("/renders/v", tmp_path / "out.mp4")
    assert str(hosts.asked[0].url) == f"{URL}/renders/v"
    assert hosts.bearers == [None]
    assert hosts.asked[0].headers["x-skill-source"] == "mcp-nemo"


async def test_by_id_the_token_goes_along_and_stays_with_its_host(tmp_path: Path) -> None:
    elsewhere = httpx.Response(302, headers={"location": "https://cdn.example/v"})
    hosts = Hosts(download=elsewhere, v=httpx.Response(200, content=VIDEO))
    async with hosts.client() as client:
        await client.download_by_id("r1", tmp_path / "out.mp4")
    assert [asked.url.path for asked in hosts.asked] == ["/api/render/proxy/r1/download", "/v"]
    assert hosts.bearers == ["Bearer t", None]
    assert contents(tmp_path) == {"out.mp4": VIDEO}


async def test_by_id_a_rejected_token_is_told(tmp_path: Path) -> None:
    async with Hosts(download=httpx.Response(401)).client() as client:
        with pytest.raises(errors.TokenRejected):
            await client.download_by_id("r1", tmp_path / "out.mp4")


class Cut(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield VIDEO
        raise httpx.RemoteProtocolError("peer closed connection")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.Response(200, stream=Cut()), errors.ConnectionBroken),
        (httpx.Response(404, text="<Error>NoSuchKey</Error>"), errors.NotFound),
        (httpx.Response(403, text="<Error>AccessDenied</Error>"), errors.NotFound),
        (httpx.Response(503), errors.ServerFault),
        (httpx.Response(200, json={"code": 1002}), errors.SessionGone),
        (httpx.Response(200, json={"code": 0, "data": {}}), errors.UnexpectedAnswer),
        (httpx.Response(302, headers={"location": "https://cdn.example/v"}), errors.UnexpectedAnswer),
    ],
)
async def test_what_is_not_the_whole_video_is_never_saved(
    tmp_path: Path, answer: httpx.Response, failure: type[NemoError]
) -> None:
    (tmp_path / "out.mp4").write_bytes(b"an older export")
    async with Hosts(v=answer).client() as client:
        with pytest.raises(failure):
            await client.download("https://cdn.example/v", tmp_path / "out.mp4")
    assert contents(tmp_path) == {"out.mp4": b"an older export"}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://cdn.example/v", "https://cdn.example:port/v"])
async def test_only_the_web_is_fetched_from(tmp_path: Path, url: str) -> None:
    hosts = Hosts()
    async with hosts.client() as client:
        with pytest.raises(errors.UnexpectedAnswer):
            await client.download(url, tmp_path / "out.mp4")
    assert hosts.asked == []


@pytest.mark.skipif(not FULL_DISK.exists(), reason="a disk that is always full is a thing of Linux")
async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out.mp4.part").symlink_to(FULL_DISK)
    async with Hosts(v=httpx.Response(200, content=VIDEO)).client() as client:
        with pytest.raises(errors.DiskFull):
            await client.download("https://cdn.example/v", tmp_path / "out.mp4")
    assert contents(tmp_path) == {}


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with Hosts(v=httpx.Response(200, content=VIDEO)).client() as client:
        with pytest.raises(errors.NotWritable, match="gone"):
            await client.download("https://cdn.example/v", tmp_path / "gone" / "out.mp4")


@pytest.mark.parametrize(
    ("number", "failure"),
    [(ENOSPC, errors.DiskFull), (EDQUOT, errors.DiskFull), (EIO, errors.NotWritable)],
)
def test_no_room_is_told_from_other_trouble(number: int, failure: type[NemoError]) -> None:
    with pytest.raises(failure), writing_to(Path("/videos")):
        raise OSError(number, "trouble")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
