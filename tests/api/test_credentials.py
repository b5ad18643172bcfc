import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from starlette.responses import Response

from mcp_nemo import errors
from mcp_nemo.api import AnonymousToken
from mcp_nemo.api.credentials import Vault
from mcp_nemo.api.models import AnonymousGrant
from tests.api.backend import ATTRIBUTION, URL, Backend, ok

PATH = "/api/auth/anonymous-token"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def granted(token: str, expires_at: str | None = "2026-03-08T12:00:00Z") -> dict[str, object]:
    return ok(token=token, user_id="anon_7", expires_at=expires_at, credits=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "nemovideo"


def put(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, mode=0o755)
    (folder / name).write_bytes(content)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


def anonymous(
    backend: Backend,
    folder: Path,
    client_id: str = "",
    url: str = URL,
    now: Callable[[], datetime] = lambda: NOON,
) -> AnonymousToken:
    return AnonymousToken(url, ATTRIBUTION, folder, client_id, transport=backend.transport, now=now)


async def test_a_token_is_asked_for_as_documented(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"))
    credentials = anonymous(backend, folder)
    assert credentials.user_id is None
    assert await credentials.token() == "nmv_usr_1"
    assert credentials.user_id == "anon_7"
    (asked,) = backend.asked
    assert asked.headers["x-client-id"] == (folder / "client_id").read_text().strip()
    assert asked.headers["x-skill-source"] == "mcp-nemo"
    assert "authorization" not in asked.headers
    assert asked.body == b""


async def test_a_token_outlives_the_process(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    assert await anonymous(backend, folder).token() == "nmv_usr_1"
    later = anonymous(backend, folder)
    assert await later.token() == "nmv_usr_1"
    assert later.user_id == "anon_7"


async def test_callers_at_the_same_moment_share_one_token(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    credentials = anonymous(backend, folder)
    tokens: set[str] = set()

    async def ask() -> None:
        tokens.add(await credentials.token())

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    assert tokens == {"nmv_usr_1"}
    assert len(backend.asked) == 1


async def test_an_expired_token_is_replaced_under_the_same_client_id(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2", "2026-03-20T12:00:00+00:00"))
    clock = [NOON]
    credentials = anonymous(backend, folder, now=lambda: clock[0])
    await credentials.token()
    clock[0] += timedelta(days=7)
    assert await credentials.token() == "nmv_usr_2"
    first, second = (asked.headers["x-client-id"] for asked in backend.asked)
    assert first == second


@pytest.mark.parametrize("expires_at", [None, "soon"])
async def test_a_date_that_cannot_be_read_ends_nothing(
    backend: Backend, folder: Path, expires_at: str | None
) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1", expires_at), granted("nmv_usr_2"))
    await anonymous(backend, folder).token()
    assert await anonymous(backend, folder).token() == "nmv_usr_1"


@pytest.mark.parametrize(("end", "expired"), [("2026-03-01T12:00:00", True), ("2026-03-01T12:00:01", False)])
def test_a_date_without_a_zone_is_utc(end: str, expired: bool) -> None:
    assert AnonymousGrant.model_validate({"token": "t", "expires_at": end}).expired(NOON) is expired


async def test_a_rejected_token_is_replaced_and_the_new_one_kept(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    credentials = anonymous(backend, folder)
    assert await credentials.renew(await credentials.token()) == "nmv_usr_2"
    assert await anonymous(backend, folder).token() == "nmv_usr_2"


async def test_a_token_renewed_by_another_caller_is_taken_over(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"), granted("nmv_usr_3"))
    here, elsewhere = anonymous(backend, folder), anonymous(backend, folder)
    rejected = await here.token()
    assert await elsewhere.renew(rejected) == "nmv_usr_2"
    assert await here.renew(rejected) == "nmv_usr_2"
    assert len(backend.asked) == 2


async def test_the_same_token_again_is_no_renewal(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"))
    credentials = anonymous(backend, folder)
    assert await credentials.renew(await credentials.token()) is None


async def test_the_vendors_client_id_is_used(backend: Backend, folder: Path) -> None:
    put(folder, "client_id", b"0b2a-vendor\n")
    backend.on("POST", PATH, granted("nmv_usr_1"))
    await anonymous(backend, folder).token()
    assert backend.asked[0].headers["x-client-id"] == "0b2a-vendor"
    assert (folder / "client_id").read_text() == "0b2a-vendor\n"


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
async def test_a_damaged_client_id_is_replaced(backend: Backend, folder: Path, content: bytes) -> None:
    put(folder, "client_id", content)
    backend.on("POST", PATH, granted("nmv_usr_1"))
    await anonymous(backend, folder).token()
    assert len(backend.asked[0].headers["x-client-id"]) == 36


def test_a_client_id_of_the_users_must_fit_a_header(backend: Backend, folder: Path) -> None:
    with pytest.raises(errors.ConfigurationError, match="NEMO_CLIENT_ID"):
        anonymous(backend, folder, client_id="a\nb")


async def test_a_token_that_cannot_be_kept_is_still_in_hand(backend: Backend, tmp_path: Path) -> None:
    (tmp_path / "nemovideo").symlink_to(tmp_path / "nowhere")
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    credentials = anonymous(backend, tmp_path / "nemovideo", client_id="mine")
    with pytest.raises(errors.NotWritable):
        await credentials.token()
    assert await credentials.token() == "nmv_usr_1"
    assert len(backend.asked) == 1


async def test_a_client_id_of_the_users_stands_stands_for_another_user(
    backend: Backend, folder: Path
) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    await anonymous(backend, folder).token()
    assert await anonymous(backend, folder, client_id="mine").token() == "nmv_usr_2"
    assert backend.asked[1].headers["x-client-id"] == "mine"


async def test_each_api_has_its_own_token(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv_usr_1"), granted("nmv_usr_2"))
    await anonymous(backend, folder).token()
    assert await anonymous(backend, folder, url="https://staging.example").token() == "nmv_usr_2"
    assert await anonymous(backend, folder).token() == "nmv_usr_1"


async def test_only_the_user_can_read_the_files(backend: Backend, folder: Path) -> None:
    put(folder, "mcp-nemo-tokens.json", b"")
    backend.on("POST", PATH, granted("nmv_usr_1"))
    await anonymous(backend, folder).token()
    assert modes(folder) == {"nemovideo": 0o700, "client_id": 0o600, "mcp-nemo-tokens.json": 0o600}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"https://api.example": "nmv_usr_0"}',
        b'{"https://api.example": {"token": []}}',
        b'{"https://api.example": {"token": "nmv\\nusr"}}',
    ],
)
async def test_a_damaged_file_is_written_anew(backend: Backend, folder: Path, content: bytes) -> None:
    put(folder, "mcp-nemo-tokens.json", content)
    backend.on("POST", PATH, granted("nmv_usr_1"))
    await anonymous(backend, folder).token()
    kept = json.loads((folder / "mcp-nemo-tokens.json").read_text())
    assert kept[URL]["token"] == "nmv_usr_1"


async def test_writers_at_the_same_moment_leave_a_whole_file(folder: Path) -> None:
    vaults = [Vault(folder, f"https://{n}.example") for n in range(8)]
    grant = AnonymousGrant.model_validate({"token": "t" * 5000})

    def write_and_read(vault: Vault) -> None:
        for _ in range(20):
            vault.keep(grant)
            json.loads((folder / "mcp-nemo-tokens.json").read_text())

    async with anyio.create_task_group() as group:
        for vault in vaults:
            group.start_soon(run_sync, write_and_read, vault)
    assert modes(folder) == {"nemovideo": 0o700, "mcp-nemo-tokens.json": 0o600}


async def test_a_folder_that_cannot_be_made_is_named(backend: Backend, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.NotWritable, match="nemovideo"):
        await anonymous(backend, tmp_path / "file" / "nemovideo").token()
    assert backend.asked == []


async def test_too_many_tokens_are_a_matter_of_waiting(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, Response(status_code=429))
    with pytest.raises(errors.RateLimited):
        await anonymous(backend, folder).token()


async def test_a_token_that_fits_no_header_is_refused_unseen(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, granted("nmv\nusr"))
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        await anonymous(backend, folder).token()
    assert "nmv" not in str(caught.value)


async def test_an_answer_without_a_token_is_refused(backend: Backend, folder: Path) -> None:
    backend.on("POST", PATH, ok(user_id="anon_7"))
    with pytest.raises(errors.UnexpectedAnswer, match="token"):
        await anonymous(backend, folder).token()
