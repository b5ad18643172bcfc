from pathlib import Path

import pytest

from mcp_nemo.studio.inspection import Unplayable, inspect
from tests.media import make_sound, make_video


@pytest.mark.parametrize("expected_ms", [None, 0, 2000, 2400, 1100])
def test_a_film_is_told_in_facts(tmp_path: Path, expected_ms: int | None) -> None:
    """Also where the backend rounds the length to whole seconds."""
    found = inspect(make_video(tmp_path / "film.mp4", seconds=2), expected_ms)
    assert found.duration_ms == pytest.approx(2000, abs=50)
    assert (found.width, found.height) == (320, 180)
    assert found.size_bytes == (tmp_path / "film.mp4").stat().st_size


def test_a_film_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match="and not 5000"):
        inspect(make_video(tmp_path / "film.mp4", seconds=2), 5000)


def test_sound_alone_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(Unplayable, match="no picture"):
        inspect(make_sound(tmp_path / "song.m4a", 1), None)
