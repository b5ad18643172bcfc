"""An export outlives what befalls it: its render goes on, and its file is fetched whole or not at all."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mcp import Client

from mcp_nemo.server.app import build_server
from mcp_nemo.settings import Settings
from mcp_nemo.studio import open_studio
from tests.assistant import Answered, call
from tests.clock import HastyClock
from tests.conftest import Connect
from tests.faults import Fault, Faults, answers, cuts_after, drops
from tests.media import make_image, make_video, numbered, read_frames

START = ("POST", "/api/render/proxy/lambda")
POLL = ("GET", "/api/render/proxy/lambda")
BY_ID = ("GET", "/api/render/proxy/render_")
FILE = ("GET", "/renders/")


@pytest.fixture
async def client(faulty_settings: Settings, tmp_path: Path) -> AsyncIterator[Client]:
    """An assistant with a project of one second."""
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with open_studio(faulty_settings, HastyClock()) as studio, Client(build_server(studio)) as client:
        await call(client, "create_session", title="film")
        await call(client, "upload_media", sources=[str(clip)])
        yield client


async def _assert_exported(client: Client, tmp_path: Path, **arguments: object) -> None:
    exported = await call(client, "export_video", quality="draft", **arguments)
    assert exported.facts.get("status") == "completed", exported.text
    assert len(read_frames(Path(exported.facts["path"]))) == 30
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["film.mp4", "film.receipt.json"]


def _ids(faults: Faults) -> set[str]:
    """The ids of the renders that were asked after."""
    polls = [asked.path for asked in faults.asked if asked.method == "GET" and asked.path.startswith(POLL[1])]
    return {path.rpartition("/")[2] for path in polls}


async def test_a_start_whose_answer_is_lost_is_not_repeated(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*START, cuts_after(0))
    await _assert_exported(client, tmp_path)
    assert faults.count(*START) == 1


async def test_a_start_that_never_arrived_is_repeated_under_its_id(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*START, drops)
    await _assert_exported(client, tmp_path)
    assert faults.count(*START) == 2
    assert len(_ids(faults)) == 1


@pytest.mark.parametrize("trouble", [drops, answers(503), answers(429), answers(408), cuts_after(3)])
async def test_polling_goes_on_through_trouble(
    client: Client, faults: Faults, tmp_path: Path, trouble: Fault
) -> None:
    faults.on(*POLL, trouble, trouble, trouble)
    await _assert_exported(client, tmp_path)
    assert faults.count(*START) == 1


async def test_trouble_without_end_leaves_the_render_to_be_asked_for_again(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*POLL, *[answers(503)] * 60)
    failed = await call(client, "export_video", quality="draft")
    assert failed.code == "server_error"
    faults.clear()
    await _assert_exported(client, tmp_path, render_id=failed.facts["render_id"])
    assert faults.count(*START) == 1


async def test_a_refusal_while_polling_is_final(client: Client, faults: Faults) -> None:
    faults.on(*POLL, answers(403))
    failed = await call(client, "export_video", quality="draft")
    assert failed.code == "forbidden"


async def test_a_failed_render_is_tried_once_more_under_a_new_id(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*POLL, answers(200, {"status": "failed", "error": "out of memory"}))
    await _assert_exported(client, tmp_path)
    assert faults.count(*START) == 2
    assert len(_ids(faults)) == 2


async def test_a_render_that_fails_twice_says_why(client: Client, faults: Faults, tmp_path: Path) -> None:
    failure = answers(200, {"success": False, "error": "out of memory"})
    faults.on(*POLL, failure, failure)
    failed = await call(client, "export_video", quality="draft")
    assert failed.code == "render_failed"
    assert "out of memory" in failed.text
    assert faults.count(*START) == 2
    await _assert_exported(client, tmp_path)


async def test_a_file_cut_off_is_gone_on_with(client: Client, faults: Faults, tmp_path: Path) -> None:
    faults.on(*FILE, cuts_after(2000), cuts_after(1000))
    await _assert_exported(client, tmp_path)
    ranges = [asked.headers.get("range") for asked in faults.asked if asked.path.startswith(FILE[1])]
    assert ranges == [None, "bytes=2000-", "bytes=3000-"]


async def test_an_address_that_ran_out_has_a_way_round(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*FILE, answers(403, b"<Error>AccessDenied</Error>", "application/xml"))
    await _assert_exported(client, tmp_path)
    fetched = {
        asked.path.startswith(FILE[1]): "authorization" in asked.headers for asked in faults.asked[-2:]
    }
    assert fetched == {True: False, False: True}


async def test_a_file_that_no_player_opens_is_not_given_to_the_user(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*FILE, answers(200, b"\0" * 5000, "video/mp4"))
    failed = await call(client, "export_video", quality="draft")
    assert failed.code == "render_failed"
    assert "cannot be opened" in failed.text
    assert list((tmp_path / "out").iterdir()) == []


async def test_a_file_that_could_not_be_fetched_is_fetched_by_the_next_call(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    faults.on(*FILE, drops)
    faults.on(*BY_ID, drops)
    failed = await call(client, "export_video", quality="draft")
    assert failed.code == "connection_broken"
    await _assert_exported(client, tmp_path)
    assert faults.count(*START) == 1


async def _export(client: Client, quality: str = "draft", save_as: str = "") -> Answered:
    exported = await call(client, "export_video", quality=quality, save_as=save_as)
    assert exported.facts.get("status") == "completed", exported.text
    return exported


async def test_what_was_exported_before_is_given_back(client: Client, faults: Faults) -> None:
    high, draft = await _export(client, "high"), await _export(client, "draft")
    for first, quality in ((high, "high"), (draft, "draft")):
        again = await _export(client, quality)
        assert again.facts["path"] == first.facts["path"]
        assert again.facts["made_before"]
        assert "Nothing has changed" in again.text
    assert "made_before" not in high.facts
    assert faults.count(*START) == 2


async def test_another_name_costs_no_other_render(client: Client, faults: Faults, tmp_path: Path) -> None:
    first = await _export(client)
    named = await _export(client, save_as="mine.mp4")
    assert named.facts["path"] == str(tmp_path / "out" / "mine.mp4")
    assert Path(named.facts["path"]).read_bytes() == Path(first.facts["path"]).read_bytes()
    assert faults.count(*START) == 1


async def test_a_film_that_was_changed_is_fetched_anew(
    client: Client, faults: Faults, tmp_path: Path
) -> None:
    film = Path((await _export(client)).facts["path"])
    film.write_bytes(b"cut by somebody")
    fetched = Path((await _export(client)).facts["path"])
    assert fetched == tmp_path / "out" / "film-2.mp4"
    assert len(read_frames(fetched)) == 30
    assert film.read_bytes() == b"cut by somebody"
    assert faults.count(*START) == 1


async def test_a_film_that_is_nowhere_any_more_is_rendered_anew(client: Client, faults: Faults) -> None:
    film = Path((await _export(client)).facts["path"])
    film.unlink()
    faults.on(*FILE, answers(404))
    faults.on(*BY_ID, answers(404))
    lost = await call(client, "export_video", quality="draft")
    assert lost.code == "not_found"
    assert (await _export(client)).facts["path"] == str(film)
    assert faults.count(*START) == 2


async def test_without_the_encoder_that_was_asked_for_the_film_is_made_all_the_same(
    connect: Connect, tmp_path: Path
) -> None:
    missing = "vaapi" if sys.platform == "darwin" else "videotoolbox"
    clip = make_video(tmp_path / "clip.mp4", seconds=1)
    async with connect(backend="local", api_url="", encoder=missing) as client:
        await call(client, "create_session", title="film")
        await call(client, "upload_media", sources=[str(clip)])
        exported = await call(client, "export_video", quality="draft")
    assert len(read_frames(Path(exported.facts["path"]))) == 30
    told = f"The encoder {missing} does not work on this machine: libx264 encoded the pictures."
    assert exported.facts["warnings"][0] == told
    assert told in exported.text


@pytest.mark.parametrize("quality", ["draft", "high"])
async def test_a_film_that_stands_still_is_told_where_that_is_sure(
    connect: Connect, tmp_path: Path, quality: str
) -> None:
    """Not of the photo after it, nor of a draft, in which what moves a little may stand still."""
    clip = make_video(tmp_path / "clip.mp4", seconds=3, pictures=lambda _: numbered(7, (320, 180)))
    photo = make_image(tmp_path / "photo.png")
    async with connect(backend="local", api_url="") as client:
        await call(client, "create_session", title="film")
        await call(client, "upload_media", sources=[str(clip), str(photo)])
        exported = await call(client, "export_video", quality=quality)
    assert exported.facts["duration_ms"] > 5000
    frozen = [note.partition("-")[2] for note in exported.facts["notes"] if note.startswith("frozen")]
    assert frozen == (["3s"] if quality == "high" else [])
