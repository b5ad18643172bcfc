"""A render as another process asks for it: `python -m mcp_nemo.engine.render`."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.render.check import check
from mcp_nemo.engine.render.failures import RenderFailure
from mcp_nemo.engine.render.job import RenderJob, execute
from mcp_nemo.engine.render.plan import plan
from tests.engine.render.films import clip, film, job, title
from tests.media import make_image, make_sound, make_video, streams

WORKER = [sys.executable, "-m", "mcp_nemo.engine.render"]
SMALL_DISK = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}));"
MODULE = "runpy.run_module('mcp_nemo.engine.render', run_name='__main__')"


@pytest.fixture
def asked(tmp_path: Path) -> RenderJob:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    return job(tmp_path, clip(path, 0, 1000), title("Hello", 0, 500))


def work(request: str | RenderJob, command: list[str] = WORKER) -> tuple[int, list[dict[str, Any]]]:
    text = request if isinstance(request, str) else request.model_dump_json()
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_tells_its_progress_and_its_result(asked: RenderJob) -> None:
    code, (*progress, last) = work(asked)

    assert code == 0
    assert all(0 <= line["progress"] <= 1 for line in progress)
    assert last["result"]["path"] == str(asked.target)
    assert last["result"]["duration_ms"] == 1000
    assert last["result"]["size"] == asked.target.stat().st_size
    assert last["result"]["plan"].startswith("0.0-0.5 s encode: title over clip.mp4;")
    assert names(asked.target.parent) == {"clip.mp4", "film.mp4"}


def test_a_film_is_what_players_expect(asked: RenderJob) -> None:
    execute(asked, lambda share: None)

    picture, sound = streams(asked.target)
    assert (picture.codec, picture.pixels, picture.size) == ("h264", "yuv420p", (320, 180))
    assert sound.codec == "aac"
    assert picture.seconds == pytest.approx(1, abs=1 / 30)
    assert sound.seconds == pytest.approx(1, abs=1 / 30)
    content = asked.target.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_progress_rises_to_the_end(asked: RenderJob) -> None:
    shares: list[float] = []

    execute(asked, shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_an_earlier_film_is_replaced_only_by_a_whole_one(asked: RenderJob) -> None:
    asked.target.write_bytes(b"an earlier film")
    broken = asked.model_copy(update={"media": ()})

    with pytest.raises(RenderFailure):
        execute(broken, lambda share: None)
    assert asked.target.read_bytes() == b"an earlier film"

    execute(asked, lambda share: None)
    assert len(streams(asked.target)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("share", [0, 0.3, 0.8, 0.99])
def test_a_full_disk_is_called_so(asked: RenderJob, share: float) -> None:
    needed = execute(asked, lambda share: None).size
    asked.target.unlink()
    command = [sys.executable, "-c", SMALL_DISK.format(int(needed * share)) + MODULE]

    code, lines = work(asked, command)

    assert code == 1
    assert lines[-1]["error_code"] == "disk_full"
    assert str(asked.target.parent) in lines[-1]["error"]
    assert names(asked.target.parent) == {"clip.mp4"}


def test_a_source_that_is_gone_is_named(asked: RenderJob) -> None:
    asked.media[0].path.unlink()

    code, lines = work(asked)

    assert (code, lines[-1]["error_code"]) == (1, "not_media")
    assert "clip.mp4" in lines[-1]["error"]
    assert names(asked.target.parent) == set()


@pytest.mark.parametrize("name", ["clip.mp4", "song.wav", "photo.png"])
def test_a_source_that_became_something_else_is_named(tmp_path: Path, name: str) -> None:
    make_video(tmp_path / "clip.mp4", seconds=1)
    make_sound(tmp_path / "song.wav", 1)
    make_image(tmp_path / "photo.png")
    asked = job(tmp_path, clip(tmp_path / name, 0, 1000))
    (tmp_path / name).write_text("This is a letter, not a film.")

    with pytest.raises(RenderFailure, match=name) as failure:
        execute(asked, lambda share: None)

    assert failure.value.code == "not_media"
    assert names(tmp_path) == {"clip.mp4", "song.wav", "photo.png"}


def test_a_folder_that_is_not_there_is_a_failure_in_words(asked: RenderJob) -> None:
    lost = asked.model_copy(update={"target": asked.target.parent / "nowhere" / "film.mp4"})

    with pytest.raises(RenderFailure, match=r"film\.mp4 could not be made") as failure:
        execute(lost, lambda share: None)

    assert failure.value.code == "render_failed"


@pytest.mark.parametrize("request_", ["", "{}", '{"draft": {}, "media": [], "target": "film.mp4"}'])
def test_a_request_that_cannot_be_met_is_answered(request_: str) -> None:
    code, lines = work(request_)

    assert code == 1
    assert [line["error_code"] for line in lines] == ["render_failed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")
def test_a_stopped_render_leaves_nothing(tmp_path: Path) -> None:
    worker = _start_long_render(tmp_path, WORKER)

    worker.send_signal(signal.SIGTERM)
    _, complaint = worker.communicate()

    assert (worker.returncode, complaint) == (1, b"")
    assert names(tmp_path) == {"clip.mp4"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")
def test_an_attended_render_ends_with_who_asked(tmp_path: Path) -> None:
    """Also while nothing is told, as nobody reads."""
    worker = _start_long_render(tmp_path, [*WORKER, "--attended"])
    assert worker.stdin is not None

    worker.stdin.close()
    worker.stdin = None
    _, complaint = worker.communicate()

    assert (worker.returncode, complaint) == (1, b"")
    assert names(tmp_path) == {"clip.mp4"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")
def test_an_attended_render_of_nobody_does_not_begin(asked: RenderJob) -> None:
    """Whoever asked was gone before it could."""
    done = subprocess.run(
        [*WORKER, "--attended"],
        input=asked.model_dump_json().encode() + b"\n",
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    assert names(asked.target.parent) == {"clip.mp4"}


def test_a_render_nobody_listens_to_ends_quietly(tmp_path: Path) -> None:
    worker = _start_long_render(tmp_path, WORKER)
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stderr is not None
    worker.stdin.close()

    worker.stdout.close()

    assert worker.wait(timeout=30) == 1
    assert worker.stderr.read() == b""
    worker.stderr.close()
    assert names(tmp_path) == {"clip.mp4"}


def test_a_film_that_is_not_as_planned_is_found_out(asked: RenderJob) -> None:
    execute(asked, lambda share: None)
    planned = plan(Draft.from_wire(asked.draft), {info.id: info for info in asked.media}, "draft")
    longer = replace(planned, frames=60, samples=96_000)
    wider = replace(planned, canvas=replace(planned.canvas, width=640))

    assert check(asked.target, planned) == []
    assert len(check(asked.target, longer)) == 2
    assert check(asked.target, wider) == ["it measures 320x180 instead of 640x180"]


def test_a_file_that_is_not_our_kind_of_film_is_found_out(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", seconds=1)
    silent = make_video(tmp_path / "silent.mp4", seconds=1, sound=False)
    planned = plan(film(clip(path, 0, 1000)), {"clip.mp4": probe(path)}, "draft")

    assert check(path, planned) == ["its index is not at its beginning"]
    assert "it has no AAC sound" in check(silent, planned)
    (tmp_path / "text.mp4").write_text("no film")
    assert check(tmp_path / "text.mp4", planned)[0].startswith("it cannot be opened")


def _start_long_render(folder: Path, command: list[str]) -> subprocess.Popen[bytes]:
    """A render that has begun, and will not be done for minutes; its stdin stays open."""
    path = make_video(folder / "clip.mp4", seconds=1)
    asked = job(folder, clip(path, 0, 3_600_000))
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(asked.model_dump_json().encode() + b"\n")
    worker.stdin.flush()
    assert b"progress" in worker.stdout.readline()
    return worker
