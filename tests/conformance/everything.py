"""Our server with what the conformance suite calls beside it: a bit of everything in the protocol.

Names and answers are the suite's; docstrings are sent, as every tool and prompt must have a description.
"""

import io
import wave
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

import anyio
import mcp_types as t
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from PIL import Image
from pydantic import Field

from mcp_nemo.server.app import NemoServer, build_server
from mcp_nemo.server.http import transport_security
from mcp_nemo.server.lowlevel import RequestContext, answer, usual_answer
from mcp_nemo.settings import HttpSettings, Settings
from mcp_nemo.studio import open_studio
from tests.conformance.questions import add_questions
from tests.server.serving import listening
from tests.server.slow_tools import SLOW_TOOLS, SlowWork, add_slow_tools

AnyContext = Context[Any, Any]
PNG: Final = "image/png"
_ARGUMENT: Final = Field(description="Comes back in the answer.")


@asynccontextmanager
async def serving_everything(settings: Settings) -> AsyncIterator[str]:
    """The address it is served at."""
    async with open_studio(settings) as studio, anyio.create_task_group() as background:
        work = SlowWork(background)
        server = build_server(studio, dict.fromkeys(SLOW_TOOLS, work))
        add_slow_tools(server, work)
        _add_tools(server)
        _add_resources(server)
        _add_prompts(server)
        add_questions(server)
        app = server.streamable_http_app(transport_security=transport_security(HttpSettings()))
        async with listening(app) as address:
            yield f"{address}/mcp"
        background.cancel_scope.cancel()


def _add_tools(server: NemoServer) -> None:
    for tool in (
        test_simple_text,
        test_image_content,
        test_audio_content,
        test_embedded_resource,
        test_multiple_content_types,
        test_error_handling,
        test_tool_with_progress,
        test_tool_with_logging,
        test_logging_tool,
        test_trigger_tool_change,
        test_trigger_prompt_change,
        test_custom_header,
    ):
        server.add_tool(tool)
    _publish_as_written(server, _WITH_HEADER, _WITH_SCHEMA_2020_12)
    # Older clients set the level of what `test_tool_with_logging` says; the product logs to stderr alone.
    answer(server, "logging/setLevel", t.SetLevelRequestParams, _set_level)


def _add_resources(server: NemoServer) -> None:
    server.resource("test://static-text", mime_type="text/plain")(static_text)
    server.resource("test://static-binary", mime_type=PNG)(static_binary)
    server.resource("test://template/{id}/data", mime_type="application/json")(template)


def _add_prompts(server: NemoServer) -> None:
    for prompt in (
        test_simple_prompt,
        test_prompt_with_arguments,
        test_prompt_with_embedded_resource,
        test_prompt_with_image,
    ):
        server.prompt()(prompt)


async def test_simple_text() -> t.CallToolResult:
    """Say something."""
    return _answer(_text("This is a simple text response for testing."))


async def test_image_content() -> t.CallToolResult:
    """Show a picture."""
    return _answer(_picture())


async def test_audio_content() -> t.CallToolResult:
    """Play a sound."""
    return _answer(t.AudioContent(type="audio", data=_wav(), mime_type="audio/wav"))


async def test_embedded_resource() -> t.CallToolResult:
    """Bring a resource along."""
    return _answer(_resource("test://embedded-resource", "This is an embedded resource content."))


async def test_multiple_content_types() -> t.CallToolResult:
    """Say, show and bring something along."""
    data = _resource("test://mixed-content-resource", '{"test":"data","value":123}', "application/json")
    return _answer(_text("Multiple content types test:"), _picture(), data)


async def test_error_handling() -> t.CallToolResult:
    """Fail."""
    raise ToolError("This tool intentionally returns an error for testing")


async def test_tool_with_progress(ctx: AnyContext) -> t.CallToolResult:
    """Tell how far it is."""
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100)
    return _answer(_text("Done."))


