"""The command `mcp-nemo`. Everything heavy is imported by the command that needs it."""

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from mcp_nemo import __version__
from mcp_nemo.errors import ConfigurationError
from mcp_nemo.settings import HttpSettings, Settings

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S", bound=BaseSettings)

# There is no flag for NEMO_TOKEN: command lines are for everyone to see.
_SETTINGS = (
    click.option("--backend", type=click.Choice(["auto", "cloud", "local"]), help="Where new sessions live."),
    click.option("--api-url", metavar="URL", help="Address of the NemoVideo API, or of an engine."),
    click.option("--web-url", metavar="URL", help="Address of the NemoVideo website."),
    click.option("--client-id", metavar="ID", help="Client id for the anonymous token."),
    click.option("--home", type=click.Path(path_type=Path), help="Folder for the journal and the engine."),
    click.option("--media-dirs", metavar="DIRS", help="Folders that uploads may be read from."),
    click.option("--music-dirs", metavar="DIRS", help="Folders of your music, to be chosen from."),
    click.option("--soundfont", metavar="FILE", help="SoundFont that plays the music, or `none`."),
    click.option(
        "--encoder",
        type=click.Choice(["x264", "auto", "nvenc", "videotoolbox", "qsv", "amf", "vaapi"]),
        help="What encodes pictures; `auto` takes the machine's hardware where it works.",
    ),
    click.option("--output-dir", type=click.Path(path_type=Path), help="Folder for exported videos."),
    click.option("--wait-seconds", type=float, help="How long a tool call may take before it answers."),
    click.option("--read-only", is_flag=True, default=None, help="Offer only the tools that change nothing."),
    click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), help="For stderr."),
    click.option("--skill-source", metavar="NAME", help="Attribution sent to the cloud."),
    click.option("--skill-platform", metavar="NAME", help="Attribution sent to the cloud."),
)

# Tokens stand in a file, for the same reason.
_HTTP = (
    click.option("--host", "http_host", metavar="HOST", help="Address to serve at; 127.0.0.1 by itself."),
    click.option("--port", "http_port", type=int, help="Port to serve at; 8000 by itself, 0 for any."),
    click.option("--http-url", metavar="URL", help="Address that clients use, such as that of your proxy."),
    click.option("--http-allowed-hosts", metavar="NAMES", help="More names this server is reached by."),
    click.option("--http-allowed-origins", metavar="URLS", help="Web pages that may call this server."),
    click.option("--http-tokens", type=click.Path(path_type=Path), help="File with lines `name token`."),
    click.option("--http-issuer", metavar="URL", help="Authorization server whose tokens are taken."),
    click.option("--http-jwks-url", metavar="URL", help="Where its keys are, if its metadata does not say."),
    click.option("--http-scopes", metavar="NAMES", help="Scopes that a token must have."),
    click.option("--http-stateless", is_flag=True, default=None, help="Keep no sessions of older clients."),
    click.option(
        "--http-unprotected",
        is_flag=True,
        default=None,
        help="Let everyone in who reaches the address, all as one user: only behind a proxy with a login.",
    ),
)


def _with(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _settings(options: dict[str, Any]) -> Settings:
    settings = _read(Settings, "NEMO_", options)
    # Before the SDK does: it would choose a handler of its own.
    logging.basicConfig(
        stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s"
    )
    # At lower levels they tell addresses and headers, which no log of ours should hold.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    return settings


def _read(kind: type[S], prefix: str, options: dict[str, Any]) -> S:
    """Flags over the environment; what is wrong is said and ends the command."""
    try:
        return kind(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        problems = [f"{prefix}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise click.UsageError("\n".join(problems)) from error


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="mcp-nemo")
@_with(_SETTINGS)
@click.pass_context
def main(context: click.Context, /, **options: Any) -> None:
    """Edit video by talking: an MCP server.

    Without a command it serves one assistant over standard input and output.
    Each option is also an environment variable: --output-dir is NEMO_OUTPUT_DIR. A token for the cloud
    is given only as NEMO_TOKEN.
    """
    context.obj = options
    if context.invoked_subcommand is None:
        _serve_stdio(options)


@main.command()
@click.option("--transport", type=click.Choice(["stdio", "http"]), default="stdio", show_default=True)
@_with(_HTTP)
@_with(_SETTINGS)
@click.pass_obj
def serve(group: dict[str, Any], /, transport: str, **options: Any) -> None:
    """Serve one assistant over stdio, or many over Streamable HTTP at /mcp.

    The options after --transport up to --http-unprotected are for HTTP; as variables they are
    NEMO_HTTP_HOST, NEMO_HTTP_PORT, NEMO_HTTP_URL and so on.
    """
    prefix = "http_"
    http = {name.removeprefix(prefix): options.pop(name) for name in list(options) if name.startswith(prefix)}
    options = _merged(group, options)
    if transport == "stdio":
        _serve_stdio(options)
    else:
        _serve_http(options, http)


@main.command()
@click.argument("video", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--instruction", help="What to change, instead of music and a title.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to put the MP4.")
@click.pass_obj
def demo(group: dict[str, Any], /, video: Path | None, instruction: str | None, output: Path | None) -> None:
    """Edit VIDEO, or a sample clip made on the spot, and export it: no account, no network."""
    from mcp_nemo.demo import run_demo

    sys.exit(run_demo(_settings(group), video, instruction, output))


@main.command()
@click.option("--cloud", is_flag=True, help="Look at the live service too; nothing there is changed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for machines.")
@_with(_SETTINGS)
@click.pass_obj
def doctor(group: dict[str, Any], /, cloud: bool, as_json: bool, **options: Any) -> None:
    """Check the configuration, folders and engine; exit with 1 when something would stop you."""
    settings = _settings(_merged(group, options))
    from mcp_nemo.doctor import run_doctor

    sys.exit(run_doctor(settings, cloud=cloud, as_json=as_json))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8787, show_default=True)
@_with(_SETTINGS)
@click.pass_obj
def engine(group: dict[str, Any], /, host: str, port: int, **options: Any) -> None:
    """Run the engine alone: the NemoVideo API on this machine, for NEMO_API_URL."""
    settings = _settings(_merged(group, options))
    from mcp_nemo.engine.serve import serve as serve_engine

    serve_engine(
        settings.home / "engine",
        host,
        port,
        lambda url: click.echo(f"The engine is at {url}", err=True),
        music_dirs=settings.music_dirs,
        soundfont=settings.soundfont,
        encoder=settings.encoder,
    )


def _serve_stdio(options: dict[str, Any]) -> None:
    settings = _settings(options)
    from mcp_nemo.server.stdio import serve_stdio

    serve_stdio(settings)


def _serve_http(options: dict[str, Any], http: dict[str, Any]) -> None:
    settings = _settings(options)
    from mcp_nemo.server.http import serve_http

    try:
        serve_http(settings, _read(HttpSettings, "NEMO_HTTP_", http))
    except ConfigurationError as error:
        raise click.ClickException(f"{error.message}\n{error.hint}") from error


def _merged(group: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Options stand before the command or after it; after it wins."""
    return {name: group.get(name) if value is None else value for name, value in options.items()}
