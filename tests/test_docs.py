"""The README says what there is: every tool, command, option, variable and resource."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mcp_nemo.cli import main
from mcp_nemo.settings import Settings
from tests.conftest import Connect

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


async def test_every_tool_and_resource_is_in_the_readme(connect: Connect) -> None:
    async with connect() as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        uris = [str(resource.uri) for resource in (await client.list_resources()).resources]
        templates = (await client.list_resource_templates()).resource_templates
    for name in [*tools, *uris, *(template.uri_template for template in templates)]:
        assert f"`{name}`" in README


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_variable_is_in_the_readme_and_has_an_option(field: str) -> None:
    assert f"`NEMO_{field.upper()}`" in README
    options = {option.name for option in main.params}
    # A token on a command line would be for everyone to see.
    assert (field in options) == (field != "token")


@pytest.mark.parametrize("command", main.commands)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`mcp-nemo {command}" in README


@pytest.mark.parametrize("shown", re.findall(r"uv run (mcp-nemo [^\n`]*)", README))
def test_every_command_shown_is_understood(shown: str) -> None:
    """Parsed as the README gives it, without running it."""
    words = shown.split()[1:]
    if not words:
        return
    context = main.make_context("mcp-nemo", [words[0]], resilient_parsing=True)
    command = main.get_command(context, words[0])
    assert command, shown
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_a_wrong_value_is_named() -> None:
    result = CliRunner().invoke(main, ["serve"], env={"NEMO_WAIT_SECONDS": "soon"})
    assert result.exit_code == click.UsageError.exit_code
    assert "NEMO_WAIT_SECONDS" in result.output


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
