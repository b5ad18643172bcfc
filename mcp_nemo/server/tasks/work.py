"""The three tools whose work may take minutes, as tasks."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import mcp_types as t

from mcp_nemo.errors import NemoError
from mcp_nemo.server import answers
from mcp_nemo.server.tasks.book import Handle
from mcp_nemo.server.tasks.extension import LongWork
from mcp_nemo.studio import Studio

R = TypeVar("R")


def long_work(studio: Studio) -> dict[str, LongWork]:
    """By the name of the tool that begins it."""
    return {
        "upload_media": Uploading(studio),
        "send_edit": Editing(studio),
        "export_video": Exporting(studio),
    }


class _StudioWork(LongWork):
    def __init__(self, studio: Studio) -> None:
        self._studio = studio


class Uploading(_StudioWork):
    def handle(self, answer: t.CallToolResult) -> Handle | None:
        facts = answer.structured_content or {}
        if facts.get("status") != "working":
            return None
        return {"session_id": facts["session_id"], "upload_id": facts["upload_id"]}

    async def look(self, handle: Handle) -> t.CallToolResult:
        following = self._studio.follow_upload(handle["upload_id"], handle["session_id"])
        return await _answer(following, answers.upload)

    async def stop(self, handle: Handle) -> str:
        await self._studio.stop_upload(handle["upload_id"], handle["session_id"])
        return "The upload was stopped; what had arrived stays."


class Editing(_StudioWork):
    """There is one edit at a time in a session, so the session and the instruction name it."""

    def handle(self, answer: t.CallToolResult) -> Handle | None:
        facts = answer.structured_content or {}
        # An instruction that has to wait for the running edit is to be said again by the assistant.
        if facts.get("status") != "working" or facts.get("not_sent"):
            return None
        return {"session_id": facts["session_id"], "instruction": facts["instruction"]}

    async def look(self, handle: Handle) -> t.CallToolResult:
        following = self._studio.follow_edit(handle["instruction"], handle["session_id"])
        return await _answer(following, answers.edit)

    async def stop(self, handle: Handle) -> str:
        # It was sent, and there is no taking back.
        return "The edit cannot be stopped and may still be applied: look at get_timeline."


class Exporting(_StudioWork):
    def handle(self, answer: t.CallToolResult) -> Handle | None:
        facts = answer.structured_content or {}
        return {"render_id": facts["render_id"]} if facts.get("status") == "rendering" else None

    async def look(self, handle: Handle) -> t.CallToolResult:
        return await _answer(self._studio.follow_export(handle["render_id"]), answers.export)

    async def stop(self, handle: Handle) -> str:
        if await self._studio.stop_export(handle["render_id"]):
            return "The export was stopped."
        return "The export was not stopped: call export_video with its render_id for the file."


async def _answer(report: Awaitable[R], worded: Callable[[R], t.CallToolResult]) -> t.CallToolResult:
    try:
        return worded(await report)
    except NemoError as error:
        return answers.problem(error)
