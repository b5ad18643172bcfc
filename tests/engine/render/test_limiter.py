import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.render.limiter import CEILING, Limiter
from tests.media import Samples, tone


def limited(sound: Samples, block: int) -> Samples:
    limiter = Limiter()
    last = max(0, (len(sound) - 1) // block * block)
    parts = [limiter.process(sound[start : start + block]) for start in range(0, last, block)]
    return np.concatenate((*parts, limiter.finish(sound[last:])))


@given(
    peaks=st.lists(st.floats(0, 8), min_size=1, max_size=30),
    block=st.sampled_from([48, 480, 4800]),
    odd=st.integers(1, 500),
)
def test_never_exceeds_the_ceiling_nor_loses_a_sample(peaks: list[float], block: int, odd: int) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (len(peaks) * 500 + odd, 2))
    levels = np.append(np.repeat(peaks, 500), np.zeros(odd))
    sound = (noise * levels[:, None]).astype(np.float32)

    out = limited(sound, block)

    assert out.shape == sound.shape
    assert np.abs(out).max() <= CEILING + 1e-6


def test_what_is_soft_enough_passes_unchanged() -> None:
    sound = tone(0.5, 440, peak=0.8)

    assert np.array_equal(limited(sound, 4800), sound)


@pytest.mark.parametrize("ceiling", [0.5, 0.75])
def test_holds_what_rises_between_samples(ceiling: float) -> None:
    """A quarter of the rate, sampled beside its crests: the wave is 3 dB higher than any sample."""
    wave = np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4).astype(np.float32)
    limiter = Limiter(ceiling)

    out = limiter.finish(np.stack((wave, wave), axis=1))

    assert np.abs(out[480:-480]).max() == pytest.approx(ceiling * 0.5**0.5, rel=0.02)


@pytest.mark.parametrize("block", [48, 960, 4800])
def test_blocks_make_no_difference(block: int) -> None:
    sound = tone(0.5, 100, peak=0.5)
    sound[9000:9400] *= 6

    assert np.allclose(limited(sound, block), limited(sound, 24_000), atol=1e-6)


def test_turns_down_before_a_peak_and_comes_back_after_it() -> None:
    sound = np.full((48_000, 2), 0.5, np.float32)
    sound[24_000:24_100] = 1.78

    gain = limited(sound, 4800)[:, 0] / sound[:, 0]

    assert gain[24_000 - 480] == 1
    assert gain[24_000 - 24] < 0.7
    assert np.abs(np.diff(gain)).max() < 0.005
    assert gain[24_100 + 12_000] == pytest.approx(1)
