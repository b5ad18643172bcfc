"""The setting NEMO_SOUNDFONT, from a server to what its engine renders."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.assistant import call
from tests.conftest import Connect
from tests.engine.music.soundfonts import write_soundfont
from tests.media import SAMPLE_RATE, Samples, make_video, read_sound


@pytest.mark.skipif(find_spec("tinysoundfont") is None, reason="tinysoundfont is not installed")
async def test_a_soundfont_that_is_set_plays_the_music_of_films(connect: Connect, tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mp4", seconds=6, sound=False)
    own, sampled = [
        await scored(connect, clip, tmp_path / home, soundfont)
        for home, soundfont in (("own", "none"), ("sampled", str(write_soundfont(tmp_path / "sine.sf2"))))
    ]
    # The cymbals of ours hiss; the drums in the file are sines.
    assert treble(sampled) < treble(own) / 10


def treble(sound: Samples) -> float:
    """The share of the energy above 6 kHz."""
    energy = np.abs(np.fft.rfft(sound.sum(axis=1))) ** 2
    return float(energy[len(sound) * 6000 // SAMPLE_RATE :].sum() / energy.sum())


async def scored(connect: Connect, clip: Path, home: Path, soundfont: str) -> Samples:
    """The sound of a silent film under jazz."""
    async with connect(backend="local", api_url="", home=home, soundfont=soundfont) as client:
        await call(client, "create_session")
        await call(client, "upload_media", sources=[str(clip)])
        await call(client, "send_edit", instruction="add jazz")
        done = await call(client, "export_video", quality="draft")
        return read_sound(Path(done.facts["path"]))
