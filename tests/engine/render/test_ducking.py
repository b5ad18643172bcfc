import numpy as np
import pytest

from mcp_nemo.engine.render.ducking import Ducker
from tests.media import SAMPLE_RATE, Samples, tone

WAY_DOWN = 10 ** (-12 / 20)


def ducked(speech: Samples, block: int = 96_000) -> Samples:
    ducker = Ducker()
    return np.concatenate([ducker.gains(speech[at : at + block]) for at in range(0, len(speech), block)])


def spoken(seconds: float, *spans: tuple[float, float], hz: float = 300, background: float = 0) -> Samples:
    """Tones in place of words, over a noise."""
    sound = np.random.default_rng(1).normal(0, background, (round(seconds * SAMPLE_RATE), 2))
    for start, end in spans:
        at = round(start * SAMPLE_RATE)
        word = tone(end - start, hz)
        sound[at : at + len(word)] += word
    return sound.astype(np.float32)


def at(gains: Samples, second: float) -> float:
    return float(gains[round(second * SAMPLE_RATE)])


def test_sinks_under_a_word_and_rises_after_it() -> None:
    gains = ducked(spoken(6, (2, 3)))

    assert at(gains, 1.99) == 1
    assert WAY_DOWN < at(gains, 2.1) < 0.7
    assert at(gains, 2.2) == pytest.approx(WAY_DOWN, rel=0.01)
    assert at(gains, 3.3) == pytest.approx(WAY_DOWN, rel=0.01)
    assert WAY_DOWN < at(gains, 3.6) < 0.8
    assert at(gains, 4.1) == 1


def test_stays_down_between_words() -> None:
    gains = ducked(spoken(4, (1, 1.4), (1.65, 2), (2.25, 3)))

    assert gains[round(1.3 * SAMPLE_RATE) : 3 * SAMPLE_RATE].max() == pytest.approx(WAY_DOWN, rel=0.01)


def test_never_jumps() -> None:
    gains = ducked(spoken(6, (0, 0.5), (2, 2.05), (4, 5)))

    assert np.abs(np.diff(gains)).max() < 0.001


@pytest.mark.parametrize("block", [480, 4800, 96_000])
def test_blocks_make_no_difference(block: int) -> None:
    speech = spoken(4.003, (1, 2), (3, 3.5))

    assert np.allclose(ducked(speech, block), ducked(speech), atol=1e-6)


def test_a_room_that_hums_is_no_speech() -> None:
    gains = ducked(spoken(12, background=0.003))

    assert gains[4 * SAMPLE_RATE :].min() == 1


def test_is_heard_over_a_room_that_hums() -> None:
    gains = ducked(spoken(12, (8, 9), background=0.003))

    assert at(gains, 7.9) == 1
    assert at(gains, 8.5) == pytest.approx(WAY_DOWN, rel=0.01)


def test_rumble_is_no_speech() -> None:
    assert ducked(spoken(3, (0.5, 2.5), hz=50)).min() > 0.9


def test_silence_leaves_music_alone() -> None:
    assert ducked(spoken(3)).min() == 1
