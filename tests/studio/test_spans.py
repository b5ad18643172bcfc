"""Edits of a part, as an assistant hears of them."""

import json
from pathlib import Path

from tests.assistant import call
from tests.conftest import Connect
from tests.media import make_video


async def test_a_part_is_told_of_as_a_part(connect: Connect, tmp_path: Path) -> None:
    grey = {"op": "look", "saturation": -1, "start_ms": 1000, "end_ms": 2500}
    quiet = {"op": "set_volume", "target": "music", "volume": 0.1, "end_ms": 2000}
    async with connect(backend="local") as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(make_video(tmp_path / "clip.mp4", seconds=4))])
        edited = await call(client, "send_edit", instruction=json.dumps([grey]))
        scored = await call(
            client, "send_edit", instruction=json.dumps([{"op": "add_music", "mood": "calm"}, quiet])
        )
        timeline = await call(client, "get_timeline", view="full")
    assert edited.facts["reply"] == (
        "Made the video black and white in the stretch from 1 s to 2.5 s. "
        "Clip 1 is now 3 pieces: clips 1, 2 and 3."
    )
    assert edited.facts["changes"] == [
        "Video 'clip' cut into 3 pieces, 0-1s, 1-2.5s and 2.5-4s; 1-2.5s: black and white"
    ]
    assert scored.facts["reply"].endswith("Set the music to 10% in the first 2 s.")
    assert scored.facts["changes"] == ["Added music 'Calm', 0-4s, 40%, at 10% in 0-2s"]
    assert "1-2.5s: clip, black and white, from 1s in its source" in timeline.text
    assert "Calm, 40%, at 10% in 0-2s" in timeline.text
