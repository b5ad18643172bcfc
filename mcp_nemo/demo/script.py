"""The demo: a real client, a real server in a process of its own, six tools, one MP4."""

import sys
import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import click
import mcp_types as t
from mcp import Client, StdioServerParameters

from mcp_nemo.demo import sample
from mcp_nemo.settings import Settings

MUSIC = "Add background music that matches the mood of my video and fade it out at the end"
TITLE = 'Add a title "Made by talking" for the first 3 seconds'


def run_demo(settings: Settings, video: Path | None, instruction: str | None, output: Path | None) -> int:
    """Returns the exit code: 0 when there is an MP4."""
    with tempfile.TemporaryDirectory(prefix="mcp-nemo-demo-") as folder:
        scene = _Scene(settings, Path(folder))
        video = video.resolve() if video else scene.make_sample()
        target = (output or settings.output_dir / f"{video.stem}-edited.mp4").expanduser().absolute()
        try:
            path = anyio.run(scene.play, video, [instruction] if instruction else [MUSIC, TITLE], target)
        except _Refused:
            return 1
    click.secho("\nYour video:", bold=True)
    click.echo(path)
    return 0


class _Refused(Exception):
    """A tool answered with an error, which has been shown."""


class _Scene:
    """One run of the demo; sessions and media live in a folder that goes away with it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder

    async def play(self, video: Path, instructions: list[str], target: Path) -> str:
        async with Client(self._server(video, target)) as client:
            self._client = client
            await self._call("create_session", title=video.stem)
            await self._call("upload_media", sources=[str(video)])
            for instruction in instructions:
                await self._call_to_the_end("send_edit", "working", instruction=instruction)
            await self._call("get_timeline")
            await self._call("check_credits")
            export = await self._call_to_the_end("export_video", "rendering", save_as=str(target))
        return str(export["path"])

    def make_sample(self) -> Path:
        path = self._folder / "sample.mp4"
        with _Bar("making a sample clip") as bar:
            sample.make_sample(path, lambda done: bar.show(done, ""))
        return path

    def _server(self, video: Path, target: Path) -> StdioServerParameters:
        environment = {
            "NEMO_BACKEND": "local",
            "NEMO_HOME": str(self._folder / "home"),
            "NEMO_MEDIA_DIRS": str(video.parent),
            "NEMO_OUTPUT_DIR": str(target.parent),
            "NEMO_LOG_LEVEL": self._settings.log_level,
        }
        return StdioServerParameters(command=sys.executable, args=["-m", "mcp_nemo"], env=environment)

    async def _call_to_the_end(self, tool: str, under_way: str, **arguments: Any) -> Mapping[str, Any]:
        """Call, and as long as the answer says that it goes on, call as the answer says."""
        answer = await self._call(tool, **arguments)
        while answer["status"] == under_way:
            again = {"render_id": answer["render_id"]} if "render_id" in answer else {}
            answer = await self._call(tool, **again)
        return answer

    async def _call(self, tool: str, **arguments: Any) -> Mapping[str, Any]:
        shown = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
        click.echo(f"\n{click.style(tool, fg='cyan', bold=True)}({shown})")
        with _Bar(tool) as bar:

            async def report(progress: float, total: float | None, message: str | None) -> None:
                bar.show(progress / total if total else 0, message or "")

            result = await self._client.call_tool(tool, arguments, progress_callback=report)
        for block in result.content:
            if isinstance(block, t.TextContent):
                click.echo(textwrap.indent(block.text, "  "))
        if result.is_error:
            raise _Refused
        return result.structured_content or {}


class _Bar:
    """A progress bar in hundredths that ends full; only a terminal shows it."""

    def __init__(self, label: str) -> None:
        self._bar: Any = click.progressbar(
            length=100,
            label=f"  {label:<21}",
            width=30,
            show_eta=False,
            item_show_func=lambda doing: doing,
            hidden=not sys.stdout.isatty(),
        )

    def __enter__(self) -> "_Bar":
        self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.show(1, "")
        self._bar.__exit__(kind, *rest)

    def show(self, done: float, doing: str) -> None:
        self._bar.update(int(done * 100) - self._bar.pos, doing[:60])
