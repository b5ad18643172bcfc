from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from mcp_nemo.engine.draft import MusicRecipe
from mcp_nemo.engine.music import soundfont
from mcp_nemo.engine.music.bands import Synthesis
from mcp_nemo.engine.music.composer import compose
from mcp_nemo.engine.music.loudness import loudness
from mcp_nemo.engine.music.mastering import TARGET_LUFS
from mcp_nemo.engine.music.sound import RATE, Sound
from mcp_nemo.engine.music.soundfont import Sampled, find
from mcp_nemo.engine.music.synthesis import perform
from tests.engine.music.soundfonts import write_soundfont

NEEDS_PLAYER = pytest.mark.skipif(find_spec("tinysoundfont") is None, reason="tinysoundfont is not installed")


def random() -> np.random.Generator:
    return np.random.default_rng(1)


def strongest_hz(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound.sum(axis=0)))
    return float(np.argmax(spectrum) * RATE / sound.shape[1])


@NEEDS_PLAYER
@pytest.mark.parametrize(("pitch", "hertz"), [(69, 440), (57, 220), (81, 880)])
def test_a_note_comes_from_the_file(tmp_path: Path, pitch: int, hertz: float) -> None:
    note = Sampled(write_soundfont(tmp_path / "sine.sf2")).note("piano", pitch, 0.8, 0.5, random())
    held = note[:, : RATE // 2]
    spectrum = np.abs(np.fft.rfft(held.sum(axis=0) * np.hanning(held.shape[1]))) ** 2
    assert strongest_hz(held) == pytest.approx(hertz, rel=0.01)
    # A piano of ours has overtones; the sine in the file has none.
    assert spectrum[spectrum.argmax() - 4 : spectrum.argmax() + 5].sum() > 0.99 * spectrum.sum()


@NEEDS_PLAYER
def test_notes_do_not_run_into_each_other(tmp_path: Path) -> None:
    band = Sampled(write_soundfont(tmp_path / "sine.sf2"))
    first = band.note("piano", 69, 0.8, 0.3, random())
    band.note("piano", 40, 1.0, 1.0, random())
    again = band.note("piano", 69, 0.8, 0.3, random())
    assert np.abs(first - again[:, : first.shape[1]]).max() < 1e-3


@NEEDS_PLAYER
def test_what_the_file_lacks_is_synthesised(tmp_path: Path) -> None:
    band = Sampled(write_soundfont(tmp_path / "sine.sf2"))
    for instrument in ("strings", "synth lead"):
        sampled = band.note(instrument, 60, 0.7, 0.4, random())
        assert np.array_equal(sampled, Synthesis().note(instrument, 60, 0.7, 0.4, random()))


@NEEDS_PLAYER
def test_a_piece_is_played_with_it(tmp_path: Path) -> None:
    score = compose(MusicRecipe(mood="sad", seed=0), 6_000)
    sampled = perform(score, Sampled(write_soundfont(tmp_path / "sine.sf2")))
    assert loudness(sampled) == pytest.approx(TARGET_LUFS, abs=1.5)
    assert not np.allclose(sampled, perform(score, Synthesis()), atol=0.01)


@NEEDS_PLAYER
def test_what_is_no_soundfont_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.sf2").write_text("no sound at all")
    monkeypatch.setenv(soundfont.SETTING, str(tmp_path / "words.sf2"))
    assert isinstance(soundfont.band(), Synthesis)


def test_a_missing_file_leaves_us_to_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(soundfont.SETTING, str(tmp_path / "missing.sf2"))
    assert isinstance(soundfont.band(), Synthesis)


def test_the_file_that_is_set_comes_first(tmp_path: Path) -> None:
    write_soundfont(tmp_path / "other.sf2")
    assert find(str(tmp_path / "mine.sf2"), [tmp_path]) == tmp_path / "mine.sf2"
    assert find("none", [tmp_path]) is None


def test_the_default_of_the_system_comes_before_the_largest(tmp_path: Path) -> None:
    assert find("", [tmp_path, tmp_path / "missing"]) is None
    (tmp_path / "large.sf2").write_bytes(bytes(100))
    (tmp_path / "small.sf3").write_bytes(bytes(10))
    assert find("", [tmp_path]) == tmp_path / "large.sf2"
    (tmp_path / "default.sf2").write_bytes(bytes(1))
    assert find("", [tmp_path]) == tmp_path / "default.sf2"
