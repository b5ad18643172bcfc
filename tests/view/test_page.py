"""The page of the timeline view as the server hands it out, without a browser."""

import re

import pytest
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.server.mcpserver.resources import TextResource

from mcp_nemo.server.apps import TIMELINE_URI, timeline_app
from mcp_nemo.server.view import TIMELINE_HTML
from tests.conftest import Connect, Mode


async def test_tools_name_a_page_that_can_be_read(connect: Connect, mode: Mode) -> None:
    async with connect(mode) as client:
        tools = (await client.list_tools()).tools
        named = {tool.name: tool.meta["ui"]["resourceUri"] for tool in tools if tool.meta}
        [page] = (await client.read_resource(TIMELINE_URI)).contents
    assert named == dict.fromkeys(("get_timeline", "send_edit", "export_video"), TIMELINE_URI)
    assert page.mime_type == APP_MIME_TYPE
    assert page.model_dump()["text"] == TIMELINE_HTML


async def test_the_server_says_that_it_has_apps(connect: Connect) -> None:
    async with connect() as client:
        assert EXTENSION_ID in (client.server_capabilities.extensions or {})


def test_the_page_needs_nothing_besides_itself() -> None:
    assert len(TIMELINE_HTML.encode()) < 60_000
    assert not re.search(r"https?://|@import|<link|\bsrc=|\bfetch\(|\bimport\b", TIMELINE_HTML)


def test_text_of_others_never_becomes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", TIMELINE_HTML)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_server_that_only_looks_has_a_view_that_only_looks(read_only: bool) -> None:
    [page] = timeline_app(read_only=read_only).resources()
    assert isinstance(page.resource, TextResource)
    assert ('<html lang="en" data-read-only>' in page.resource.text) == read_only
