"""What is done to a part of a clip is seen and heard in that part alone."""

from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import apply, place_uploads
from mcp_nemo.engine.media import probe
from mcp_nemo.engine.operations import Look, Operation, SetSpeed, SetVolume
from tests.engine.render.films import render
from tests.engine.render.listening import between, clicks
from tests.engine.render.looking import RED
from tests.media import level_db, make_video, number_of, read_frames, read_sound

RATE = 25


def rendered(folder: Path, *operations: Operation) -> Path:
    """Four seconds of red with a tone, with these things done to it."""
    film = make_video(folder / "clip.mp4", seconds=4, rate=RATE, colour=RED)
    media = {film.name: probe(film, id=film.name)}
    draft = apply(place_uploads(Draft(), list(media.values())), operations, media, seed=1)
    return render(folder, *draft.video.clips, frame_rate=draft.frame_rate).path


def test_only_the_stretch_is_black_and_white(tmp_path: Path) -> None:
    frames = read_frames(rendered(tmp_path, Look(saturation=-1, start_ms=1000, end_ms=2500)))

    colours = [int(np.ptp(frame[20, 160].astype(int))) for frame in frames]
    assert len(frames) == 4 * RATE
    assert max(colours[25:62]) < 12
    assert min(colours[:25] + colours[63:]) > 120


def test_only_the_stretch_is_silent(tmp_path: Path) -> None:
    sound = read_sound(rendered(tmp_path, SetVolume(target="clips", volume=0, start_ms=1000, end_ms=2500)))

    assert level_db(between(sound, 0.1, 0.97)) == pytest.approx(-15.05, abs=0.3)
    assert level_db(between(sound, 1.03, 2.47)) < -70
    assert level_db(between(sound, 2.53, 3.9)) == pytest.approx(-15.05, abs=0.3)
    assert clicks(sound) < 60


def test_only_the_stretch_is_faster(tmp_path: Path) -> None:
    frames = read_frames(rendered(tmp_path, SetSpeed(factor=2, start_ms=1000, end_ms=3000)))

    shown = np.diff([number_of(frame) for frame in frames])
    assert len(frames) == 3 * RATE
    assert set(shown[:24]) == set(shown[50:]) == {1}
    assert set(shown[26:49]) == {2}