async def test_tool_with_logging(ctx: AnyContext) -> t.CallToolResult:
    """Log three things."""
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(line)
    return _answer(_text("Logged."))


async def test_logging_tool(ctx: AnyContext) -> t.CallToolResult:
    """Log one thing, for who asked for a log."""
    await ctx.info("Only for who asked")
    return _answer(_text("Logged."))


async def test_trigger_tool_change(ctx: AnyContext) -> t.CallToolResult:
    """Say that the tools changed."""
    await ctx.notify_tools_changed()
    return _answer(_text("Told."))


async def test_trigger_prompt_change(ctx: AnyContext) -> t.CallToolResult:
    """Say that the prompts changed."""
    await ctx.notify_prompts_changed()
    return _answer(_text("Told."))


async def test_custom_header(
    region: Annotated[
        str,
        Field(
            description="Also in the header Mcp-Param-Region.", json_schema_extra={"x-mcp-header": "Region"}
        ),
    ],
) -> t.CallToolResult:
    """Take an argument that proxies can route by."""
    return _answer(_text(region))


async def static_text() -> str:
    return "This is the content of the static text resource."


async def static_binary() -> bytes:
    return _png()


async def template(id: str) -> str:
    return f'{{"id":"{id}","templateTest":true,"data":"Data for ID: {id}"}}'


def test_simple_prompt() -> str:
    """Say something."""
    return "This is a simple prompt for testing."


def test_prompt_with_arguments(arg1: Annotated[str, _ARGUMENT], arg2: Annotated[str, _ARGUMENT]) -> str:
    """Say what is given."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


def test_prompt_with_embedded_resource(resourceUri: Annotated[str, _ARGUMENT]) -> list[UserMessage]:
    """Bring a resource along."""
    return [
        UserMessage(_resource(resourceUri, "Embedded resource content for testing.")),
        UserMessage(_text("Please process the embedded resource above.")),
    ]


def test_prompt_with_image() -> list[UserMessage]:
    """Show a picture."""
    return [
        UserMessage(_picture()),
        UserMessage(_text("Please analyze the image above.")),
    ]


async def _set_level(_: RequestContext, __: t.SetLevelRequestParams) -> t.EmptyResult:
    return t.EmptyResult()


def _publish_as_written(server: NemoServer, *written: t.Tool) -> None:
    """List these tools with all they say: of our own, schemas keep only what strict clients take."""
    usual = usual_answer(server, "tools/list")

    async def listed(ctx: RequestContext, params: t.PaginatedRequestParams) -> t.ListToolsResult:
        result = await usual(ctx, params)
        assert isinstance(result, t.ListToolsResult)
        tools = {tool.name: tool for tool in [*result.tools, *written]}
        return t.ListToolsResult(tools=list(tools.values()))

    answer(server, "tools/list", t.PaginatedRequestParams, listed)


_WITH_HEADER: Final = t.Tool(
    name="test_custom_header",
    description="Take an argument that proxies can route by.",
    input_schema={
        "type": "object",
        "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
        "required": ["region"],
    },
)
_WITH_SCHEMA_2020_12: Final = t.Tool(
    name="json_schema_2020_12_tool",
    description="Tool with JSON Schema 2020-12 features",
    input_schema={
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    },
)


def _answer(*content: t.ContentBlock) -> t.CallToolResult:
    return t.CallToolResult(content=list(content))


def _text(text: str) -> t.TextContent:
    return t.TextContent(type="text", text=text)


def _picture() -> t.ImageContent:
    return t.ImageContent(type="image", data=b64encode(_png()).decode(), mime_type=PNG)


def _resource(uri: str, text: str, mime_type: str = "text/plain") -> t.EmbeddedResource:
    contents = t.TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return t.EmbeddedResource(type="resource", resource=contents)


def _png() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (1, 1), "red").save(picture, "PNG")
    return picture.getvalue()


def _wav() -> str:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16))
    return b64encode(sound.getvalue()).decode()
