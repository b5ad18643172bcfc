"""The main job: from nothing to an MP4 with one command."""

import os
import subprocess
import sys
from pathlib import Path

import av

from tests.media import level_db, make_video, read_sound, streams

TOOLS = ["create_session", "upload_media", "send_edit", "get_timeline", "check_credits", "export_video"]


def _demo(tmp_path: Path, *arguments: str) -> tuple[str, Path]:
    """What the demo shows, and the file on its last line."""
    env = os.environ | {"HOME": str(tmp_path)}
    command = [sys.executable, "-m", "mcp_nemo", "demo", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, Path(done.stdout.splitlines()[-1])


def test_the_demo_makes_a_film_of_its_own_sample(tmp_path: Path) -> None:
    shown, film = _demo(tmp_path, "--output", str(tmp_path / "film.mp4"))
    assert [shown.index(f"\n{tool}(") for tool in TOOLS] == sorted(
        shown.index(f"\n{tool}(") for tool in TOOLS
    )
    assert "matches the mood of my video and fade it out" in shown
    assert "starts playing before it is fully loaded" in shown
    assert film == tmp_path / "film.mp4"
    facts = {stream.codec: stream for stream in streams(film)}
    assert set(facts) == {"h264", "aac"}
    assert facts["h264"].pixels == "yuv420p"
    with av.open(film) as container:
        assert sum(1 for _ in container.decode(video=0)) == 360


def test_the_demo_takes_a_video_and_an_instruction(tmp_path: Path) -> None:
    video = make_video(tmp_path / "mine.mp4", seconds=3, sound=False)
    instruction = "Add dramatic music at 90%"
    shown, film = _demo(
        tmp_path, str(video), "--instruction", instruction, "--output", str(tmp_path / "a" / "out.mp4")
    )
    assert "Made by talking" not in shown
    assert not [line for line in shown.splitlines() if line.strip() in TOOLS]
    assert film == tmp_path / "a" / "out.mp4"
    # The clip had no sound at all.
    assert level_db(read_sound(film)) > -40


def test_the_demo_says_what_it_could_not_do(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("not a film")
    done = subprocess.run(
        [sys.executable, "-m", "mcp_nemo", "demo", str(text)],
        capture_output=True,
        text=True,
        env=os.environ | {"HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert "unsupported_media" in done.stdout
