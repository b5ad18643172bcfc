"""Media to work on: small, and with something to be heard and seen again."""

from pathlib import Path

import pytest

from tests.media import make_sound, make_video

SIZE = (192, 108)


@pytest.fixture
def beach(tmp_path: Path) -> Path:
    """Two seconds, and a tone of 440 Hz."""
    return make_video(tmp_path / "beach.mp4", seconds=2, size=SIZE)


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """Two seconds without a sound track: all that is heard is music."""
    return make_video(tmp_path / "silent.mp4", seconds=2, size=SIZE, sound=False)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Longer than the films, and of one pitch."""
    return make_sound(tmp_path / "my song (1).mp3", seconds=6, hz=880)
