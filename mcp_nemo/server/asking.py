"""What the user is asked before it is done: little, and once.

Files of this machine go to a cloud only after their user has agreed: by an answer where the client can
ask, through the assistant with `confirm` where it cannot. What was agreed to holds from then on.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mcp_types as t
from anyio.to_thread import run_sync
from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult
from pydantic import BaseModel, Field

from mcp_nemo.server.answers import UploadAnswer
from mcp_nemo.server.principals import principal
from mcp_nemo.studio import Studio
from mcp_nemo.studio.uploads import is_url


class Sending(BaseModel):
    send: bool = Field(default=True, description="Send the files to the cloud.")


class Unasked(Sending):
    """Nobody could be asked."""

    send: bool = False


Consent = ElicitationResult[Sending]


async def may_send(
    ctx: Context[Any, Any], sources: list[str], session_id: str, confirm: bool
) -> Sending | Elicit[Sending]:
    """For `Resolve`: whether files may leave this machine, asked where nobody has said so."""
    studio: Studio = ctx.request_context.lifespan_context
    address = await _new_address(studio, session_id, sources)
    if not address or confirm:
        return Sending()
    return Elicit(_question(address, sources), Sending) if _can_ask(ctx) else Unasked()


async def refusal(
    consent: Consent, studio: Studio, session_id: str, sources: Sequence[str]
) -> t.CallToolResult | None:
    """What to answer where the files may not be sent; that they may is kept."""
    address = await _new_address(studio, session_id, sources)
    if not address:
        return None
    match consent:
        case AcceptedElicitation(data=Unasked()):
            return await _not_sent(studio, session_id, _warning(address), _CONFIRM)
        case AcceptedElicitation(data=Sending(send=True)):
            await run_sync(_keep, _record(studio, address), address)
            return None
        case _:
            return await _not_sent(studio, session_id, _DECLINED, _INSTEAD)


_DECLINED = "The user declined: nothing was sent."
_INSTEAD = "ask the user what to do instead; with NEMO_BACKEND=local nothing leaves this machine."
_CONFIRM = "ask the user, then call upload_media again with confirm=true; it holds for later uploads too."


async def _new_address(studio: Studio, session_id: str, sources: Sequence[str]) -> str:
    """The cloud that files of this machine would go to for the first time; empty where there is none."""
    entry = next((s for s in await studio.sessions() if session_id in ("", s.id)), None)
    if entry is None or entry.backend == "local" or all(map(is_url, sources)) or _is_here(entry.api_url):
        return ""
    return "" if await run_sync(_record(studio, entry.api_url).exists) else entry.api_url


def _is_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _record(studio: Studio, address: str) -> Path:
    """Where it is kept that a caller agreed to an address; servers with one home share it."""
    name = sha256(f"{principal()}\n{address}".encode()).hexdigest()[:32]
    return studio.settings.home / "consents" / name


def _keep(record: Path, address: str) -> None:
    record.parent.mkdir(exist_ok=True, mode=0o700)
    record.write_text(f"{address}\n")


def _can_ask(ctx: Context[Any, Any]) -> bool:
    capabilities = ctx.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    # A client that speaks neither of forms nor of addresses to open knows forms.
    return asking is not None and (asking.form is not None or asking.url is None)


def _question(address: str, sources: Sequence[str]) -> str:
    count = sum(not is_url(source) for source in sources)
    files = "1 file" if count == 1 else f"{count} files"
    host = urlsplit(address).hostname
    return f"Send {files} from this machine to {host}? Later uploads go there without a question."


def _warning(address: str) -> str:
    return f"Nothing was sent yet: the files would leave this machine for {urlsplit(address).hostname}."


async def _not_sent(studio: Studio, session_id: str, summary: str, following: str) -> t.CallToolResult:
    entry = next(s for s in await studio.sessions() if session_id in ("", s.id))
    facts = UploadAnswer(
        session_id=entry.id,
        backend=entry.backend,
        status="not_sent",
        files=[],
        summary=summary,
        next=following,
    )
    return t.CallToolResult(
        content=[t.TextContent(type="text", text=f"{summary}\n\nNext: {following}")],
        structured_content=facts.model_dump(mode="json", exclude_none=True),
    )
