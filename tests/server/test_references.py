"""What assistants read of the engine is what the engine says of itself.

`UPDATE_SNAPSHOTS=1 uv run pytest tests/server/test_references.py` writes it anew.
"""

import json
import os
from pathlib import Path

import jsonschema
import pytest

import mcp_nemo.server.references
from mcp_nemo.engine.director import language
from mcp_nemo.engine.operations import OPERATIONS
from tests.assistant import call
from tests.conftest import Connect, Mode
from tests.media import make_video

FOLDER = Path(mcp_nemo.server.references.__file__).parent


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("language.md", f"{language('en')}\n{language('zh')}"),
        ("operations.json", json.dumps(OPERATIONS.json_schema(), separators=(",", ":")) + "\n"),
    ],
)
def test_the_files_are_what_the_engine_says(name: str, text: str) -> None:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        (FOLDER / name).write_text(text, "utf-8")
    assert (FOLDER / name).read_text("utf-8") == text


async def test_operations_are_taken_as_their_schema_says(
    connect: Connect, mode: Mode, tmp_path: Path
) -> None:
    wish = [{"op": "add_title", "text": "Hello"}, {"op": "set_volume", "target": "clips", "volume": 0.5}]
    async with connect(mode) as client:
        schema = (await client.read_resource("nemo://operations")).contents[0]
        jsonschema.validate(wish, json.loads(schema.model_dump()["text"]))
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(make_video(tmp_path / "clip.mp4", seconds=4))])
        answered = await call(client, "send_edit", instruction=json.dumps(wish))
        refused = await call(client, "send_edit", instruction='[{"op": "add_title"}]')
    assert answered.facts["status"] == "applied"
    assert len(answered.facts["changes"]) == 2
    assert refused.facts["status"] == "not_understood"
    assert "text" in refused.text


async def test_a_local_session_says_where_its_language_is(connect: Connect) -> None:
    async with connect(backend="local") as client:
        opened = await call(client, "create_session")
        text = (await client.read_resource("nemo://language")).contents[0].model_dump()["text"]
    assert "nemo://language" in opened.text
    assert language("zh") in text
